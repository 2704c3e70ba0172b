//! `route`: prompts in, decisions out.

use crate::run::{binary, directory, run_with};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

const PROMPTS: &[u8] = b"You are a careful assistant. What is prefill?\n\
                         You are a careful assistant. What is decode?\n\n\
                         Something else entirely, of about the same length.\n";

fn decisions(text: &str) -> Vec<Value> {
    let parse = |line: &str| serde_json::from_str(line).expect("a JSON line");
    text.lines().map(parse).collect()
}

fn replicas(decisions: &[Value]) -> Vec<u64> {
    decisions
        .iter()
        .map(|d| d["replica"].as_u64().unwrap())
        .collect()
}

#[test]
fn a_warm_prefix_draws_the_next_prompt() {
    let printed = run_with(&["route", "--block-size", "2"], PROMPTS).quiet();
    let decisions = decisions(&printed);
    assert_eq!(decisions.len(), 3, "blank lines are skipped");
    assert_eq!(decisions[1]["held_blocks"][0], 4);
    assert_eq!(replicas(&decisions)[..2], [0, 0]);
    for decision in &decisions {
        let candidates = decision["candidates"].as_array().unwrap();
        assert_eq!(candidates.len(), 4);
        for candidate in candidates {
            let terms = candidate["terms"].as_array().unwrap().iter();
            let sum: f64 = terms
                .map(|term| term["weight"].as_f64().unwrap() * term["value"].as_f64().unwrap())
                .sum();
            assert!((sum - candidate["cost"].as_f64().unwrap()).abs() < 1e-9);
        }
    }
}

#[test]
fn held_requests_stay_active() {
    let prompts = b"a b c d e f g h\n".repeat(3);
    let options = [
        "route",
        "--block-size",
        "2",
        "--policy",
        "smart:load_balance_weight=9",
        "--hold",
    ];
    assert_eq!(
        replicas(&decisions(&run_with(&options, &prompts).quiet())),
        [0, 1, 2]
    );
    let lines = "{\"prompt\": \"a b c d\"}\n{\"complete\": 0}\n{\"prompt\": \"a b c d\", \"max_tokens\": 8}\n";
    let routed = decisions(&run_with(&options, lines.as_bytes()).quiet());
    assert_eq!(replicas(&routed), [0, 0]);
    assert_eq!(routed[1]["candidates"][0]["terms"][1]["value"], 4.0);
}

#[test]
fn an_explanation_is_a_sentence_and_a_table() {
    let ended = run_with(&["route", "--block-size", "2", "--explain"], PROMPTS);
    assert_eq!(ended.code, Some(0));
    let decisions = decisions(&ended.out);
    let sentence = decisions[1]["explanation"].as_str().unwrap();
    assert!(
        sentence.starts_with("Replica 0 costs ") && sentence.contains("holds 4 of"),
        "{sentence}"
    );
    assert_eq!(
        ended
            .err
            .lines()
            .filter(|line| line.starts_with('→'))
            .count(),
        3
    );
    let ended = run_with(&["route", "--policy", "round-robin", "--explain"], PROMPTS);
    assert!(
        ended.out.contains("round-robin computes no cost"),
        "{}",
        ended.out
    );
}

#[test]
fn a_stored_state_goes_on_where_it_ended() {
    let directory = directory("route-state");
    let state = directory.join("desk.json");
    let state = state.to_str().unwrap();
    let lines: Vec<&[u8]> = PROMPTS.split_inclusive(|&byte| byte == b'\n').collect();
    for policy in ["smart", "round-robin", "random", "least-load", "chwbl"] {
        let _ = std::fs::remove_file(state);
        let options = ["route", "--block-size", "2", "--policy", policy];
        let whole = replicas(&decisions(&run_with(&options, PROMPTS).quiet()));
        let mut parts = Vec::new();
        for line in lines.iter().filter(|line| line.len() > 1) {
            let options = [&options[..], &["--state", state]].concat();
            parts.extend(replicas(&decisions(&run_with(&options, line).quiet())));
        }
        assert_eq!(parts, whole, "{policy}");
    }
    let stored = std::fs::read_to_string(state).unwrap();
    assert!(!stored.contains("assistant"), "no text is stored");
    run_with(&["route", "--state", state, "--replicas", "9"], b"x\n")
        .refused(2, &["replicas is 9", "stored with 4"]);
    std::fs::write(state, "{}").unwrap();
    run_with(&["route", "--state", state], b"x\n").refused(1, &["desk.json", "line 1"]);
}

