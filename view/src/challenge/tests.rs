use super::*;
use crate::trial;
use warmpath_core::metrics::summarise;

/// A run as the laboratory makes it, judged.
fn tried(challenge: &Challenge, query: &str) -> Verdict {
    let replay = trial::run(query);
    let summaries = summarise(replay.scenario(), replay.workload(), replay.runs());
    let figures: Vec<_> = summaries.into_iter().map(|it| it.values).collect();
    judge(challenge, replay.scenario(), &figures)
}

fn challenge(id: &str) -> &'static Challenge {
    CHALLENGES
        .iter()
        .find(|it| it.id == id)
        .expect("a challenge")
}

/// A solution of each, and one that comes near and is refused for a reason.
const TRIES: [(&str, &str, &str, &str); 6] = [
    (
        "two-fewer",
        "v=1&w=kubeai&r=6&kv=65900&rate=200&arr=kubeai&conc=1600&client=python&warm=random:6&batch=16384&p=smart",
        "v=1&w=kubeai&r=4&kv=65900&rate=200&arr=kubeai&conc=1600&client=python&warm=random:6&batch=16384&p=smart",
        "mean TTFT below",
    ),
    (
        "no-help",
        "v=1&p=least-load,chwbl",
        "v=1&w=unique&p=least-load,smart",
        "at least 70",
    ),
    (
        "reversed",
        "v=1&w=shared-system:system=8192&rate=8&p=least-load,smart",
        "v=1&p=least-load,smart",
        "10 times",
    ),
    (
        "blind",
        "v=1&w=multi-turn&p=session",
        "v=1&w=multi-turn&p=smart",
        "its mean TTFT below",
    ),
    (
        "same-gpus",
        "v=1&w=rag&kvdtype=fp8&p=least-load",
        "v=1&w=rag&r=8&kvdtype=fp8&p=least-load",
        "put replicas back",
    ),
    (
        "stale",
        "v=1&w=rag&p=smart@truth,smart@events:10000ms",
        "v=1&w=rag&p=smart,least-load",
        "one policy twice",
    ),
];

#[test]
fn no_challenge_is_solved_at_its_start() {
    for challenge in &CHALLENGES {
        let verdict = tried(challenge, challenge.start);
        assert!(!verdict.solved, "{}: {verdict:?}", challenge.id);
    }
}

#[test]
fn every_challenge_has_a_solution() {
    for (id, solution, ..) in TRIES {
        let verdict = tried(challenge(id), solution);
        assert!(verdict.solved, "{id}: {verdict:?}");
    }
}

#[test]
fn what_misses_is_told_by_the_condition_it_misses() {
    for (id, _, near, told) in TRIES {
        let verdict = tried(challenge(id), near);
        let open: Vec<&Condition> = verdict.conditions.iter().filter(|it| !it.met).collect();
        assert!(
            open.iter().any(|it| it.told.contains(told)),
            "{id}: {verdict:?}"
        );
    }
}

#[test]
fn halving_is_at_least_halving() {
    let figures = tried(challenge("same-gpus"), challenge("same-gpus").start);
    let told = &figures.conditions[1].told;
    let seconds: f64 = told
        .rsplit(": ")
        .next()
        .and_then(|it| it.split('\u{a0}').next()?.parse().ok())
        .expect("a number of seconds");
    assert!(seconds > 30.0, "{told}");
}

#[test]
fn every_start_and_every_free_part_exists() {
    for challenge in &CHALLENGES {
        let start = Scenario::from_query(challenge.start).expect("valid");
        assert_eq!(start.to_query(), challenge.start, "canonical");
        for flag in challenge.free.unwrap_or_default() {
            assert!(FIELDS.iter().any(|field| field.flag == *flag), "{flag}");
        }
    }
}
