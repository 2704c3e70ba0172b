//! `tokens`: ids and blocks of a text.

use crate::run::{run, run_with};
use serde_json::Value;

#[test]
fn ids_spans_and_blocks() {
    let ended = run(&[
        "tokens",
        "What is machine learning?",
        "--block-size",
        "2",
        "--format",
        "json",
    ]);
    let document: Value = serde_json::from_str(&ended.quiet()).unwrap();
    let tokens = document["tokens"].as_array().unwrap();
    let ids: Vec<u64> = tokens
        .iter()
        .map(|token| token["id"].as_u64().unwrap())
        .collect();
    assert_eq!(ids, [9504, 43334, 32275, 26672, 41730]);
    assert_eq!(
        (&tokens[3]["text"], &tokens[3]["start"]),
        (&"learning".into(), &16.into())
    );
    let blocks = document["blocks"].as_array().unwrap();
    assert_eq!(blocks.len(), 3);
    assert_eq!(blocks[1]["text"], "machine learning");
    assert_eq!(
        (&blocks[2]["id"], &blocks[2]["tokens"]),
        (&Value::Null, &1.into())
    );
}

#[test]
fn one_early_change_renames_every_later_block() {
    let ids = |text: &str| {
        let document = run(&["tokens", text, "--block-size", "1", "--format", "json"]).quiet();
        let document: Value = serde_json::from_str(&document).unwrap();
        let blocks = document["blocks"].as_array().unwrap().iter();
        blocks
            .map(|block| block["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let (a, b) = (ids("the same words here"), ids("the other words here"));
    assert_eq!(a[0], b[0]);
    assert!(a[1..].iter().zip(&b[1..]).all(|(a, b)| a != b));
}

#[test]
fn any_text_is_taken() {
    assert_eq!(
        run_with(&["tokens", "-"], "--näïve\n".as_bytes()).quiet(),
        run(&["tokens", "--näïve\n"]).quiet()
    );
    let empty = run(&["tokens", ""]).quiet();
    assert_eq!(empty.lines().count(), 3, "{empty}");
    run_with(&["tokens", "-"], b"\xff").refused(1, &["not UTF-8"]);
    run(&["tokens"]).refused(2, &["<TEXT>"]);
}
