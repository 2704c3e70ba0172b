//! `replay --fork` and `replay --race`: what they say, and what they refuse.

use serde_json::Value;

use crate::run::run;

const RAG: [&str; 6] = [
    "replay",
    "rag",
    "--requests",
    "60",
    "--policy",
    "least-load,smart",
];

fn printed(more: &[&str]) -> String {
    run(&[&RAG[..], more].concat()).quiet()
}

fn json(more: &[&str]) -> Value {
    let text = printed(&[more, &["--format", "json"]].concat());
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn a_fork_tells_every_alternative_under_every_policy() {
    let report = json(&["--fork", "17"]);
    assert_eq!(report["schema"], "warmpath.report/2");
    let forks = report["fork"].as_array().unwrap();
    assert_eq!(forks.len(), 2);
    for (fork, policy) in forks.iter().zip(report["policies"].as_array().unwrap()) {
        assert_eq!(
            (&fork["policy"], &fork["request"]),
            (&policy["policy"], &Value::from(17))
        );
        let original = &fork["original"];
        // The original of the fork is the run that is reported.
        assert_eq!(original["mean_ttft_ms"], policy["mean_ttft_ms"]);
        assert_eq!(original["p99_ttft_ms"], policy["p99_ttft_ms"]);
        let alternatives = fork["alternatives"].as_array().unwrap();
        assert_eq!(alternatives.len(), 4);
        let mut changed = 0;
        for alternative in alternatives {
            let change = &alternative["change"];
            if change.is_null() {
                assert_eq!(alternative["replica"], original["replica"]);
                continue;
            }
            changed += 1;
            let more = alternative["prefilled_tokens"].as_i64().unwrap()
                - original["prefilled_tokens"].as_i64().unwrap();
            assert_eq!(change["recomputed_tokens"].as_i64(), Some(more));
            let mean = |value: &Value| value["mean_ttft_ms"].as_f64().unwrap();
            assert_eq!(mean(change), mean(alternative) - mean(original));
        }
        assert_eq!(changed, 3);
    }
    let text = printed(&["--fork", "17"]);
    assert!(text.contains("\nFork at request 17"), "{text}");
    assert!(text.contains("smart sent it to replica"), "{text}");
    let markdown = printed(&["--fork", "17", "--format", "markdown"]);
    assert!(markdown.contains("\n## Fork at request 17"), "{markdown}");
}

#[test]
fn what_is_beside_a_report_leaves_it_as_it_was() {
    let plain = json(&[]);
    let more = json(&["--fork", "3", "--race"]);
    for (key, value) in plain.as_object().unwrap() {
        assert_eq!(&more[key], value, "{key}");
    }
    let text = printed(&["--fork", "3", "--race"]);
    assert!(text.starts_with(&printed(&[])), "{text}");
}

#[test]
fn a_race_tells_where_they_part_and_how_far_they_are_from_the_lines() {
    let report = json(&["--race"]);
    let race = &report["race"];
    assert_eq!(race["costly_ms"], 100.0);
    let reusable = race["reusable"].as_f64().unwrap();
    for (standing, policy) in race["standings"].as_array().unwrap().iter().zip([0, 1]) {
        let policy = &report["policies"][policy];
        for key in ["policy", "token_reuse_rate", "mean_ttft_ms"] {
            assert_eq!(standing[key], policy[key]);
        }
        let reuse = standing["token_reuse_rate"].as_f64().unwrap();
        assert_eq!(standing["of_reusable"].as_f64(), Some(reuse / reusable));
    }
    let pair = &race["pairs"][0];
    assert_eq!(pair["policies"], serde_json::json!(["least-load", "smart"]));
    assert_ne!(pair["first"]["replicas"][0], pair["first"]["replicas"][1]);
    let ttft = |side: usize| pair["costly"]["ttft_ms"][side].as_f64().unwrap();
    assert!((ttft(0) - ttft(1)).abs() >= 100.0);
    // A line that is asked for races too, and is not run twice.
    let own = json(&[
        "--policy",
        "infinite-cache",
        "--policy",
        "oracle",
        "--race=0.5",
    ]);
    assert_eq!(own["race"]["standings"][2]["of_reusable"], 1.0);
    assert_eq!(own["race"]["standings"][3]["of_oracle"], 1.0);
    assert_eq!(own["race"]["costly_ms"], 0.5);
    let same = run(&[&RAG[..], &["--policy", "smart,smart", "--race"]].concat());
    assert_eq!(
        same.err.trim_end(),
        "warning: smart is already compared; it is run again"
    );
    assert!(same.out.contains("smart and smart make the same choices."));
}

#[test]
fn what_cannot_be_forked_or_raced_is_refused() {
    let refused = |more: &[&str], words: &[&str]| {
        run(&[&RAG[..], more].concat()).refused(2, words);
    };
    refused(
        &["--fork", "60"],
        &["there is no request 60; the run has requests 0 to 59"],
    );
    refused(&["--fork", "-1"], &["fork is \"-1\"", "counted from 0"]);
    refused(&["--fork", "first"], &["fork is \"first\""]);
    refused(
        &["--fork", "5", "--context", "1000"],
        &[
            "request 5 was never routed",
            "longer than the context",
            "none was",
        ],
    );
    refused(&["--fork", "5", "--rate", "1,2"], &["one rate"]);
    refused(
        &["--fork", "5", "--format", "csv"],
        &["\"csv\"", "markdown"],
    );
    refused(&["--race=-1"], &["race is \"-1\"", "milliseconds"]);
    refused(
        &["--race", "--replicas", "2,4"],
        &["race goes with one rate"],
    );
    refused(&["--race", "--format", "trace"], &["\"trace\""]);
}
