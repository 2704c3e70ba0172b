//! Why a figure is what it is, and not zero or not one: a few questions per section, each with its answer.
//!
//! A figure in an answer is that of the run or the picture that the section opens with, computed by the same functions that
//! draw it; figures that need a run are taken from a run ([`query`], [`of_run`]). Published figures are read from `core`'s
//! rows.

pub mod ends;
mod lab;
pub mod lines;
pub mod reality;

use crate::chart::RunSeries;
use crate::chips::change;
use crate::cost::{runner_up, value};
use crate::failure::choice::Choice;
use crate::format::{self, GAP};
use crate::one_gpu::{ANSWER, DOCUMENT, LONGEST, PromptChoice, play};
use crate::playground::samples::{SAMPLES, SYSTEM, router, tree};
use crate::playground::{BLOCK_SIZE, ESTIMATED_OUTPUT};
use crate::rich::{RichText, Tone, compose};
use warmpath_core::metrics::{PLACES, Summary};
use warmpath_core::scenario::life::health::HEALTH;
use warmpath_core::scenario::standard;

/// A question about a figure, and its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// The question, as a reader would ask it.
    pub question: &'static str,
    /// Its answer, with the figures that it rests on.
    pub answer: RichText,
}

fn why<const N: usize>(question: &'static str, pattern: &str, values: [String; N]) -> Why {
    let values = values.map(|it| (Tone::Strong, it));
    Why {
        question,
        answer: compose(pattern, values),
    }
}

/// The sections whose questions need no run, in the order of the page, by their ids.
pub const STATIONS: [&str; 4] = ["one-gpu", "blocks", "tree", "router"];
/// The sections whose questions need a run, by their ids.
pub const PLAYED: [&str; 3] = ["fleet", "failure", "lab"];

/// The questions of one of [`STATIONS`]; empty for another section.
pub fn of(section: &str) -> Vec<Why> {
    match section {
        "one-gpu" => one_gpu(),
        "blocks" => blocks(),
        "tree" => the_tree(),
        "router" => the_router(),
        _ => Vec::new(),
    }
}

fn one_gpu() -> Vec<Why> {
    let answers = play(DOCUMENT, &[PromptChoice::Same, PromptChoice::Same]);
    let (first, again) = (&answers[0], &answers[1]);
    let longest = play(LONGEST, &[PromptChoice::Same, PromptChoice::Same]);
    let tokens = |n: u32| format::plural(u64::from(n), "token");
    let time = |it: warmpath_core::units::VirtualTime| format::seconds(it.secs());
    let decode = |it: &crate::one_gpu::Answer| {
        let made = (it.length() - it.ttft).secs();
        format::seconds(made / f64::from(ANSWER - 1))
    };
    vec![
        why(
            "Why is anything computed at all the second time?",
            "The first token of the answer comes out of the last token of the prompt, so that one must go through the model \
             again, and the cache gives and takes whole blocks of {} tokens. So at least the last block is computed: {} here, of {}.",
            [
                standard::BLOCK_SIZE.to_string(),
                tokens(again.computed()),
                tokens(again.prompt_tokens),
            ],
        ),
        why(
            "Why does the second first token still take time?",
            "A step of the GPU reads all of the model's weights from memory, whether it computes one token or a hundred, and all that the \
             cache holds of the prompt. That is what is left: {} instead of {}. The weights are as large for any prompt, the cache is not: \
             behind a document of {} it takes {}.",
            [
                time(again.ttft),
                time(first.ttft),
                tokens(LONGEST),
                time(longest[1].ttft),
            ],
        ),
        why(
            "Why does a further token take less than that?",
            "A step that only makes one further token takes {}. One that also computes tokens of a prompt, here {}, reads the cache more slowly.",
            [decode(again), again.computed().to_string()],
        ),
        why(
            "Why did the first one take so long?",
            "All {} went through the model: with more than a few hundred new tokens a step is limited by computing, no longer by \
             reading the weights. With a \
             document of {} the first answer begins after {} and the second after {}: the first grows with all that is computed, the \
             second only with the cache that is read.",
            [
                tokens(first.prompt_tokens),
                tokens(LONGEST),
                time(longest[0].ttft),
                time(longest[1].ttft),
            ],
        ),
        why(
            "Why does the cache not make the rest of the answer quicker?",
            "Each further token is a step of its own that reads all weights and looks back at the whole prompt, cached or not: {} \
             a token after a cold start, {} after a warm one. A cache spares prefill and nothing else.",
            [decode(first), decode(again)],
        ),
    ]
}

