//! vllm-project/router, in Rust: options of `vllm-router`.

use warmpath_core::router::{Forget, PolicySpec};

use super::recipe::{Fleet, Recipe, fixed, routed, value, whole};

const FLAGS: &str = "vllm-project/router src/main.rs at 811db12b00e9";
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
        "cache-aware-original" => {
            let mut options = vec![
                ("--cache-threshold", value(spec, "threshold").to_string()),
                (
                    "--balance-abs-threshold",
                    whole("balance_abs", value(spec, "balance_abs"), &mut lacks),
                ),
                (
                    "--balance-rel-threshold",
                    value(spec, "balance_rel").to_string(),
                ),
            ];
            if let Some(Forget::Lru {
                tokens: Some(tokens),
                every,
            }) = routed(spec)
            {
                lacks.push(format!(
                    "{tokens} tokens a replica: its tree counts characters; at 4 a token"
                ));
                options.push(("--max-tree-size", (u64::from(tokens) * 4).to_string()));
                let seconds = every.secs().max(1.0);
                options.push(("--eviction-interval", whole("every", seconds, &mut lacks)));
            } else {
                lacks.push(format!(
                    "@{}: its tree forgets by size only",
                    spec.knowledge
                ));
            }
            router(&[FLAGS], "cache_aware", options).lacking_all(lacks)
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
            router(&[SMETRIC], "smetric", options).lacking(format!(
                "@{}: it goes by a tree of what it sent to each of {} replicas, in characters",
                spec.knowledge, fleet.replicas
            ))
            .lacking(
                "its options' names were read in a description without a version: hold them against vllm-router --help"
                    .to_owned(),
            )
        }
        _ => return None,
    })
}
