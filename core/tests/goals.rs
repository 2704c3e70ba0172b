//! Verdicts against what the records say, counted in the plainest way.

use std::sync::Arc;

use proptest::prelude::*;
use warmpath_core::fleet::{Outcome, Record, Replay, Run};
use warmpath_core::metrics::{FoundValue, LimitKept, Summary, percentile, summarise};
use warmpath_core::report::{Report, csv, html, json, markdown, prometheus, text};
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::{Named, Workload};

fn ran(query: &str) -> (Scenario, Arc<Workload>, Vec<Run>) {
    let scenario = Scenario::from_query(query).unwrap();
    let named = Named::parse(&scenario.workload).unwrap();
    let workload = named
        .generate(scenario.block_size, scenario.seed, scenario.requests)
        .unwrap();
    let workload = Arc::new(workload);
    let replay = Replay::new(scenario.clone(), Arc::clone(&workload), false).unwrap();
    let runs = replay.finish().unwrap();
    (scenario, workload, runs)
}

fn judged(query: &str, goal: &str) -> (Summary, Vec<Run>, Arc<Workload>) {
    let (mut scenario, workload, runs) = ran(query);
    scenario.set("goal", goal).unwrap();
    let summary = summarise(&scenario, &workload, &runs).remove(0);
    (summary, runs, workload)
}

fn ttft(record: &Record) -> f64 {
    match record.outcome {
        Outcome::Completed => (record.first_token - record.sent).millis(),
        _ => f64::INFINITY,
    }
}

#[test]
fn what_is_not_answered_is_late_without_end_and_attains_nothing() {
    // A limit of two in flight refuses many at once.
    let query = "v=2&w=rag&n=200&rate=6&inflight=14&p=smart";
    let goal = "p95_ttft<900ms;p5_ttft<900ms;errors<1%;attainment(ttft<900ms,e2el<9s)>=50%";
    let (summary, runs, _) = judged(query, goal);
    let verdict = summary.verdict.unwrap();
    let records = &runs[0].records;
    let answered = records.iter().filter(|it| it.outcome == Outcome::Completed);
    let unanswered = records.len() - answered.count();
    assert!(unanswered > 20 && unanswered < 190, "{unanswered}");
    assert_eq!(verdict.unanswered, unanswered as u64);
    assert_eq!(verdict.requests, 200);
    let [p95, p5, errors, attainment] = [0, 1, 2, 3].map(|at| verdict.found[at]);
    assert_eq!(p95.value, f64::INFINITY);
    assert_eq!(p95.standing, LimitKept::Missed);
    assert!(p5.value.is_finite(), "{p5:?}");
    assert_eq!(errors.value, unanswered as f64 / 200.0);
    let keeps = |it: &&Record| ttft(it) < 900.0 && (it.done - it.sent).secs() < 9.0;
    let kept = records.iter().filter(keeps).count();
    assert_eq!(attainment.value, kept as f64 / 200.0);
}

#[test]
fn a_class_is_judged_by_its_own_requests() {
    let query = "v=2&w=rag&n=200&rate=9&p=smart&classes=chat:0.3:0,batch:0.7:9&inflight=12&order=priority&queue=500";
    let goal =
        "p95_ttft@chat<1ms;p95_ttft@batch<1ms;p95_ttft<1ms;errors@chat<1%;p50_ttft@nobody<1s";
    let (summary, runs, workload) = judged(query, goal);
    let found = summary.verdict.unwrap().found;
    let groups = &runs[0].line.as_ref().unwrap().groups;
    let p95 = |class: Option<u16>| {
        let mine = |n: &usize| class.is_none_or(|it| groups.of(&workload, *n as u32).class == it);
        let all = (0..runs[0].records.len()).filter(mine);
        let mut times: Vec<f64> = all.map(|n| ttft(&runs[0].records[n])).collect();
        times.sort_by(f64::total_cmp);
        assert!(times.len() > 20);
        percentile(&times, 95.0)
    };
    let found_p95: Vec<f64> = found[..3].iter().map(|it| it.value).collect();
    assert_eq!(found_p95, [p95(Some(0)), p95(Some(1)), p95(None)]);
    assert!(found_p95[0] < found_p95[1]);
    // A limit on somebody that there is not is no limit that is kept.
    assert_eq!(found[4].standing, LimitKept::Missed);
}

