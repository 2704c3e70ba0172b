//! The configuration for vLLM production-stack: flags of its router.

use warmpath_core::router::{Knowledge, PolicySpec};

use super::recipe::{Fleet, Recipe, events, value, whole};

const FLAGS: &str =
    "vllm-project/production-stack src/vllm_router/parsers/parser.py at a6c01db05f65";
const LOAD_AWARE: &str =
    "vllm-project/production-stack docs/source/use_cases/loadaware-routing.rst at 048c6b49a1aa";
const TITLE: &str = "flags of the vLLM production-stack's router";

pub(super) fn recipe(spec: &PolicySpec, _: Fleet) -> Option<Recipe> {
    let router = |sources: &[&'static str], logic: &str, more: &[(&str, String)]| {
        let mut options = vec![("--routing-logic", logic.to_owned())];
        options.extend_from_slice(more);
        Recipe::command(TITLE, sources, "vllm-router", &options)
    };
    Some(match spec.entry().name {
        "round-robin" => router(&[FLAGS], "roundrobin", &[]),
        "session" => router(&[FLAGS], "session", &[("--session-key", "x-session-id".to_owned())])
            .lacking("the conversation must stand in that header; without it the fewest requests a second decide")
            .lacking("replication: the points on its ring are no option"),
        "prefix-aware" => {
            let mut lacks = Vec::new();
            let characters = whole("min_match", value(spec, "min_match"), &mut lacks);
            let more = [("--prefix-min-match-length", characters)];
            router(&[FLAGS], "prefixaware", &more).lacking_all(lacks)
        }
        "load-aware" => {
            let beta = [("--loadaware-beta", value(spec, "beta").to_string())];
            let recipe = router(&[LOAD_AWARE, FLAGS], "loadaware", &beta);
            let recipe = recipe
                .lacking("the engines must run LMCache, whose controller knows what they hold")
                .lacking("loadaware is a pull request: main of 2026-08-05, after 0.1.12, does not have it");
            match spec.knowledge {
                Knowledge::Nothing | Knowledge::Routed { .. } => recipe.lacking(format!(
                    "@{}: LMCache's controller is asked all the same",
                    spec.knowledge
                )),
                _ => recipe.lacking_all(events(spec).into_iter().collect()),
            }
        }
        _ => return None,
    })
}
