//! The laboratory's controls as data, made from `core`'s table of scenario fields: the group of each, the kind of control,
//! and its help.
//!
//! The range of a field comes from the field itself: it is given nonsense, and its error says what would be right. So no
//! range is written down twice.

mod on_page;
pub mod presets;
mod summary;
mod words;

pub use on_page::on_page;
pub use summary::Derived;
pub use summary::{SummaryPart, changes, summary, summary_swept};
pub(crate) use summary::{all, derived};
pub use words::{code, flags, label, unit};

use warmpath_core::hardware::GPUS;
use warmpath_core::limit::Tier;
use warmpath_core::limit::line::ORDERS;
use warmpath_core::llm::{Dtype, MODELS};
use warmpath_core::price::tokens::TOKEN_PRICES;
use warmpath_core::replica::terms::Off;
use warmpath_core::scenario::life::HEALTH;
use warmpath_core::scenario::scaling::AUTOSCALERS;
use warmpath_core::scenario::{Field, FieldWords, Scenario, ScenarioError};
use warmpath_core::workload::named;
use warmpath_core::workload::reading::{ChatTemplate, SessionRows, TimeUnit};

/// The scenario that the laboratory opens with if the address has none: long documents with several questions each. The
/// scenario's own default, one prompt that all requests share, is the case in which routing by prefix does not pay.
pub const OPENING: &str = "v=2&w=rag";

/// A group of controls, which opens and closes together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// The group's name, as its line shows it.
    pub title: &'static str,
    /// The fields of the group, by the names of their options.
    pub flags: &'static [&'static str],
}

/// The name of the group on how a file is read, which stands with the file's summary.
pub const READING: &str = "Reading";

/// The groups, in the order of the page. Fields that are in no group are added to the group "Engine".
pub static GROUPS: [Group; 13] = [
    Group {
        title: "Workload",
        flags: &["workload", "requests", "seed", "seeds"],
    },
    Group {
        title: READING,
        flags: &[
            "tokenizer",
            "chat-template",
            "time-unit",
            "tokens-per-id",
            "session-rows",
            "map",
        ],
    },
    Group {
        title: "Arrivals",
        flags: &[
            "rate",
            "stages",
            "arrivals",
            "time-scale",
            "think",
            "concurrency",
            "client",
        ],
    },
    Group {
        title: "Fleet",
        flags: &[
            "replicas", "gpu", "tp", "model", "dtype", "kv-dtype", "fleet",
        ],
    },
    Group {
        title: "Engine",
        flags: &[
            "kv-tokens",
            "block-size",
            "max-seqs",
            "batch-tokens",
            "context",
            "warm",
            "timing",
            "off",
        ],
    },
    Group {
        title: "Router",
        flags: &["load-age", "routers"],
    },
    Group {
        title: "Rate limits",
        flags: &["tier", "keys", "retries", "in-flight-limit"],
    },
    Group {
        title: "Scaling",
        flags: &["autoscale"],
    },
    Group {
        title: "Queue and tenants",
        flags: &[
            "connections",
            "endpoint-limit",
            "queue",
            "hold",
            "order",
            "shed",
            "tenants",
            "classes",
        ],
    },
    Group {
        title: "Caches and batching",
        flags: &["prompt-cache", "token-price", "response-cache", "batching"],
    },
    Group {
        title: "Events",
        flags: &["events", "mtbf", "mttr", "drain"],
    },
    Group {
        title: "Health and retries",
        flags: &[
            "health",
            "router-retries",
            "client-retries",
            "client-timeout",
            "breaker",
        ],
    },
    Group {
        title: "Goals",
        flags: &["ttft-slo", "tpot-slo", "goal", "price"],
    },
];

/// What the settings of each group decide, in a few words. They stand apart, since a program that changes settings knows the
/// groups and not their words.
pub const ABOUTS: [&str; GROUPS.len()] = [
    "What is asked, and how much of it.",
    "How a file of your own is read, where it does not say so itself. What is changed here reads it again.",
    "When requests come, and who sends them.",
    "What serves them.",
    "How a replica batches, and how large its cache is.",
    "What the policies see, and how many routers there are.",
    "What is refused before it reaches a router, and what refused clients do.",
    "How the fleet grows and shrinks.",
    "Who may connect, who waits in front of the routers and in which order, and which tenants and classes there are.",
    "What an API that caches prompts would bill, answers that are kept before the routers, and how a replica collects batches.",
    "What happens to replicas and routers, and when.",
    "Who learns of a failure and when, and who tries again.",
    "Which requests count as goodput, the limit a sweep is measured by, the goal that a policy is judged by, and what a GPU costs.",
];

/// Fields whose control is not in any group: the policies have a control of their own, and a calibration is a file that is
/// opened.
pub const APART: [&str; 2] = ["policy", "calibration"];

/// The fields of a group; the group "Engine" also has those that are in none.
pub fn fields(group: &Group) -> Vec<&'static str> {
    let mut fields = group.flags.to_vec();
    if group.title == "Engine" {
        let placed =
            |flag: &str| APART.contains(&flag) || GROUPS.iter().any(|it| it.flags.contains(&flag));
        fields.extend(flags().filter(|flag| !placed(flag)));
    }
    fields
}

