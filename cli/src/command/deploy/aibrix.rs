//! AIBrix: environment of the gateway plugin.

use warmpath_core::router::{Forget, Knowledge, PolicySpec};
use warmpath_core::units::VirtualTime;

use super::recipe::{Fleet, Recipe, events, own_memory, value, whole};

const STRATEGIES: &str =
    "vllm-project/aibrix docs/source/features/gateway-plugins.rst at 01de8a514d00";
const PREFIX_CACHE: &str =
    "vllm-project/aibrix pkg/plugins/gateway/algorithms/prefix_cache.go at 01de8a514d00";
const TITLE: &str = "environment of AIBrix's gateway plugin";

pub(super) fn recipe(spec: &PolicySpec, _: Fleet) -> Option<Recipe> {
    let plain =
        |name: &str| Recipe::new(TITLE, &[STRATEGIES], format!("ROUTING_ALGORITHM={name}\n"));
    Some(match spec.entry().name {
        "random" => plain("random"),
        "least-load" => plain("least-request"),
        "power-of-two" => plain("power-of-two"),
        "preble" => plain("prefix-cache-preble")
            .lacking(format!(
                "window is {}: no option of that name",
                value(spec, "window")
            ))
            .lacking("its costs are fitted to a Mistral 7B on V100 and A6000, whatever the fleet")
            .lacking_all(own_memory(spec).into_iter().collect()),
        "aibrix" => prefix_cache(spec),
        _ => return None,
    })
}

fn prefix_cache(spec: &PolicySpec) -> Recipe {
    let mut lacks = Vec::new();
    // There the gate fires from a difference on, here above it; the other condition is always true at a factor of 0.
    let gap = whole("imbalance", value(spec, "imbalance"), &mut lacks);
    let gap = gap.parse::<f64>().unwrap_or_default() + 1.0;
    let sigma = whole("sigma", value(spec, "sigma"), &mut lacks);
    let mut text = format!(
        "ROUTING_ALGORITHM=prefix-cache\nAIBRIX_PREFIX_CACHE_LOAD_IMBALANCE_FACTOR=0\nAIBRIX_PREFIX_CACHE_LOAD_IMBALANCE_MIN_GAP={gap}\n\
         AIBRIX_PREFIX_CACHE_STANDARD_DEVIATION_FACTOR={sigma}\n"
    );
    match spec.knowledge {
        Knowledge::Events { .. } | Knowledge::Truth => {
            text += "AIBRIX_PREFIX_CACHE_KV_EVENT_SYNC_ENABLED=true\n";
            lacks.extend(events(spec));
        }
        Knowledge::Routed {
            forget: Forget::After(VirtualTime(1_200_000_000_000)),
        } => {}
        _ => lacks.push(format!(
            "@{}: its table forgets after 20 minutes, or hears events",
            spec.knowledge
        )),
    }
    Recipe::new(TITLE, &[STRATEGIES, PREFIX_CACHE], text).lacking_all(lacks)
}
