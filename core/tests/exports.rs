//! A run as Trace Event JSON: spans that follow each other, tracks on which nothing overlaps, and nothing lost.

#[path = "named/workload.rs"]
mod workload;

use std::sync::Arc;

use serde_json::Value;
use warmpath_core::fleet::{Keep, Mark, Outcome, Phase, Replay, Run, What, marks};
use warmpath_core::report::format::{FORMATS, file_name};
use warmpath_core::report::{perfetto, requests};
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::Workload;

use workload::named;

/// A fleet short of blocks, so that requests wait and are preempted.
const TIGHT: &str = "v=2&n=120&rate=40&kv=5000&seqs=64&r=2&p=least-load,smart";

fn run(query: &str, keep: impl Into<Keep>) -> (Scenario, Arc<Workload>, Vec<Run>) {
    let scenario = Scenario::from_query(query).unwrap();
    let workload = named(&scenario);
    let replay = Replay::new(scenario.clone(), Arc::clone(&workload), keep).unwrap();
    (scenario, workload, replay.finish().unwrap())
}

#[test]
fn marks_tell_each_request_s_way_in_order() {
    let (_, _, runs) = run(TIGHT, true);
    let mut preempted = 0;
    for run in &runs {
        let marks: Vec<Mark> = marks(run.log.as_ref().unwrap()).collect();
        for n in 0..run.records.len() as u32 {
            let mine: Vec<Mark> = marks.iter().filter(|m| m.request == n).copied().collect();
            let phases: Vec<Phase> = mine.iter().map(|mark| mark.phase).collect();
            let late = |w: &[Mark]| w[0].at > w[1].at && w[0].phase != Phase::Decode;
            assert!(!mine.windows(2).any(late), "{mine:?}");
            assert_eq!(phases.first(), Some(&Phase::Queued), "{mine:?}");
            assert_eq!(phases.last(), Some(&Phase::Left), "{mine:?}");
            for pair in phases.windows(2) {
                let follows = match pair[0] {
                    Phase::Queued => pair[1] == Phase::Prefill,
                    // An answer of one token ends with its prefill.
                    Phase::Prefill => pair[1] != Phase::Queued && pair[1] != Phase::Prefill,
                    Phase::Decode => matches!(pair[1], Phase::Preempted | Phase::Left),
                    Phase::Preempted => pair[1] == Phase::Prefill,
                    Phase::Left => false,
                };
                assert!(follows, "{phases:?}");
            }
            preempted += phases.iter().filter(|s| **s == Phase::Preempted).count();
        }
    }
    assert!(preempted > 0, "the fleet is not tight enough for the test");
}

#[test]
fn keeping_the_log_changes_nothing_and_costs_nothing_when_not_asked() {
    let (_, _, kept) = run(TIGHT, true);
    let (_, _, plain) = run(TIGHT, false);
    for (a, b) in kept.iter().zip(&plain) {
        assert_eq!(a.records, b.records);
        assert!(b.log.is_none());
    }
}

#[test]
fn a_trace_has_a_process_a_replica_and_no_track_overlaps() {
    let (scenario, workload, runs) = run(TIGHT, true);
    let text = perfetto::write(&scenario, &workload, &runs);
    let trace: Value = serde_json::from_str(&text).expect("it is JSON");
    let events = trace["traceEvents"].as_array().unwrap();
    let named = |what: &str| {
        let of = events.iter().filter(|event| event["name"] == what);
        of.map(|event| event["args"]["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        named("process_name"),
        [
            "least-load, replica 0",
            "least-load, replica 1",
            "smart, replica 0",
            "smart, replica 1"
        ]
    );
    let mut spans: Vec<(u64, u64, f64, f64, &str)> = Vec::new();
    for event in events.iter().filter(|event| event["ph"] == "X") {
        let number = |key: &str| event[key].as_f64().unwrap();
        let (from, long) = (number("ts"), number("dur"));
        assert!(from >= 0.0 && long >= 0.0, "{event}");
        let name = event["name"].as_str().unwrap();
        let place = |key: &str| event[key].as_u64().unwrap();
        spans.push((place("pid"), place("tid"), from, from + long, name));
    }
    spans.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
    for pair in spans.windows(2) {
        let same = (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1);
        // To the nanosecond, in microseconds.
        assert!(!same || pair[0].3 <= pair[1].2 + 1e-6, "{pair:?}");
    }
    let count = |name: &str| spans.iter().filter(|s| s.1 > 0 && s.4 == name).count();
    let requests: usize = runs.iter().map(|run| run.records.len()).sum();
    assert_eq!(count("queue"), requests);
    assert_eq!(count("prefill"), requests + count("preempted"));
    assert!(count("preempted") > 0 && count("decode") > 0);
    // The first track is the engine's: as much time as it was busy.
    let engine: f64 = spans.iter().filter(|s| s.1 == 0).map(|s| s.3 - s.2).sum();
    let busy: u64 = runs
        .iter()
        .flat_map(|run| &run.replicas)
        .map(|replica| replica.tally.busy_ns)
        .sum();
    assert!((engine - busy as f64 / 1e3).abs() < 1.0, "{engine} {busy}");
}

/// A replica dies under load and its requests are tried again elsewhere: each attempt's spans are on the replica that it
/// came to, and end when that died.
#[test]
fn a_request_that_is_tried_again_has_spans_on_each_of_its_replicas() {
    let (scenario, workload, mut runs) = run(
        "v=2&w=rag:contexts%3D12;questions%3D10&rate=40&r=3&p=least-load&ev=2s:kill%3D1&ctries=3&health=ray",
        true,
    );
    let run = runs.remove(0);
    let log = run.log.as_deref().unwrap();
    let mut came: Vec<(u64, u64)> = log
        .iter()
        .filter_map(|fact| match fact.what {
            What::Queued { request, replica } => Some((u64::from(request), u64::from(replica))),
            _ => None,
        })
        .collect();
    came.sort_unstable();
    let again = came
        .windows(2)
        .filter(|pair| pair[0].0 == pair[1].0)
        .count();
    assert!(again > 0, "nothing is tried again");
    let text = perfetto::write(&scenario, &workload, &[run]);
    let trace: Value = serde_json::from_str(&text).unwrap();
    let spans = trace["traceEvents"].as_array().unwrap().iter();
    let spans = spans.filter(|it| it["ph"] == "X" && it["args"]["request"].is_u64());
    let mut queued = Vec::new();
    for span in spans {
        let place = span["pid"].as_u64().unwrap() - 1;
        if span["name"] == "queue" {
            queued.push((span["args"]["request"].as_u64().unwrap(), place));
        }
        let (from, long) = (span["ts"].as_f64().unwrap(), span["dur"].as_f64().unwrap());
        let dead = place == 1 && from < 2e6 && from + long > 2e6 + 0.001;
        assert!(!dead, "{span} goes on where its replica is gone");
    }
    queued.sort_unstable();
    assert_eq!(queued, came);
}

#[test]
fn every_format_has_a_name_of_its_own_for_files() {
    let mut names: Vec<String> = FORMATS.iter().map(|it| file_name("rag", it)).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), FORMATS.len(), "{names:?}");
}