/// The kind of a control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ControlKind {
    /// A choice of one of these names.
    Choice(Vec<String>),
    /// A text field that offers these texts.
    Suggest(Vec<String>),
    /// A text field without proposals.
    Typed,
}

/// The kind of a field's control. For a workload it is a choice of the named ones.
pub fn kind(flag: &str) -> ControlKind {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    fn words(all: impl Iterator<Item = &'static str>) -> Vec<String> {
        all.map(str::to_owned).collect()
    }
    match flag {
        "workload" => ControlKind::Choice(
            named::named()
                .iter()
                .map(|info| info.name.to_owned())
                .collect(),
        ),
        "gpu" => ControlKind::Suggest(GPUS.iter().map(|it| it.name.to_owned()).collect()),
        "model" => ControlKind::Suggest(MODELS.iter().map(|it| it.name.to_owned()).collect()),
        "dtype" => ControlKind::Choice(Dtype::ALL.iter().map(|it| it.name().to_owned()).collect()),
        "kv-dtype" => ControlKind::Choice(names(&["bf16", "fp8"])),
        "tp" => ControlKind::Choice(names(&["1", "2", "4", "8"])),
        "cuda-graphs" => ControlKind::Choice(names(&["on", "off"])),
        "admission" => ControlKind::Choice(names(&["prompt", "chunk"])),
        "vllm" => ControlKind::Suggest(names(&["current", "0.16"])),
        "timing" => ControlKind::Choice(names(&["roofline", "dynamo"])),
        "client" => ControlKind::Choice(names(&["free", "python"])),
        "arrivals" => ControlKind::Suggest(names(&[
            "auto",
            "poisson",
            "constant",
            "gamma:2",
            "recorded",
            "kubeai",
            "all-at-once",
        ])),
        "tokenizer" => ControlKind::Suggest(names(&["o200k", "cl100k", "words"])),
        "time-unit" => ControlKind::Suggest(words(TimeUnit::ALL.iter().map(|it| it.word()))),
        "session-rows" => ControlKind::Choice(words(SessionRows::ALL.iter().map(|it| it.word()))),
        "chat-template" => ControlKind::Choice(words(ChatTemplate::ALL.iter().map(|it| it.word()))),
        "fleet" => ControlKind::Suggest(names(&["4xh100,4xl4", "2xh100/tp2,4xl4"])),
        "autoscale" => ControlKind::Suggest(words(AUTOSCALERS.iter().map(|it| match it.name {
            "schedule" => "schedule:0s=2;5m=6",
            name => name,
        }))),
        "events" => ControlKind::Suggest(names(&[
            "30s:kill=1",
            "30s:hang=1/60s",
            "30s:slow=1x0.3/60s",
        ])),
        "drain" => ControlKind::Suggest(names(&["abort", "finish"])),
        "health" => ControlKind::Suggest(words(HEALTH.iter().map(|it| it.name))),
        "breaker" => ControlKind::Suggest(names(&[
            "auto", "off", "seed", "seed-3", "smg", "envoy", "nginx",
        ])),
        "warm" => ControlKind::Suggest(names(&["none", "random:6"])),
        "load-age" => ControlKind::Suggest(names(&["0", "step", "step+50ms", "100", "1000"])),
        "connections" => ControlKind::Suggest(names(&["1000/2048"])),
        "endpoint-limit" => ControlKind::Suggest(names(&["500/50000"])),
        "queue" => ControlKind::Suggest(names(&["100/60", "5000/60", "1000/none"])),
        "hold" => ControlKind::Suggest(names(&["none", "saturation", "prefill"])),
        "order" => ControlKind::Choice(words(ORDERS.iter().map(|it| it.0))),
        "tenants" => ControlKind::Suggest(names(&["a:1,b:1,c:8"])),
        "classes" => ControlKind::Suggest(names(&["chat:0.3:0:2s,batch:0.7:9"])),
        "batching" => ControlKind::Suggest(names(&["continuous", "static:64,10ms"])),
        "prompt-cache" => ControlKind::Suggest(names(&["1024/128/600"])),
        "token-price" => ControlKind::Suggest(words(TOKEN_PRICES.iter().map(|it| it.name))),
        "tier" => ControlKind::Suggest(Tier::all().map(|tier| tier.to_string()).collect()),
        "off" => ControlKind::Suggest(Off::names().map(str::to_owned).collect()),
        _ => ControlKind::Typed,
    }
}

