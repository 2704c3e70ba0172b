//! Sentences that say what a picture shows, with the numbers in them.
//!
//! A sentence is a list of pieces so that the page can set the weight of each; [`plain`] joins them.

use crate::chips::{Change, Prompt};
use crate::cost::{Flip, Flips, runner_up, value};
use crate::format::{self, GAP};
use crate::playground::{ESTIMATED_OUTPUT, Scene};
use warmpath_core::decimal::real;

pub use crate::rich::{RichText, Tone, words as plain};

fn push(sentence: &mut RichText, tone: Tone, text: impl Into<String>) {
    sentence.push((tone, text.into()));
}

/// How the prompt is cut: its tokens, its full blocks, and the rest that is never cached.
pub fn blocks(prompt: &Prompt) -> RichText {
    let mut sentence = RichText::new();
    let tokens = prompt.tokens.len() as u64;
    if tokens == 0 {
        push(
            &mut sentence,
            Tone::Plain,
            "Type a prompt: it is cut into tokens, and the tokens into blocks.",
        );
        return sentence;
    }
    let (full, tail) = (prompt.full_blocks(), prompt.tail_tokens());
    push(&mut sentence, Tone::Strong, format::plural(tokens, "token"));
    push(
        &mut sentence,
        Tone::Plain,
        if tokens == 1 { " makes " } else { " make " },
    );
    push(
        &mut sentence,
        Tone::Strong,
        format!(
            "{} full block{}",
            format::count(u64::from(full)),
            if full == 1 { "" } else { "s" }
        ),
    );
    push(
        &mut sentence,
        Tone::Plain,
        format!(" of {}.", prompt.block_size),
    );
    let rest = match tail {
        0 => " None is left over.".to_owned(),
        1 => " The last token fills no block: it cannot be cached, and is computed every time."
            .to_owned(),
        n => format!(
            " The last {} fill no block: they cannot be cached, and are computed every time.",
            format::plural(u64::from(n), "token")
        ),
    };
    push(&mut sentence, Tone::Plain, rest);
    sentence
}

/// What an edit did to the ids of the blocks, compared with the prompt whose blocks are in the cache; `None` for a prompt
/// without blocks.
pub fn edit(change: &Change) -> Option<RichText> {
    let renamed = change.blocks - change.kept;
    if change.blocks == 0 {
        return None;
    }
    let mut sentence = RichText::new();
    if renamed == 0 {
        let shared = format!("{} shared", format::blocks(change.blocks));
        push(&mut sentence, Tone::Warm, shared);
        let rest = " with the prompt that was sent before: a cache finds them all.";
        push(&mut sentence, Tone::Plain, rest);
        return Some(sentence);
    }
    match change.kept {
        0 => push(
            &mut sentence,
            Tone::Strong,
            "No block is shared: the first differs already",
        ),
        kept => {
            let shared = format!("{} shared", format::blocks(kept));
            push(&mut sentence, Tone::Warm, shared);
            let differs = format!(", the {} differs", format::ordinal(kept + 1));
            push(&mut sentence, Tone::Plain, differs);
        }
    }
    push(
        &mut sentence,
        Tone::Plain,
        ". Against the prompt before your changes, ",
    );
    push(
        &mut sentence,
        Tone::Strong,
        format!(
            "{} of {} block ids changed",
            format::count(u64::from(renamed)),
            format::count(u64::from(change.blocks))
        ),
    );
    let alone = change.renamed_alone;
    match alone {
        0 => push(&mut sentence, Tone::Plain, "."),
        n => {
            let text = if n == 1 {
                "1 of them in a block whose words are".to_owned()
            } else {
                let n = format::count(u64::from(n));
                format!("{n} of them in blocks whose words are")
            };
            push(
                &mut sentence,
                Tone::Plain,
                format!(
                    ", {text} the same as before. An id names everything up to the block's end, so a cache finds "
                ),
            );
            let found = if change.kept == 0 {
                "nothing".to_owned()
            } else {
                format!("only the first {}", format::blocks(change.kept))
            };
            push(&mut sentence, Tone::Strong, found);
            push(&mut sentence, Tone::Plain, ".");
        }
    }
    Some(sentence)
}

