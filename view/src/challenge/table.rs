//! The challenges: those about caches and routers, easiest first, then those about a fleet's life.

use super::{Challenge, Check, Condition, PolicyRun, fleet};
use crate::format::{self, GAP};
use warmpath_core::metrics::PLACES;

const TTFT: usize = PLACES.mean_ttft_ms;
const REUSE: usize = PLACES.token_reuse_rate;

/// All challenges, in the order of their cards.
pub static CHALLENGES: [Challenge; 12] = [
    Challenge {
        id: "two-fewer",
        title: "Send two GPUs home",
        goal: "KubeAI's workload on eight GPUs under least-load waits ten seconds for a first token. Serve it with six GPUs or \
               fewer and a mean TTFT below 1\u{a0}s.",
        limit: "Why 1\u{a0}s: it is the mean wait for a first token, over all requests. The start has 10.3\u{a0}s on 8 GPUs, since everybody stands in a queue; a solution has 600\u{a0}ms on 6, since hardly anybody does.",
        hints: [
            "The GPUs that least-load needs more than others are busy computing what their neighbour has in its cache.",
            "Change the policy before you take GPUs away: a router that looks at how prompts begin finds most blocks where it sends them.",
            "Take the policy smart, and six replicas.",
        ],
        start: "v=2&w=kubeai&r=8&kv=65900&rate=200&arr=kubeai&conc=1600&client=python&warm=random:6&batch=16384&p=least-load",
        free: Some(&["replicas", "policy", "seed"]),
    },
    Challenge {
        id: "no-help",
        title: "Make the router's choice not matter",
        goal: "Find work of which least-load reuses at least 70\u{a0}% of all prompt tokens, and on which a router that looks at \
               prefixes is neither 5\u{a0}% faster nor 5\u{a0}% slower in mean TTFT.",
        limit: "Why 70\u{a0}% and 5\u{a0}%: if least-load found less, there would be something left for a router to find; and 5\u{a0}% either way counts as no difference. The start has 78\u{a0}% and −96\u{a0}%, a solution 88\u{a0}% and +1.6\u{a0}%.",
        hints: [
            "When does every replica hold what everybody needs?",
            "What is shared must be small enough for every cache, and the same for everybody: one beginning for all, not one for each document.",
            "Take the workload shared-system as it comes, with least-load beside chwbl.",
        ],
        start: "v=2&w=rag&p=least-load,chwbl",
        free: None,
    },
    Challenge {
        id: "reversed",
        title: "Make prefix routing lose to least-load, tenfold",
        goal: "With the same requests, a router that looks at prefixes must wait ten times as long for its mean first token as least-load.",
        limit: "Why ten times: of the mean first tokens, so that it is no chance. The start has 0.037 times, a solution 73 times.",
        hints: [
            "A prefix that is in one place only is also a queue in one place only. How popular may a document be before its \
               replica is the bottleneck, and what keeps a router from seeing it?",
            "One beginning that everybody shares is the extreme: who goes where it is warm goes where everybody is. Make it long, and let requests come quickly.",
            "Take shared-system with a system prompt of 8192 tokens (shared-system:system=8192) at 8 requests a second, with least-load beside smart.",
        ],
        start: "v=2&w=rag&p=least-load,chwbl",
        free: None,
    },
    Challenge {
        id: "blind",
        title: "85\u{a0}% reuse without hot spots",
        goal: "Fifty conversations of eight questions each: reach 85\u{a0}% reuse and a mean TTFT below 110\u{a0}ms, by the policy alone.",
        limit: "Why 85\u{a0}% and 110\u{a0}ms: of all prompt tokens some nine in ten can be found here, and 110\u{a0}ms of mean TTFT is only kept without queues. The start has 57\u{a0}%; smart has 89\u{a0}% and 134\u{a0}ms, a solution 89\u{a0}% and 98.7\u{a0}ms.",
        hints: [
            "What is shared here belongs to a conversation. Who needs to look into caches to know that? And a router that \
               does look: what makes it spread the work?",
            "A router that keeps each conversation at one replica finds its blocks without a look into caches, and conversations are easily spread.",
            "Take the policy session.",
        ],
        start: "v=2&w=multi-turn&p=round-robin",
        free: Some(&["policy", "seed"]),
    },
    Challenge {
        id: "same-gpus",
        title: "Cut P99 TTFT to a quarter: no GPU more, no other router",
        goal: "Of 400 questions about eight documents, four a second, the slowest hundredth wait 63.9\u{a0}s or longer under least-load. Bring P99 TTFT \
               below 15\u{a0}s with least-load, the same four GPUs and the same model.",
        limit: "Why 15\u{a0}s: only the slowest four of 400 requests may take longer, and it is less than a quarter of the start's 63.9\u{a0}s. A solution has 10.6\u{a0}s.",
        hints: [
            "Least-load loses because what is needed lies in another cache. What if it lay in every cache?",
            "Each cache would hold twice as many tokens if a token took half the room.",
            "Set “KV cache” to fp8.",
        ],
        start: "v=2&w=rag&p=least-load",
        free: Some(&["kv-dtype", "block-size", "max-seqs", "batch-tokens", "seed"]),
    },
    Challenge {
        id: "stale",
        title: "Make a router's beliefs go stale enough to matter",
        goal: "Run one policy twice, with two kinds of knowledge. Both must hear of caches, and the worse informed one must have \
               three times the mean TTFT.",
        limit: "Why three times: the mean TTFT of the worse informed over that of the better informed. The start has 1.0 times, a solution 11 times.",
        hints: [
            "Behind the @ stands what a router knows: @truth, @events:50ms (what replicas say, that much later), @routed:120s \
               (what it sent where, and for how long it believes it).",
            "Leave one side at @truth, and delay the news of the other: by seconds, since milliseconds are soon over.",
            "Run smart@truth beside smart@events:10000ms.",
        ],
        start: "v=2&w=rag&p=smart@truth,smart@events:50ms",
        free: Some(&["policy", "load-age", "routers", "seed"]),
    },
    fleet::SURVIVE,
    fleet::STORM,
    fleet::DEAD,
    fleet::CHAT,
    fleet::ZERO,
    fleet::CASCADE,
];