#[test]
fn a_tenant_is_judged_by_its_own_requests() {
    let query = "v=2&w=rag&n=200&rate=9&p=smart&tenants=a:1,b:3&inflight=12&order=vtc&queue=500";
    let (summary, runs, workload) = judged(query, "p50_ttft@a<1ms;p50_ttft@b<1ms");
    let groups = &runs[0].line.as_ref().unwrap().groups;
    let median = |tenant: u16| {
        let mine = |n: &usize| groups.of(&workload, *n as u32).tenant == tenant;
        let all = (0..runs[0].records.len()).filter(mine);
        let mut times: Vec<f64> = all.map(|n| ttft(&runs[0].records[n])).collect();
        times.sort_by(f64::total_cmp);
        assert!(times.len() > 20);
        percentile(&times, 50.0)
    };
    let found: Vec<f64> = summary
        .verdict
        .unwrap()
        .found
        .iter()
        .map(|it| it.value)
        .collect();
    assert_eq!(found, [median(0), median(1)]);
    assert_ne!(found[0], found[1]);
}

#[test]
fn a_goal_is_met_if_every_seed_meets_it() {
    let query = "v=2&w=rag&n=120&rate=12&seeds=4&p=least-load";
    let (summary, runs, _) = judged(query, "p95_ttft<1ms");
    let worst = runs.iter().map(|run| {
        let mut times: Vec<f64> = run.records.iter().map(ttft).collect();
        times.sort_by(f64::total_cmp);
        percentile(&times, 95.0)
    });
    let worst = worst.fold(0.0, f64::max);
    assert_eq!(summary.verdict.unwrap().found[0].value, worst);
}

#[test]
fn every_format_tells_the_verdict_and_none_without_a_goal() {
    let (mut scenario, workload, runs) = ran("v=2&w=rag&n=80&rate=6&p=round-robin,smart");
    let all = |scenario: &Scenario| {
        let report = Report::new(scenario, &workload, &runs);
        [
            text::write(&report),
            markdown::write(&report),
            html::write(&report, &[]),
            json::write(&report),
            csv::write(&report),
            prometheus::write(&report),
        ]
    };
    let plain = all(&scenario);
    scenario.set("goal", "p95_ttft<1/2ms;errors<1%").unwrap();
    let words = [
        "smart misses the goal beyond the critical value; the limit that decides is P95 TTFT < 1 ms (critical: 2 ms): found ",
        "- smart misses the goal beyond the critical value",
        "<li>smart misses the goal beyond the critical value",
        "\"binds\": \"p95_ttft<1/2ms\"",
        ",critical,-",
        "warmpath_goal_met{policy=\"smart\"} 0",
    ];
    for ((text, plain), word) in all(&scenario).iter().zip(&plain).zip(words) {
        assert!(text.contains(word), "{word} is not in\n{text}");
        assert!(
            !plain.contains("verdict") && !plain.contains("goal_"),
            "{plain}"
        );
    }
    scenario.set("goal", "seed-slo").unwrap();
    let report = Report::new(&scenario, &workload, &runs);
    assert!(text::write(&report).contains("here it is TTFT"));
}