/// Whether the prompt hits, partly hits or misses, with the share that is reused.
pub fn reuse(prompt: &Prompt, cached: u32) -> RichText {
    let full = prompt.full_blocks();
    let mut sentence = RichText::new();
    if full == 0 {
        push(&mut sentence, Tone::Strong, "No full block");
        push(
            &mut sentence,
            Tone::Plain,
            format!(
                ": fewer than {} tokens can be neither found nor kept.",
                prompt.block_size
            ),
        );
        return sentence;
    }
    let (name, tone) = match cached {
        0 => ("Miss", Tone::Strong),
        n if n == full => ("Hit", Tone::Warm),
        _ => ("Partial hit", Tone::Warm),
    };
    push(&mut sentence, tone, name);
    push(
        &mut sentence,
        Tone::Plain,
        format!(
            ": {} of {} reused = ",
            format::count(u64::from(cached)),
            format::blocks(full)
        ),
    );
    push(
        &mut sentence,
        tone,
        format::share(f64::from(cached) / f64::from(full)),
    );
    let new = full - cached;
    let rest = match new {
        0 => ". Nothing new will be stored.".to_owned(),
        1 => ". One block is computed and stored below the lit path.".to_owned(),
        n => format!(
            ". {} blocks are computed and stored below the lit path.",
            capital(&format::word(n))
        ),
    };
    push(&mut sentence, Tone::Plain, rest);
    sentence
}

/// Which replica is chosen, by how much, why, and at which weights another would be.
pub fn choice(scene: &Scene, overlap: &Flips, load: &Flips) -> RichText {
    let decision = &scene.decision;
    let mut sentence = RichText::new();
    let winner = &decision.candidates[decision.replica as usize];
    let Some(second) = runner_up(decision) else {
        push(&mut sentence, Tone::Strong, "There is one replica only");
        push(
            &mut sentence,
            Tone::Plain,
            ", so there is nothing to choose.",
        );
        return sentence;
    };
    if scene.prompt.tokens.is_empty() {
        push(
            &mut sentence,
            Tone::Strong,
            "Nothing to prefill: the idlest wins",
        );
        let active = format::setting(value(winner, "active"));
        let which = format!(
            ", replica{GAP}{} with {active} active. Type a prompt, and what is cached counts.",
            winner.replica
        );
        push(&mut sentence, Tone::Plain, which);
        return sentence;
    }
    push(
        &mut sentence,
        Tone::Strong,
        format!("Replica{GAP}{}", winner.replica),
    );
    if decision.tied.len() > 1 {
        let others: Vec<String> = decision
            .tied
            .iter()
            .filter(|r| **r != winner.replica)
            .map(|r| format!("replica{GAP}{r}"))
            .collect();
        push(
            &mut sentence,
            Tone::Plain,
            format!(
                " costs {}, and so does {}; a tie goes to {}.",
                format::fixed(winner.cost, 2),
                others.join(", and "),
                decision.tie_rule
            ),
        );
    } else {
        push(&mut sentence, Tone::Plain, " wins by ");
        push(
            &mut sentence,
            Tone::Strong,
            format::fixed(second.cost - winner.cost, 2),
        );
        push(
            &mut sentence,
            Tone::Plain,
            format!(" over replica{GAP}{}.", second.replica),
        );
    }
    push(&mut sentence, Tone::Plain, because(winner, second));
    flip_sentence(&mut sentence, overlap, load);
    sentence
}

/// Where the prompt of the first box is in the cache: its length \[blocks\], and the number of prompts stored after it.
pub fn place_of_first(blocks: u32, others: usize) -> String {
    match (blocks, others) {
        (0, _) => "no full block, nothing to keep".to_owned(),
        (n, 0) => format!("{}, alone in the cache", format::blocks(n)),
        (n, others) => format!(
            "{}, the oldest of {}",
            format::blocks(n),
            format::word(others as u32 + 1)
        ),
    }
}

/// A note that the reused blocks include some of other prompts than the first box's; `None` if they do not.
pub fn by_others(own: u32, reused: u32) -> Option<String> {
    (own < reused).then(|| {
        let own = format::blocks(own);
        format!(
            " What is asked first would alone give {own}: others in the cache begin the same way."
        )
    })
}

/// A line for the log on what happens when the prompt is sent, with the share of requests with a hit before and after.
pub fn sent(scene: &Scene, before: &str, after: &str) -> String {
    let full = scene.prompt.full_blocks();
    format!(
        "Sent to replica{GAP}{}: {} of {} reused, {} computed and stored; one request more is active there. Requests with a hit: {before} → {after}.",
        scene.decision.replica,
        format::count(u64::from(scene.reused())),
        format::blocks(full),
        format::count(u64::from(full - scene.reused()))
    )
}

