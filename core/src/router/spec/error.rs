//! The errors of a policy's text.

use thiserror::Error;

use crate::nearest::nearest;
use crate::router::formula::FormulaError;
use crate::router::{POLICIES, Parameter, ParameterKind};
use crate::words::limit;

/// Why a policy was not understood.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SpecError {
    /// There is no policy of that name.
    #[error("unknown policy \"{found}\"; {}", policies(.found))]
    Policy {
        /// The name, as it was typed.
        found: String,
    },
    /// The policy has no parameter of that name.
    #[error("policy {policy} has no parameter \"{found}\"; {}", listed(.policy, .found))]
    Parameter {
        /// The name of the policy before the colon.
        policy: &'static str,
        /// The parameter's name, as it was typed.
        found: String,
    },
    /// A parameter without a value, or a value that it does not take: no number, one out of range, or a fraction where
    /// only whole numbers are taken.
    #[error("policy {policy}: {} is \"{found}\", but must be {}", parameter.name, values(.parameter))]
    Value {
        /// The name of the policy before the colon.
        policy: &'static str,
        /// The parameter, which says which values it takes.
        parameter: &'static Parameter,
        /// The value, as it was typed.
        found: String,
    },
    /// A parameter that is given a value a second time.
    #[error("policy {policy}: {name} is given twice")]
    Twice {
        /// The name of the policy before the colon.
        policy: &'static str,
        /// The name of the parameter that is given twice.
        name: &'static str,
    },
    /// A comma between two parameters of a policy, where a semicolon belongs: a comma begins the next policy.
    #[error(
        "{name} is a parameter of policy {policy}: its parameters are split by semicolons (\"{policy}:…;{name}=…\"), a comma begins the next policy"
    )]
    Comma {
        /// The policy before the comma.
        policy: &'static str,
        /// Its parameter that was typed behind the comma, or the nearest to what was typed.
        name: &'static str,
    },
    /// There is no such kind of knowledge.
    #[error(
        "unknown knowledge \"@{found}\"; it is one of @nothing, @truth, @routed, @routed:120s, @routed:lru, @routed:lru=10000,every=30s (tokens), @routed:lru=10000,every=30s,shared (by all replicas), @events:50ms, @events:50ms,loss=0.01"
    )]
    Knowledge {
        /// The text behind the `@`, as it was typed.
        found: String,
    },
    /// A figure of a knowledge that is not a number, or is out of range.
    #[error("knowledge \"@{knowledge}\": the {name} is \"{found}\", but must be {} from {} to {}{}{unit}", if *.whole { "a whole number" } else { "a number" }, limit(*.min), limit(*.max), if .unit.is_empty() { "" } else { " " })]
    KnowledgeValue {
        /// The knowledge, as it was typed behind the `@`.
        knowledge: String,
        /// What the figure is, in words.
        name: &'static str,
        /// The figure, as it was typed.
        found: String,
        /// The smallest value it may have.
        min: f64,
        /// The largest value it may have.
        max: f64,
        /// Whether it must be a whole number.
        whole: bool,
        /// The unit that is written behind the figure; empty where there is none.
        unit: &'static str,
    },
    /// A formula was given a name that it cannot have.
    #[error(
        "\"{found}\" cannot name a formula: letters, digits, - and _, not a policy's name; a policy's parameters follow a colon (chwbl:load_factor=1.5)"
    )]
    Name {
        /// The name, as it was typed.
        found: String,
    },
    /// A formula that was not understood.
    #[error("formula {name}: {error}")]
    Formula {
        /// The name that the formula was given.
        name: String,
        /// The error in the formula, with its place.
        error: FormulaError,
    },
    /// A knowledge was given to a policy that looks at no cache.
    #[error("policy {policy} looks at no replica's cache, so it takes no \"@{found}\"")]
    Useless {
        /// The name of the policy before the `@`.
        policy: &'static str,
        /// The text behind the `@`, as it was typed.
        found: String,
    },
}

pub(in crate::router) fn suggestion<'a>(
    found: &str,
    among: impl Iterator<Item = &'a str>,
) -> String {
    nearest(found, among)
        .map(|name| format!(", did you mean \"{name}\"?"))
        .unwrap_or_default()
}

/// A hint at the policy that was probably meant; if none is near, a few of the policies there are.
fn policies(found: &str) -> String {
    const SOME: usize = 5;
    let names = || POLICIES.iter().map(|entry| entry.name);
    match nearest(found, names()) {
        Some(name) => format!("did you mean \"{name}\"?"),
        None => {
            let some = names().take(SOME).collect::<Vec<_>>().join(", ");
            format!("there are {some} and {} more", POLICIES.len() - SOME)
        }
    }
}

/// The values that a parameter takes, in words.
fn values(parameter: &Parameter) -> String {
    let kind = match parameter.kind {
        ParameterKind::Real => "a number",
        ParameterKind::Integer => "a whole number",
        ParameterKind::Switch => return "0 (off) or 1 (on)".to_owned(),
    };
    let (min, max) = (limit(parameter.min), limit(parameter.max));
    format!("{kind} from {min} to {max}")
}

fn parameters(policy: &str) -> impl Iterator<Item = &'static str> {
    let entry = POLICIES.iter().find(|entry| entry.name == policy);
    entry
        .map_or(&[][..], |entry| entry.parameters)
        .iter()
        .map(|parameter| parameter.name)
}

/// A hint at the parameter that was probably meant; if none is near, the parameters that the policy has.
fn listed(policy: &str, found: &str) -> String {
    if let Some(name) = nearest(found, parameters(policy)) {
        return format!("did you mean \"{name}\"?");
    }
    let list = parameters(policy).collect::<Vec<_>>().join(", ");
    match list.as_str() {
        "" => "it has none".to_owned(),
        list => format!("it has {list}"),
    }
}
