//! The configuration for vllm-project/router, which is written in Rust: options of `vllm-router`.

use warmpath_core::router::{Forget, PolicySpec};

use super::recipe::{Fleet, Recipe, fixed, routed, value, whole};

const FLAGS: &str = "vllm-router 0.1.17, vllm-router --help";
const SMETRIC: &str = "vllm-project/router docs/load_balancing/README.md, section SMetric; the rule: src/policies/smetric.rs at 8bef73122ac7";
const TITLE: &str = "options of vllm-project's router";

pub(super) fn recipe(spec: &PolicySpec, fleet: Fleet) -> Option<Recipe> {
    let router = |sources: &[&'static str], policy: &str, more: Vec<(&str, String)>| {
        let mut options = vec![("--policy", policy.to_owned())];
        options.extend(more);
        Recipe::command(TITLE, sources, "vllm-router", &options)
    };
    let plain = |policy: &str| router(&[FLAGS], policy, Vec::new());
    let mut lacks = Vec::new();
    Some(match spec.entry().name {
        "random" => plain("random"),
        "round-robin" => plain("round_robin"),
        "session" => plain("consistent_hash")
            .lacking_all(fixed(spec, "replication", 160.0).into_iter().collect()),
        "power-of-two" => {
            plain("power_of_two").lacking_all(fixed(spec, "report_s", 0.0).into_iter().collect())
        }
        "sticky-least-loaded" => plain("sticky_least_loaded")
            .lacking("the conversation must stand in the header x-session-id")
            .lacking_all(expiry(spec).into_iter().collect()),
        "cache-aware-vllm" => {
            // It matches tokens, written as text: about 10 characters of its tree each (core's `cache_aware_original`).
            let options = original(spec, 10, &mut lacks);
            router(&[FLAGS], "cache_aware", options)
                .lacking(
                    "workers must answer /v1/completions/render; without it, it matches nothing",
                )
                .lacking_all(lacks)
        }
        "smetric" => {
            let mut options = vec![
                ("--smetric-hit-ratio", value(spec, "hit").to_string()),
                (
                    "--smetric-ttft-slo-secs",
                    value(spec, "budget_s").to_string(),
                ),
                (
                    "--smetric-ttft-slo-secs-per-1k-tokens",
                    (value(spec, "budget_ms_per_1k") / 1000.0).to_string(),
                ),
            ];
            let crossover = value(spec, "crossover");
            if crossover > 0.0 {
                options.push((
                    "--smetric-attention-crossover-tokens",
                    crossover.to_string(),
                ));
            }
            if spec.knowledge != spec.entry().knowledge {
                lacks.push(format!(
                    "@{}: it goes by a tree of what it sent to each of {} replicas, in characters",
                    spec.knowledge, fleet.replicas
                ));
            }
            router(&[SMETRIC], "smetric", options)
                .lacking_all(lacks)
                .lacking(
                "vllm-router 0.1.17 has no such policy: the options are those of a later description".to_owned(),
            )
        }
        _ => return None,
    })
}

/// What to set in the environment so that conversations are forgotten as the policy says; `None` where that is the product's
/// default.
fn expiry(spec: &PolicySpec) -> Option<String> {
    let seconds = value(spec, "expire_s");
    (seconds != 7200.0).then(|| {
        format!(
            "expire_s is {seconds}: set VLLM_ROUTER_SLL_SESSION_EXPIRATION_IN_S in its environment"
        )
    })
}

/// The options of the original cache-aware rule, whose tree counts characters instead of tokens: the policy's bound in tokens
/// becomes one in characters, and what the options cannot say goes to `lacks`.
pub(super) fn original(
    spec: &PolicySpec,
    characters_per_token: u64,
    lacks: &mut Vec<String>,
) -> Vec<(&'static str, String)> {
    let mut options = vec![
        ("--cache-threshold", value(spec, "threshold").to_string()),
        (
            "--balance-abs-threshold",
            whole("balance_abs", value(spec, "balance_abs"), lacks),
        ),
        (
            "--balance-rel-threshold",
            value(spec, "balance_rel").to_string(),
        ),
    ];
    match routed(spec) {
        Some(Forget::Lru {
            tokens: Some(tokens),
            every,
            shared,
        }) => {
            lacks.push(format!(
                "{tokens} tokens a replica: its tree counts characters; at {characters_per_token} a token"
            ));
            if shared {
                lacks.push("shared: there every worker has its share".to_owned());
            }
            let size = u64::from(tokens) * characters_per_token;
            options.push(("--max-tree-size", size.to_string()));
            let seconds = every.secs().max(1.0);
            options.push(("--eviction-interval-secs", whole("every", seconds, lacks)));
        }
        _ => lacks.push(format!(
            "@{}: its tree forgets by size only",
            spec.knowledge
        )),
    }
    options
}
