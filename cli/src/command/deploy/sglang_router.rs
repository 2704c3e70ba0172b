//! The configuration for SGLang's router: options of `sglang-router launch`.

use warmpath_core::router::PolicySpec;

use super::recipe::{Fleet, Recipe, fixed, value};
use super::vllm_router::original;

const FLAGS: &str = "sglang-router 0.3.2, sglang-router launch --help";
const TITLE: &str = "options of SGLang's router";

pub(super) fn recipe(spec: &PolicySpec, _: Fleet) -> Option<Recipe> {
    let router = |policy: &str, more: Vec<(&str, String)>| {
        let mut options = vec![("--policy", policy.to_owned())];
        options.extend(more);
        Recipe::command(TITLE, &[FLAGS], "sglang-router launch", &options)
    };
    Some(match spec.entry().name {
        "random" => router("random", Vec::new()),
        "round-robin" => router("round_robin", Vec::new()),
        "power-of-two" if value(spec, "report_s") > 0.0 => {
            let lacks = fixed(spec, "report_s", 30.0);
            router("power_of_two", Vec::new()).lacking_all(lacks.into_iter().collect())
        }
        "cache-aware-original" => {
            let mut lacks = Vec::new();
            let options = original(spec, 4, &mut lacks);
            router("cache_aware", options).lacking_all(lacks)
        }
        _ => return None,
    })
}
