//! A report's JSON beside its schema, docs/report.schema.json, and beside what its first version had.
//!
//! `WARMPATH_BLESS=1 cargo test -p warmpath-core --test report_schema` writes the schema and the table of figures in docs/report.md anew.

#[path = "report_schema/schema.rs"]
mod schema;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use warmpath_core::figure::{Better, FIGURES};
use warmpath_core::fleet::Replay;
use warmpath_core::report::json::{OLDER, SCHEMA};
use warmpath_core::report::{Report, json as report_json};
use warmpath_core::scenario::{Scenario, Sweep};
use warmpath_core::workload::Named;

use schema::{is_of_the_answered, schema};

/// What `warmpath.report/1` had of a policy when it was new (22 November 2026), but for `replicas`.
const FIRST: [&str; 41] = [
    "completed",
    "rejected",
    "failed",
    "duration",
    "total_input_tokens",
    "total_output_tokens",
    "request_throughput",
    "output_throughput",
    "total_token_throughput",
    "request_goodput",
    "mean_ttft_ms",
    "median_ttft_ms",
    "p90_ttft_ms",
    "p95_ttft_ms",
    "p99_ttft_ms",
    "mean_tpot_ms",
    "median_tpot_ms",
    "p90_tpot_ms",
    "p95_tpot_ms",
    "p99_tpot_ms",
    "mean_itl_ms",
    "median_itl_ms",
    "p90_itl_ms",
    "p95_itl_ms",
    "p99_itl_ms",
    "mean_e2el_ms",
    "median_e2el_ms",
    "p90_e2el_ms",
    "p95_e2el_ms",
    "p99_e2el_ms",
    "mean_client_wait_ms",
    "median_client_wait_ms",
    "p90_client_wait_ms",
    "p95_client_wait_ms",
    "p99_client_wait_ms",
    "token_reuse_rate",
    "cache_hit_rate",
    "imbalance",
    "mean_waiting",
    "peak_kv_usage",
    "preemptions",
];

/// And of a replica.
const FIRST_OF_REPLICA: [&str; 7] = [
    "requests",
    "prefilled_tokens",
    "generated_tokens",
    "mean_waiting",
    "peak_kv_usage",
    "evicted_blocks",
    "preemptions",
];

/// What of a value is not as its schema says; of JSON Schema only what is used here.
fn faults(root: &Value, schema: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
    if let Some(to) = schema["$ref"].as_str() {
        let name = to.trim_start_matches("#/$defs/");
        let there = &root["$defs"][name];
        assert!(there.is_object(), "{to}");
        return faults(root, there, value, at, out);
    }
    if let Some(only) = schema.get("const")
        && only != value
    {
        out.push(format!("{at} is not {only}"));
    }
    if let Some(some) = schema["enum"].as_array()
        && !some.contains(value)
    {
        out.push(format!("{at} is {value}"));
    }
    let is = |kind: &str| match kind {
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other}"),
    };
    let right = match &schema["type"] {
        Value::Null => true,
        Value::String(kind) => is(kind),
        Value::Array(kinds) => kinds.iter().any(|kind| is(kind.as_str().unwrap())),
        other => panic!("{other}"),
    };
    if !right {
        out.push(format!("{at} is {value}, and must be {}", schema["type"]));
    }
    if let Some(keys) = value
        .as_object()
        .filter(|_| schema["properties"].is_object())
    {
        for (key, inner) in keys {
            match schema["properties"].get(key) {
                Some(own) => faults(root, own, inner, &format!("{at}.{key}"), out),
                None => out.push(format!("{at}.{key} is not in the schema")),
            }
        }
        for key in schema["required"].as_array().into_iter().flatten() {
            if !keys.contains_key(key.as_str().unwrap()) {
                out.push(format!("{at}.{key} is missing"));
            }
        }
    }
    if let Some(items) = value.as_array().filter(|_| schema["items"].is_object()) {
        for (n, item) in items.iter().enumerate() {
            faults(root, &schema["items"], item, &format!("{at}[{n}]"), out);
        }
    }
}

