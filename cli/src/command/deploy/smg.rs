//! The configuration for smg, the Shepherd Model Gateway: options of `smg launch`.

use warmpath_core::router::{Forget, Knowledge, PolicySpec};

use super::recipe::{Fleet, Recipe, events, fixed, routed, value, whole};

const SOURCES: &[&str] = &["smg 1.13.0, smg launch --help"];
const TITLE: &str = "options of smg (Shepherd Model Gateway)";

pub(super) fn recipe(spec: &PolicySpec, fleet: Fleet) -> Option<Recipe> {
    let launch =
        |options: &[(&str, String)]| Recipe::command(TITLE, SOURCES, "smg launch", options);
    let plain = |name: &str| launch(&[("--policy", name.to_owned())]);
    let mut lacks = Vec::new();
    Some(match spec.entry().name {
        "random" => plain("random"),
        "round-robin" => plain("round_robin"),
        "session" => plain("consistent_hashing")
            .lacking("the conversation must stand in the header x-smg-routing-key")
            .lacking_all(fixed(spec, "replication", 150.0).into_iter().collect()),
        "prefix-hash" => {
            lacks.extend(fixed(spec, "replication", 150.0));
            let slack = whole("load_slack", value(spec, "load_slack"), &mut lacks);
            launch(&[
                ("--policy", "prefix_hash".to_owned()),
                ("--prefix-token-count", "256".to_owned()),
                (
                    "--prefix-hash-load-factor",
                    value(spec, "load_factor").to_string(),
                ),
                ("--prefix-hash-balance-abs-threshold", slack),
            ])
            .lacking_all(lacks)
        }
        "cache-aware" => {
            let mut options = vec![
                ("--policy", "cache_aware".to_owned()),
                ("--cache-threshold", value(spec, "threshold").to_string()),
                (
                    "--balance-abs-threshold",
                    whole("balance_abs", value(spec, "balance_abs"), &mut lacks),
                ),
                (
                    "--balance-rel-threshold",
                    value(spec, "balance_rel").to_string(),
                ),
                ("--block-size", fleet.block_size.to_string()),
            ];
            options.extend(loads(spec, &mut lacks));
            for (name, option) in [
                ("kv_spread", "--balance-token-usage-threshold"),
                ("kv_ceiling", "--overload-token-usage-threshold"),
            ] {
                options.push((option, value(spec, name).to_string()));
            }
            options.extend(tree(spec, fleet, &mut lacks));
            launch(&options).lacking_all(lacks)
        }
        name @ ("smg-least-load" | "smg-power-of-two") => {
            let policy = match name {
                "smg-least-load" => "least_load",
                _ => "power_of_two",
            };
            let mut options = vec![("--policy", policy.to_owned())];
            options.extend(loads(spec, &mut lacks));
            launch(&options).lacking_all(lacks)
        }
        _ => return None,
    })
}

/// The options for what engines report, and for which replicas are excluded.
fn loads(spec: &PolicySpec, lacks: &mut Vec<String>) -> Vec<(&'static str, String)> {
    let seconds = value(spec, "report_s");
    let interval = if seconds == 0.0 {
        lacks.push("report_s is 0: it asks all the same; engines must not answer".to_owned());
        10.0
    } else {
        if seconds < 1.0 {
            lacks.push(format!("report_s is {seconds}: 1 is the least there"));
        }
        seconds.max(1.0)
    };
    let full = value(spec, "overload_kv");
    if full > 1.0 {
        lacks.push(format!("overload_kv is {full}: 1 is the most there"));
    }
    vec![
        (
            "--load-monitor-interval",
            whole("report_s", interval, lacks),
        ),
        (
            "--least-load-kv-pressure-weight",
            value(spec, "kv_weight").to_string(),
        ),
        (
            "--worker-overload-waiting-requests",
            whole("overload_waiting", value(spec, "overload_waiting"), lacks),
        ),
        ("--worker-overload-token-usage", full.min(1.0).to_string()),
    ]
}

/// The options for the size of the router's tree, which all replicas share.
fn tree(spec: &PolicySpec, fleet: Fleet, lacks: &mut Vec<String>) -> Vec<(&'static str, String)> {
    match routed(spec) {
        Some(Forget::Lru {
            tokens: Some(tokens),
            every,
            shared,
        }) => {
            lacks.push("behind HTTP workers its tree counts characters; at 4 a token".to_owned());
            let mut all = 4 * u64::from(tokens);
            if !shared {
                lacks.push(format!(
                    "a bound of {tokens} tokens for each replica: there {} replicas share the sum",
                    fleet.replicas
                ));
                all *= u64::from(fleet.replicas);
            }
            let mut seconds = every.secs();
            if seconds < 1.0 {
                lacks.push(match seconds {
                    0.0 => {
                        "the tree is cut with every request; there once a second at most".to_owned()
                    }
                    _ => format!("every is {seconds}: 1 is the least there"),
                });
                seconds = 1.0;
            }
            vec![
                ("--max-tree-size", all.to_string()),
                ("--eviction-interval-secs", whole("every", seconds, lacks)),
            ]
        }
        Some(Forget::Lru { tokens: None, .. }) => {
            lacks.push(
                "@routed:lru: the bound is a number there, --max-tree-size, not the replica's pool"
                    .to_owned(),
            );
            Vec::new()
        }
        Some(Forget::After(_)) => {
            lacks.push(format!(
                "@{}: its tree forgets by size, not by age",
                spec.knowledge
            ));
            Vec::new()
        }
        Some(Forget::Never) => {
            lacks.push("@routed: its tree is bounded; as large as can be given".to_owned());
            vec![("--max-tree-size", u64::MAX.to_string())]
        }
        None => {
            lacks.extend(events(spec));
            lacks.push(match spec.knowledge {
                Knowledge::Nothing => {
                    "@nothing: it remembers what it sent where all the same".to_owned()
                }
                _ => "events: they need no option, but gRPC workers that publish them".to_owned(),
            });
            Vec::new()
        }
    }
}
