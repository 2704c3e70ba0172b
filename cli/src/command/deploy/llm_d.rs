//! The configuration for llm-d (and the Gateway API's inference extension): that of an endpoint picker.

use warmpath_core::router::{Forget, Knowledge, PolicySpec};

use super::recipe::{Fleet, Recipe, events, value, without};

const SOURCES: &[&str] = &[
    "llm-d/llm-d-router config/charts/routerlib/templates/_config.yaml at ebab687927f5",
    "llm-d/llm-d-router deploy/config/epp-precise-prefix-cache-config.yaml at ebab687927f5",
    "llm-d/llm-d-router pkg/epp/framework/plugins/scheduling/{scorer,filter,picker} at ebab687927f5",
    "llm-d/llm-d-router pkg/epp/framework/plugins/requestcontrol/dataproducer/approximateprefix at ebab687927f5",
];
const AFFINITY: &str = "prefix-cache-affinity-filter";
const APPROXIMATE: &str = "approx-prefix-cache-producer";
const PRECISE: &str = "precise-prefix-cache-producer";
/// The size of the smallest block in which llm-d's approximate producer counts \[tokens\].
const OWN_BLOCK: u32 = 64;

/// The scorers: the name of the parameter here, and the name of the scorer in llm-d.
const SCORERS: [(&str, &str); 7] = [
    ("queue", "queue-scorer"),
    ("kv", "kv-cache-utilization-scorer"),
    ("prefix", "prefix-cache-scorer"),
    ("no_hit_lru", "no-hit-lru-scorer"),
    ("active", "active-request-scorer"),
    ("session", "session-affinity-scorer"),
    ("token_load", "token-load-scorer"),
];

pub(super) fn recipe(spec: &PolicySpec, fleet: Fleet) -> Option<Recipe> {
    if spec.entry().name != "endpoint-picker" {
        return None;
    }
    let mut lacks = Vec::new();
    let precise = matches!(spec.knowledge, Knowledge::Events { .. } | Knowledge::Truth);
    let mut plugins = vec![producer(spec, fleet, &mut lacks)];
    let mut profile = Vec::new();
    let sticky = value(spec, "sticky");
    let matches = |indent: &str| match precise {
        true => format!("{indent}prefixMatchInfoProducerName: {PRECISE}\n"),
        false => String::new(),
    };
    // Filters come before scorers.
    if sticky > 0.0 {
        plugins.push(format!(
            "- type: {AFFINITY}\n  parameters:\n    affinityThreshold: {sticky}\n    explorationProbability: {}\n    \
             maxTTFTPenaltyMs: {}\n    peakPrefillThroughput: {}\n{}",
            value(spec, "explore"),
            value(spec, "max_penalty_ms"),
            value(spec, "prefill_rate"),
            matches("    ")
        ));
        profile.push(format!("  - pluginRef: {AFFINITY}\n"));
    } else {
        let idle = ["explore", "max_penalty_ms", "prefill_rate"].into_iter();
        lacks.extend(idle.filter_map(|name| without(spec, name, "sticky is 0")));
    }
    if !precise {
        lacks.extend(without(spec, "speculative_s", "there are no events"));
    }
    for (parameter, scorer) in SCORERS {
        let weight = value(spec, parameter);
        if weight == 0.0 {
            continue;
        }
        let parameters = match parameter {
            "prefix" | "no_hit_lru" if precise => format!("  parameters:\n{}", matches("    ")),
            "session" => {
                lacks.push(
                    "session: the client must send back the x-session-token it was given"
                        .to_owned(),
                );
                String::new()
            }
            _ => String::new(),
        };
        plugins.push(format!("- type: {scorer}\n{parameters}"));
        profile.push(format!("  - pluginRef: {scorer}\n    weight: {weight}\n"));
    }
    let picker = match value(spec, "weighted_random") {
        0.0 => "max-score-picker",
        draws => {
            if draws != 1.0 {
                lacks.push(format!("weighted_random is {draws}: it is on or off"));
            }
            "weighted-random-picker"
        }
    };
    plugins.push(format!(
        "- type: {picker}\n- type: single-profile-handler\n"
    ));
    profile.push(format!("  - pluginRef: {picker}\n"));
    let text = format!(
        "apiVersion: llm-d.ai/v1alpha1\nkind: EndpointPickerConfig\nplugins:\n{}schedulingProfiles:\n- name: default\n  \
         plugins:\n{}",
        plugins.concat(),
        profile.concat()
    );
    Some(Recipe::new("an endpoint picker of llm-d", SOURCES, text).lacking_all(lacks))
}

/// The plugin that says which prefixes a server has, with its parameters.
fn producer(spec: &PolicySpec, fleet: Fleet, lacks: &mut Vec<String>) -> String {
    let block = fleet.block_size.max(OWN_BLOCK);
    let approximate = |capacity: Option<u32>| {
        let mut plugin = format!(
            "- type: {APPROXIMATE}\n  parameters:\n    autoTune: false\n    blockSizeTokens: {block}\n"
        );
        if let Some(blocks) = capacity {
            plugin += &format!("    lruCapacityPerServer: {blocks}\n");
        }
        plugin
    };
    match spec.knowledge {
        Knowledge::Events { .. } | Knowledge::Truth => {
            lacks.extend(events(spec));
            lacks.push("events: a token-producer must be configured with the model and an engine's URL, and the producer with where engines publish".to_owned());
            let speculative = value(spec, "speculative_s");
            let mut plugin = format!(
                "- type: {PRECISE}\n  parameters:\n    tokenProcessorConfig:\n      blockSizeTokens: {}\n",
                fleet.block_size
            );
            if speculative > 0.0 {
                plugin +=
                    &format!("    speculativeIndexing: true\n    speculativeTTL: {speculative}s\n");
            }
            plugin
        }
        Knowledge::Routed {
            forget:
                Forget::Lru {
                    tokens: Some(tokens),
                    every,
                    ..
                },
        } => {
            if every.0 > 0 {
                lacks.push(format!(
                    "@{}: its memory is cut with every request",
                    spec.knowledge
                ));
            }
            approximate(Some((tokens / block).max(1)))
        }
        // The picker learns the size of the pool from the engine's metrics.
        Knowledge::Routed {
            forget: Forget::Lru { tokens: None, .. },
        } => format!("- type: {APPROXIMATE}\n  parameters:\n    autoTune: true\n"),
        Knowledge::Routed { .. } | Knowledge::Nothing => {
            lacks.push(format!(
                "@{}: its memory is an LRU of so many blocks for each server",
                spec.knowledge
            ));
            approximate(None)
        }
    }
}
