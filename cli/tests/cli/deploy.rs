//! `deploy`: what every policy becomes in the products that have it, and what is refused.

use std::fs;
use std::path::Path;

use serde_json::Value;
use warmpath_core::router::{POLICIES, ParameterKind};

use crate::run::run;

/// Policies with every parameter moved, and every kind of knowledge a product has a word for.
const MOVED: &[&str] = &[
    "chwbl:load_factor=1.333;replication=64;chars=256",
    "dynamo:credit=0.5;decay=2;prefill_scale=20;temperature=0.7;active_weight=3;predicted_ttl=2@events:50ms,loss=0.01",
    "dynamo@routed:120s",
    "dynamo:predicted_ttl=2@routed:lru",
    "dynamo@routed:lru=5000",
    "dynamo@routed",
    "dynamo@nothing",
    "dynamo-two-tier:overlap=0.2;balance_abs=8;balance_rel=2@routed:60s",
    "cache-aware:threshold=0.3;balance_abs=64;balance_rel=1.5@routed:lru=20000,every=120s",
    "cache-aware@routed",
    "cache-aware@routed:60s",
    "cache-aware@events:50ms",
    "cache-aware-original@routed:lru",
    "cache-aware-vllm:threshold=0.5@routed:lru=1000,every=5s",
    "sticky-least-loaded:expire_s=60",
    "smg-least-load:report_s=0;overload_kv=2",
    "prefix-hash:load_factor=2;load_slack=4;replication=10",
    "prefix-aware:min_match=256",
    "load-aware:beta=0.5@events:50ms",
    "load-aware@routed",
    "endpoint-picker:queue=1;kv=0;prefix=5;no_hit_lru=1;sticky=0.8;weighted_random=1",
    "endpoint-picker:queue=0;kv=0;prefix=0;token_load=1;sticky=0.8;explore=0.01;max_penalty_ms=5000;prefill_rate=9000",
    "endpoint-picker:queue=0;kv=0;prefix=0;active=1;session=1",
    "endpoint-picker:speculative_s=2;no_hit_lru=1@events:100ms",
    "endpoint-picker@routed:lru=500000",
    "endpoint-picker@events:100ms",
    "endpoint-picker@routed:lru",
    "endpoint-picker@routed:60s",
    "aibrix:imbalance=15.5;sigma=2;factor=3@events",
    "aibrix@routed",
    "ray:match_rate=0.3;imbalance=10@routed:lru=100000,every=10s",
    "ray@routed:60s",
    "vllm-dp:pressure=2;report_ms=50",
    "smetric:hit=0.7;budget_s=2;budget_ms_per_1k=30;crossover=7000@truth",
    "session:replication=160",
    "cache-aware@nothing",
    "preble:window=60@truth",
    "load-aware@nothing",
];

#[test]
fn what_each_policy_becomes() {
    let names = POLICIES.iter().map(|entry| entry.name);
    let mut text = String::new();
    for policy in names.chain(MOVED.iter().copied()) {
        let ended = run(&["deploy", policy, "--replicas", "8"]);
        text += &format!("$ warmpath deploy '{policy}' --replicas 8\n");
        match ended.code {
            Some(0) => {
                assert_eq!(ended.err, "", "{policy}");
                // What products cannot read is a comment, and each cites where its options were read.
                assert!(ended.out.starts_with("# "), "{policy}: {}", ended.out);
                assert!(
                    ended.out.contains("\n# options: "),
                    "{policy}: {}",
                    ended.out
                );
                text += &ended.out;
            }
            code => {
                assert_eq!((code, ended.out.as_str()), (Some(2), ""), "{policy}");
                text += &ended.err;
            }
        }
        text.push('\n');
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/deploy.txt");
    if std::env::var_os("WARMPATH_BLESS").is_some() {
        fs::write(&path, &text).expect("the golden file is written");
    }
    let golden = fs::read_to_string(&path).expect("the golden file");
    for (at, (line, expected)) in text.lines().zip(golden.lines()).enumerate() {
        assert_eq!(
            line,
            expected,
            "line {} of {}; `cargo xtask bless` records it anew",
            at + 1,
            path.display()
        );
    }
    assert_eq!(
        text.len(),
        golden.len(),
        "{} has other lines at its end; `cargo xtask bless` records it anew",
        path.display()
    );
}

/// `--help` of the released products, as recorded: option names, and the values of --policy.
const OPTIONS: &[(&str, &str)] = &[
    ("smg", include_str!("../data/options/smg.txt")),
    (
        "vllm-router",
        include_str!("../data/options/vllm-router.txt"),
    ),
    (
        "sglang-router",
        include_str!("../data/options/sglang-router.txt"),
    ),
];

#[test]
fn every_option_is_one_that_the_released_product_names() {
    for &(product, options) in OPTIONS {
        let known: Vec<&str> = options.lines().collect();
        let names = POLICIES.iter().map(|entry| entry.name);
        let mut checked = 0;
        for policy in names.chain(MOVED.iter().copied()) {
            let ended = run(&["deploy", policy, "--replicas", "8", "--product", product]);
            // What the released product lacks says so.
            if ended.code != Some(0) || ended.out.contains("has no such policy") {
                continue;
            }
            for line in ended.out.lines().map(|line| line.trim_end_matches(" \\")) {
                let mut words = line.split_whitespace();
                let Some(option) = words.next().filter(|word| word.starts_with("--")) else {
                    continue;
                };
                let value = words.next().unwrap_or_default();
                let policy_is = format!("--policy={value}");
                assert!(known.contains(&option), "{product}, {policy}: {option}");
                assert!(
                    option != "--policy" || known.contains(&policy_is.as_str()),
                    "{product}: {policy_is}"
                );
                checked += 1;
            }
        }
        assert!(checked > 0, "{product}");
    }
}

#[test]
fn one_product_alone_can_be_asked_for() {
    let printed = run(&["deploy", "round-robin", "--product", "smg"]).quiet();
    assert!(
        printed.contains("smg launch") && !printed.contains("dynamo"),
        "{printed}"
    );
    let json = run(&["deploy", "round-robin", "--format", "json"]).quiet();
    let all: Value = serde_json::from_str(&json).expect("JSON");
    let products: Vec<&str> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["product"].as_str().unwrap())
        .collect();
    assert_eq!(
        products,
        [
            "dynamo",
            "smg",
            "production-stack",
            "vllm-router",
            "sglang-router"
        ]
    );
    assert!(
        all[1]["configuration"]
            .as_str()
            .unwrap()
            .contains("round_robin")
    );
}