fn blocks() -> Vec<Why> {
    let mut cutter = router(BLOCK_SIZE);
    let prompt = cutter.read(&SAMPLES[1].prompt());
    let changed = cutter.read(&super::questions::reworded(&SAMPLES[1].prompt()));
    let change = change(&prompt, &changed);
    let mut wide = router(standard::BLOCK_SIZE);
    let wide = wide.read(&SAMPLES[1].prompt());
    let count = |n: u32| format::count(u64::from(n));
    vec![
        why(
            "Why do the last tokens have no id?",
            "An id names a whole block. {} tokens are {} full blocks of {} and {} left over, which would get another id as soon as \
             a token is added. They are never kept, and are computed each time.",
            [
                format::count(prompt.tokens.len() as u64),
                count(prompt.full_blocks()),
                BLOCK_SIZE.to_string(),
                count(prompt.tail_tokens()),
            ],
        ),
        why(
            "Why do blocks with the same words get other ids?",
            "What the model has worked out about a token depends on all tokens before it, so a block's work is reusable only \
             behind the same beginning. The id says just that. Reword the first word, and {} of {} ids are other ones, {} of them \
             of blocks whose own words have not changed.",
            [
                count(change.blocks - change.kept),
                count(change.blocks),
                count(change.renamed_alone),
            ],
        ),
        why(
            "Why not one token a block, so that nothing is left over?",
            "Each block costs a look-up, an entry in the table and a word from the engine to the router. With {} tokens a block \
             this prompt has {} ids instead of {}, and loses {} tokens at its end instead of {}.",
            [
                standard::BLOCK_SIZE.to_string(),
                count(wide.full_blocks()),
                count(prompt.full_blocks()),
                count(wide.tail_tokens()),
                count(prompt.tail_tokens()),
            ],
        ),
    ]
}

fn the_tree() -> Vec<Why> {
    let (mut fleet, _) = tree(BLOCK_SIZE, None, &SAMPLES[1].prompt());
    let look = fleet.look(&SAMPLES[0].prompt());
    let nothing = fleet.look(&SAMPLES[3].prompt());
    let all = fleet.held(0) as u32;
    let room = all / 2;
    let (small, evicted) = tree(BLOCK_SIZE, Some(room), &SAMPLES[1].prompt());
    let count = |n: u32| format::count(u64::from(n));
    let (found, full) = (look.deepest(), look.prompt.full_blocks());
    let system = fleet.read(SYSTEM).full_blocks();
    let mut wide = router(standard::BLOCK_SIZE);
    let wide = wide.read(&SAMPLES[0].prompt()).full_blocks();
    vec![
        why(
            "Why are the branches as long as they are?",
            "A branch is what all prompts below it share. The shop\u{2019}s instructions, with which each begins, make {} of {} tokens; a branch behind \
             them goes on to the first block in which two prompts differ, or to the end of the only prompt that is left.",
            [format::blocks(system), BLOCK_SIZE.to_string()],
        ),
        why(
            "Why blocks of four tokens here, and of 16 in the first section?",
            "Only so that something can be seen: {} tokens a block is vLLM\u{2019}s size and that of every simulated GPU of this page, but with it a \
             prompt as short as this one makes {} instead of {}. Choose the size below the figure.",
            [
                standard::BLOCK_SIZE.to_string(),
                format::blocks(wide),
                format::count(u64::from(full)),
            ],
        ),
        why(
            "Why is not all of the second prompt found?",
            "The two are the same for {} of {} blocks, up to where the customer goes on to write about the shade. From the first \
             token that differs on, each block has an id that nobody has stored.",
            [count(found), count(full)],
        ),
        why(
            "Why is more than nothing found, though nobody asked this before?",
            "Each of the stored prompts begins with the same instructions, and a prompt need not be the same to the end: what \
             it shares from its beginning on is reused. The haiku among the samples begins otherwise, and finds {} of {}.",
            [
                count(nothing.deepest()),
                count(nothing.prompt.full_blocks()),
            ],
        ),
        why(
            "Why are there fewer blocks than all prompts have together?",
            "A block that several prompts share is there once. All prompts fit into {}. With room for {} the cache evicts {} on the \
             way, and holds {} at the end: it forgets only what it must.",
            [
                format::blocks(all),
                format::blocks(room),
                format::blocks(evicted),
                count(small.held(0) as u32),
            ],
        ),
        why(
            "Why does a path lose its end first?",
            "A block is of no use once the one before it is gone, since a look-up follows the path from its beginning. So of blocks \
             that were used at the same time, the deepest goes first.",
            [],
        ),
    ]
}

