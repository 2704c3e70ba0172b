//! Sentences that say what a picture shows, with the numbers in them.
//!
//! A sentence is a list of pieces so that the page can set the weight of each; [`plain`] joins them.

use crate::chips::{Change, Prompt};
use crate::cost::{Flips, level, runner_up, value};
use crate::format::{self, GAP};
use crate::playground::{ESTIMATED_OUTPUT, LARGEST_WEIGHT, PromptLook};
use warmpath_core::decimal::real;
use warmpath_core::router::{Candidate, Decision};

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
        let rest =
            " with the prompt it is compared with: a cache that holds that one finds them all.";
        push(&mut sentence, Tone::Plain, rest);
        return Some(sentence);
    }
    // Blocks behind the end of the other prompt have nothing there that could have changed.
    let changed = change.blocks.min(change.before) - change.kept;
    match change.kept {
        0 => {
            let why = match change.before {
                0 => "No block is shared: the prompt it is compared with fills none",
                _ => "No block is shared: the first differs already",
            };
            push(&mut sentence, Tone::Strong, why);
        }
        kept => {
            let shared = format!("{} shared", format::blocks(kept));
            push(&mut sentence, Tone::Warm, shared);
            let what = if changed == 0 { "is new" } else { "differs" };
            let differs = format!(", the {} {what}", format::ordinal(kept + 1));
            push(&mut sentence, Tone::Plain, differs);
        }
    }
    push(
        &mut sentence,
        Tone::Plain,
        ". Against the prompt it is compared with, ",
    );
    let ids = other_ids(changed, renamed - changed, change.blocks);
    push(&mut sentence, Tone::Strong, ids);
    renamed_alone(&mut sentence, change);
    Some(sentence)
}

/// How many of all block ids are other ones than before, changed or new; there must be such.
fn other_ids(changed: u32, new: u32, all: u32) -> String {
    let count = |n: u32| format::count(u64::from(n));
    let all = count(all);
    match (changed, new) {
        (0, new) => format!("{}\u{a0}of\u{a0}{all} block ids are new", count(new)),
        (changed, 0) => format!("{}\u{a0}of\u{a0}{all} block ids changed", count(changed)),
        (changed, new) => format!(
            "{}\u{a0}of\u{a0}{all} block ids changed and {} {} new, behind its end",
            count(changed),
            count(new),
            if new == 1 { "is" } else { "are" }
        ),
    }
}

/// Ends the sentence on an edit: how many blocks have another id though their words are the same, and what a cache finds therefore.
fn renamed_alone(sentence: &mut RichText, change: &Change) {
    let text = match change.renamed_alone {
        0 => return push(sentence, Tone::Plain, "."),
        1 => "1 of them in a block whose words are".to_owned(),
        n => {
            let n = format::count(u64::from(n));
            format!("{n} of them in blocks whose words are")
        }
    };
    let why = format!(
        ", {text} the same as before. An id names everything up to the block's end, so a cache finds "
    );
    push(sentence, Tone::Plain, why);
    let found = match change.kept {
        0 => "nothing".to_owned(),
        kept => format!("only the first {}", format::blocks(kept)),
    };
    push(sentence, Tone::Strong, found);
    push(sentence, Tone::Plain, ".");
}

/// Whether the prompt hits, partly hits or misses, with the share that is reused, in a cache with room for so many blocks
/// (`None`: for all).
pub fn reuse(prompt: &Prompt, cached: u32, room: Option<u32>) -> RichText {
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
            ": {}\u{a0}of\u{a0}{} reused = ",
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
    let place = match cached {
        0 => "as a branch of their own",
        _ => "below the lit path",
    };
    let rest = match (new, room) {
        (0, _) => format!(". Nothing new will be stored{}.", again(prompt, cached)),
        (n, Some(0)) => format!(
            ". {} computed, and nothing is stored: the cache has no room.",
            blocks_are(n)
        ),
        (n, Some(room)) if room < full => format!(
            ". {} computed; of the prompt's {} the cache has room for {}.",
            blocks_are(n),
            format::blocks(full),
            format::count(u64::from(room))
        ),
        (1, _) if cached == 0 => {
            ". One block is computed and stored as a branch of its own.".to_owned()
        }
        (n, _) => format!(". {} computed and stored {place}.", blocks_are(n)),
    };
    push(&mut sentence, Tone::Plain, rest);
    sentence
}

