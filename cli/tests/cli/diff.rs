//! `diff`: reports, scenarios and links beside each other.

use std::fs;

use crate::run::{directory, file, run};

const FIRST: &str = "v=2&w=rag&n=40&r=2&seeds=3&p=smart";
const SECOND: &str = "v=2&w=rag&n=40&r=4&seeds=3&p=smart";

#[test]
fn a_report_and_its_own_scenario_are_equal_in_every_figure() {
    let directory = directory("diff-equal");
    let report = directory.join("report.json").display().to_string();
    run(&["replay", FIRST, "--format", "json", "--out", &report]).quiet();
    let difference = run(&["diff", &report, FIRST, "--format", "json"]).quiet();
    let difference: serde_json::Value = serde_json::from_str(&difference).unwrap();
    assert_eq!(difference["schema"], "warmpath.diff/1");
    assert_eq!(
        (&difference["better"], &difference["worse"]),
        (&0.into(), &0.into())
    );
    let figures = difference["figures"].as_array().unwrap();
    assert_eq!(difference["equal"], figures.len());
    assert!(figures.len() > 40 && figures.iter().all(|it| it["verdict"] == "equal"));
    assert_eq!(difference["changes"].as_array().unwrap().len(), 0);
}

#[test]
fn what_differs_is_told_by_option_and_figure() {
    let printed = run(&["diff", FIRST, SECOND]).quiet();
    assert!(
        printed.contains("The scenarios differ: replicas 2 against 4."),
        "{printed}"
    );
    // Twice the replicas: who waits waits less, beyond the noise of three seeds; the work is spread less evenly.
    let line = |title: &str| {
        printed
            .lines()
            .rfind(|line| line.contains(title))
            .unwrap_or_default()
    };
    assert!(line(" P99 TTFT ").contains("better"), "{printed}");
    assert!(
        line("Largest over mean work").contains("worse"),
        "{printed}"
    );
    assert!(
        line("Prompt tokens reused").contains("within the seeds' noise"),
        "{printed}"
    );
    // One seed: nothing is called better.
    let (one, other) = (
        FIRST.replace("&seeds=3", ""),
        SECOND.replace("&seeds=3", ""),
    );
    let printed = run(&["diff", &one, &other]).quiet();
    assert!(
        printed.contains("one seed: noise unknown") && !printed.contains(" better"),
        "{printed}"
    );
    // The option gives both sides seeds.
    let printed = run(&["diff", &one, &other, "--seeds", "3"]).quiet();
    assert!(!printed.contains("noise unknown"), "{printed}");
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let directory = directory("diff-wrong");
    let file = directory.join("x.json");
    let name = file.display().to_string();
    fs::write(&file, "{\"schema\":\"warmpath.tune/1\"}").unwrap();
    run(&["diff", &name, FIRST]).refused(1, &["\"warmpath.tune/1\"", "warmpath.report/2"]);
    fs::write(&file, "{\"schema\":\"warmpath.report/1\",\"scenario\":").unwrap();
    run(&["diff", &name, FIRST]).refused(1, &["line 1, column"]);
    run(&["diff", FIRST, "ragg"]).refused(2, &["did you mean \"rag\"?"]);
    run(&["diff", FIRST]).refused(2, &["<B>"]);
    run(&["diff", FIRST, SECOND, "--seeds", "0"]).refused(2, &["seeds is \"0\""]);
}

/// A sweep's report names all of its points: run again it is the same, and other points are a difference.
#[test]
fn a_sweeps_scenario_is_the_whole_sweep() {
    let json = |query: &str| run(&["replay", query, "--format", "json"]).quiet();
    let asked = "v=2&w=rag&n=10&r=1,2&rate=0.5,4&p=smart";
    let first = json(asked);
    let report: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!(report["scenario"], asked);
    assert_eq!(json(report["scenario"].as_str().unwrap()), first);
    for format in ["text", "markdown", "html"] {
        let text = run(&["replay", asked, "--format", format]).quiet();
        assert!(
            text.contains(asked) || text.contains(&asked.replace('&', "&amp;")),
            "{text}"
        );
    }
    let apart = run(&["diff", asked, "v=2&w=rag&n=10&r=1,4&rate=0.5,4&p=smart"]).quiet();
    assert!(
        !apart.contains("The scenarios are the same")
            && apart.contains("1,2")
            && apart.contains("1,4"),
        "{apart}"
    );
}

#[test]
fn seeds_go_with_what_is_run() {
    let report = run(&["replay", "rag", "--requests", "5", "--format", "json"]).quiet();
    let path = file("diff-seeds", "report.json", report.as_bytes());
    run(&["diff", &path, &path, "--seeds", "3"]).refused(2, &["both sides are stored reports"]);
    let odd = run(&["replay", "rag", "--requests", "5", "--price", "nope=1"]);
    assert!(
        odd.err
            .contains("price names nope, which is no gpu of this fleet"),
        "{}",
        odd.err
    );
    run(&["replay", "rag", "--requests", "5", "--threads", "0"]).refused(2, &["threads"]);
}