/// A report of a generated workload.
fn report(query: &str) -> Value {
    let sweep = Sweep::from_query(query).expect(query);
    let mut whole = None;
    for n in 0..sweep.len() {
        let mut scenario: Scenario = sweep.point(n).expect(query);
        let named = Named::parse(&scenario.workload).expect(query);
        let workload = named.generate(scenario.block_size, scenario.seed, scenario.requests);
        let workload = Arc::new(workload.expect(query));
        scenario.workload.clone_from(&workload.name);
        let replay = Replay::new(scenario.clone(), Arc::clone(&workload), false);
        let runs = replay.and_then(Replay::finish).expect(query);
        let next = Report::new(&scenario, &workload, &runs);
        match sweep.is_one_point() {
            true => whole = Some(next),
            false => Report::join(&mut whole, next),
        }
    }
    serde_json::from_str(&report_json::write(&whole.expect(query))).expect(query)
}

/// A fleet whose replicas are dead before the first request comes.
const NOBODY: &str = "v=2&w=rag&n=40&r=2&seeds=2&ev=0s:kill%3D0;0s:kill%3D1&p=smart,round-robin";

/// Every part that a report can have is in one of these.
const QUERIES: [&str; 9] = [
    "v=2&n=60",
    "v=2&n=60&seeds=3&goal=p95_ttft<500/900ms;errors<1%25",
    "v=2&n=60&rate=2,4&r=2,3",
    "v=2&w=multi-turn&n=80&stages=1,4&goal=p95_ttft<500ms&seeds=2",
    "v=2&w=rag&n=120&r=3&ev=10s:kill%3D1;12s:restart-router%3D0&rtries=2&p=smart",
    "v=2&w=rag&n=120&r=2&rate=6&scale=hpa:max%3D4;start%3D10&price=l4%3D0.7&p=smart",
    "v=2&w=rag&n=80&fleet=1xh100,2xl4&p=smart",
    NOBODY,
    "v=2&w=rag&n=120&r=2&rate=10&inflight=24&queue=60%2F20&tenants=a:1,b:3&classes=chat:0.3:0:2s,batch:0.7:9&pcache=1024%2F128%2F600&rcache=7200&p=smart",
];

fn goldens() -> Vec<(String, Value)> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let files = fs::read_dir(directory)
        .unwrap()
        .map(|it| it.unwrap().path());
    let reports = files.filter(|path| path.extension().is_some_and(|it| it == "json"));
    let read = |path: PathBuf| {
        let value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        (path.display().to_string(), value)
    };
    reports.map(read).collect()
}

#[test]
fn every_report_is_as_the_schema_says_and_every_part_of_it_is_used() {
    let schema = schema();
    let mut reports = goldens();
    assert!(reports.len() > 40);
    reports.extend(QUERIES.map(|query| (query.to_owned(), report(query))));
    for (name, report) in &reports {
        let mut out = Vec::new();
        faults(&schema, &schema, report, "report", &mut out);
        assert!(out.is_empty(), "{name}:\n{}", out.join("\n"));
    }
    let all: String = reports
        .iter()
        .map(|(_, report)| report.to_string())
        .collect();
    for part in [
        "ranges",
        "verdict",
        "stages",
        "life",
        "scaling",
        "kinds",
        "above",
        "line",
        "goal",
        "replica_count",
        "billed_usd",
        "recalled_requests",
    ] {
        assert!(
            all.contains(&format!("\"{part}\":")),
            "no report has {part}"
        );
    }
}

#[test]
fn what_the_schema_does_not_say_is_seen() {
    let schema = schema();
    let right = report(QUERIES[0]);
    let wrong = |change: &dyn Fn(&mut Value)| {
        let mut report = right.clone();
        change(&mut report);
        let mut out = Vec::new();
        faults(&schema, &schema, &report, "report", &mut out);
        out.join("; ")
    };
    assert_eq!(wrong(&|_| ()), "");
    assert_eq!(
        wrong(&|it| it["policies"][1]["mean_tpot"] = 3.into()),
        "report.policies[1].mean_tpot is not in the schema"
    );
    assert!(
        wrong(&|it| it["policies"][0]["mean_ttft_ms"] = "3".into())
            .contains("must be [\"number\",\"null\"]")
    );
    assert!(wrong(&|it| it["schema"] = OLDER[0].into()).contains("report.schema is not"));
    assert!(
        wrong(&|it| {
            it.as_object_mut().unwrap().remove("notes");
        })
        .contains("\"notes\" is missing")
    );
}

