//! The configuration for KubeAI: the `loadBalancing` of a Model.

use warmpath_core::router::PolicySpec;

use super::recipe::{Fleet, Recipe, value, whole};

const SOURCES: &[&str] = &[
    "kubeai-project/kubeai api/k8s/v1/model_types.go at f442a2cd620c",
    "kubeai-project/kubeai api/k8s/v1/groupversion_info.go at f442a2cd620c",
];

pub(super) fn recipe(spec: &PolicySpec, fleet: Fleet) -> Option<Recipe> {
    let mut lacks = Vec::new();
    let balancing = match spec.entry().name {
        "least-load" => "    strategy: LeastLoad\n".to_owned(),
        "chwbl" => {
            let percent = whole(
                "load_factor in percent",
                value(spec, "load_factor") * 100.0,
                &mut lacks,
            );
            let replication = whole("replication", value(spec, "replication"), &mut lacks);
            let chars = whole("chars", value(spec, "chars"), &mut lacks);
            format!(
                "    strategy: PrefixHash\n    prefixHash:\n      meanLoadFactor: {percent} # percent of the mean load\n      \
                 replication: {replication}\n      prefixCharLength: {chars}\n"
            )
        }
        _ => return None,
    };
    let replicas = fleet.replicas;
    let text = format!(
        "apiVersion: kubeai.org/v1\nkind: Model\nmetadata:\n  name: my-model\nspec:\n  # add url, engine, features and resourceProfile\n  \
         minReplicas: {replicas}\n  maxReplicas: {replicas}\n  loadBalancing:\n{balancing}"
    );
    Some(Recipe::new("a KubeAI Model", SOURCES, text).lacking_all(lacks))
}
