//! Files beside the workload: calibrations and cache states.

use crate::run::{file, run};
use serde_json::Value;

fn report(text: &str) -> Value {
    serde_json::from_str(text).expect("a report")
}

#[test]
fn a_run_begins_with_what_another_left() {
    let path = file("warm", "chat.cache", b"");
    let base = [
        "replay",
        "chat",
        "--requests",
        "80",
        "--policy",
        "smart",
        "--format",
        "json",
    ];
    let with = |more: &[&str]| run(&[&base[..], more].concat());
    let cold = report(&with(&["--save-cache", &path]).quiet());
    let warm = report(&with(&["--warm", &path]).quiet());
    let reuse = |report: &Value| report["policies"][0]["token_reuse_rate"].as_f64();
    assert!(reuse(&warm) > reuse(&cold));
    let scenario = warm["scenario"].as_str().expect("a query");
    assert!(scenario.contains("&warm=chat.cache~"), "{scenario}");
    // Its own printed scenario names the file, and asks for it.
    run(&["replay", scenario]).refused(2, &["chat.cache~", "--warm"]);
    run(&["replay", scenario, "--warm", &path]).quiet();
    with(&["--warm", &path, "--replicas", "3"])
        .refused(1, &["chat.cache~", "line 1", "`replicas`", "3"]);
    with(&["--warm", "none.cache"]).refused(2, &["none.cache", "no such file"]);
    with(&["--warm", "cold"]).refused(2, &["warm is \"cold\"", "random:N"]);
}

#[test]
fn what_is_no_cache_state_is_told() {
    let path = file("no-state", "trace.json", b"[{\"conversations\": []}]\n");
    run(&["replay", "chat", "--warm", &path]).refused(1, &["trace.json", "line 1", "--save-cache"]);
    let path = file("no-state", "x.cache", b"");
    for more in [
        ["--policy", "smart,random"],
        ["--policy=smart", "--seeds=2"],
        ["--policy=smart", "--rate=1,2"],
    ] {
        let base = ["replay", "chat", "--save-cache", &path];
        run(&[&base[..], &more].concat()).refused(2, &["--save-cache"]);
    }
    run(&[
        "replay",
        "chat",
        "--policy",
        "smart",
        "--format",
        "trace",
        "--save-cache",
        &path,
    ])
    .refused(2, &["--format trace"]);
}

#[test]
fn the_printed_scenario_carries_the_calibration() {
    let own = include_bytes!("../../../core/data/calibration-l4-llama-3.1-8b-fp8.json");
    let path = file("own-calibration", "mine.json", own);
    let printed = run(&["replay", "rag", "--requests", "20", "--calibration", &path]).quiet();
    assert!(printed.contains("&cal=mine.json~"), "{printed}");
    assert!(printed.contains("by your own calibration"));
    let zero = String::from_utf8_lossy(own).replace("\"gemm\": 0.346", "\"gemm\": 0");
    let path = file("own-calibration", "zero.json", zero.as_bytes());
    run(&["replay", "rag", "--calibration", &path]).refused(1, &["zero.json", "engine.gemm"]);
}
