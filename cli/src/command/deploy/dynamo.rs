//! The configuration for NVIDIA Dynamo: the frontend's router options, and its worker-selection policies.

use warmpath_core::router::{Forget, Knowledge, PolicySpec};

use super::recipe::{Fleet, Recipe, events, fixed, value, whole};

const MODES: &str = "ai-dynamo/dynamo components/src/dynamo/common/configuration/groups/router_args.py at a9a4ef7a8496";
const FLAGS: &str = "ai-dynamo/dynamo components/src/dynamo/common/configuration/groups/kv_router_args.py at 021d6169e7d1 \
                     (from v1.7 on, the weights are parameters in --router-policy-config)";
const TWO_TIER: &str =
    "crate dynamo-custom-policy-builtin 1.6.1, src/two_tier_cost_fn.rs and src/lib.rs";
const FRONTEND: &str = "python -m dynamo.frontend";
const TITLE: &str = "NVIDIA Dynamo's frontend";

pub(super) fn recipe(spec: &PolicySpec, _: Fleet) -> Option<Recipe> {
    let mode = |name: &str| {
        let options = [("--router-mode", name.to_owned())];
        Recipe::command(TITLE, &[MODES], FRONTEND, &options)
    };
    Some(match spec.entry().name {
        "round-robin" => mode("round-robin"),
        "random" => mode("random"),
        "power-of-two" => {
            mode("power-of-two").lacking_all(fixed(spec, "report_s", 0.0).into_iter().collect())
        }
        "least-load" => mode("least-loaded"),
        "dynamo" => kv(spec),
        "dynamo-two-tier" => two_tier(spec),
        _ => return None,
    })
}

fn kv(spec: &PolicySpec) -> Recipe {
    let number = |name: &str| value(spec, name).to_string();
    let mut lacks = Vec::new();
    let mut options = vec![
        ("--router-mode", "kv".to_owned()),
        ("--router-kv-overlap-score-credit", number("credit")),
        ("--router-kv-overlap-score-credit-decay", number("decay")),
        ("--router-prefill-load-scale", number("prefill_scale")),
        (
            "--router-decode-active-request-weight",
            number("active_weight"),
        ),
        ("--router-temperature", number("temperature")),
    ];
    if spec.knowledge == Knowledge::Nothing {
        options[1].1 = "0".to_owned();
    }
    options.extend(picture(spec, &mut lacks));
    let predicted = value(spec, "predicted_ttl");
    if predicted > 0.0 {
        if matches!(spec.knowledge, Knowledge::Events { .. } | Knowledge::Truth) {
            options.push(("--router-predicted-ttl-secs", predicted.to_string()));
        } else {
            lacks.push("predicted_ttl: it needs events".to_owned());
        }
    }
    Recipe::command(TITLE, &[MODES, FLAGS], FRONTEND, &options).lacking_all(lacks)
}

/// The options for how the router learns what the caches hold.
fn picture(spec: &PolicySpec, lacks: &mut Vec<String>) -> Vec<(&'static str, String)> {
    lacks.extend(events(spec));
    let ttl = |seconds: String| {
        vec![
            ("--no-router-kv-events", String::new()),
            ("--router-ttl-secs", seconds),
        ]
    };
    match spec.knowledge {
        Knowledge::Events { .. } | Knowledge::Truth => vec![("--router-kv-events", String::new())],
        Knowledge::Nothing => vec![("--no-router-kv-events", String::new())],
        Knowledge::Routed { forget } => match forget {
            Forget::After(span) => ttl(span.secs().to_string()),
            Forget::Never => {
                lacks.push("@routed: nothing is remembered for ever; a year comes near".to_owned());
                ttl("31536000".to_owned())
            }
            Forget::Lru { tokens, .. } => {
                if tokens.is_some() {
                    lacks.push(format!(
                        "@{}: the capacity is the one each worker advertises",
                        spec.knowledge
                    ));
                }
                vec![
                    ("--no-router-kv-events", String::new()),
                    ("--router-approximate-cache-policy", "lru".to_owned()),
                ]
            }
        },
    }
}

fn two_tier(spec: &PolicySpec) -> Recipe {
    let mut lacks = Vec::new();
    let options = picture(spec, &mut lacks);
    let options: Vec<String> = options
        .into_iter()
        .map(|(option, value)| format!(" {option} {value}").trim_end().to_owned())
        .collect();
    let absolute = whole("balance_abs", value(spec, "balance_abs"), &mut lacks);
    let text = format!(
        "# worker-selection.yaml, for\n# {FRONTEND} --router-mode kv --router-policy-config worker-selection.yaml{}\n\
         worker_selection:\n  aggregated: two-tier\n  instances:\n    - name: two-tier\n      type: dynamo-two-tier-cost-fn\n      \
         parameters:\n        cache_threshold: {}\n        balance_abs_threshold: {absolute}\n        balance_rel_threshold: {}\n",
        options.concat(),
        value(spec, "overlap"),
        value(spec, "balance_rel"),
    );
    Recipe::new(
        "a worker-selection policy of NVIDIA Dynamo",
        &[TWO_TIER, MODES, FLAGS],
        text,
    )
    .lacking_all(lacks)
}
