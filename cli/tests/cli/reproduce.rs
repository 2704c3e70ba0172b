//! `reproduce FILE`: what a log measured, beside what the simulation says.

use crate::run::{directory, file, run};

const LOG: &str = r#"{"timestamp": 1777312800.0, "prompt_tokens": 400, "completion_tokens": 20, "ttft_ms": 61.0, "latency_ms": 190, "pod": "a-1", "cached_tokens": 0}
{"timestamp": 1777312802.0, "prompt_tokens": 400, "completion_tokens": 20, "ttft_ms": 40.0, "latency_ms": 170, "pod": "a-2", "cached_tokens": 100}
{"timestamp": 1777312803.0, "prompt_tokens": 80, "completion_tokens": 10, "ttft_ms": 55.0, "latency_ms": 180, "pod": "a-1", "cached_tokens": 0}
"#;

#[test]
fn measured_figures_stand_beside_simulated_ones() {
    let path = file("reproduce-log", "log.jsonl", LOG.as_bytes());
    let json = run(&[
        "reproduce",
        &path,
        "--policy",
        "round-robin",
        "--format",
        "json",
    ])
    .quiet();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(
        json["scenario"].as_str().unwrap().contains("r=2"),
        "as many replicas as the log names"
    );
    let figure = |name: &str| {
        let rows = json["figures"].as_array().unwrap().iter();
        rows.clone()
            .find(|row| row["figure"] == name)
            .unwrap_or_else(|| panic!("{name}: {json}"))
            .clone()
    };
    assert_eq!(figure("mean TTFT ms")["measured"], 52.0);
    assert_eq!(figure("median E2E ms")["measured"], 180.0);
    assert_eq!(figure("prompt tokens reused, share")["measured"], 0.1136);
    assert!(figure("p99 TTFT ms")["simulated"].as_f64().unwrap() > 0.0);
    assert_eq!(json["replicas"][0]["replica"], "a-1");
    assert_eq!(json["replicas"][0]["measured"], 2);
    assert_eq!(json["replicas"][0]["measured_ttft_ms"], 58.0);
    assert_eq!(json["replicas"][1]["measured_ttft_ms"], 40.0);
    // Other names, by --map; the start and the end of a request as times.
    let renamed = LOG
        .replace("ttft_ms", "first")
        .replace("\"pod\"", "\"where\"");
    let path = file("reproduce-renamed", "renamed.jsonl", renamed.as_bytes());
    let map = "ttft=first;replica=where";
    let text = run(&[
        "reproduce",
        &path,
        "--policy",
        "smart",
        "--map",
        map,
        "--time-unit",
        "ms",
    ]);
    assert!(
        text.out.contains("mean TTFT ms") && text.out.contains("a-2"),
        "{text:?}"
    );
}

#[test]
fn a_file_that_measured_nothing_and_a_benchmark_of_a_fixed_set_up_are_refused() {
    let path = file(
        "reproduce",
        "bare.jsonl",
        b"{\"timestamp\": 0, \"input_length\": 9, \"output_length\": 2}\n",
    );
    run(&["reproduce", &path]).refused(1, &["records no time to first token", "--map"]);
    run(&["reproduce", "kubeai", "--replicas", "3"])
        .refused(2, &["--replicas does not go", "--concurrency"]);
    run(&["reproduce", "nosuch"]).refused(2, &["must be one of kubeai"]);
}

#[test]
fn without_a_policy_requests_go_where_the_log_says_they_went() {
    // One replica served all but one, which no policy would do.
    let row = |n: usize| {
        let pod = if n == 7 { "a-2" } else { "b-1" };
        format!(
            "{{\"timestamp\": {}, \"prompt_tokens\": 200, \"completion_tokens\": 20, \"ttft_ms\": 50, \"pod\": \"{pod}\"}}\n",
            1_777_312_800 + n
        )
    };
    let log: String = (0..12).map(row).collect();
    let path = file("reproduce-recorded", "log.jsonl", log.as_bytes());
    let charts = std::path::Path::new(&path).with_file_name("charts");
    let charts = charts.to_str().unwrap();
    let json = run(&["reproduce", &path, "--format", "json", "--svg", charts]).quiet();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let rows = json["replicas"].as_array().unwrap();
    let of = |policy: &str| {
        let mine = rows.iter().filter(|row| row["policy"] == policy);
        mine.map(|row| {
            (
                row["replica"].as_str().unwrap(),
                row["simulated"].as_u64().unwrap(),
            )
        })
        .collect::<Vec<_>>()
    };
    assert_eq!(of("recorded"), [("a-2", 1), ("b-1", 11)]);
    assert_eq!(of("smart").iter().map(|it| it.1).sum::<u64>(), 12);
    let chart = std::fs::read_to_string(format!("{charts}/ttft.svg")).unwrap();
    assert!(chart.contains("measured") && chart.contains("recorded"));
    run(&["reproduce", "kubeai", "--svg", charts]).refused(2, &["--svg goes with a log"]);
}

/// What would be ignored is refused, with what would be right.
#[test]
fn what_a_reproduction_does_not_use_is_refused() {
    let test = directory("reproduce-unused");
    let (log, runs) = (test.join("log.jsonl"), test.join("runs.csv"));
    for file in [&log, &runs] {
        std::fs::write(file, "{}\n").unwrap();
    }
    let (log, runs) = (log.to_str().unwrap(), runs.to_str().unwrap());
    run(&["reproduce", log, runs]).refused(2, &["one file", "reproduce step-times"]);
    for (flag, value) in [("--policy", "random"), ("--gpu", "h100"), ("--seeds", "3")] {
        run(&["reproduce", "step-times", runs, flag, value]).refused(2, &[flag, "step-times"]);
    }
}
