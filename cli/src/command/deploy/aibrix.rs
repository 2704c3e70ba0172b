//! The configuration for AIBrix: environment variables of the gateway plugin.

use warmpath_core::router::{Forget, Knowledge, PolicySpec};
use warmpath_core::units::VirtualTime;

use super::recipe::{Fleet, Recipe, events, fixed, own_memory, value, whole};

const STRATEGIES: &str =
    "vllm-project/aibrix docs/source/features/gateway-plugins.rst at 01de8a514d00";
const PREFIX_CACHE: &str =
    "vllm-project/aibrix pkg/plugins/gateway/algorithms/prefix_cache.go at e3e10f9e4aeb";
const GATE: &str = "vllm-project/aibrix pkg/plugins/gateway/algorithms/load_balance.go, main after 0.7.0 as read on 2026-11-28";
const BLEND: &str = "vllm-project/aibrix pkg/plugins/gateway/algorithms/router.go, main after 0.7.0 as read on 2026-11-28";
const PREBLE: &str =
    "vllm-project/aibrix pkg/plugins/gateway/algorithms/prefix_cache_preble.go at e3e10f9e4aeb";
const TITLE: &str = "environment of AIBrix's gateway plugin";

pub(super) fn recipe(spec: &PolicySpec, _: Fleet) -> Option<Recipe> {
    let plain =
        |name: &str| Recipe::new(TITLE, &[STRATEGIES], format!("ROUTING_ALGORITHM={name}\n"));
    Some(match spec.entry().name {
        "random" => plain("random"),
        "least-load" => plain("least-request"),
        "power-of-two" => {
            plain("power-of-two").lacking_all(fixed(spec, "report_s", 0.0).into_iter().collect())
        }
        "preble" => preble(spec),
        "aibrix" => prefix_cache(spec),
        _ => return None,
    })
}

fn preble(spec: &PolicySpec) -> Recipe {
    let mut lacks = Vec::new();
    let minutes = whole(
        "window in minutes",
        value(spec, "window") / 60.0,
        &mut lacks,
    );
    let text = format!(
        "ROUTING_ALGORITHM=prefix-cache-preble\nAIBRIX_ROUTER_PREBLE_SLIDING_WINDOW_PERIOD={minutes}\n"
    );
    lacks.push(
        "its costs are fitted to a Mistral 7B on V100 and A6000, whatever the fleet".to_owned(),
    );
    lacks.push(
        "where most and least differ by more than 8 requests it looks at the least busy only"
            .to_owned(),
    );
    lacks.extend(own_memory(spec));
    Recipe::new(TITLE, &[STRATEGIES, PREBLE], text).lacking_all(lacks)
}

fn prefix_cache(spec: &PolicySpec) -> Recipe {
    let mut lacks = Vec::new();
    let gap = whole("imbalance", value(spec, "imbalance"), &mut lacks);
    let factor = value(spec, "factor");
    let sigma = whole("sigma", value(spec, "sigma"), &mut lacks);
    let match_weight = whole("match_weight", value(spec, "match_weight"), &mut lacks);
    let load = whole("load_weight", value(spec, "load_weight"), &mut lacks);
    let mut text = format!(
        "ROUTING_ALGORITHM=prefix-cache\nAIBRIX_LOAD_BALANCE_IMBALANCE_FACTOR={factor}\nAIBRIX_LOAD_BALANCE_IMBALANCE_MIN_GAP={gap}\n\
         AIBRIX_PREFIX_CACHE_STANDARD_DEVIATION_FACTOR={sigma}\n\
         AIBRIX_ROUTING_AUTO_BLEND_PREFIX_CACHE_WEIGHT={match_weight}\n\
         AIBRIX_ROUTING_AUTO_BLEND_PREFIX_CACHE_LOAD_BALANCE_WEIGHT={load}\n\
         AIBRIX_LOAD_BALANCE_KV_PRESSURE_ALPHA={}\nAIBRIX_LOAD_BALANCE_KV_CRITICAL_FREE={}\n",
        value(spec, "kv_pressure"),
        value(spec, "kv_free"),
    );
    lacks.push(
        "releases up to 0.7.0 blend no load in, and their gate is a difference of more than \
         AIBRIX_PREFIX_CACHE_POD_RUNNING_REQUEST_IMBALANCE_ABS_COUNT (8), without a factor"
            .to_owned(),
    );
    match spec.knowledge {
        Knowledge::Events { .. } | Knowledge::Truth => {
            text += "AIBRIX_PREFIX_CACHE_KV_EVENT_SYNC_ENABLED=true\n";
            lacks.extend(events(spec));
        }
        Knowledge::Routed {
            // 20 minutes in nanoseconds, as the product has them.
            forget: Forget::After(VirtualTime(1_200_000_000_000)),
        } => {}
        _ => lacks.push(format!(
            "@{}: its table forgets after 20 minutes, or hears events",
            spec.knowledge
        )),
    }
    Recipe::new(TITLE, &[STRATEGIES, PREFIX_CACHE, GATE, BLEND], text).lacking_all(lacks)
}