#[test]
fn a_row_per_request_needs_no_log_and_says_what_the_log_says() {
    let failing = "v=2&n=120&rate=40&kv=5000&seqs=64&r=3&ev=1s:kill%3D1&p=least-load,smart";
    for query in [TIGHT, failing] {
        let (_, workload, logged) = run(query, Keep::Log);
        let (_, _, plain) = run(query, Keep::Stays);
        assert!(plain.iter().all(|run| run.log.is_none()));
        let written = |runs: &[Run]| {
            let mut text = String::new();
            requests::jsonl(&workload, runs, &mut text).unwrap();
            text
        };
        let text = written(&plain);
        assert_eq!(text, written(&logged));
        let mut rows = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        for run in &logged {
            let log = run.log.as_deref().unwrap();
            for (n, record) in (0..).zip(&run.records) {
                let row = rows.next().unwrap();
                let routed = log.iter().filter(
                    |fact| matches!(fact.what, What::Routed { request, .. } if request == n),
                );
                assert_eq!(row["attempts"], routed.count(), "{query}: {row}");
                let last = |phase| {
                    let mine = marks(log).filter(|mark| mark.request == n && mark.phase == phase);
                    mine.last().map(|mark| mark.at.0)
                };
                if record.outcome == Outcome::Completed {
                    let queued = row["queued_s"].as_f64().unwrap() * 1e9;
                    assert_eq!(queued.round() as u64, last(Phase::Queued).unwrap(), "{row}");
                }
            }
        }
        assert!(rows.next().is_none());
    }
}

/// Where no replica is left, a request is tried in vain; the rows count that as the report does.
#[test]
fn a_row_counts_attempts_as_the_report_does() {
    let query = "v=2&w=rag&n=12&rate=0.5&r=1&health=dynamo&ev=10s:kill%3D0/stay&p=random";
    let (scenario, workload, runs) = run(query, Keep::Stays);
    let summary = warmpath_core::metrics::summarise(&scenario, &workload, &runs).remove(0);
    let mut text = String::new();
    requests::jsonl(&workload, &runs, &mut text).unwrap();
    let rows = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let attempts: u64 = rows.map(|row| row["attempts"].as_u64().unwrap()).sum();
    let life = summary.life.unwrap();
    assert_eq!(attempts, life.attempts);
    assert!(
        attempts > 12 && life.sent_to_dead < attempts - 12,
        "{life:?}"
    );
    let about = requests::COLUMNS
        .iter()
        .find(|it| it.0 == "attempts")
        .unwrap()
        .1;
    assert!(
        about.contains("in vain where there is no replica"),
        "{about}"
    );
}

/// Blocks are in use while requests refer to them: none where an engine has nothing to do, though it keeps their contents.
#[test]
fn a_trace_has_no_blocks_in_use_while_an_engine_is_idle() {
    let (scenario, workload, runs) = run("v=2&w=rag&n=20&rate=0.05&r=1&p=random", Keep::Log);
    let text = perfetto::write(&scenario, &workload, &runs);
    let trace: Value = serde_json::from_str(&text).unwrap();
    let values = |name: &str| {
        let events = trace["traceEvents"].as_array().unwrap().iter();
        let mine = events.filter(|it| it["ph"] == "C" && it["name"] == name);
        mine.map(|it| it["args"]["value"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    let blocks = values("blocks in use");
    let pauses = blocks.iter().filter(|it| **it == 0).count();
    assert!(pauses > 3 && blocks.iter().any(|it| *it > 0), "{blocks:?}");
    assert_eq!(blocks.last(), Some(&0));
}
