//! A report's JSON beside its schema, docs/report.schema.json, and beside what its first version had.
//!
//! `WARMPATH_BLESS=1 cargo test -p warmpath-core --test report_schema` writes the schema and the table of figures in docs/report.md anew.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use warmpath_core::figure::{Better, FIGURES};
use warmpath_core::fleet::Replay;
use warmpath_core::report::json::{OLDER, SCHEMA};
use warmpath_core::report::{Report, json as told};
use warmpath_core::scenario::{Scenario, Sweep};
use warmpath_core::workload::Named;

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

fn text(about: &str) -> Value {
    json!({ "type": "string", "description": about })
}

fn whole(about: &str) -> Value {
    json!({ "type": "integer", "minimum": 0, "description": about })
}

fn number(about: &str) -> Value {
    json!({ "type": "number", "description": about })
}

/// A number, or null where there is none.
fn perhaps(about: &str) -> Value {
    json!({ "type": ["number", "null"], "description": about })
}

/// A list.
fn list(about: &str, of: Value) -> Value {
    json!({ "type": "array", "description": about, "items": of })
}

/// An object with these keys and no others; those whose name ends with `?` may be absent.
fn object(about: &str, keys: Vec<(&str, Value)>) -> Value {
    let required: Vec<&str> = keys
        .iter()
        .map(|it| it.0)
        .filter(|key| !key.ends_with('?'))
        .collect();
    let own = keys
        .iter()
        .map(|(key, value)| (key.trim_end_matches('?').to_owned(), value.clone()));
    json!({
        "type": "object",
        "description": about,
        "properties": own.collect::<Map<_, _>>(),
        "required": required,
        "additionalProperties": false,
    })
}

fn refer(to: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{to}") })
}

/// The figures of a run or a stage, each with its description.
fn figures() -> Vec<(&'static str, Value)> {
    let each = FIGURES.iter().map(|figure| {
        let unit = if figure.unit.is_empty() {
            String::new()
        } else {
            format!(" [{}]", figure.unit)
        };
        (figure.key, number(&format!("{}{unit}", figure.title)))
    });
    each.collect()
}