/// Why the tree's nodes have as many blocks as they do; empty for an empty tree.
pub fn lengths(look: &PromptLook) -> String {
    let Some(first) = look.nodes.first() else {
        return String::new();
    };
    format!(
        "Why {}, then fewer: here a token is a word or a punctuation mark, and {} make a block. The first branch is shared by all \
         prompts, every other one by the prompts below it.",
        format::blocks(first.blocks),
        format::word(look.prompt.block_size)
    )
}

/// The replica that holds the most of the prompt, of equals the lowest-numbered, in a sentence; empty if none holds any.
pub fn warmest(look: &PromptLook) -> String {
    let most = look.deepest();
    let holds = |depth: &u32| most > 0 && *depth == most;
    look.depths
        .iter()
        .position(holds)
        .map_or(String::new(), |at| {
            let those = match most {
                1 => "the one found".to_owned(),
                n => format!("the {} found", format::word(n)),
            };
            format!(" Replica{GAP}{at} holds {those}.")
        })
}

/// "One block is", "Two blocks are".
fn blocks_are(n: u32) -> String {
    match n {
        1 => "One block is".to_owned(),
        n => format!("{} blocks are", capital(&format::word(n))),
    }
}

/// What a cache evicted on the way to its present state, in a sentence; `None` if nothing. `room` is what it has room for
/// \[blocks\].
pub fn evictions(evicted: u32, room: u32) -> Option<RichText> {
    let before = format!(
        " On the way here the cache, with room for {}, evicted ",
        format::blocks(room)
    );
    let rest =
        ", those used longest ago first; a block that is stored and evicted again counts again.";
    (evicted > 0).then(|| {
        vec![
            (Tone::Plain, before),
            (Tone::Strong, format::blocks(evicted)),
            (Tone::Plain, rest.to_owned()),
        ]
    })
}

