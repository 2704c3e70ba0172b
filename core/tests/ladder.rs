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
    says("stages=5", "2 to 64 numbers split by commas");
    says("stages=5,x", "stages is \"x\", but must be a number");
    says("stages=5,0", "but must be a number from");
    says("stages=1,2&arr=all-at-once", "arrivals must be");
    says(
        "w=mooncake-conversation&n=50&stages=1,2",
        "has recorded arrivals; choose",
    );
    says("w=rag&n=2&stages=1,2,3", "only 2 conversations or requests");
    assert!(Scenario::from_query("stages=").unwrap().stages.is_empty());
}
