use super::*;
use crate::format::GAP;
use crate::scenario_facts::ScenarioFacts;
use crate::trial;
use warmpath_core::metrics::{PLACES, summarise};

/// A run as the laboratory makes it, judged.
fn tried(challenge: &Challenge, query: &str) -> ChallengeResult {
    let replay = trial::run(query);
    let summaries = summarise(replay.scenario(), replay.workload(), replay.runs());
    judged(challenge, replay.scenario(), &summaries)
}

/// A run judged by what the laboratory is told of it.
fn judged(challenge: &Challenge, scenario: &Scenario, summaries: &[Summary]) -> ChallengeResult {
    let start = Scenario::from_query(challenge.start).expect("a start");
    let facts = ScenarioFacts::new(scenario);
    judge(challenge, &facts, summaries, &differing(&start, scenario))
}

fn challenge(id: &str) -> &'static Challenge {
    CHALLENGES
        .iter()
        .find(|it| it.id == id)
        .expect("a challenge")
}

/// For each challenge a solution, and a run that comes near and is refused, with the condition that it misses.
const TRIES: [(&str, &str, &str, &str); 12] = [
    (
        "two-fewer",
        "v=2&w=kubeai&r=6&kv=65900&rate=200&arr=kubeai&conc=1600&client=python&warm=random:6&batch=16384&p=smart",
        "v=2&w=kubeai&r=4&kv=65900&rate=200&arr=kubeai&conc=1600&client=python&warm=random:6&batch=16384&p=smart",
        "mean TTFT below",
    ),
    (
        "no-help",
        "v=2&p=least-load,chwbl",
        "v=2&w=unique&p=least-load,smart",
        "at least 70",
    ),
    (
        "reversed",
        "v=2&w=shared-system:system=8192&rate=8&p=least-load,smart",
        "v=2&p=least-load,smart",
        "10 times",
    ),
    (
        "blind",
        "v=2&w=multi-turn&p=session",
        "v=2&w=multi-turn&p=smart",
        "its mean TTFT below",
    ),
    (
        "same-gpus",
        "v=2&w=rag&kvdtype=fp8&p=least-load",
        "v=2&w=rag&r=8&kvdtype=fp8&p=least-load",
        "put replicas back",
    ),
    (
        "stale",
        "v=2&w=rag&p=smart@truth,smart@events:10000ms",
        "v=2&w=rag&p=smart,least-load",
        "one policy twice",
    ),
    (
        "survive",
        "v=2&w=rag&n=300&rate=3&ev=30s:kill%3D1&health=ray&p=cache-aware",
        "v=2&w=rag&n=300&rate=3&ev=30s:kill%3D1&p=cache-aware",
        "no request fails: 19",
    ),
    (
        "storm",
        "v=2&w=rag&n=300&rate=3&ev=30s:kill%3D1/stay&health=kubeai&breaker=seed&p=chwbl",
        "v=2&w=rag&n=300&rate=3&ev=30s:kill%3D1/stay&health=kubeai&rtries=0&ctries=0&p=chwbl",
        "no request fails: 63",
    ),
    (
        "dead",
        "v=2&w=rag&n=400&ev=30s:kill%3D1/stay&health=kubeai&p=chwbl",
        "v=2&w=rag&n=400&ev=30s:kill%3D1/stay&health=kubernetes&p=least-load",
        "at least 400 attempts",
    ),
    (
        "chat",
        "v=2&w=rag:contexts%3D40;questions%3D20&r=6&rate=6&inflight=48&queue=1000/none&order=priority&classes=chat:0.3:0:2s,batch:0.7:9&p=smart",
        "v=2&w=rag:contexts%3D40;questions%3D20&r=6&rate=6&inflight=48&queue=1000/none&classes=chat:0.3:0:2s,batch:0.7:9&p=smart",
        "P95 TTFT of the chats",
    ),
    (
        "zero",
        "v=2&w=rag:contexts%3D4;questions%3D15&r=1&rate=0.01&scale=kubeai:inflight%3D10;window%3D60&p=smart",
        "v=2&w=rag:contexts%3D4;questions%3D15&r=1&rate=0.01&ctries=5&scale=keda:cooldown%3D60&p=smart",
        "everybody gets a whole answer",
    ),
    (
        "cascade",
        "v=2&w=rag:contexts%3D40;questions%3D40&n=1200&r=2&rate=3&scale=hpa:waiting%3D3;max%3D8;start%3D120&p=smart",
        "v=2&w=rag:contexts%3D40;questions%3D40&n=1200&r=2&rate=3&scale=hpa:max%3D16;start%3D120&p=smart",
        "P95 TTFT above",
    ),
];