fn schema() -> Value {
    let mut policy = vec![
        ("policy", text("the policy, canonical")),
        ("rate?", number("of a sweep's point: arrivals a second")),
        ("replica_count?", whole("of a sweep's point: replicas")),
        (
            "seeds?",
            whole("runs behind the figures, which are their medians; absent where there is one"),
        ),
    ];
    policy.extend(figures());
    policy.extend([
        ("ranges?", refer("ranges")),
        ("verdict?", refer("verdict")),
        (
            "stages?",
            list("the stages of a ladder of rates", refer("stage")),
        ),
        ("life?", refer("life")),
        ("scaling?", refer("scaling")),
        (
            "kinds?",
            list("by kind of replica, where not all are alike", refer("kind")),
        ),
        ("above?", refer("above")),
        ("line?", refer("line")),
        (
            "replicas",
            list("by replica, of the first run", refer("replica")),
        ),
    ]);
    let mut stage = vec![
        ("rate", number("arrivals a second")),
        ("start", number("when it began [s]")),
    ];
    stage.extend(figures());
    stage.extend([("ranges?", refer("ranges")), ("verdict?", refer("verdict"))]);
    let mut root = object(
        "What Warmpath found of a scenario: warmpath replay --format json, and the page's export.",
        vec![
            ("schema", json!({ "const": SCHEMA })),
            (
                "scenario",
                text("the scenario's query string; of a sweep that of its first point"),
            ),
            ("provenance", text("where step times come from")),
            ("kv_pool_blocks", whole("blocks of a replica's pool")),
            (
                "context_tokens",
                whole("longest prompt and answer together"),
            ),
            (
                "notes",
                list("what a reader must know", json!({ "type": "string" })),
            ),
            ("goal?", text("the limits that are to be kept")),
            (
                "policies",
                list(
                    "a policy each; of a sweep, each policy at every point",
                    refer("policy"),
                ),
            ),
            (
                "fork?",
                json!({ "description": "with --fork: the alternatives to one decision" }),
            ),
            (
                "fork_event?",
                json!({ "description": "with --fork-event: the run without one event" }),
            ),
            (
                "race?",
                json!({ "description": "with --race: where policies part" }),
            ),
            (
                "smallest_fleet?",
                json!({ "description": "with --smallest-fleet: beside a fleet that grows, the least that stays" }),
            ),
        ],
    );
    let ranges = FIGURES.iter().map(|figure| {
        let ends =
            json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 });
        (figure.key, ends)
    });
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["$id"] = json!(SCHEMA);
    root["$defs"] = json!({
        "policy": object("one policy's figures", policy),
        "stage": object("a stage of a ladder, its duration and rates counted from its beginning", stage),
        "ranges": object("least and most of each figure over the seeds", ranges.collect()),
        "replica": object("a replica's sums", vec![
            ("requests", whole("requests that were routed there")),
            ("prefilled_tokens", whole("prompt tokens computed")),
            ("generated_tokens", whole("tokens generated")),
            ("mean_waiting", number("mean requests waiting for its batch")),
            ("peak_kv_usage", number("largest share of its pool in use")),
            ("evicted_blocks", whole("cached blocks evicted")),
            ("preemptions", whole("preemptions")),
        ]),
        "verdict": object("whether the goal was met", vec![
            ("met", json!({ "type": "boolean" })),
            ("standing", refer("standing")),
            ("binds", json!({ "type": ["string", "null"], "description": "the limit with the least margin" })),
            ("margin", perhaps("its margin as a share of what it allows; null: infinitely far")),
            ("requests", whole("requests that were judged")),
            ("unanswered", whole("those that were refused, failed, cut or never finished; they are misses")),
            ("limits", list("each limit", object("a limit", vec![
                ("limit", text("as it was asked for")),
                ("value", perhaps("what was found")),
                ("margin", perhaps("how far that is from the limit")),
                ("standing", refer("standing")),
            ]))),
        ]),
        "standing": { "enum": ["met", "missed", "critical"] },
        "life": object("what befell the fleet", vec![
            ("completed", whole("answered")),
            ("rejected", whole("beyond the context, or refused for good")),
            ("failed", whole("given up after an error")),
            ("cut", whole("whose answer broke off")),
            ("pending", whole("that never came to an end")),
            ("completed_after_again", whole("answered after more than one attempt")),
            ("attempts", whole("attempts in all")),
            ("client_again", whole("further attempts of clients")),
            ("router_again", whole("further attempts of routers")),
            ("breakers_opened", whole("openings of circuit breakers")),
            ("recomputed_tokens", whole("prompt tokens computed again because a cache was lost")),
            ("sent_to_dead", whole("attempts sent to replicas that were down or hung")),
            ("events", list("in the order in which they came to pass", refer("event"))),
        ]),
        "event": object("something that befell a replica or router", vec![
            ("at_s", number("when [s]")),
            ("event", text("what")),
            ("whom", whole("which replica or router")),
            ("cut", whole("answers that broke off")),
            ("reset", whole("connections that were reset before a token")),
            ("sent_to_dead", whole("attempts sent there before it was known")),
            ("known_after_s", perhaps("when the last router knew [s after it]")),
            ("ready_after_s", perhaps("when the replica was ready again [s after it]")),
            ("lost_blocks", whole("cached blocks that were lost")),
            ("lost_alone", whole("those that no other replica had")),
            ("recomputed_tokens", whole("prompt tokens computed again because of it")),
            ("hits_recovery", refer("recovery")),
            ("hits_back_after_s", perhaps("[s after it]")),
            ("p95_ttft_recovery", refer("recovery")),
            ("p95_ttft_back_after_s", perhaps("[s after it]")),
        ]),
        "recovery": { "enum": ["too few requests", "stayed", "back", "not back"] },
        "scaling": object("how the fleet grew and shrank", vec![
            ("fewest_replicas", whole("paid at the least")),
            ("most_replicas", whole("paid at the most")),
            ("wanted_replica_s", number("replica seconds that were wanted")),
            ("paid_replica_s", number("that were paid")),
            ("ready_replica_s", number("that were ready")),
            ("gpu_hours", number("GPU hours paid")),
            ("cost", perhaps("what that costs [US$]; null where no price is known")),
            ("needed_replica_s", perhaps("replica seconds that the work alone needs")),
            ("overshoot_replica_s", perhaps("paid beyond that")),
            ("steps_up", whole("times it was told to grow")),
            ("steps_down", whole("times it was told to shrink")),
            ("retired", whole("replicas taken away")),
            ("retired_cut", whole("answers that this broke off")),
            ("retired_recomputed_tokens", whole("prompt tokens computed again because of it")),
            ("goal_ms", number("the limit on P95 of TTFT that it is held against")),
            ("above_goal_s", number("seconds above it")),
            ("changes", whole("changes of direction")),
            ("price", json!({ "description": "the price an hour and where it comes from; null where none is known" })),
            ("at_s_wanted_paid_ready", list("from when on [s], how many replicas were wanted, paid and ready", list("four numbers", json!({ "type": "number" })))),
        ]),
        "kind": object("the replicas of one kind", vec![
            ("kind", text("GPU and parallelism")),
            ("replicas", whole("how many")),
            ("gpus", whole("their GPUs")),
            ("pool_tokens", whole("pool of each [tokens]")),
            ("completed", whole("requests answered")),
            ("prefilled_tokens", whole("prompt tokens computed")),
            ("generated_tokens", whole("tokens generated")),
            ("token_reuse_rate", number("prompt tokens reused")),
            ("mean_ttft_ms", number("[ms]")),
            ("p95_ttft_ms", number("[ms]")),
            ("mean_tpot_ms", number("[ms]")),
            ("peak_kv_usage", number("largest share of a pool in use")),
            ("preemptions", whole("preemptions")),
        ]),
        "above": object("what an API that caches prompts bills, and a cache of whole answers saved", vec![
            ("billed_requests?", whole("requests billed")),
            ("billed_with_cached?", whole("those with cached tokens")),
            ("billed_input_tokens?", whole("prompt tokens billed")),
            ("billed_cached_tokens?", whole("those that were cached")),
            ("billed_output_tokens?", whole("answer tokens billed")),
            ("billed_usd?", number("the bill [US$]")),
            ("billed_uncached_usd?", number("without the cache [US$]")),
            ("billed_saved_usd?", number("saved [US$]")),
            ("recalled_requests?", whole("requests answered by the cache of whole answers")),
            ("recalled_input_tokens?", whole("their prompt tokens")),
            ("recalled_output_tokens?", whole("their answers' tokens")),
            ("recalled_saved_usd?", number("saved [US$]")),
        ]),
        "line": object("what the entrance did", vec![
            ("longest_line", whole("most requests that waited")),
            ("connection_limit", whole("refused: too many connections")),
            ("backlog_dropped", whole("first packets dropped")),
            ("backlog_given_up", whole("clients that gave up connecting")),
            ("endpoint_limit", whole("refused: the endpoint's limit")),
            ("line_full", whole("refused: the line was full")),
            ("line_timeout", whole("waited too long")),
            ("shed", whole("shed")),
            ("jain_attainment", perhaps("Jain's index over the tenants' attainment")),
            ("jain_ttft", perhaps("Jain's index over the tenants' TTFT")),
            ("all", refer("group")),
            ("tenants", list("by tenant", refer("group"))),
            ("classes", list("by class", refer("group"))),
        ]),
        "group": object("a tenant, a class, or all", vec![
            ("name", text("its name")),
            ("priority?", json!({ "type": "integer", "description": "of a class" })),
            ("weight?", number("of a tenant")),
            ("requests", whole("requests")),
            ("completed", whole("answered")),
            ("rejected", whole("beyond the context, or refused for good")),
            ("failed", whole("given up after an error")),
            ("refused", whole("answers of 429 and 503")),
            ("waited", whole("that stood in the line")),
            ("mean_wait_ms", number("mean wait there [ms]")),
            ("longest_wait_ms", number("longest wait there [ms]")),
            ("mean_ttft_ms", number("[ms]")),
            ("median_ttft_ms", number("[ms]")),
            ("p95_ttft_ms", number("[ms]")),
            ("p99_ttft_ms", number("[ms]")),
            ("attainment", number("share that kept its limits")),
            ("tokens", whole("tokens served")),
        ]),
    });
    root
}

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
    serde_json::from_str(&told::write(&whole.expect(query))).expect(query)
}

/// Every part that a report can have is in one of these.
const QUERIES: [&str; 8] = [
    "v=2&n=60",
    "v=2&n=60&seeds=3&goal=p95_ttft<500/900ms;errors<1%25",
    "v=2&n=60&rate=2,4&r=2,3",
    "v=2&w=multi-turn&n=80&stages=1,4&goal=p95_ttft<500ms&seeds=2",
    "v=2&w=rag&n=120&r=3&ev=10s:kill%3D1;12s:restart-router%3D0&rtries=2&p=smart",
    "v=2&w=rag&n=120&r=2&rate=6&scale=hpa:max%3D4;start%3D10&price=l4%3D0.7&p=smart",
    "v=2&w=rag&n=80&fleet=1xh100,2xl4&p=smart",
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
        wrong(&|it| it["policies"][0]["mean_ttft_ms"] = "3".into()).contains("must be \"number\"")
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