#[test]
fn decisions_come_as_prompts_do() {
    let mut child = binary()
        .arg("route")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..2 {
        stdin.write_all(b"hello\n").unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert!(line.starts_with("{\"request\":"), "{line}");
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_line_that_is_wrong_is_named() {
    let fails = |input: &[u8], words: &[&str]| {
        let ended = run_with(&["route"], input);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        for word in words {
            assert!(ended.err.contains(word), "{ended:?}");
        }
    };
    fails(
        b"{\"prompt\": \"a\"}\n{\"prompt\": 3}\n",
        &["line 2: field `prompt` is 3, text expected"],
    );
    fails(
        b"{\"prompt\": \"a\"}\n{\"text\": \"b\"}\n",
        &["line 2", "unknown field `text`", "`prompt`"],
    );
    fails(
        b"{\"prompt\": \"a\"}\n{\"complete\": 7}\n",
        &["line 2", "request 7 is not active"],
    );
    fails(b"fine\n\xff\n", &["line 2", "UTF-8"]);
    // A first line that is no JSON object is a prompt, whatever it begins with.
    assert_eq!(run_with(&["route"], b"{ braces }\n").code, Some(0));
}

/// Eight equal prompts of 64 tokens, held.
fn eight_held(policy: &str) -> Vec<Value> {
    let prompts = ("word ".repeat(64) + "\n").repeat(8);
    let options = ["route", "--replicas", "2", "--hold", "--policy", policy];
    decisions(&run_with(&options, prompts.as_bytes()).quiet())
}

#[test]
fn the_ledger_of_held_requests_decides() {
    let costs = |decision: &Value| {
        let of = |replica: usize| decision["candidates"][replica]["cost"].as_f64().unwrap();
        [of(0), of(1)]
    };
    let dynamo = eight_held("dynamo");
    // (64 + 64) / 16 blocks of prefill and 4 of decoding, against 4 and 4.
    assert_eq!(costs(&dynamo[1]), [12.0, 8.0]);
    assert_eq!(replicas(&dynamo)[1], 1);
    for policy in ["dynamo", "least-tokens", "conductor"] {
        let mut sent = [0; 2];
        for replica in replicas(&eight_held(policy)) {
            sent[replica as usize] += 1;
        }
        assert_eq!(sent, [4, 4], "{policy}");
    }
    // What was sent is remembered where it went, before it is completed.
    for policy in ["ray", "endpoint-picker", "preble"] {
        let routed = eight_held(policy);
        let first = routed[0]["replica"].as_u64().unwrap() as usize;
        let believed = &routed[1]["candidates"][first]["overlap_blocks"];
        assert_eq!(believed, 4, "{policy}");
        assert_eq!(routed[1]["held_blocks"][first], 0, "{policy}");
    }
}

#[test]
fn what_a_policy_rejects_goes_nowhere() {
    let prompts = ("word ".repeat(64) + "\n").repeat(3);
    let options = [
        "route",
        "--replicas",
        "2",
        "--hold",
        "--explain",
        "--policy",
        "conductor:slo_s=0.02",
    ];
    let output = run_with(&options, prompts.as_bytes());
    let routed = decisions(&output.out);
    let rejected: Vec<bool> = routed.iter().map(|it| it["rejected"] == true).collect();
    // 64 tokens take 12.8 ms, 128 are late.
    assert_eq!(rejected, [false, false, true]);
    assert!(
        routed[2]["explanation"]
            .as_str()
            .unwrap()
            .starts_with("conductor rejects the request")
    );
}
