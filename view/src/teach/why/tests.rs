use super::*;
use crate::chart::course::of_runs;
use crate::comparison::OPENING;
use crate::format::GAP;
use crate::rich::words;
use crate::trial;
use warmpath_core::metrics::{PLACES, summarise};
use warmpath_core::router::POLICIES;
use warmpath_core::scenario::life::health::HEALTH;
use warmpath_core::scenario::standard;

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

pub(super) fn run(section: &str) -> (Vec<Summary>, Vec<Course>) {
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
    let table = crate::comparison::deltas::deltas(&crate::comparison::opening().expect("valid"));
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
            && anew.contains(
                "the others compute what only the dead one held, and from then on it does so too"
            ),
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