fn the_router() -> Vec<Why> {
    let mut fleet = router(BLOCK_SIZE);
    let look = fleet.look(&SAMPLES[0].prompt());
    let decision = &look.decision;
    let winner = &decision.candidates[decision.replica as usize];
    let number = |name: &str| format::setting(value(winner, name));
    let coldest = decision.candidates.iter();
    let coldest = coldest.min_by_key(|it| it.overlap_blocks).unwrap_or(winner);
    let second = runner_up(decision).unwrap_or(winner);
    let idle = decision.candidates.iter();
    let idle = idle.min_by(|a, b| value(a, "active").total_cmp(&value(b, "active")));
    let idle = idle.unwrap_or(winner);
    let held = |it: &warmpath_core::router::Candidate| format::count(u64::from(it.overlap_blocks));
    let active: Vec<String> = fleet.active.iter().map(u32::to_string).collect();
    let targets = fleet.measures().map(|it| it.target);
    let [_, reuse, prefix, _] = fleet.measures().map(|it| it.value);
    vec![
        why(
            "Why are the weights 1 and 0.5?",
            "They are the defaults of FakeAI, whose rule smart is: a block to prefill counts {}, an active request {}, so {} requests weigh as much \
             as one block of {} tokens. What is right depends on how long prompts and answers are; hence the sliders.",
            [
                format::setting(fleet.weights.overlap),
                format::setting(fleet.weights.load),
                format::setting(fleet.weights.overlap / fleet.weights.load),
                BLOCK_SIZE.to_string(),
            ],
        ),
        why(
            "Why have the replicas just these active requests?",
            "{} are made up for this page, so that the two wishes pull apart: replica {} is idle and holds {} of {} blocks, while \
             replica {} holds {} and has {} requests. Set others with \u{2212} and +, and see when the choice flips.",
            [
                active.join(", "),
                idle.replica.to_string(),
                held(idle),
                format::count(u64::from(look.prompt.full_blocks())),
                winner.replica.to_string(),
                held(winner),
                number("active"),
            ],
        ),
        why(
            "Why is more active on a replica than was sent to it?",
            "The two are counted apart. Sent are the {} prompts that the page had answered before you came, so that the caches hold something, \
             and each that you send, which also makes one request more active. An even share is {} each. A replica\u{2019}s tokens are its \
             prompts\u{2019} and {} for each answer, which is assumed.",
            [
                fleet.sent().to_string(),
                format::setting(fleet.sent() as f64 / fleet.active.len() as f64),
                ESTIMATED_OUTPUT.to_string(),
            ],
        ),
        why(
            "Where do the four targets come from?",
            "FakeAI\u{2019}s benchmark guide gives them as rules of thumb for a fleet at work: {}, {}, {} and {}. Nothing on this page \
             computes them, and where prompts share little no router reaches the first three.",
            targets,
        ),
        why(
            "Why does even the warmest replica cost something?",
            "Replica {} holds {} of {} blocks, so it has to prefill {}; and any replica has to make the answer: {} blocks, as the \
             router takes each answer to have {} tokens. Answering is never free, and that part is the same everywhere, so it decides \
             nothing.",
            [
                winner.replica.to_string(),
                format::count(u64::from(winner.overlap_blocks)),
                format::count(u64::from(look.prompt.full_blocks())),
                number("prefill_blocks"),
                number("decode_blocks"),
                ESTIMATED_OUTPUT.to_string(),
            ],
        ),
        why(
            "Why does the coldest replica hold more than nothing?",
            "All four have answered the same shop's customers, so each holds the shop's instructions: replica {} has {} of {} blocks. \
             It is what comes after them that tells the replicas apart.",
            [
                coldest.replica.to_string(),
                format::count(u64::from(coldest.overlap_blocks)),
                format::count(u64::from(look.prompt.full_blocks())),
            ],
        ),
        why(
            "Why does an idle replica lose?",
            "An active request counts {} blocks. Replica {} costs {} less than the next, replica {}: its warm blocks outweigh \
             the {} requests that it serves. With an overlap weight of 0, or with a few requests more on it, it loses.",
            [
                format::setting(fleet.weights.load),
                winner.replica.to_string(),
                format::fixed(second.cost - winner.cost, 2),
                second.replica.to_string(),
                number("active"),
            ],
        ),
        why(
            "What goes wrong at the ends of the weights?",
            "Overlap weight 0: the router is blind to caches and spreads alike prompts over all replicas. Overlap weight far above \
             the active weight: everybody with the same instructions goes to one replica, however long its queue. Active weight 0: the same. \
             Active weight far above: no cache outweighs one request more, which is least-load.",
            [],
        ),
        why(
            "Why is the share of requests with a hit neither zero nor one?",
            "It counts the requests so far that found something where they were sent. When the page opens each replica has answered a first \
             prompt, which found nothing, and one of them a second: {}, and from that one hit are the token reuse of {} and the mean prefix of {}. \
             As all begin with the same instructions, each further one finds \
             at least those, and the rate rises towards one without ever reaching it.",
            [fleet.hit_rate(), reuse, prefix],
        ),
    ]
}