/// The source of the figures' targets, and what FakeAI is.
pub const TARGETS: &str = "The targets are those of FakeAI's benchmark guide (version 0.0.4), for a fleet at work. FakeAI is a server \
that answers like a model's without having one, to test what stands in front of it; the policy smart is its router's rule, and these are \
its counters. They count a block as reused when the router's tree holds it; a real engine computes the last one again where \
nothing is behind it.";

/// Where the number of decode blocks comes from.
pub fn assumed(block_size: u32) -> String {
    let blocks = f64::from(ESTIMATED_OUTPUT) / f64::from(block_size.max(1));
    format!(
        "Nobody knows how long an answer will be, so the router takes {} for each: {} blocks to decode, the same everywhere, so that column \
         decides nothing.",
        format::plural(ESTIMATED_OUTPUT.into(), "token"),
        format::setting(blocks)
    )
}

/// A line for the log that a request has finished on each of these replicas.
pub fn finished(replicas: &[u32]) -> String {
    let names: Vec<String> = replicas.iter().map(u32::to_string).collect();
    let (replica, has) = match replicas.len() {
        1 => ("replica", "Time passes: one request has finished on"),
        _ => ("replicas", "Time passes: one request each has finished on"),
    };
    format!("{has} {replica}{GAP}{}.", names.join(", "))
}

fn because(
    winner: &warmpath_core::router::Candidate,
    second: &warmpath_core::router::Candidate,
) -> String {
    let prefill = |c| value(c, "prefill_blocks");
    let busy = |c| match value(c, "active") {
        0.0 => ", idle,".to_owned(),
        n => format!(", with {} active,", format::setting(n)),
    };
    let blocks = |x: f64| {
        if x == 1.0 {
            format!("1{GAP}block")
        } else {
            format!("{}{GAP}blocks", format::setting(x))
        }
    };
    if prefill(winner) == prefill(second) {
        return format!(
            " Both have {} to prefill; it has {} active where the other has {}.",
            blocks(prefill(winner)),
            format::setting(value(winner, "active")),
            format::setting(value(second, "active"))
        );
    }
    format!(
        " It has {} to prefill where replica{GAP}{}{} has {}.",
        blocks(prefill(winner)),
        second.replica,
        busy(second),
        format::setting(prefill(second))
    )
}

fn flip_sentence(sentence: &mut RichText, overlap: &Flips, load: &Flips) {
    // A crossing at weight 0 flips nothing, because no weight is below it.
    let below = |flips: &Flips| flips.below.filter(|flip| flip.weight > 0.0);
    let ways: Vec<(&str, &str, Option<Flip>)> = vec![
        ("the overlap weight falls below ", "overlap", below(overlap)),
        ("the overlap weight rises above ", "overlap", overlap.above),
        ("the load weight falls below ", "load", below(load)),
        ("the load weight rises above ", "load", load.above),
    ];
    let ways: Vec<_> = ways
        .into_iter()
        .filter_map(|(how, _, flip)| flip.map(|flip| (how, flip)))
        .collect();
    let mut before: Option<u32> = None;
    for (how, flip) in &ways {
        let lead = match before {
            None => format!(" It would lose to replica{GAP}{} once ", flip.winner),
            Some(winner) if winner == flip.winner => ", or once ".to_owned(),
            Some(_) => format!(", and to replica{GAP}{} once ", flip.winner),
        };
        push(sentence, Tone::Plain, format!("{lead}{how}"));
        push(sentence, Tone::Strong, weight(flip.weight));
        before = Some(flip.winner);
    }
    match before {
        Some(_) => push(sentence, Tone::Plain, "."),
        None => push(
            sentence,
            Tone::Plain,
            " No weight on these sliders changes that.",
        ),
    }
}

/// A weight at which the choice flips: with at most four decimals if these are exact, else three significant digits behind
/// "≈".
pub fn weight(x: f64) -> String {
    let short = format::setting(x);
    if real(&short) == Some(x) {
        short
    } else {
        format!("≈{GAP}{}", format::significant(x, 3))
    }
}

/// A text with a capital letter at the front.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| {
        core::iter::once(first.to_ascii_uppercase())
            .chain(chars)
            .collect()
    })
}

#[cfg(test)]
mod tests;