#[test]
fn who_read_the_first_version_finds_every_key_with_its_meaning() {
    let mut reports = goldens();
    reports.extend(QUERIES.map(|query| (query.to_owned(), report(query))));
    for (name, report) in &reports {
        assert_eq!(report["schema"], SCHEMA, "{name}");
        for key in ["scenario", "provenance"] {
            assert!(report[key].is_string(), "{name}: {key}");
        }
        for key in ["kv_pool_blocks", "context_tokens"] {
            assert!(report[key].is_u64(), "{name}: {key}");
        }
        assert!(report["notes"].is_array(), "{name}");
        for policy in report["policies"].as_array().unwrap() {
            assert!(policy["policy"].is_string(), "{name}");
            // Where nobody was answered, that version had zeros for the times of nobody.
            if policy["completed"] == 0 {
                continue;
            }
            let of = |key: &str| {
                policy[key]
                    .as_f64()
                    .unwrap_or_else(|| panic!("{name}: {key}"))
            };
            FIRST
                .iter()
                .for_each(|key| assert!(of(key) >= 0.0, "{name}: {key}"));
            for replica in policy["replicas"].as_array().unwrap() {
                FIRST_OF_REPLICA
                    .iter()
                    .for_each(|key| assert!(replica[key].is_number(), "{name}: {key}"));
            }
            // What they mean. Medians over seeds need not go together.
            if policy["seeds"].is_u64() {
                continue;
            }
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0);
            let seconds = of("duration");
            assert!(
                close(of("request_throughput") * seconds, of("completed")),
                "{name}"
            );
            assert!(
                close(of("output_throughput") * seconds, of("total_output_tokens")),
                "{name}"
            );
            let tokens = of("total_input_tokens") + of("total_output_tokens");
            assert!(
                close(of("total_token_throughput") * seconds, tokens),
                "{name}"
            );
            assert!(
                of("request_goodput") <= of("request_throughput") + 1e-9,
                "{name}"
            );
            for time in ["ttft", "tpot", "itl", "e2el", "client_wait"] {
                let ranks =
                    ["median", "p90", "p95", "p99"].map(|rank| of(&format!("{rank}_{time}_ms")));
                assert!(ranks.is_sorted(), "{name}: {time} {ranks:?}");
            }
            for share in ["token_reuse_rate", "cache_hit_rate", "peak_kv_usage"] {
                assert!((0.0..=1.0).contains(&of(share)), "{name}: {share}");
            }
            assert!(of("imbalance") >= 1.0, "{name}");
        }
    }
}

/// No time is 0, and nothing is better than it.
#[test]
fn what_nobody_has_is_null() {
    let report = report(NOBODY);
    for policy in report["policies"].as_array().unwrap() {
        assert_eq!(policy["completed"], 0);
        for figure in &FIGURES {
            let (value, ends) = (&policy[figure.key], &policy["ranges"][figure.key]);
            let none = is_of_the_answered(figure);
            assert_eq!(value.is_null(), none, "{}", figure.key);
            assert_eq!(ends[0].is_null(), none, "{}", figure.key);
        }
    }
}

/// The figures as a table in Markdown.
fn table() -> String {
    let mut out =
        "| key | is | unit | better | since |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for figure in &FIGURES {
        let better = match figure.better {
            Better::Lower => "lower",
            Better::Higher => "higher",
            Better::Neither => "–",
        };
        let since = if FIRST.contains(&figure.key) {
            "/1"
        } else {
            "/2"
        };
        let unit = if figure.unit.is_empty() {
            "–"
        } else {
            figure.unit
        };
        out += &format!(
            "| `{}` | {} | {unit} | {better} | {since} |\n",
            figure.key, figure.title
        );
    }
    out
}

#[test]
fn the_schema_and_the_table_in_the_docs_are_current() {
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let current = |name: &str, wanted: String| {
        let path = docs.join(name);
        if std::env::var_os("WARMPATH_BLESS").is_some() {
            fs::write(&path, &wanted).unwrap();
        }
        let there = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            there == wanted,
            "docs/{name} is not current; WARMPATH_BLESS=1 writes it anew"
        );
    };
    let mut text = serde_json::to_string_pretty(&schema()).unwrap();
    text.push('\n');
    current("report.schema.json", text);
    let report = fs::read_to_string(docs.join("report.md")).unwrap();
    let (begin, end) = ("<!-- figures -->\n", "<!-- end of figures -->\n");
    let (before, rest) = report.split_once(begin).expect("a mark");
    let (_, after) = rest.split_once(end).expect("a mark");
    current(
        "report.md",
        format!("{before}{begin}{}{end}{after}", table()),
    );
}