/// The numbers that the cards give for the starts are those of the runs.
#[test]
fn what_the_cards_say_of_their_starts_is_so() {
    let goal = |id: &str, what: String| {
        let goal = challenge(id).goal;
        assert!(goal.contains(&what), "{id}: {what} is not in {goal}");
    };
    let value = |id: &str, at: usize| {
        let replay = trial::run(challenge(id).start);
        summarise(replay.scenario(), replay.workload(), replay.runs())[0].values[at]
    };
    let seconds = |id: &str, at: usize| libm::round(value(id, at) / 1e3);
    assert_eq!(seconds("two-fewer", PLACES.mean_ttft_ms), 10.0);
    goal("two-fewer", "waits ten seconds".to_owned());
    let wait = libm::round(value("same-gpus", PLACES.p99_ttft_ms) / 100.0) / 10.0;
    goal("same-gpus", format!("wait {wait}\u{a0}s or longer"));
    // What the title calls a quarter is one.
    assert!(15.0 <= wait / 4.0, "{wait}");
    let start = |id: &str| {
        let conditions = tried(challenge(id), challenge(id).start).conditions;
        conditions
            .iter()
            .map(|it| it.text.clone())
            .collect::<Vec<_>>()
            .join("; ")
    };
    assert!(
        start("storm").contains("attempts: 675"),
        "{}",
        start("storm")
    );
    assert!(
        start("cascade").contains("at a time: 16"),
        "{}",
        start("cascade")
    );
    assert!(
        start("zero").contains("30 without one"),
        "{}",
        start("zero")
    );
    assert!(start("dead").contains(": 0 by smart"), "{}", start("dead"));
}

#[test]
fn no_challenge_is_solved_at_its_start() {
    for challenge in &CHALLENGES {
        let verdict = tried(challenge, challenge.start);
        assert!(!verdict.solved, "{}: {verdict:?}", challenge.id);
    }
}

/// Each challenge asks for something of its own: the start of none solves another.
#[test]
fn no_challenge_is_solved_at_the_start_of_another() {
    for begun in &CHALLENGES {
        let replay = trial::run(begun.start);
        let summaries = summarise(replay.scenario(), replay.workload(), replay.runs());
        for challenge in &CHALLENGES {
            let verdict = judged(challenge, replay.scenario(), &summaries);
            let (id, at) = (challenge.id, begun.id);
            assert!(!verdict.solved, "{id} at the start of {at}: {verdict:?}");
        }
    }
}

/// Of two conditions of the cascade each can fail by itself, and replicas that start sooner are not a way out.
#[test]
fn the_cascade_cannot_be_stopped_by_doing_too_little_or_by_quicker_starts() {
    let cascade = challenge("cascade");
    let open = |scale: &str| -> Vec<String> {
        let (before, rest) = cascade.start.split_once("scale=").expect("it scales");
        let (_, after) = rest.split_once('&').expect("more follows");
        let query = format!("{before}scale={}&{after}", scale.replace('=', "%3D"));
        let missed = tried(cascade, &query).conditions.into_iter();
        missed.filter(|it| !it.met).map(|it| it.text).collect()
    };
    let missed = open("hpa:waiting=3;max=4;start=120");
    assert!(missed[0].starts_with("P95 TTFT above"), "{missed:?}");
    let missed = open("hpa:inflight=40;max=16;start=120");
    assert!(missed[0].starts_with("at most 8 replicas"), "{missed:?}");
    // Quicker replicas are gone sooner, too, and take answers with them.
    let missed = open("hpa:waiting=3;max=8;start=5");
    let (last, before) = missed.split_last().expect("it is no solution");
    assert_eq!(last, "all else as at the start: put autoscale's start back");
    assert!(
        before
            .iter()
            .all(|it| it.starts_with("everybody gets a whole")),
        "{before:?}"
    );
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
    for (id, _, near, wanted) in TRIES {
        let verdict = tried(challenge(id), near);
        let open: Vec<&Condition> = verdict.conditions.iter().filter(|it| !it.met).collect();
        assert!(
            open.iter().any(|it| it.text.contains(wanted)),
            "{id}: {verdict:?}"
        );
    }
}