/// The run that the questions of one of [`PLAYED`] are about, as a query string; empty for another section.
pub fn query(section: &str) -> String {
    match section {
        "fleet" => crate::comparison::opening_query(),
        "failure" => Choice::default().query(),
        "lab" => crate::controls::OPENING.to_owned(),
        _ => String::new(),
    }
}

/// The questions of one of [`PLAYED`], answered with the figures and courses of its run.
pub fn of_run(section: &str, summaries: &[Summary], courses: &[RunSeries]) -> Vec<Why> {
    let [least, smart, ..] = summaries else {
        return Vec::new();
    };
    match section {
        "fleet" => fleet(least, smart),
        "failure" => failure(least, smart, courses),
        // Its baseline is another policy.
        "lab" => lab::of(least, smart),
        _ => Vec::new(),
    }
}

fn fleet(least: &Summary, smart: &Summary) -> Vec<Why> {
    let of = |it: &Summary, at: usize| it.values[at];
    let time = |it, at| format::millis(of(it, at));
    let share = |it, at| format::share(of(it, at));
    let times = |x: f64| format!("{}{GAP}times", format::significant(x, 3));
    let duration = |it: &Summary| format::seconds(of(it, PLACES.duration));
    let busiest = |it: &Summary| {
        let requests = || it.replicas.iter().map(|it| it.requests);
        let mean = requests().sum::<f64>() / it.replicas.len() as f64;
        times(requests().fold(0.0, f64::max) / mean)
    };
    vec![
        why(
            "Why is the hit rate not one, even under smart?",
            "Somebody has to be the first to ask about each document, and each question is new: {} of all prompt blocks had never \
             been computed anywhere. Smart finds {}. What else it misses the router did not know of yet ({}), was evicted ({}), or lay warm on \
             another replica ({}).",
            [
                share(smart, PLACES.lost_never_cached),
                share(smart, PLACES.cache_hit_rate),
                share(smart, PLACES.lost_unknown),
                share(smart, PLACES.lost_evicted),
                share(smart, PLACES.lost_elsewhere),
            ],
        ),
        why(
            "Why is it not zero under least-load, which looks at no cache?",
            "Chance, and room: a cache holds several of the eight documents at once, so a question often meets a replica that has read its \
             document before. It finds {}. Another {} lay warm on a replica that was not asked, and that is enough to make the queues \
             grow.",
            [
                share(least, PLACES.cache_hit_rate),
                share(least, PLACES.lost_elsewhere),
            ],
        ),
        why(
            "Why is the time to first token not zero where everything is warm?",
            "A step reads all weights, and a request waits for the present step to end. Half of all requests under smart had their \
             first token within {}; the slowest in a hundred took {}, since they were the first to ask about a document, or stood \
             behind one that was. Under least-load the two are {} and {}.",
            [
                time(smart, PLACES.median_ttft_ms),
                time(smart, PLACES.p99_ttft_ms),
                time(least, PLACES.median_ttft_ms),
                time(least, PLACES.p99_ttft_ms),
            ],
        ),
        why(
            "Why does everybody wait longer, and not only those who found nothing?",
            "While a replica computes a long prompt, its other answers get their tokens late and its queue grows. The mean time per \
             token after the first is {} under least-load and {} under smart, though decoding is the same work under both.",
            [
                time(least, PLACES.mean_tpot_ms),
                time(smart, PLACES.mean_tpot_ms),
            ],
        ),
        why(
            "Why is the work not spread evenly?",
            "By requests, which the table counts, the busiest replica has {} the mean under least-load and {} under smart; by the time that \
             their prompt tokens and answers take to compute, {} and {}. A document belongs to whoever is warm for \
             it, and eight documents do not divide evenly among four replicas at every moment. Evenness is worth less than it seems: \
             least-load's replicas are evenly busy with work that need not be done.",
            [
                busiest(least),
                busiest(smart),
                times(of(least, PLACES.imbalance)),
                times(of(smart, PLACES.imbalance)),
            ],
        ),
        why(
            "Why are fewer requests completed a second than come?",
            "All are divided by the time until the last answer is complete: {} under least-load, {} under smart. Answers take their time after \
             the last question, and under least-load a queue has to be worked off first.",
            [duration(least), duration(smart)],
        ),
        why(
            "Why do the questions come when they do?",
            "Each gap, and each length, is drawn from a seed, once for all policies. So questions come in clusters and pauses, as from people \
             who know nothing of each other (Poisson arrivals).",
            [],
        ),
    ]
}