/// The placeholder in a control whose field has no value, which says what that means.
pub fn unset(flag: &str) -> &'static str {
    match flag {
        "requests" => "all",
        "events" | "mtbf" => "nothing",
        "fleet" => "all alike",
        "autoscale" => "stays as it is",
        "mttr" => "the model's start",
        "client-retries" => "2",
        "client-timeout" => "600",
        "stages" | "concurrency" | "in-flight-limit" | "tier" | "ttft-slo" | "tpot-slo"
        | "goal" | "off" => "none",
        "price" => "the model card's",
        "kv-tokens" => "what fits",
        "context" => "the model's",
        "time-unit" | "tokens-per-id" | "map" => "from the file",
        "ep" => "as tp",
        "connections" | "endpoint-limit" => "no limit",
        "queue" => "no line",
        "shed" => "nobody",
        "tenants" | "classes" => "all alike",
        "prompt-cache" => "none",
        "response-cache" => "not kept",
        _ => "",
    }
}

/// The help for a field: what it is, its default and its range, in a few sentences.
pub fn help(flag: &str, bounds: &Bounds) -> String {
    let default = match bounds.default.as_str() {
        "" => format!("Left empty: {}", unset(flag)),
        value => format!("Default {value}"),
    };
    let range = match bounds.range.as_str() {
        "" => String::new(),
        range => format!("; {range}"),
    };
    let about = FieldWords::of(flag).map_or("", |it| it.about);
    on_page(&format!("{about}. {default}{range}."))
}

/// What may be entered for a field, as the field itself says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Its default; empty if it has none.
    pub default: String,
    /// Its range, in the words of its error; empty if it has none.
    pub range: String,
    /// Whether it takes a plain number.
    pub numeric: bool,
}

crate::wire_fields! {
    Bounds { default, range, numeric }
}

impl Bounds {
    /// What a field says.
    pub fn of(field: &Field) -> Self {
        Self {
            default: field.get(&Scenario::default()),
            range: range(field).unwrap_or_default(),
            numeric: field.set(&mut Scenario::default(), "1").is_ok(),
        }
    }
}

/// The range of a field, in the words of its error; `None` if it has none.
pub fn range(field: &Field) -> Option<String> {
    match field.set(&mut Scenario::default(), "?") {
        // Longer lists are entries of the control itself.
        Err(ScenarioError::Value { wanted, .. }) if wanted.len() < 60 => Some(wanted),
        _ => None,
    }
}

/// The text of a policy or workload, `name:k=v;k=v@rest`, with one setting changed; an empty value removes it, so that it
/// has its default.
///
/// ```
/// use warmpath_view::controls::with_setting;
/// assert_eq!(with_setting("smart", "load_balance_weight", "2"), "smart:load_balance_weight=2");
/// assert_eq!(with_setting("smart:a=1;b=2@truth", "a", ""), "smart:b=2@truth");
/// ```
pub fn with_setting(text: &str, key: &str, value: &str) -> String {
    let (rule, rest) = match text.split_once('@') {
        Some((rule, rest)) => (rule, Some(rest)),
        None => (text, None),
    };
    let (name, settings) = rule.split_once(':').unwrap_or((rule, ""));
    let other = |setting: &&str| !setting.is_empty() && setting.split('=').next() != Some(key);
    let mut settings: Vec<String> = settings
        .split(';')
        .filter(other)
        .map(str::to_owned)
        .collect();
    if !value.is_empty() {
        settings.push(format!("{key}={value}"));
    }
    let mut out = name.to_owned();
    if !settings.is_empty() {
        out = format!("{out}:{}", settings.join(";"));
    }
    match rest {
        Some(rest) => format!("{out}@{rest}"),
        None => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use warmpath_core::scenario::FIELDS;

    #[test]
    fn every_part_of_a_scenario_has_one_control() {
        for field in FIELDS {
            let groups = GROUPS
                .iter()
                .filter(|group| fields(group).contains(&field.flag));
            let apart = APART.contains(&field.flag);
            assert_eq!(groups.count(), usize::from(!apart), "{}", field.flag);
        }
        for flag in GROUPS.iter().flat_map(|group| group.flags) {
            assert!(
                FIELDS.iter().any(|it| it.flag == *flag),
                "{flag} is no part"
            );
        }
    }

    #[test]
    fn the_opening_is_a_preset() {
        let opening = Scenario::from_query(OPENING).unwrap();
        let mut presets = warmpath_core::scenario::PRESETS.iter();
        assert!(presets.any(|it| Scenario::from_query(it.query).unwrap() == opening));
    }

    #[test]
    fn every_choice_is_accepted_and_the_default_is_among_them() {
        for field in FIELDS {
            let (ControlKind::Choice(names) | ControlKind::Suggest(names)) = kind(field.flag)
            else {
                continue;
            };
            for name in &names {
                let set = field.set(&mut Scenario::default(), name);
                assert!(set.is_ok(), "{}: {name}: {set:?}", field.flag);
            }
            let default = field.get(&Scenario::default());
            let there = default.is_empty() || names.contains(&default);
            assert!(there, "{}: {default}", field.flag);
        }
    }

    #[test]
    fn help_has_default_and_range() {
        let of = |flag: &str| {
            let field = FIELDS.iter().find(|it| it.flag == flag).unwrap();
            help(flag, &Bounds::of(field))
        };
        assert!(of("replicas").contains("Default 4; a whole number from 1 to 1024"));
        assert!(of("context").contains("Left empty: the model's;"));
    }
}