/// Which replica is chosen, by how much, why, and at which weights another would be.
pub fn choice(look: &PromptLook, overlap: &Flips, load: &Flips) -> RichText {
    let decision = &look.decision;
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
    if look.prompt.tokens.is_empty() {
        let active = value(winner, "active");
        let ties = |it: &&Candidate| decision.tied.contains(&it.replica);
        let mut tied = decision.candidates.iter().filter(ties);
        // Replicas with different numbers of active requests cost the same only where active requests weigh nothing.
        let weightless = tied.any(|it| value(it, "active") != active);
        let why = match weightless {
            true => "Nothing to prefill, and active requests weigh nothing: all cost the same",
            false => "Nothing to prefill: the fewest active requests win",
        };
        push(&mut sentence, Tone::Strong, why);
        let mut which = format!(
            ", replica{GAP}{} with {} active",
            winner.replica,
            format::setting(active)
        );
        if weightless {
            which = format!(", and a tie goes to {}", decision.tie_rule);
        } else if decision.tied.len() > 1 {
            which += &format!("; a tie goes to {}", decision.tie_rule);
        }
        which += ". Type a prompt, and what is cached counts.";
        push(&mut sentence, Tone::Plain, which);
        return sentence;
    }
    push(
        &mut sentence,
        Tone::Strong,
        format!("Replica{GAP}{}", winner.replica),
    );
    if decision.tied.len() > 1 {
        let others = decision.tied.iter().copied();
        let others: Vec<u32> = others.filter(|it| *it != winner.replica).collect();
        push(
            &mut sentence,
            Tone::Plain,
            format!(
                " costs {}, and so {} {}; a tie goes to {}.",
                format::fixed(winner.cost, 2),
                if others.len() == 1 { "does" } else { "do" },
                replicas(&others),
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
    let weigh_nothing = [0, 2].map(|at| winner.terms.get(at).is_none_or(|it| it.weight == 0.0));
    let why = match decision.tied.len() {
        _ if weigh_nothing == [true; 2] => {
            " Neither blocks to prefill nor active requests weigh anything, and the answer costs the same everywhere.".to_owned()
        }
        // Of more than two that cost the same no single one is the other.
        3.. => String::new(),
        _ => because(winner, second),
    };
    push(&mut sentence, Tone::Plain, why);
    sentence.extend(elsewhere(look).map(|it| (Tone::Plain, it)));
    flip_sentence(&mut sentence, decision, overlap, load);
    sentence
}

/// Replicas by their numbers: `replica 2`, `replicas 0, 1 and 3`.
fn replicas(numbers: &[u32]) -> String {
    let all: Vec<String> = numbers.iter().map(u32::to_string).collect();
    match all.split_last() {
        Some((last, before)) if !before.is_empty() => {
            format!("replicas{GAP}{} and {last}", before.join(", "))
        }
        _ => format!("replica{GAP}{}", all.join("")),
    }
}

/// Where the prompt of the first box is in the cache: its length \[blocks\], the number of prompts stored after it, and how
/// many of its blocks have been evicted since.
pub fn place_of_first(blocks: u32, others: usize, evicted: u32) -> String {
    let place = match (blocks, others) {
        (0, _) => "no full block, nothing to keep".to_owned(),
        (n, 0) => format!("{}, alone in the cache", format::blocks(n)),
        (n, others) => format!(
            "{}, the oldest of {}",
            format::blocks(n),
            format::word(others as u32 + 1)
        ),
    };
    match evicted {
        0 => place,
        n if n == blocks => format!("{place}; all evicted"),
        n => format!("{place}; {} evicted", format::count(u64::from(n))),
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

/// Where nothing stands behind a prompt's last block, an engine computes it again, since the first token of the answer comes out of
/// it; empty where not all of the prompt's blocks are reused, or where something stands behind the last.
fn again(prompt: &Prompt, reused: u32) -> &'static str {
    match reused > 0 && reused == prompt.full_blocks() && prompt.tail_tokens() == 0 {
        true => {
            " (an engine computes the last one again all the same, as the answer's first token comes out of it)"
        }
        false => "",
    }
}

/// A line for the log on what happens when the prompt is sent, with the share of requests with a hit before and after, and what the
/// prompt would cost at the same replica once it is sent.
pub fn sent(look: &PromptLook, next: &PromptLook, before: &str, after: &str) -> String {
    let full = look.prompt.full_blocks();
    let at = look.decision.replica as usize;
    let cost = |of: &PromptLook| {
        of.decision
            .candidates
            .get(at)
            .map_or(f64::NAN, |it| it.cost)
    };
    let new = full - look.reused();
    let prefill = match new {
        0 => String::new(),
        _ => format!("{} fewer to prefill, ", format::blocks(new)),
    };
    let blocks = match (full, look.prompt.tail_tokens()) {
        (0, 0) => "nothing to compute".to_owned(),
        (0, 1) => "its one token fills no block, and is computed and not stored".to_owned(),
        (0, tail) => format!(
            "its {} fill no block, and are computed and not stored",
            format::plural(u64::from(tail), "token")
        ),
        _ => format!(
            "{}\u{a0}of\u{a0}{} reused{}, {} computed and stored",
            format::count(u64::from(look.reused())),
            format::blocks(full),
            again(&look.prompt, look.reused()),
            format::count(u64::from(new))
        ),
    };
    format!(
        "Sent to replica{GAP}{at}: {blocks}. The same prompt would now cost {} there, after {}: {prefill}one active request more. Requests \
         with a hit: {before} → {after}.",
        format::fixed(cost(next), 2),
        format::fixed(cost(look), 2),
    )
}

/// The source of the figures' targets, and what FakeAI is.
pub const TARGETS: &str = "FakeAI answers as a model's server does, but has no model; it is there to test what stands in front of such a server. The \
policy smart is its router's rule, these are its counters, and the targets those of its benchmark guide (version 0.0.4), for a fleet at work. \
They count a block as reused when the router's tree holds it; a real engine computes the last one again where nothing is behind it.";

/// Where the number of decode blocks comes from.
pub fn assumed(block_size: u32) -> String {
    let blocks = f64::from(ESTIMATED_OUTPUT) / f64::from(block_size.max(1));
    format!(
        "The overlap weight is the price of a block to prefill (what overlaps with a replica's cache costs nothing), the active weight that \
         of an active request (smart\u{2019}s own names for them are kv_overlap_weight and load_balance_weight). The numbers of active requests are set by hand, with − and +, and each prompt that is sent adds one. \
         Nobody knows how long an answer will be, so the router takes {} for each: {} blocks to decode (a part of a block counts as a \
         part), the same everywhere, so this column decides nothing.",
        format::plural(ESTIMATED_OUTPUT.into(), "token"),
        format::setting(blocks)
    )
}

/// What the explanation of the weights and of the decode column says, in a line.
pub fn about_assumed(block_size: u32) -> String {
    let blocks = f64::from(ESTIMATED_OUTPUT) / f64::from(block_size.max(1));
    let blocks = format::setting(blocks);
    format!("What the two weights are, and where the {blocks} decode blocks come from")
}

/// What the picture of a prompt's blocks shows, in a line: how many there are, and how many of them are cached, on which
/// replica if there is more than one.
pub fn in_blocks(full: u32, reused: u32, replica: Option<u32>) -> String {
    let on = replica.map_or(String::new(), |it| format!(" on replica {it}"));
    format!("The prompt in {}: {reused} warm{on}", format::blocks(full))
}

/// How many of the other prompts are stored besides the first, in a line.
pub fn others(all: usize, without: usize) -> String {
    format!(
        "Asked in between: {}\u{a0}of\u{a0}{all} other prompts",
        all - without
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

fn because(winner: &Candidate, second: &Candidate) -> String {
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

/// Why the tree lights more than the chosen replica has: other replicas hold more of the prompt. `None` if none does.
fn elsewhere(look: &PromptLook) -> Option<String> {
    let (own, all) = (look.reused(), look.deepest());
    (own < all).then(|| {
        format!(
            " The tree lights the {} that some replica holds; the chosen replica holds {} of them and computes the other {} too.",
            format::blocks(all),
            format::count(u64::from(own)),
            format::count(u64::from(all - own))
        )
    })
}

fn flip_sentence(sentence: &mut RichText, decision: &Decision, overlap: &Flips, load: &Flips) {
    let ends = [("overlap", overlap), ("active", load)];
    let mut before: Option<u32> = None;
    for (name, flips) in ends {
        // At an end of its slider a weight can go no further: a flip there is only a tie.
        let below = flips.below.filter(|flip| flip.weight > 0.0);
        let above = flips.above.filter(|flip| flip.weight < LARGEST_WEIGHT);
        for (way, flip) in [("falls below", below), ("rises above", above)] {
            let Some(flip) = flip else { continue };
            let lead = match before {
                None => format!(" It would lose to replica{GAP}{} once ", flip.winner),
                Some(winner) if winner == flip.winner => ", or once ".to_owned(),
                Some(_) => format!(", and to replica{GAP}{} once ", flip.winner),
            };
            push(
                sentence,
                Tone::Plain,
                format!("{lead}the {name} weight {way} "),
            );
            push(sentence, Tone::Strong, weight(flip.weight));
            before = Some(flip.winner);
        }
    }
    let lost = before.is_some();
    if lost {
        push(sentence, Tone::Plain, ".");
    }
    let mut ties = 0;
    for (name, flips) in ends {
        let term = match name {
            "overlap" => "prefill_blocks",
            _ => "active",
        };
        // Where a slider is at its end, what costs the same is said already.
        let now = crate::cost::weight(decision, term);
        let below = flips.below.filter(|flip| flip.weight <= 0.0 && now > 0.0);
        let above = flips
            .above
            .filter(|flip| flip.weight >= LARGEST_WEIGHT && now < LARGEST_WEIGHT);
        for flip in below.into_iter().chain(above) {
            let tie = format!(
                " At an {name} weight of {} it ties with {}.",
                weight(flip.weight),
                replicas(&level(decision, term, flip.weight))
            );
            push(sentence, Tone::Plain, tie);
            ties += 1;
        }
    }
    if !lost {
        let text = match ties {
            0 => " No weight on these sliders changes that.",
            _ => " No other weight on these sliders changes that.",
        };
        push(sentence, Tone::Plain, text);
    }
    if ties > 0 && decision.tied.len() < 2 {
        let rule = format!(" A tie goes to {}.", decision.tie_rule);
        push(sentence, Tone::Plain, rule);
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
