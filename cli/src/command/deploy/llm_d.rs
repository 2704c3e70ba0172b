//! llm-d (and the Gateway API's inference extension): an endpoint picker's configuration.

use warmpath_core::router::{Forget, Knowledge, PolicySpec};

use super::recipe::{Fleet, Recipe, events, value};

const SOURCES: &[&str] = &[
    "llm-d/llm-d-inference-scheduler deploy/config/epp-config.yaml at 1d55530558bd",
    "llm-d/llm-d-inference-scheduler pkg/epp/framework/plugins/scheduling/{scorer,filter,picker}/*/README.md at 12cb9eeaddd6",
];
const STICKY: &str = "prefix-cache-affinity-filter";

pub(super) fn recipe(spec: &PolicySpec, fleet: Fleet) -> Option<Recipe> {
    if spec.entry().name != "endpoint-picker" {
        return None;
    }
    let mut lacks = Vec::new();
    let (prefix, parameters) = prefix(spec, fleet, &mut lacks);
    let mut plugins = vec![
        "- type: queue-scorer\n".to_owned(),
        "- type: kv-cache-utilization-scorer\n".to_owned(),
        format!("- type: {prefix}\n{parameters}"),
    ];
    let scorer = |name: &str, weight: f64| format!("  - pluginRef: {name}\n    weight: {weight}\n");
    let mut profile = vec![
        scorer("queue-scorer", value(spec, "queue")),
        scorer("kv-cache-utilization-scorer", value(spec, "kv")),
        scorer(prefix, value(spec, "prefix")),
    ];
    let cold = value(spec, "no_hit_lru");
    if cold > 0.0 {
        plugins.push(format!(
            "- type: no-hit-lru-scorer\n  parameters:\n    prefixPluginType: {prefix}\n    prefixPluginName: {prefix}\n    lruSize: 1024\n"
        ));
        profile.push(scorer("no-hit-lru-scorer", cold));
    }
    let sticky = value(spec, "sticky");
    if sticky > 0.0 {
        plugins.push(format!(
            "- type: {STICKY}\n  parameters:\n    affinityThreshold: {sticky}\n    explorationProbability: 0.01\n    maxTTFTPenaltyMs: 0\n"
        ));
        // Filters come before scorers.
        profile.insert(0, format!("  - pluginRef: {STICKY}\n"));
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
        "apiVersion: inference.networking.x-k8s.io/v1alpha1\nkind: EndpointPickerConfig\nplugins:\n{}schedulingProfiles:\n- name: default\n  \
         plugins:\n{}",
        plugins.concat(),
        profile.concat()
    );
    Some(Recipe::new("an endpoint picker of llm-d", SOURCES, text).lacking_all(lacks))
}

/// The scorer of prefixes, with its parameters.
fn prefix(spec: &PolicySpec, fleet: Fleet, lacks: &mut Vec<String>) -> (&'static str, String) {
    let approximate = |capacity: Option<u32>| {
        let mut parameters = format!(
            "  parameters:\n    autoTune: false\n    blockSizeTokens: {}\n    maxPrefixBlocksToMatch: 256\n",
            fleet.block_size
        );
        if let Some(blocks) = capacity {
            parameters += &format!("    lruCapacityPerServer: {blocks}\n");
        }
        ("prefix-cache-scorer", parameters)
    };
    match spec.knowledge {
        Knowledge::Events { .. } | Knowledge::Truth => {
            lacks.extend(events(spec));
            lacks.push(
                "events: the scorer must be told where engines publish them (its README's kvEventsConfig and indexerConfig)".to_owned(),
            );
            ("precise-prefix-cache-scorer", String::new())
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
            approximate(Some((tokens / fleet.block_size).max(1)))
        }
        Knowledge::Routed {
            forget: Forget::Lru { tokens: None, .. },
        } => {
            // The metrics of an engine tell how large its pool is.
            (
                "prefix-cache-scorer",
                "  parameters:\n    autoTune: true\n".to_owned(),
            )
        }
        Knowledge::Routed { .. } | Knowledge::Nothing => {
            lacks.push(format!(
                "@{}: its memory is an LRU of so many blocks for each server",
                spec.knowledge
            ));
            approximate(None)
        }
    }
}