/// The conditions of each challenge, in the same order. They stand in a table of their own, so that a program that only shows the
/// cards has no code for them.
pub(super) static CHECKS: [Check; CHALLENGES.len()] = [
    two_fewer,
    no_help,
    reversed,
    blind,
    same_gpus,
    stale,
    fleet::survive,
    fleet::storm,
    fleet::dead,
    fleet::chat,
    fleet::zero,
    fleet::cascade,
];

pub(super) fn condition(met: bool, text: String) -> Condition {
    Condition { met, text }
}

/// The side with the least mean TTFT.
fn quickest<'a, 'b>(sides: impl Iterator<Item = &'a PolicyRun<'b>>) -> Option<&'a PolicyRun<'b>>
where
    'b: 'a,
{
    sides.min_by(|a, b| a.value(TTFT).total_cmp(&b.value(TTFT)))
}

fn below(sides: &[PolicyRun<'_>], at: usize, title: &str, limit_ms: f64) -> Condition {
    let best = sides
        .iter()
        .map(|side| side.value(at))
        .fold(f64::NAN, f64::min);
    condition(
        best < limit_ms,
        format!(
            "{title} below {}: {}",
            format::millis(limit_ms),
            format::millis(best)
        ),
    )
}

fn two_fewer(sides: &[PolicyRun<'_>]) -> Vec<Condition> {
    let gpus = sides.first().map_or(0, |side| {
        u64::from(side.facts.replicas) * u64::from(side.facts.each)
    });
    vec![
        condition(
            gpus <= 6,
            format!("at most 6 GPUs: {}", format::count(gpus)),
        ),
        below(sides, TTFT, "mean TTFT", 1_000.0),
    ]
}

/// The side of the policy least-load, and the best side that looks at prefixes; with other parameters or other knowledge than it
/// comes with, such a router may have been made blind.
fn pair<'a, 'b>(sides: &'a [PolicyRun<'b>]) -> Option<(&'a PolicyRun<'b>, &'a PolicyRun<'b>)> {
    let plain = sides.iter().find(|side| side.is("least-load"))?;
    let shipped = |side: &&PolicyRun<'_>| side.policy.text == side.policy.name;
    let sees = sides.iter().filter(|side| side.looks_at_prefixes());
    let other = quickest(sees.filter(shipped))?;
    Some((plain, other))
}

fn both_needed() -> Vec<Condition> {
    vec![condition(
        false,
        "least-load and a router that looks at prefixes, in one run".to_owned(),
    )]
}

/// The condition that both answered enough requests for their figures to say something.
fn many_answered(a: &PolicyRun<'_>, b: &PolicyRun<'_>) -> Condition {
    let answered = a.value(PLACES.completed).min(b.value(PLACES.completed));
    condition(
        answered >= 100.0,
        format!("at least 100 requests answered by each: {answered}"),
    )
}

fn no_help(sides: &[PolicyRun<'_>]) -> Vec<Condition> {
    let Some((plain, other)) = pair(sides) else {
        let missing =
            "least-load and a router that looks at prefixes, parameters as shipped, in one run";
        return vec![condition(false, missing.to_owned())];
    };
    if plain.facts.replicas < 2 {
        return vec![condition(
            false,
            "more than one replica to choose from".to_owned(),
        )];
    }
    let (reuse, ratio) = (plain.value(REUSE), other.value(TTFT) / plain.value(TTFT));
    vec![
        many_answered(plain, other),
        condition(
            reuse >= 0.7,
            format!(
                "least-load reuses at least 70{GAP}%: {}",
                format::share(reuse)
            ),
        ),
        condition(
            (0.95..=1.05).contains(&ratio),
            format!(
                "{} within 5{GAP}% of its mean TTFT: {}",
                other.policy.text,
                format::delta(other.value(TTFT), plain.value(TTFT))
            ),
        ),
    ]
}

fn reversed(sides: &[PolicyRun<'_>]) -> Vec<Condition> {
    let plain = sides.iter().find(|side| side.is("least-load"));
    let others = sides.iter().filter(|side| side.looks_at_prefixes());
    let worst = others.max_by(|a, b| a.value(TTFT).total_cmp(&b.value(TTFT)));
    let (Some(plain), Some(other)) = (plain, worst) else {
        return both_needed();
    };
    let ratio = other.value(TTFT) / plain.value(TTFT);
    vec![
        many_answered(plain, other),
        condition(
            ratio >= 10.0,
            format!(
                "{} at least 10 times the mean TTFT of least-load: {} times",
                other.policy.text,
                format::significant(ratio, 2)
            ),
        ),
    ]
}

fn blind(sides: &[PolicyRun<'_>]) -> Vec<Condition> {
    let Some(best) = sides
        .iter()
        .filter(|side| side.value(REUSE) >= 0.85)
        .min_by(|a, b| a.value(TTFT).total_cmp(&b.value(TTFT)))
    else {
        let most = sides
            .iter()
            .map(|side| side.value(REUSE))
            .fold(f64::NAN, f64::max);
        return vec![condition(
            false,
            format!("at least 85{GAP}% reused: {}", format::share(most)),
        )];
    };
    vec![
        condition(
            true,
            format!(
                "at least 85{GAP}% reused: {} by {}",
                format::share(best.value(REUSE)),
                best.policy.text
            ),
        ),
        below(core::slice::from_ref(best), TTFT, "its mean TTFT", 110.0),
    ]
}

fn same_gpus(sides: &[PolicyRun<'_>]) -> Vec<Condition> {
    vec![
        condition(
            sides.iter().all(|side| side.is("least-load")),
            "least-load, and no other policy".to_owned(),
        ),
        below(sides, PLACES.p99_ttft_ms, "P99 TTFT", 15_000.0),
    ]
}

fn stale(sides: &[PolicyRun<'_>]) -> Vec<Condition> {
    let informed: Vec<&PolicyRun<'_>> = sides
        .iter()
        .filter(|side| side.looks_at_prefixes())
        .collect();
    let mut best: Option<(f64, &PolicyRun<'_>, &PolicyRun<'_>)> = None;
    for a in &informed {
        for b in &informed {
            let same = a.policy.name == b.policy.name
                && stem(a) == stem(b)
                && a.policy.knowledge != b.policy.knowledge;
            let ratio = b.value(TTFT) / a.value(TTFT);
            if same && best.is_none_or(|(most, ..)| ratio > most) {
                best = Some((ratio, a, b));
            }
        }
    }
    let Some((ratio, a, b)) = best else {
        return vec![condition(
            false,
            "one policy twice, with the same parameters and two kinds of knowledge".to_owned(),
        )];
    };
    vec![condition(
        ratio >= 3.0,
        format!(
            "{} at least three times the mean TTFT of {}: {} times",
            b.policy.text,
            a.policy.text,
            format::significant(ratio, 2)
        ),
    )]
}

/// The policy as it would be typed, without what follows the "@".
fn stem(side: &PolicyRun<'_>) -> String {
    let text = side.policy.text.as_str();
    text.split('@').next().unwrap_or_default().to_owned()
}