/// Who was not answered would have had a first token, but a time per output token only if its answer were longer than one.
#[test]
fn who_was_not_answered_is_late_in_what_it_would_have_had() {
    let goal = "p95_ttft<900ms;p95_tpot<900ms";
    let values = |output: u32| {
        let query = format!(
            "v=2&w=unique:prompt%3D300;output%3D{output};spread%3D0&n=200&rate=40&inflight=4&p=smart"
        );
        let verdict = judged(&query, goal).0.verdict.unwrap();
        assert!(verdict.unanswered > 20 && verdict.unanswered < 190);
        [0, 1].map(|at: usize| verdict.found[at].value)
    };
    assert_eq!(values(20), [f64::INFINITY; 2]);
    assert_eq!(values(1), [f64::INFINITY, 0.0]);
}

/// A mean leaves out who was not answered; of none it is not 0, which every limit would keep.
#[test]
fn the_mean_of_nobody_keeps_no_limit() {
    let goal = "mean_ttft<900ms;mean_tpot<900ms;p99_itl<900ms;mean_itl<900ms;token_reuse_rate>=1%";
    let dead = "ev=0s:kill%3D0;0s:kill%3D1&p=smart";
    let query = |output: u32| {
        format!("v=2&w=unique:prompt%3D300;output%3D{output};spread%3D0&n=40&r=2&{dead}")
    };
    let standing = |output: u32| {
        let verdict = judged(&query(output), goal).0.verdict.unwrap();
        assert_eq!(verdict.unanswered, 40);
        let met = |it: &FoundValue| it.standing == LimitKept::Met;
        verdict.found.iter().map(met).collect::<Vec<bool>>()
    };
    assert_eq!(standing(20), [false; 5]);
    // Nobody would have had a second token.
    assert_eq!(standing(1), [false, true, true, true, false]);
    let report = reported(&query(20), goal);
    let said = warmpath_core::report::goal::sentences(&report).join("");
    assert!(
        said.contains(
            "Mean TTFT < 900 ms: none of the requests that it counts was answered; 4 other limits"
        ),
        "{said}"
    );
    let found: Vec<String> = warmpath_core::report::goal::table(&report)
        .readable()
        .into_iter()
        .skip(1)
        .map(|row| row[2].clone())
        .collect();
    let none = "none answered";
    assert_eq!(found, [none, none, none, none, "nothing to measure"]);
}

/// A client with a cap holds requests back: from when they were due to when they were sent.
#[test]
fn the_wait_for_the_cap_is_from_due_to_sent() {
    let query = "v=2&w=rag&n=60&rate=20&conc=2&p=smart";
    let (summary, runs, _) = judged(query, "mean_client_wait<1ms");
    let waits = runs[0].records.iter().map(|it| (it.sent - it.due).millis());
    let mean = waits.sum::<f64>() / 60.0;
    let found = summary.verdict.unwrap().found[0].value;
    assert!(
        (found - mean).abs() < 1e-6 && mean > 1.0,
        "{found}, not {mean}"
    );
}

