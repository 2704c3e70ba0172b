//! What is refused, and what is said of it.

use super::*;
use warmpath_core::workload::reading::Tokenization;
use warmpath_core::workload::trace;

#[test]
fn wrong_fields_are_named_with_what_would_be_right() {
    let of = |file: &str, from: &str, to: &str| why(&file.replacen(from, to, 1));
    for (error, says) in [
        (
            of(MOONCAKE, "1100", "-4"),
            "line 1: field `input_length` is -4, a whole number from 0 to 1e9 expected",
        ),
        (
            of(MOONCAKE, "1536", "3000000000"),
            "line 2: field `input_length` is 3000000000, a whole",
        ),
        (
            of(MOONCAKE, "\"output_length\": 7, ", ""),
            "line 3: field `output_length` is missing",
        ),
        (
            of(MOONCAKE, "[46, 50]", "[1, 2, 3]"),
            "line 3: field `hash_ids` is a list of 3, 1 or 2 ids for 600 tokens, at 512 tokens an id as the rows before have, expected",
        ),
        (
            of(MOONCAKE, "[46, 50]", "7"),
            "line 3: field `hash_ids` is 7, a list of block ids expected",
        ),
        (
            of(MOONCAKE, "50]", "-50]"),
            "line 3: field `hash_ids` is -50, a whole number, not negative, or a text expected",
        ),
        (
            of(MOONCAKE, "30535", "\"soon\""),
            "line 2: field `timestamp` is \"soon\", milliseconds from 0",
        ),
        (of(MOONCAKE, "30535", "30535]"), "line 2, column 20: "),
        (
            of(BAILIAN, "\"chat_id\": 3", "\"chat\": 3"),
            "line 3: field `chat_id` is missing",
        ),
        (
            of(AZURE, "2023-11-17", "yesterday"),
            "line 3: field `TIMESTAMP` is \"yesterday 00:00:00.0319600\", a date",
        ),
        (
            of(AZURE, "3180,", ""),
            "line 3: 2 columns found, 3 expected",
        ),
        (
            of(AZURE, "3180", "many"),
            "line 3: field `ContextTokens` is \"many\", a whole number",
        ),
        (
            of(BURST, "1087", ""),
            "line 3: field `Request tokens` is missing",
        ),
        (
            of(BURST, "45.5", "-45.5"),
            "line 3: field `Timestamp` is -45.5, seconds from 0 to a hundred years",
        ),
        (
            of(SESSIONS, "1445", "1400"),
            "line 1, step 2: field `input` is 1400, 1445 (input and output of the step",
        ),
        (
            of(SESSIONS, "\"gap\": 9.127", "\"gap\": null"),
            "line 1, step 2: field `gap` is null, seconds from 0",
        ),
        (
            why(r#"{"session_id": "s", "turns": [{"text": "One"}, {"text": "Two", "delay": -5}]}"#),
            "line 1: field `delay` is -5, a pause, not negative expected",
        ),
        (
            why(
                r#"{"session_id": "s", "turns": [{"text": "One"}, {"text": "Two", "delay": 1e16}]}"#,
            ),
            "a pause is 10000000000000000 in milliseconds, which is more than a hundred years",
        ),
        (
            of(SESSIONS, "\"steps\": [", "\"steps\": 1, \"x\": ["),
            "line 1: field `steps` is 1, a list of steps expected",
        ),
        (
            why("{\"hash_ids\": 1"),
            "line 1, column 15: expected , or }, but the text ends",
        ),
        (
            why("TIMESTAMP,ContextTokens,GeneratedTokens\n"),
            "no request can be made of the file's records",
        ),
        (why("[]"), "the array has no conversation"),
        (
            why("[1, 2]"),
            "conversation 1: '1' found, an object or a list expected",
        ),
        (
            why("[{\"conversations\": [{\"fr"),
            "the file breaks off before a whole conversation was read",
        ),
        (
            why("[{\"conversations\": []}]"),
            "no request can be made of the file's records (1 conversation is empty)",
        ),
        (
            why("[{\"colour\": \"a\"}]"),
            "conversation 1: an object with `colour` found, `messages`, `prompt`, `hash_ids`, lengths such as",
        ),
    ] {
        assert!(error.starts_with(says), "{error}\n{says}");
    }
    let mut bytes = MOONCAKE.as_bytes().to_vec();
    bytes[120] = 0xff;
    let error = read_with(&bytes, ReadOptions::default(), 50).unwrap_err();
    assert_eq!(
        error,
        WorkloadError::NotUtf8 {
            line: 2,
            offset: 120
        }
    );
}

#[test]
fn wrong_traces_are_refused() {
    let mut options = ReadOptions {
        block_size: 2,
        ..ReadOptions::default()
    };
    options.reading.tokenizer = Tokenization::Words;
    let text = trace::write(&read_with(SHAREGPT.as_bytes(), options, 100).unwrap());
    let of = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}: {text}");
        read(&text.replacen(from, to, 1), 2)
            .expect_err(to)
            .to_string()
    };
    for (error, says) in [
        (
            of("trace/1", "trace/2"),
            "line 1: field `schema` is \"warmpath.trace/2\", \"warmpath.trace/1\" expected",
        ),
        (
            of("\"block_size\":2", "\"block_size\":0"),
            "line 1: field `block_size` is 0, 1 to 4096 expected",
        ),
        (
            of("\"notes\"", "\"nodes\""),
            "line 1: a field `nodes` found, nothing but `schema`",
        ),
        (
            of("conversation,turn", "turn,conversation"),
            "line 2: \"turn,conversation,prompt",
        ),
        (
            of("+4/+4", "+5/+4"),
            "line 3: field `blocks` is +5/+4, a prefix of 4 blocks expected",
        ),
        (
            of("+4/+4", "9+3/+4"),
            "line 3: field `blocks` is 9+3/+4, a prefix of 4 blocks expected",
        ),
        (
            of("+4/+4", "+4/+7"),
            "line 3: field `blocks` is +4/+7, an answer that goes on from its prompt, 8 blocks",
        ),
        (
            of("+4/+4", "+4/0"),
            "line 3: field `blocks` is +4/0, an answer",
        ),
        (
            of("0,0,9,", "0,0,-9,"),
            "line 3: field `prompt` is -9, a whole number from 0",
        ),
        (
            of(",=,+,8", ",=,+-1,8"),
            "line 4: field `arrival` is -1, empty, nanoseconds",
        ),
    ] {
        assert!(error.starts_with(says), "{error}\n{says}");
    }
}

/// Lines that are neither prompts nor tables are not taken for prompts.
#[test]
fn logs_and_numbers_without_names_are_refused() {
    for (file, says) in [
        (
            "10.0.0.1 - - [10/Oct/2023:13:55:36 +0000] \"POST /v1/chat HTTP/1.1\" 200 2326\n",
            "an access log, which holds no tokens; have the gateway write JSON",
        ),
        (
            "0.1\t100\t20\n0.5\t200\t30\n",
            "a table without names; put a first line of names before it",
        ),
        ("0.1,100,20\n", "a table without names"),
    ] {
        let mut reader = Reader::new("x", ReadOptions::default());
        let why = match reader.push(file.as_bytes()) {
            Err(error) => error.to_string(),
            Ok(()) => reader.finish().unwrap_err().to_string(),
        };
        assert!(why.contains(says), "{file}: {why}");
    }
}