/// smg takes whole seconds, one at least. What is asked for more often is said, with what stands there instead.
#[test]
fn what_is_asked_more_often_than_each_second_is_said() {
    let printed =
        |policy: &str| run(&["deploy", policy, "--product", "smg", "--replicas", "8"]).quiet();
    for policy in ["smg-least-load", "smg-power-of-two", "cache-aware"] {
        for (seconds, option, said) in [
            (
                "0.01",
                "--load-monitor-interval 1 ",
                Some("report_s is 0.01: 1 is the least there"),
            ),
            (
                "0.999",
                "--load-monitor-interval 1 ",
                Some("report_s is 0.999: 1 is the least there"),
            ),
            ("1", "--load-monitor-interval 1 ", None),
            (
                "1.4",
                "--load-monitor-interval 1 ",
                Some("report_s is 1.4, but only whole numbers can be given there: 1"),
            ),
            (
                "0",
                "--load-monitor-interval 10 ",
                Some("report_s is 0: it asks all the same"),
            ),
        ] {
            let text = printed(&format!("{policy}:report_s={seconds}"));
            assert!(text.contains(option), "{policy} {seconds}: {text}");
            let lacks = text.lines().filter(|line| line.contains("report_s is"));
            let lacks: Vec<&str> = lacks.collect();
            assert_eq!(lacks.len(), usize::from(said.is_some()), "{lacks:?}");
            assert!(
                said.is_none_or(|said| lacks[0].contains(said)),
                "{policy} {seconds}: {text}"
            );
        }
    }
    for (every, said) in [
        (
            "",
            "the tree is cut with every request; there once a second at most",
        ),
        (",every=0.5s", "every is 0.5: 1 is the least there"),
    ] {
        let text = printed(&format!("cache-aware@routed:lru=20000{every}"));
        assert!(
            text.contains("--eviction-interval-secs 1\n"),
            "{every}: {text}"
        );
        assert!(text.contains(said), "{every}: {text}");
    }
}

#[test]
fn what_cannot_be_deployed_is_said() {
    let refused = |args: &[&str], words: &[&str]| {
        run(&[&["deploy"], args].concat()).refused(2, words);
    };
    refused(&["dinamo"], &["dinamo", "did you mean \"dynamo\"?"]);
    refused(&["chwbl:load_faktor=2"], &["load_faktor", "load_factor"]);
    refused(&["smart"], &["no product has the policy smart", "dynamo"]);
    refused(&["oracle"], &["no router can have it"]);
    refused(&["mine=active * 2"], &["no product", "runs here only"]);
    refused(
        &["chwbl", "--product", "smg"],
        &["smg does not have the policy chwbl", "kubeai has"],
    );
    refused(
        &["chwbl", "--product", "kubai"],
        &["kubai", "did you mean \"kubeai\"?"],
    );
    refused(&["chwbl", "--format", "yaml"], &["text, json"]);
    refused(&["chwbl", "--replicas", "0"], &["replicas"]);
}

/// A parameter that is moved changes the configuration, or is named among what cannot be expressed.
#[test]
fn no_parameter_is_dropped_silently() {
    let deployed = |policy: &str| -> Vec<Value> {
        let ended = run(&["deploy", policy, "--format", "json"]);
        match ended.code {
            Some(0) => serde_json::from_str(&ended.out).unwrap(),
            _ => Vec::new(),
        }
    };
    let (mut held, mut dropped) = (0, Vec::new());
    for entry in POLICIES {
        let shipped = deployed(entry.name);
        for parameter in entry.parameters {
            let off = parameter.default * 1.37 + 0.37;
            for value in [off, parameter.min, parameter.max] {
                let value = value.clamp(parameter.min, parameter.max);
                let value = match parameter.kind {
                    ParameterKind::Real => value,
                    ParameterKind::Integer | ParameterKind::Switch => value.round(),
                };
                if value == parameter.default {
                    continue;
                }
                let moved = format!("{}:{}={value}", entry.name, parameter.name);
                for there in deployed(&moved) {
                    let is_it = |it: &&Value| it["product"] == there["product"];
                    let Some(before) = shipped.iter().find(is_it) else {
                        continue;
                    };
                    let same = ["configuration", "not_expressed"]
                        .iter()
                        .all(|it| before[it] == there[it]);
                    let said = there["not_expressed"].to_string().contains(parameter.name);
                    if same && !said {
                        dropped.push(format!("{moved}: {}", there["product"]));
                    }
                    held += 1;
                }
            }
        }
    }
    assert_eq!(dropped, [""; 0], "said nothing of");
    assert!(held > 100, "{held}");
}
