//! A ladder of rates (I-18): a stage begins when the one before has drained, and its figures are its own.

#[path = "named/replay.rs"]
mod replay;
#[path = "named/workload.rs"]
mod workload;

use proptest::prelude::*;
use warmpath_core::fleet::{Outcome, Replay, Run};
use warmpath_core::metrics::summarise;
use warmpath_core::report::{Report, csv, html, json, markdown, prometheus, text};
use warmpath_core::request::Arrival;
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::Workload;

use replay::runs;
use workload::named;

/// How many requests wait for no answer before they are sent.
fn starting_alone(workload: &Workload) -> usize {
    let requests = workload.requests.iter();
    requests
        .filter(|request| !matches!(request.arrival, Arrival::AfterPrevious(_)))
        .count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn i18_a_stage_begins_when_the_one_before_has_drained(
        rates in prop::collection::vec(0.5f64..60.0, 2..6), requests in 30u32..160, replicas in 1u32..4,
        python in any::<bool>(), cap in 1u32..40, seed in 0u64..50,
        workload in prop::sample::select(vec!["multi-turn", "rag", "kubeai"]), context in 600u32..4000,
    ) {
        let mut rates: Vec<String> = rates.iter().map(ToString::to_string).collect();
        let query = |rates: &[String]| format!(
            "w={workload}&n={requests}&r={replicas}&stages={}&conc={cap}&seed={seed}&ctx={context}&client={}&p=smart",
            rates.join(","), if python { "python" } else { "free" },
        );
        // Few long conversations may be fewer than the rates: then there is nothing to start a stage with.
        let scenario = Scenario::from_query(&query(&rates)).unwrap();
        let starts = starting_alone(&named(&scenario));
        if starts < rates.len() {
            prop_assert!(Replay::new(scenario.clone(), named(&scenario), false).is_err());
            rates.truncate(starts);
        }
        prop_assume!(rates.len() > 1);
        let query = query(&rates);
        let (scenario, workload, runs) = runs(&query);
        let run = &runs[0];
        prop_assert_eq!(run.stages.len(), rates.len());
        for record in &run.records {
            prop_assert!(record.outcome != Outcome::Pending, "a request was forgotten");
        }
        for (at, stage) in run.stages.iter().enumerate() {
            for (record, &of) in run.records.iter().zip(run.stage_of.iter()) {
                let of = usize::from(of);
                if of < at && record.outcome == Outcome::Completed {
                    prop_assert!(record.done <= stage.start, "not drained: {record:?}");
                }
                prop_assert!(of < at || record.due >= stage.start, "too early: {record:?}");
            }
        }
        // The stages' counts make up the whole's.
        let summary = &summarise(&scenario, &workload, &runs)[0];
        for key in ["completed", "rejected", "failed", "total_input_tokens", "total_output_tokens", "preemptions"] {
            let at = warmpath_core::metrics::figure(key).unwrap();
            let parts: f64 = summary.stages.iter().map(|stage| stage.values[at]).sum();
            prop_assert_eq!(parts, summary.values[at], "{}", key);
        }
        let generated = |run: &Run| run.replicas.iter().map(|r| r.tally.generated_tokens).sum::<u64>();
        prop_assert_eq!(generated(run) as f64, summary.values.total_output_tokens);
        let gaps: u64 = run.stages.iter().map(|stage| stage.gaps().total()).sum();
        prop_assert_eq!(gaps, run.gaps().total());
    }
}

#[test]
fn stages_are_told_in_every_format() {
    let (scenario, workload, runs) = runs("w=rag&n=60&stages=2,20&p=smart,least-load");
    let report = Report::new(&scenario, &workload, &runs);
    assert_eq!(report.summaries[0].stages.len(), 2);
    assert_eq!(report.summaries[0].stages[1].rate, 20.0);
    let json: serde_json::Value = serde_json::from_str(&json::write(&report)).unwrap();
    let stages = json["policies"][1]["stages"].as_array().unwrap();
    assert_eq!(
        (stages[0]["completed"].as_u64(), stages[1]["rate"].as_f64()),
        (Some(30), Some(20.0))
    );
    assert!(text::write(&report).contains("when the one before had drained"));
    assert!(markdown::write(&report).contains("| 20 |"));
    assert!(html::write(&report, &[]).contains("Stages"));
    assert!(prometheus::write(&report).contains("stage=\"2\",stage_rate=\"20\""));
    let csv = csv::write(&report);
    let widths: Vec<usize> = csv.lines().map(|line| line.matches(',').count()).collect();
    assert!(widths.windows(2).all(|pair| pair[0] == pair[1]), "{csv}");
    assert_eq!(widths.len(), 1 + 2 * 3);
}

