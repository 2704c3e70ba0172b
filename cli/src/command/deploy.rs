//! `deploy`: the configuration with which products route by a policy.
//!
//! Each product is a file of its own here, which names the files and versions in which its options were read and uses no
//! others. Whatever of a policy a product cannot express is reported beside the configuration, never dropped silently.

mod aibrix;
mod dynamo;
mod kubeai;
mod llm_d;
mod production_stack;
mod ray;
mod recipe;
mod sglang_router;
mod smg;
mod vllm;
mod vllm_router;

use clap::{Arg, ArgMatches, Command};
use serde_json::json;
use warmpath_core::router::PolicySpec;
use warmpath_core::scenario::Scenario;

use self::recipe::{Fleet, Recipe};
use super::fields;
use crate::failure::Failure;
use crate::output::{self, Output};
use crate::table;

/// A product: its name as typed, and a function that gives the recipe for a policy, if the product has the policy.
type Product = (&'static str, fn(&PolicySpec, Fleet) -> Option<Recipe>);

/// The products, each in its file.
const PRODUCTS: &[Product] = &[
    ("kubeai", kubeai::recipe),
    ("dynamo", dynamo::recipe),
    ("smg", smg::recipe),
    ("llm-d", llm_d::recipe),
    ("production-stack", production_stack::recipe),
    ("vllm-router", vllm_router::recipe),
    ("sglang-router", sglang_router::recipe),
    ("vllm", vllm::recipe),
    ("aibrix", aibrix::recipe),
    ("ray", ray::recipe),
];

/// Policies that no product has, by the beginning of their names, each with what comes nearest.
const NEAR: &[(&str, &str)] = &[
    (
        "smart",
        "dynamo comes near: it adds up prefill, decode and active requests as well, but counts the blocks that are active \
         already, and load that is not yet computed",
    ),
    (
        "fakeai",
        "it is FakeAI's own way of imitating a router; dynamo is what it imitates",
    ),
    (
        "conductor",
        "Mooncake's repository has the index of the paper's conductor, not its scheduler; smetric bounds TTFT too",
    ),
    (
        "least-tokens",
        "least-load counts requests instead of tokens",
    ),
    (
        "infinite-cache",
        "it is a line to compare with, and no router can have it",
    ),
    (
        "oracle",
        "it is a line to compare with, and no router can have it",
    ),
];

const FORMATS: [&str; 2] = ["text", "json"];

pub(super) fn command() -> Command {
    let names: Vec<&str> = PRODUCTS.iter().map(|(name, _)| *name).collect();
    Command::new("deploy")
        .about("Print the configuration that gives a policy in the products that have it, and what it cannot say")
        .arg(
            Arg::new("policy")
                .value_name("POLICY")
                .required(true)
                .help("name[:k=v[;k=v…]][@knowledge], as for replay --policy"),
        )
        .arg(
            Arg::new("product")
                .long("product")
                .value_name("NAME")
                .help(format!("only this product: one of {}", names.join(", "))),
        )
        .args(fields::some(&["replicas", "block-size"]))
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .default_value("text")
                .help(format!("one of {}", FORMATS.join(", "))),
        )
        .arg(output::arg())
        .after_help(
            "Every option is named in a file and version that the output cites; a newer version may have renamed it.\n\
             A policy that no product has ends with exit code 2.\n\n\
             Example: warmpath deploy 'chwbl:load_factor=1.5' --product kubeai --replicas 8",
        )
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let output = Output::of(matches)?;
    let text = fields::given(matches, "policy").unwrap_or_default();
    let spec = PolicySpec::parse(text)?;
    let mut scenario = Scenario::default();
    fields::apply(matches, &mut scenario, &["policy"])?;
    let fleet = Fleet {
        replicas: scenario.replicas,
        block_size: scenario.block_size,
    };
    let wanted = fields::given(matches, "product");
    let products = || PRODUCTS.iter().map(|(name, _)| *name);
    if let Some(wanted) = wanted
        && !products().any(|name| name == wanted)
    {
        return Err(super::unknown("product", wanted, products()));
    }
    let have: Vec<(&str, Recipe)> = PRODUCTS
        .iter()
        .filter_map(|(name, recipe)| Some((*name, recipe(&spec, fleet)?)))
        .collect();
    if have.is_empty() {
        return Err(nobody(&spec));
    }
    let chosen: Vec<(&str, Recipe)> = have
        .iter()
        .filter(|(name, _)| wanted.is_none_or(|wanted| wanted == *name))
        .cloned()
        .collect();
    if chosen.is_empty() {
        let others: Vec<&str> = have.iter().map(|(name, _)| *name).collect();
        return Err(Failure::usage(format!(
            "{} does not have the policy {}; {} {}",
            wanted.unwrap_or_default(),
            spec.entry().name,
            others.join(", "),
            if others.len() == 1 { "has" } else { "have" },
        )));
    }
    let text = match fields::given(matches, "format").unwrap_or("text") {
        "text" => {
            let texts = chosen.iter().map(|(_, recipe)| recipe.text(&spec));
            texts.collect::<Vec<_>>().join("\n")
        }
        "json" => {
            let recipes = chosen.iter().map(|(name, recipe)| {
                json!({
                    "product": name,
                    "policy": spec.to_string(),
                    "sources": recipe.sources,
                    "configuration": recipe.configuration,
                    "not_expressed": recipe.lacks,
                })
            });
            table::pretty(&recipes.collect::<Vec<_>>())
        }
        other => return Err(super::unknown("format", other, FORMATS.into_iter())),
    };
    output.write(text.as_bytes())
}

/// The failure for a policy that no product has.
fn nobody(spec: &PolicySpec) -> Failure {
    let name = spec.entry().name;
    let near = NEAR.iter().find(|(which, _)| name.starts_with(which));
    let near = near.map_or_else(
        || "its rule is Warmpath's own and runs here only".to_owned(),
        |(_, near)| (*near).to_owned(),
    );
    Failure::usage(format!("no product has the policy {spec}: {near}"))
}