#[test]
fn of_several_runs_those_not_answered_are_the_most_of_one() {
    let query = |inflight: &str| format!("v=2&w=rag&n=100&rate=20{inflight}&p=smart");
    let verdict = |inflight| judged(&query(inflight), "errors<1%").0.verdict.unwrap();
    let (few, many) = (verdict(""), verdict("&inflight=2"));
    assert!(few.unanswered < many.unanswered);
    for worst in [few.clone().worst(&many), many.clone().worst(&few)] {
        assert_eq!(worst, many);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Of a run in which everything is answered a percentile in a goal is the report's own.
    #[test]
    fn a_percentile_is_the_figure_of_the_report(seed in 0u64..1000, rate in 1u32..30) {
        let query = format!("v=2&w=rag&n=60&rate={rate}&seed={seed}&p=random");
        let goal = "p95_ttft<1ms;median_tpot<1ms;p99_e2e<1ms;mean_ttft<1ms;p90_itl<1ms;errors<1%;busy<50%";
        let (summary, runs, _) = judged(&query, goal);
        let verdict = summary.verdict.clone().unwrap();
        let values = &summary.values;
        let found: Vec<f64> = verdict.found.iter().map(|it| it.value).collect();
        prop_assert_eq!(
            &found[..5],
            &[values.p95_ttft_ms, values.median_tpot_ms, values.p99_e2el_ms, values.mean_ttft_ms, values.p90_itl_ms]
        );
        prop_assert_eq!(found[5], 0.0);
        let busy: u64 = runs[0].replicas.iter().map(|it| it.tally.busy_ns).sum();
        let busy = busy as f64 / 1e9 / 4.0 / values.duration;
        prop_assert!((found[6] - busy).abs() < 1e-12 && busy > 0.0 && busy <= 1.0);
    }
}

fn reported(query: &str, goal: &str) -> Report {
    let (mut scenario, workload, runs) = ran(query);
    scenario.set("goal", goal).unwrap();
    Report::new(&scenario, &workload, &runs)
}

/// A mean and a gap between tokens are of the answered requests alone.
#[test]
fn what_is_not_answered_is_called_a_miss_only_where_it_counts_as_one() {
    let query = "v=2&w=rag&n=200&rate=6&inflight=14&p=smart";
    let sentence =
        |goal: &str| warmpath_core::report::goal::sentences(&reported(query, goal)).join("");
    for goal in ["mean_ttft<9s", "p95_itl<1s", "request_throughput>1"] {
        let said = sentence(goal);
        assert!(
            said.ends_with(" of 200 requests were not answered"),
            "{said}"
        );
    }
    for goal in [
        "p5_ttft<9s",
        "errors<99%",
        "attainment(ttft<1s)>=1%",
        "mean_ttft<9s;errors<99%",
    ] {
        let said = sentence(goal);
        assert!(
            said.ends_with(" were not answered and count as misses"),
            "{said}"
        );
    }
}

/// What falls on a request without an answer is late without end: too late for an upper limit, late enough for a lower one.
#[test]
fn a_lower_limit_that_is_kept_by_the_unanswered_is_not_out_of_reach() {
    let report = reported("v=2&w=rag&n=200&rate=6&inflight=14&p=smart", "p95_ttft>1ms");
    let said = warmpath_core::report::goal::sentences(&report).join("");
    assert!(
        said.contains("meets the goal") && said.contains("found never, more than enough"),
        "{said}"
    );
    assert!(!said.contains("out of reach"), "{said}");
}

/// Recorded arrivals follow no rate, in a sweep's sentences and cells as in its table.
#[test]
fn a_sweep_of_recorded_arrivals_names_no_rate() {
    let query = "v=2&w=mooncake-conversation&n=30&r=1&bs=64&kv=1048576&timing=dynamo&p=random";
    let mut whole = None;
    for replicas in [1, 2] {
        let (mut scenario, workload, runs) = ran(query);
        scenario.replicas = replicas;
        scenario.set("goal", "p95_ttft<9s").unwrap();
        Report::join(&mut whole, Report::new(&scenario, &workload, &runs));
    }
    let report = whole.unwrap();
    let said = warmpath_core::report::goal::sentences(&report);
    assert!(
        said[0].starts_with("random as recorded with 1 replica m"),
        "{said:?}"
    );
    assert!(
        said[1].starts_with("random as recorded with 2 replicas m"),
        "{said:?}"
    );
    let rows = csv::write(&report);
    let cells: Vec<&str> = rows
        .lines()
        .skip(1)
        .map(|row| row.split(',').nth(1).unwrap())
        .collect();
    assert_eq!(cells, ["", ""]);
}

/// CSV has no infinity: no value is an empty cell.
#[test]
fn a_goal_out_of_reach_has_no_margin_in_csv() {
    let report = reported(
        "v=2&w=rag&n=200&rate=6&inflight=14&p=smart",
        "p95_ttft<900ms",
    );
    let rows = csv::write(&report);
    let mut rows = rows.lines();
    let at = rows
        .next()
        .unwrap()
        .split(',')
        .position(|it| it == "goal_margin")
        .unwrap();
    assert_eq!(rows.next().unwrap().split(',').nth(at), Some(""));
}