#[test]
fn what_does_not_go_with_a_ladder_is_said() {
    let says = |query: &str, what: &str| {
        let error = match Scenario::from_query(query) {
            Err(error) => error.to_string(),
            Ok(scenario) => {
                let workload = named(&scenario);
                let replay = Replay::new(scenario, workload, false);
                replay.err().unwrap().to_string()
            }
        };
        assert!(error.contains(what), "{query}: {error}");
    };
    says("stages=5", "2 to 64 stages split by commas");
    says(
        "stages=5,x",
        "stages is \"5,x\", but must be 2 to 64 stages",
    );
    says("stages=5,0", "each a rate from 0.000001");
    says("stages=5,10%3A30m", "or a time (10:30s)");
    says("stages=1,2&arr=all-at-once", "arrivals must be");
    says(
        "w=mooncake-conversation&n=50&stages=1,2",
        "has recorded arrivals; choose",
    );
    says("w=rag&n=2&stages=1,2,3", "only 2 conversations or requests");
    assert!(Scenario::from_query("stages=").unwrap().stages.is_empty());
}

/// 2 at 5 a second, 20 in a second at 20, and what is left of 30 at 10.
#[test]
fn a_stage_takes_as_many_as_it_says() {
    let (_, _, runs) = runs("w=rag&n=30&r=2&stages=5%3A2,20%3A1s,10&p=smart&arr=constant");
    let run = &runs[0];
    let of = |stage: u8| run.stage_of.iter().filter(|&&it| it == stage).count();
    assert_eq!([of(0), of(1), of(2)], [2, 20, 8]);
    // The last of the second comes 19 gaps of 50 ms after its first.
    let due = |at: usize| run.records[at].due.secs() - run.stages[1].start.secs();
    assert!(due(2).abs() < 1e-9 && (due(21) - 0.95).abs() < 1e-6);
    let refused = |stages: &str| {
        let query = format!("w=rag&n=30&stages={stages}&p=smart");
        let scenario = Scenario::from_query(&query).unwrap();
        let workload = named(&scenario);
        let replay = Replay::new(scenario, workload, false);
        replay.err().unwrap().to_string()
    };
    assert!(refused("5%3A20,10%3A11").contains("31 arrivals at least, but only 30"));
    assert!(refused("5%3A20,10%3A9").contains("take 29 of 30"));
}

/// Recorded times keep their pattern: each gap of a stage is as long, against the stage's others, as it was recorded.
#[test]
fn a_stage_keeps_the_logs_pattern_at_its_own_rate() {
    let query = "w=mooncake-conversation&n=60&r=4&bs=64&kv=1048576&stages=2,8&arr=recorded&p=smart";
    let (_, workload, runs) = runs(query);
    let run = &runs[0];
    let recorded = |n: usize| match workload.requests[n].arrival {
        Arrival::At(at) => at.secs(),
        _ => panic!("a time for each"),
    };
    let mut order: Vec<usize> = (0..60).collect();
    order.sort_by(|&a, &b| recorded(a).total_cmp(&recorded(b)).then(a.cmp(&b)));
    for (stage, rate) in [(0usize, 2.0), (1, 8.0)] {
        let part = &order[30 * stage..30 * (stage + 1)];
        let begin = run.stages[stage].start.secs();
        let (first, end) = match stage {
            0 => (recorded(part[0]), recorded(order[30])),
            _ => (recorded(part[0]), recorded(part[29])),
        };
        let gaps = if stage == 0 { 30.0 } else { 29.0 };
        for &n in part {
            let wanted = (recorded(n) - first) / (end - first) * gaps / rate;
            let due = run.records[n].due.secs() - begin;
            assert!(
                (due - wanted).abs() < 1e-6,
                "request {n}: {due} but {wanted}"
            );
        }
    }
}
