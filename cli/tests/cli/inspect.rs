//! `inspect` and the options that say how a file is read.

use crate::run::{file, run, run_with};

const TRACE: &str = r#"{"timestamp": 0.0, "input_length": 1100, "output_length": 20, "hash_ids": [1, 2, 3]}
{"timestamp": 1.5, "input_length": 1600, "output_length": 30, "hash_ids": [1, 2, 4, 5]}
{"timestamp": 4.0, "input_length": 700, "output_length": 0, "hash_ids": [1, 6]}
{"timestamp": 9.0, "input_length": 1100, "output_length": 20, "hash_ids": [1, 2, 3]}
"#;

#[test]
fn a_summary_says_what_was_read_inferred_and_left_out() {
    let path = file("inspect-summary", "trace.jsonl", TRACE.as_bytes());
    let text = run(&["inspect", &path]).quiet();
    for says in [
        "Mooncake trace, 4 records read",
        "left out       1: no prompt or output tokens (the first: line 3)",
        "requests       3 in 3 conversations",
        "recorded       9.00 s, 0.222 arrivals a second",
        "input tokens   3,800 in all; mean 1266.7, least 1100, median 1100",
        "(132 of 236)",
        "times          seconds (their fractions and their pace) (--time-unit)",
        "tokens per id  512 (--tokens-per-id)",
        "--time-unit ms if they are milliseconds",
    ] {
        assert!(text.contains(says), "{says}\n{text}");
    }
    let json = run(&["inspect", &path, "--format", "json"]).quiet();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["schema"], "warmpath.inspect/1");
    assert_eq!(json["at_most"]["found_blocks"], 132);
    assert_eq!(
        (&json["skipped"][0]["count"], &json["span_s"]),
        (&1.into(), &9.0.into())
    );
    let piped = run_with(&["inspect", "-", "--time-unit", "ms"], TRACE.as_bytes()).quiet();
    assert!(
        piped.contains("recorded       9.00 ms, 222 arrivals a second"),
        "{piped}"
    );
}

#[test]
fn prompts_that_fill_no_block_have_no_share_of_blocks() {
    let rows = "time_s,input_tokens,output_tokens\n0,7,1\n1,7,1\n";
    let path = file("inspect-short", "short.csv", rows.as_bytes());
    let text = run(&["inspect", &path]).quiet();
    let says = "0.00 % of prompt tokens (0 of 14), no blocks, as no prompt fills one";
    assert!(text.contains(says), "{text}");
    let json = run(&["inspect", &path, "--format", "json"]).quiet();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["at_most"]["cache_hit_rate"], serde_json::Value::Null);
    assert_eq!(json["at_most"]["token_reuse_rate"], 0.0);
}

#[test]
fn where_a_run_repeats_the_files_requests_it_is_said_of_which_the_lengths_are() {
    let trace = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../assets/traces/kubeai-400.trace.txt"
    );
    let text = run(&["inspect", trace]).quiet();
    for says in [
        "requests       4,000 in 35 conversations",
        "lengths        of the file's 375 requests, each once; a run repeats them",
    ] {
        assert!(text.contains(says), "{says}\n{text}");
    }
    let path = file("inspect-once", "trace.jsonl", TRACE.as_bytes());
    assert!(
        !run(&["inspect", &path])
            .quiet()
            .contains("lengths        of")
    );
}

#[test]
fn doubt_is_a_question_that_an_option_answers() {
    let either = TRACE.replace("1.5", "150.5").replace("9.0", "900.5");
    let path = file("inspect-doubt", "either.jsonl", either.as_bytes());
    run(&["inspect", &path]).refused(2, &["may be seconds", "--time-unit s or --time-unit ms"]);
    assert!(
        run(&["inspect", &path, "--time-unit", "s"])
            .quiet()
            .contains("recorded       900 s, 0.00222 arrivals a second")
    );
    let table = file(
        "inspect-map",
        "own.csv",
        b"when,p,g\n0.5,100,5\n1.5,200,6\n",
    );
    run(&["inspect", &table]).refused(1, &["no known format"]);
    let text = run(&["inspect", &table, "--map", "time=when;input=p;output=g"]).quiet();
    assert!(text.contains("input tokens   300 in all"), "{text}");
    run(&["inspect", &table, "--map", "when=p"])
        .refused(2, &["map is \"when=p\"", "time=arrived_at"]);
    run(&["inspect", &path, "--tokenizer", "gpt"]).refused(2, &["words, o200k, cl100k"]);
}

#[test]
fn no_text_is_in_anything_that_is_written() {
    let marker = "Zyxwvutsrq";
    let chat = format!(
        "{{\"messages\": [{{\"role\": \"user\", \"content\": \"What is {marker}?\"}}, {{\"role\": \"assistant\", \"content\": \"{marker}.\"}}]}}\n"
    );
    let path = file("inspect-secret", "secret.jsonl", chat.as_bytes());
    for command in [
        vec!["import", &path],
        vec!["inspect", &path],
        vec!["inspect", &path, "--format", "json"],
        vec!["replay", "--workload", &path],
        vec!["replay", "--workload", &path, "--format", "json"],
        vec!["replay", "--workload", &path, "--format", "csv"],
        vec!["replay", "--workload", &path, "--format", "html"],
        vec![
            "replay",
            "--workload",
            &path,
            "--format",
            "perfetto",
            "--policy",
            "smart",
        ],
    ] {
        let ended = run(&command);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(!(ended.out + &ended.err).contains(marker), "{command:?}");
    }
}

#[test]
fn notes_stand_in_every_format() {
    let table = file("inspect-notes", "azure.csv", b"TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,374,44\n2023-11-16 18:15:47,20,4\n");
    let says = "reuse is 0 because the file does not say which prompts share a beginning";
    for format in ["text", "json", "markdown", "csv", "prometheus", "html"] {
        let ended = run(&["replay", "--workload", &table, "--format", format]);
        assert!(ended.out.contains(says), "{format}: {}", ended.out);
    }
}