/// A run that has the figures but not what was asked for is no solution: each of these would be one if a condition were left out.
#[test]
fn there_is_no_way_around() {
    const AROUND: [(&str, &str, &str); 6] = [
        (
            "two-fewer",
            "v=2&w=kubeai&r=8&kv=65900&rate=200&arr=kubeai&conc=1600&client=python&warm=random:6&batch=16384&p=smart",
            "at most 6 GPUs: 8",
        ),
        (
            "zero",
            "v=2&w=rag:contexts%3D4;questions%3D15&r=1&rate=0.01&scale=schedule:0s%3D1;340s%3D0;342s%3D1&p=smart",
            "everybody gets a whole answer: 1 without one",
        ),
        (
            "no-help",
            "v=2&w=rag&r=1&p=least-load,chwbl",
            "more than one replica",
        ),
        (
            "no-help",
            "v=2&w=rag&p=least-load,smart:kv_overlap_weight%3D0",
            "parameters as shipped",
        ),
        (
            "no-help",
            "v=2&w=rag&p=least-load,smart@events:9000000ms",
            "parameters as shipped",
        ),
        (
            "no-help",
            "v=2&w=rag&n=20&rate=0.01&p=least-load,chwbl",
            "at least 100 requests",
        ),
    ];
    for (id, query, wanted) in AROUND {
        let verdict = tried(challenge(id), query);
        let mut open = verdict.conditions.iter().filter(|it| !it.met);
        assert!(
            !verdict.solved && open.any(|it| it.text.contains(wanted)),
            "{id}: {verdict:?}"
        );
    }
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
/// The figure of each condition of a run: what stands behind the last colon, without whose it is.
fn figures_of(id: &str, query: &str) -> Vec<String> {
    let rendered = tried(challenge(id), query).conditions.into_iter();
    let figure = |it: Condition| {
        let figure = it.text.rsplit_once(": ")?.1.to_owned();
        let figure = figure.split(" by ").next()?.replace(GAP, " ");
        Some(
            figure
                .trim_end_matches(" without one")
                .trim_end_matches(" at least")
                .to_owned(),
        )
    };
    rendered.filter_map(figure).collect()
}

/// What a card says of its limit has the figures of its start, and those of a solution.
#[test]
fn why_a_limit_is_where_it_is_is_what_the_runs_say() {
    for (id, solution, ..) in TRIES {
        let limit = challenge(id).limit.replace('\u{a0}', " ");
        let start = figures_of(id, challenge(id).start);
        let solved = figures_of(id, solution);
        assert!(!start.is_empty() && start.len() <= solved.len(), "{id}");
        for figure in start.iter().chain(&solved) {
            // That enough were answered, and that the fleet goes to zero at all, needs no reason.
            let beside = ["no-help", "reversed", "zero", "chat", "cascade"].contains(&id)
                && ["400", "0"].contains(&figure.as_str());
            let none = figure == "0" && limit.contains("none");
            assert!(
                beside || none || limit.contains(figure.as_str()),
                "{id}: {figure} is not in {limit}"
            );
        }
    }
    // Those of other runs.
    let near = |id: &str| {
        let near = TRIES.iter().find(|it| it.0 == id).expect("a try").2;
        figures_of(id, near)
    };
    assert_eq!(near("blind"), ["89 %", "134 ms"]);
    assert_eq!(near("dead"), ["274"]);
}

/// The last hint of a card names what its solution has and its start has not.
#[test]
fn the_last_hint_names_the_solution() {
    const NAMED: [(&str, &[&str]); 12] = [
        ("two-fewer", &["smart"]),
        ("no-help", &["least-load", "chwbl"]),
        ("reversed", &["shared-system:system=8192", "smart"]),
        ("blind", &["session"]),
        ("same-gpus", &["fp8"]),
        ("stale", &["smart@events:10000ms"]),
        ("survive", &["ray", "cache-aware"]),
        ("storm", &["seed"]),
        ("dead", &["chwbl", "kubeai"]),
        ("chat", &["48", "1000/none", "priority"]),
        ("zero", &["kubeai:inflight=10;window=60"]),
        ("cascade", &["max=8"]),
    ];
    for ((id, solution, ..), (named, words)) in TRIES.iter().zip(NAMED) {
        assert_eq!(*id, named);
        let solution = solution.replace("%3D", "=");
        let [first, second, last] = challenge(id).hints;
        for word in words {
            assert!(solution.contains(word), "{id}: {word} is not in {solution}");
            assert!(last.contains(word), "{id}: {word} is not in {last}");
        }
        assert!(
            !first.is_empty() && !second.is_empty() && first != second,
            "{id}"
        );
    }
    // The solution of this one is the default workload, which a query does not name; the last hint must.
    let opening = Scenario::from_query("v=2").expect("valid").workload;
    assert!(
        challenge("no-help").hints[2].contains(&opening),
        "{opening}"
    );
}
