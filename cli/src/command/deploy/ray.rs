//! The configuration for Ray Serve LLM: a deployment's request router.

use warmpath_core::router::{Forget, PolicySpec};

use super::recipe::{Fleet, Recipe, fixed, routed, value};

const CONFIG: &str =
    "docs.ray.io/en/latest/serve/api/doc/ray.serve.config.RequestRouterConfig.html";
const ROUTER: &str = "ray-project/ray python/ray/llm/_internal/serve/routing_policies/prefix_aware/prefix_aware_router.py at 06c16f2f21c5";
const TITLE: &str = "a deployment of Ray Serve LLM";
/// The number of characters per token that is assumed where a product counts characters.
const CHARACTERS: u64 = 4;

pub(super) fn recipe(spec: &PolicySpec, fleet: Fleet) -> Option<Recipe> {
    match spec.entry().name {
        "power-of-two" => Some(
            Recipe::new(
                TITLE,
                &[CONFIG],
                "deployment_config:\n  # nothing to add: power of two choices is the default router\n",
            )
            .lacking_all(fixed(spec, "report_s", 0.0).into_iter().collect()),
        ),
        "ray" => Some(prefix_aware(spec, fleet)),
        _ => None,
    }
}

fn prefix_aware(spec: &PolicySpec, fleet: Fleet) -> Recipe {
    let mut lacks = Vec::new();
    let imbalance = match value(spec, "imbalance") {
        never if never >= 1e9 => ".inf".to_owned(),
        some => some.to_string(),
    };
    let eviction = match routed(spec) {
        Some(Forget::Lru {
            tokens: Some(tokens),
            every,
            ..
        }) => {
            lacks.push(format!(
                "{tokens} tokens a replica: its tree counts the characters of all {} replicas; at {CHARACTERS} a token",
                fleet.replicas
            ));
            let characters = u64::from(tokens) * CHARACTERS * u64::from(fleet.replicas);
            let seconds = every.secs().max(1.0).round();
            format!(
                "      do_eviction: true\n      eviction_threshold_chars: {characters}\n      eviction_target_chars: {characters}\n      \
                 eviction_interval_secs: {seconds}\n"
            )
        }
        Some(Forget::Never) => "      do_eviction: false\n".to_owned(),
        _ => {
            lacks.push(format!(
                "@{}: its tree forgets by size, or never",
                spec.knowledge
            ));
            "      do_eviction: false\n".to_owned()
        }
    };
    let text = format!(
        "deployment_config:\n  request_router_config:\n    request_router_class: ray.serve.llm.request_router.PrefixCacheAffinityRouter\n    \
         request_router_kwargs:\n      imbalanced_threshold: {imbalance}\n      match_rate_threshold: {}\n{eviction}",
        value(spec, "match_rate")
    );
    Recipe::new(TITLE, &[CONFIG, ROUTER], text).lacking_all(lacks)
}
