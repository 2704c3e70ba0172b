//! The figures of a policy that answered nobody, as each format writes them: a dash, an empty cell, no sample; and a comparison
//! that does not count them.

#[path = "named/workload.rs"]
mod workload;

use warmpath_core::fleet::Replay;
use warmpath_core::report::diff::{ComparedRun, diff};
use warmpath_core::report::{Report, csv, html, json, markdown, prometheus, text};
use warmpath_core::scenario::Scenario;

use workload::named;

/// Both replicas are dead before the first request comes.
const NOBODY: &str = "v=2&w=rag&n=40&r=2&p=smart,round-robin&ev=0s:kill%3D0;0s:kill%3D1";
/// The second of two runs answers nobody, and the first does.
const ONCE: &str = "v=2&w=rag&n=40&r=2&p=smart,round-robin";

fn report(query: &str) -> Report {
    let scenario = Scenario::from_query(query).unwrap();
    let workload = named(&scenario);
    let replay = Replay::new(scenario.clone(), workload.clone(), false).unwrap();
    Report::new(&scenario, &workload, &replay.finish().unwrap())
}

fn row<'a>(text: &'a str, begins: &str) -> &'a str {
    let found = text.lines().find(|line| line.starts_with(begins));
    found.unwrap_or_else(|| panic!("no {begins} in {text}"))
}

#[test]
fn people_read_a_dash_and_no_change() {
    let report = report(NOBODY);
    let cells = |line: &str| -> Vec<String> {
        let cells = line.split(['|', ' ']).filter(|it| !it.is_empty());
        cells.map(str::to_owned).collect()
    };
    let plain = text::write(&report);
    for begins in [
        "Mean TTFT",
        "P99 TPOT",
        "Median ITL",
        "Prompt tokens reused",
    ] {
        let line = cells(row(&plain, begins));
        assert_eq!(line[line.len() - 3..], ["–", "–", "–"], "{line:?}");
    }
    assert!(row(&plain, "Request throughput").contains("0.00"));
    let table = markdown::write(&report);
    assert!(
        row(&table, "| Mean TTFT").contains("– (–)"),
        "{}",
        row(&table, "| Mean TTFT")
    );
    let page = html::write(&report, &[]);
    let mean = &page[page.find("Mean TTFT").unwrap()..];
    let mean = &mean[..mean.find("</tr>").unwrap()];
    assert!(
        mean.contains("<td>–</td>") && !mean.contains(['▲', '▼']),
        "{mean}"
    );
}

#[test]
fn programs_read_nothing() {
    let report = report(NOBODY);
    let lines = csv::write(&report);
    let mut lines = lines.lines();
    let place = |key| {
        lines
            .clone()
            .next()
            .unwrap()
            .split(',')
            .position(|it| it == key)
    };
    let at = place("mean_ttft_ms").unwrap();
    let thrown = place("request_throughput").unwrap();
    for line in lines.by_ref().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!((cells[at], cells[thrown]), ("", "0"), "{line}");
    }
    let samples = prometheus::write(&report);
    let has = |name: &str| samples.lines().any(|it| it.starts_with(name));
    assert!(has("warmpath_request_throughput") && !has("warmpath_ttft_seconds{"));
    for text in [&samples, &csv::write(&report), &json::write(&report)] {
        assert!(!text.contains("NaN"), "{text}");
    }
}

#[test]
fn a_comparison_says_what_one_side_lacks() {
    let [some, none] = [ONCE, NOBODY].map(|query| ComparedRun::of(&report(query)));
    let both = diff(["before", "after"], &some, &none);
    let lacking = |key: &str| {
        let named = |note: &&String| note.starts_with("smart") && note.contains(key);
        let note = both.notes.iter().find(named);
        note.is_some_and(|it| it.contains("as after has no "))
    };
    assert!(
        lacking("mean_ttft_ms") && lacking("token_reuse_rate"),
        "{:?}",
        both.notes
    );
    assert!(!lacking("request_throughput") && !lacking("peak_kv_usage"));
    let stored = ComparedRun::read(&json::write(&report(NOBODY))).unwrap();
    assert_eq!(diff(["a", "b"], &none, &stored).notes, Vec::<String>::new());
}
