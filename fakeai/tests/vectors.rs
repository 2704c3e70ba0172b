//! Does everything that re-creates FakeAI agree with it? Every record of every kind of vector, exactly.
//!
//! Reads `tests/data`, or the folder that `WARMPATH_FAKEAI_VECTORS` names (whatever kinds it holds).

#[path = "vectors/drive.rs"]
mod drive;
#[path = "vectors/drive_advanced.rs"]
mod drive_advanced;
#[path = "vectors/drive_limits.rs"]
mod drive_limits;

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::Value;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Turns a record's input into what we answer to it, in the form of its `expect`.
type Drive = fn(Value) -> serde_json::Result<Value>;

const KINDS: [(&str, Drive); 12] = [
    ("tokenize", drive::tokenize),
    ("block_id", drive::block_id),
    ("radix", drive::radix),
    ("router", drive::router),
    ("adv_router", drive_advanced::adv_router),
    ("kv_metrics", drive::kv_metrics),
    ("rate_bucket", drive_limits::rate_bucket),
    ("rate_limiter", drive_limits::rate_limiter),
    ("rate_limit_http", drive_limits::rate_limit_http),
    ("prompt_cache", drive::prompt_cache),
    ("prompt_hash", drive::conversation),
    ("latency", drive::latency),
];

#[derive(Deserialize)]
struct Record {
    kind: String,
    input: Value,
    expect: Value,
}

#[test]
fn every_record_agrees() {
    let named = std::env::var_os("WARMPATH_FAKEAI_VECTORS").map(PathBuf::from);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let folder = named.as_deref().unwrap_or(&own);
    let mut total = 0;
    for (kind, drive) in KINDS {
        let Some(text) = read(folder, kind) else {
            assert!(named.is_some(), "{} lacks {kind}", folder.display());
            continue;
        };
        let mut records = 0;
        for (line, text) in text
            .lines()
            .enumerate()
            .filter(|(_, text)| !text.trim().is_empty())
        {
            let at = format!("{kind}, line {}", line + 1);
            let record: Record =
                serde_json::from_str(text).unwrap_or_else(|error| panic!("{at}: {error}"));
            assert_eq!(record.kind, kind, "{at}");
            let ours = drive(record.input).unwrap_or_else(|error| panic!("{at}: {error}\n{text}"));
            if let Some(difference) = difference("expect", &record.expect, &ours) {
                panic!("{at}: {difference}\nrecord: {text}");
            }
            records += 1;
        }
        assert!(records > 0, "{kind} holds no records");
        println!("{kind}: {records}");
        total += records;
    }
    assert!(total > 0, "{} holds no vectors", folder.display());
    println!("{total} records agree");
}

/// A kind's file, plain or gzipped.
fn read(folder: &Path, kind: &str) -> Option<String> {
    let plain = folder.join(format!("{kind}.jsonl"));
    if plain.exists() {
        return Some(
            fs::read_to_string(&plain)
                .unwrap_or_else(|error| panic!("{}: {error}", plain.display())),
        );
    }
    let packed = folder.join(format!("{kind}.jsonl.gz"));
    let file = File::open(&packed).ok()?;
    let mut text = String::new();
    let read = GzDecoder::new(file).read_to_string(&mut text);
    read.unwrap_or_else(|error| panic!("{}: {error}", packed.display()));
    Some(text)
}

/// The first place where two values differ; numbers are compared by value, all else exactly.
fn difference(path: &str, expected: &Value, ours: &Value) -> Option<String> {
    let differ = || {
        Some(format!(
            "{path} differs\n  FakeAI: {expected}\n    ours: {ours}"
        ))
    };
    match (expected, ours) {
        (Value::Number(a), Value::Number(b)) => {
            let same = match (a.as_i64(), b.as_i64()) {
                (Some(a), Some(b)) => a == b,
                _ => a.as_f64() == b.as_f64(),
            };
            if same { None } else { differ() }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let mut pairs = a.iter().zip(b).enumerate();
            pairs.find_map(|(index, (a, b))| difference(&format!("{path}[{index}]"), a, b))
        }
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => a
            .iter()
            .find_map(|(key, a)| difference(&format!("{path}.{key}"), a, &b[key])),
        _ if expected == ours => None,
        _ => differ(),
    }
}

#[test]
fn a_difference_is_found_and_told() {
    let expected = serde_json::json!({"a": [1, {"b": 0.1}], "c": 0});
    let ours = serde_json::json!({"a": [1.0, {"b": 0.30000000000000004 - 0.2}], "c": -0.0});
    let found = difference("expect", &expected, &ours).unwrap();
    assert!(found.starts_with("expect.a[1].b differs"), "{found}");
    assert_eq!(difference("expect", &expected, &expected), None);
    for other in [
        serde_json::json!({"a": []}),
        serde_json::json!(null),
        serde_json::json!({"a": [1], "c": 0}),
    ] {
        assert!(difference("expect", &expected, &other).is_some());
    }
}
