//! The configuration for vLLM itself: several engines behind one API server.

use warmpath_core::router::PolicySpec;

use super::recipe::{Fleet, Recipe, fixed};

const SOURCES: &[&str] = &["vllm-project/vllm docs/serving/data_parallel_deployment.md, v0.12.0"];

pub(super) fn recipe(spec: &PolicySpec, fleet: Fleet) -> Option<Recipe> {
    if spec.entry().name != "vllm-dp" {
        return None;
    }
    let options = [("--data-parallel-size", fleet.replicas.to_string())];
    let lacks = [
        fixed(spec, "pressure", 6.0),
        fixed(spec, "report_ms", 100.0),
    ];
    Some(
        Recipe::command(
            "vLLM's own data parallelism",
            SOURCES,
            "vllm serve my-model",
            &options,
        )
        .lacking_all(lacks.into_iter().flatten().collect()),
    )
}
