//! Measured step times, models and GPUs of one's own, and a row per request. Rows and configurations are made up here.

use crate::run::{file, run};
use serde_json::Value;

const ROWS: &str = "\
model,gpu,weights,prompt_tokens,output_tokens,concurrency,tp,ttft_ms,tpot_ms,remark
x/Qwen3-8B,h100_sxm,,512,32,4,1,40,7.0,made up
x/Qwen3-8B,h100_sxm,,512,32,16,1,60,8.5,made up
x/Llama-3.1-8B-Instruct,a100_sxm,,1024,32,8,1,150,13.0,made up
";

/// As made by somebody who never saw this project.
const CONFIG: &str = r#"{"architectures": ["MadeUpForCausalLM"], "hidden_size": 2048, "num_hidden_layers": 24,
    "num_attention_heads": 16, "num_key_value_heads": 4, "vocab_size": 65536, "max_position_embeddings": 16384,
    "moe_intermediate_size": 512, "num_experts": 64, "num_experts_per_tok": 6, "sliding_window": 1024,
    "sliding_window_pattern": 4, "rms_norm_eps": 1e-06}"#;

#[test]
fn measured_rows_are_run_again_and_told_by_group() {
    let path = file("step-times", "runs.csv", ROWS.as_bytes());
    let printed = run(&["reproduce", "step-times", &path]).quiet();
    for part in [
        "all rows",
        "Qwen3 8B",
        "NVIDIA A100",
        "up to 16",
        "TTFT error",
    ] {
        assert!(printed.contains(part), "{printed}");
    }
    let json = run(&["reproduce", "step-times", &path, "--format", "json"]).quiet();
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["rows"].as_array().map(Vec::len), Some(3));
    assert_eq!(json["tables"][0]["groups"][0]["rows"], 3);
    run(&["reproduce", "step-times"]).refused(2, &["FILE"]);
    run(&["reproduce", "kubeai", &path]).refused(2, &["no file"]);
    let broken = file(
        "step-times",
        "broken.csv",
        ROWS.replace(",16,", ",x,").as_bytes(),
    );
    run(&["reproduce", "step-times", &broken])
        .refused(1, &["broken.csv", "line 3", "`concurrency`"]);
}

#[test]
fn constants_are_fitted_and_written_as_a_calibration() {
    let path = file("calibrate", "runs.csv", ROWS.as_bytes());
    let ended = run(&["calibrate", &path]);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    for part in ["before:", "after:", "kernel_s", "these rows cannot tell it"] {
        assert!(ended.err.contains(part), "{}", ended.err);
    }
    let own = file("calibrate", "own.json", ended.out.as_bytes());
    let replayed = run(&[
        "replay",
        "rag",
        "--gpu",
        "h100",
        "--model",
        "qwen3-8b",
        "--requests",
        "20",
        "--calibration",
        &own,
    ])
    .quiet();
    assert!(
        replayed.contains("by your own calibration (Llama 3.1 8B on NVIDIA A100"),
        "{replayed}"
    );
}

#[test]
fn a_model_and_a_gpu_of_ones_own_run() {
    let path = file("own-model", "made-up.json", CONFIG.as_bytes());
    let gpu = "mine:memory=24e9;bandwidth=1.008e12;bf16=165e12;link=pcie4";
    let base = [
        "replay",
        "rag",
        "--requests",
        "20",
        "--gpu",
        gpu,
        "--model",
        &path,
    ];
    let ended = run(&base);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(
        ended.err.contains("18 layers with a window of 1024"),
        "{}",
        ended.err
    );
    assert!(ended.err.contains("6 of 64 experts"), "{}", ended.err);
    assert!(ended.out.contains("extrapolated"), "{}", ended.out);
    assert!(
        ended.out.contains("KV pool: 0.90 of 24.00 GB"),
        "{}",
        ended.out
    );
    let json = run(&[&base[..], &["--format", "json"]].concat()).out;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let scenario = json["scenario"].as_str().expect("a query");
    assert!(scenario.contains("m=made-up.json~"), "{scenario}");
    // Its own printed scenario names the file, and asks for it.
    run(&["replay", scenario]).refused(2, &["made-up.json~"]);
    let broken = file(
        "own-model",
        "broken.json",
        CONFIG.replace("\"hidden_size\": 2048,", "").as_bytes(),
    );
    run(&["replay", "rag", "--model", &broken])
        .refused(1, &["broken.json", "`hidden_size` is missing"]);
    run(&["replay", "rag", "--gpu", "mine:memory=1e9"]).refused(2, &["`bandwidth` is missing"]);
}

#[test]
fn a_row_per_request() {
    let csv = run(&[
        "replay",
        "chat",
        "--requests",
        "12",
        "--policy",
        "smart",
        "--format",
        "requests",
    ])
    .quiet();
    let mut lines = csv.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let column = |name: &str| header.iter().position(|it| *it == name).expect("a column");
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 12);
    for row in &rows {
        let at = |name: &str| row[column(name)].parse::<f64>().expect("a time");
        let order = [
            "due_s",
            "sent_s",
            "queued_s",
            "admitted_s",
            "first_token_s",
            "done_s",
        ]
        .map(at);
        assert!(order.is_sorted(), "{order:?}");
        assert_eq!(row[column("outcome")], "completed");
    }
    let lines = run(&[
        "replay",
        "chat",
        "--requests",
        "12",
        "--policy",
        "smart",
        "--format",
        "requests-jsonl",
    ])
    .quiet();
    let first: Value = serde_json::from_str(lines.lines().next().expect("a line")).expect("JSON");
    assert_eq!(
        first["due_s"].as_f64(),
        rows[0][column("due_s")].parse().ok()
    );
    assert_eq!(lines.lines().count(), 12);
}