/// Why the router knew so late: `death` is when the replica died, and how long after that the router knew \[s\].
fn probes(death: Option<(f64, f64)>) -> Why {
    let health = HEALTH.iter().find(|it| it.name == "kubernetes");
    let (period, fails, lag) =
        health.map_or((f64::NAN, 0, f64::NAN), |it| (it.period, it.fails, it.lag));
    let (died, after) = death.unwrap_or((f64::NAN, f64::NAN));
    let last = died + after - lag;
    let times = (0..fails)
        .rev()
        .map(|n| format::fixed(last - f64::from(n) * period, 1));
    let times: Vec<String> = times.collect();
    why(
        "Why does the router know only then, and why are the probes at those times?",
        "Each replica is probed every {}, beginning at a moment that the seed draws for it, so that not all are probed together. For the dead one \
         these were {} s. {} failures in a row count, as Kubernetes has it, while one answer is enough for the return, and the router hears of the last {} later, which is assumed: in all \
         {} after the death.",
        [
            format::seconds(period),
            times.join(", "),
            fails.to_string(),
            format::seconds(lag),
            format::seconds(after),
        ],
    )
}

fn failure(least: &Summary, smart: &Summary, courses: &[RunSeries]) -> Vec<Why> {
    let dead = |it: &Summary| {
        let sent = it.life.as_ref().map_or(0, |life| life.sent_to_dead);
        format::count(sent)
    };
    let again = |it: &Summary| {
        let tokens = it.life.as_ref().map_or(0, |life| life.recomputed_tokens);
        match tokens {
            0 => "no".to_owned(),
            _ => format::count(tokens),
        }
    };
    let lost = |it: &Summary, of: fn(&warmpath_core::metrics::HappeningFigures) -> u32| {
        let life = it.life.iter().flat_map(|life| &life.happenings);
        format::count(life.map(|it| u64::from(of(it))).sum())
    };
    let failed = |it: &Summary| format::count(it.values[PLACES.failed] as u64);
    let first = |it: &Summary| it.life.as_ref()?.happenings.first().cloned();
    let ready = [least, smart].map(|it| {
        let it = first(it)?;
        Some(it.at_s + it.ready_after_s?)
    });
    // Arrivals do not depend on the policy, so all questions have been asked by the end of the longest curve.
    let ends = courses.iter().filter_map(|it| {
        let befell = it.befell.as_ref()?;
        Some(befell.waits.len() as f64 * it.bin)
    });
    let end = ends.fold(0.0, f64::max);
    let back = ready.into_iter().flatten().fold(f64::INFINITY, f64::min);
    let who = match (back.is_finite(), back > end) {
        (false, _) => {
            "The replica does not come back: the others compute anew what only it held".to_owned()
        }
        (true, true) => format!(
            "The others compute what only the dead one held. It is ready again at {}, but the last question is asked by {}",
            format::seconds(back),
            format::seconds(end)
        ),
        (true, false) => format!(
            "Until {} the others compute what only the dead one held, and from then on it does so too, with an empty cache",
            format::seconds(back)
        ),
    };
    let reuse = |it: &Summary| format::share(it.values[PLACES.token_reuse_rate]);
    vec![
        why(
            "Why is anything sent to a replica that is dead?",
            "Nobody tells the router. Probes look at intervals, and one failure is not believed. Until then a dead replica looks \
             idle, since an attempt there fails at once and leaves nothing active: least-load sends {} attempts there, smart {}. \
             Smart sends fewer because it wants a warm cache more than an empty queue.",
            [dead(least), dead(smart)],
        ),
        probes(first(least).and_then(|it| Some((it.at_s, it.known_after_s?)))),
        why(
            "Why do requests fail though three replicas are alive?",
            "An answer that the dead one has begun is cut off, and a client gives up after its last attempt: {} failed under least-load, \
             {} under smart. Attempts that fail at once use up a client's patience quickly.",
            [failed(least), failed(smart)],
        ),
        why(
            "Why are more tokens computed afterwards?",
            "{}. So {} prompt tokens that had been nowhere else are computed again under least-load, {} under smart. Under least-load \
             the other replicas hold the same documents; who kept each in one place has more to lose.",
            [who, again(least), again(smart)],
        ),
        why(
            "Why does least-load lose more blocks, and has to compute none of them again?",
            "Least-load had sent the dead replica questions about all documents, so its cache was full of them: {} blocks, of which {} lay on no \
             other replica, and nobody asked for those again. Smart keeps a document where it is: {} blocks, but {} of them nowhere else. Each \
             of these that is asked for again costs {} tokens once.",
            [
                lost(least, |it| it.lost_blocks),
                lost(least, |it| it.lost_alone),
                lost(smart, |it| it.lost_blocks),
                lost(smart, |it| it.lost_alone),
                standard::BLOCK_SIZE.to_string(),
            ],
        ),
        why(
            "Why does smart still reuse more?",
            "One replica's documents are lost, a quarter; the others stay warm: {} of all prompt tokens are reused under smart, {} under \
             least-load.",
            [reuse(smart), reuse(least)],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::course::of_runs;
    use crate::comparison::OPENING;
    use crate::rich::words;
    use crate::trial;
    use warmpath_core::metrics::summarise;
    use warmpath_core::router::POLICIES;

    pub(super) fn whole(all: &[Why]) {
        assert!(all.len() > 2);
        for why in all {
            let sentence = words(&why.answer);
            assert!(
                !sentence.contains("{}") && !sentence.contains("NaN"),
                "{sentence}"
            );
            assert!(why.question.ends_with('?'), "{}", why.question);
        }
    }

    #[test]
    fn every_station_has_answers_and_they_are_whole() {
        for section in STATIONS {
            whole(&of(section));
            lines::check(section, &of(section));
        }
        assert!(of("lab").is_empty());
        // What the router's answers rely on.
        let weights = crate::playground::Weights::default();
        let smart = POLICIES
            .iter()
            .find(|it| it.name == "smart")
            .expect("a policy");
        let defaults: Vec<f64> = smart.parameters.iter().map(|it| it.default).collect();
        assert_eq!(defaults, [weights.overlap, weights.load]);
        let said = |section, question: &str| {
            let all = of(section);
            let one = all.iter().find(|it| it.question.starts_with(question));
            words(&one.expect("asked").answer).replace(GAP, " ")
        };
        assert!(
            said("router", "Why are the weights")
                .contains("counts 1, an active request 0.5, so 2 requests")
        );
        let active = said("router", "Why have the replicas");
        assert!(
            active.contains("replica 3 is idle and holds 11 of 17 blocks, while replica 2 holds 15 and has 2 requests"),
            "{active}"
        );
        let targets = said("router", "Where do the four");
        assert!(
            targets.contains("over 50 %, over 30 %, over 64 tokens and within 20 %."),
            "{targets}"
        );
        let sent = said("router", "Why is more active");
        assert!(
            sent.contains("the 5 prompts that the page had answered")
                && sent.contains("An even share is 1.25 each."),
            "{sent}"
        );
        let hit = said("router", "Why is the share of requests");
        assert!(
            hit.contains("20 %, and from that one hit are the token reuse of 15 % and the mean prefix of 44.0 tokens."),
            "{hit}"
        );
        // What is left of the second wait has two parts, and the one that grows with the prompt is told.
        let left = said("one-gpu", "Why does the second first token");
        assert!(
            left.contains("all that the cache holds")
                && left.contains("39.5 ms instead of 797 ms")
                && left.contains("takes 53.2 ms"),
            "{left}"
        );
        assert!(said("tree", "Why are the branches").contains("make 11 blocks of 4 tokens"));
        assert!(said("tree", "Why blocks of four").contains("makes 4 blocks instead of 17."));
    }

    pub(super) fn run(section: &str) -> (Vec<Summary>, Vec<RunSeries>) {
        let replay = trial::run(&query(section));
        let (scenario, workload, runs) = (replay.scenario(), replay.workload(), replay.runs());
        (
            summarise(scenario, workload, runs),
            of_runs(scenario, workload, runs),
        )
    }

    #[test]
    fn a_runs_answers_are_of_its_two_policies_and_true() {
        let (fleet, courses) = run("fleet");
        let policies: Vec<&str> = fleet.iter().map(|it| it.policy.as_str()).collect();
        assert_eq!(policies, OPENING);
        whole(&of_run("fleet", &fleet, &courses));
        lines::check("fleet", &of_run("fleet", &fleet, &courses));
        let of = |it: usize, at: usize| fleet[it].values[at];
        // The evenness that the table has, and that of the work, are told apart.
        let answers = of_run("fleet", &fleet, &courses);
        let even = answers
            .iter()
            .find(|it| it.question.contains("spread evenly"));
        let even = words(&even.expect("asked").answer).replace(GAP, " ");
        let table =
            crate::comparison::deltas::deltas(&crate::comparison::opening().expect("valid"));
        let last = table.rows().last().expect("a row");
        for cell in &last.cells[1..] {
            let shown = words(&cell.text).replace(GAP, " ");
            let (number, _) = shown.split_once(" ×").expect("a ratio");
            assert!(even.contains(&format!("{number} times")), "{shown}: {even}");
        }
        // The facts that the sentences rely on.
        assert!(of(1, PLACES.cache_hit_rate) > of(0, PLACES.cache_hit_rate));
        assert!(of(0, PLACES.mean_tpot_ms) > of(1, PLACES.mean_tpot_ms));
        assert!(of(0, PLACES.lost_elsewhere) > of(1, PLACES.lost_elsewhere));
        let (failure, courses) = run("failure");
        whole(&of_run("failure", &failure, &courses));
        lines::check("failure", &of_run("failure", &failure, &courses));
        let dead = |it: usize| failure[it].life.as_ref().unwrap().sent_to_dead;
        assert!(dead(0) > dead(1) && dead(1) > 0);
        assert!(
            failure[1].values[PLACES.token_reuse_rate] > failure[0].values[PLACES.token_reuse_rate]
        );
        let answers = of_run("failure", &failure, &courses);
        let health = HEALTH.iter().find(|it| it.name == "kubernetes");
        assert_eq!(health.expect("a preset").oks, 1);
        // The times are those that the station's own sentence gives.
        let probes = answers.iter().find(|it| it.question.contains("probes"));
        let probes = words(&probes.expect("asked").answer).replace(GAP, " ");
        let opening = crate::failure::opening().expect("valid");
        let rules = opening.rules.replace(GAP, " ");
        for time in ["31.2", "41.2", "51.2"] {
            assert!(
                probes.contains(time) && rules.contains(time),
                "{probes} {rules}"
            );
        }
        assert!(
            probes.contains("3 failures") && probes.ends_with("21.4 s after the death."),
            "{probes}"
        );
        let anew = answers
            .iter()
            .find(|it| it.question.contains("computed afterwards"));
        let anew = words(&anew.expect("asked").answer);
        assert!(
            anew.starts_with("Until 90")
                && anew.contains("the others compute what only the dead one held, and from then on it does so too"),
            "{anew}"
        );
        let blocks = answers
            .iter()
            .find(|it| it.question.contains("more blocks"));
        let blocks = words(&blocks.expect("asked").answer);
        let alone = |it: usize| failure[it].life.as_ref().unwrap().happenings[0].lost_alone;
        assert!(10 * alone(0) < alone(1), "{blocks}");
        assert_eq!(failure[0].life.as_ref().unwrap().recomputed_tokens, 0);
        let again = failure[1].life.as_ref().unwrap().recomputed_tokens;
        assert!(again <= u64::from(alone(1)) * u64::from(standard::BLOCK_SIZE));
        assert!(of_run("fleet", &[], &[]).is_empty());
    }
}
