//! Why the router sends its prompt where it does, and why its meters stand where they do.

use super::{Why, why};
use crate::cost::{runner_up, value};
use crate::format;
use crate::playground::samples::{SAMPLES, router};
use crate::playground::{BLOCK_SIZE, ESTIMATED_OUTPUT};

/// The questions with their answers, of the decision that the router opens with.
pub(super) fn of() -> Vec<Why> {
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
