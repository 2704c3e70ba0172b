//! Why a text is no policy.

use thiserror::Error;

use crate::nearest::nearest;
use crate::router::POLICIES;
use crate::router::formula::FormulaError;
use crate::words::limit;

/// Why a policy was not understood.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SpecError {
    /// No such policy.
    #[error("unknown policy \"{found}\"; {}", policies(.found))]
    Policy {
        /// What was typed.
        found: String,
    },
    /// No such parameter.
    #[error("policy {policy} has no parameter \"{found}\"; {}", listed(.policy, .found))]
    Parameter {
        /// The policy.
        policy: &'static str,
        /// What was typed.
        found: String,
    },
    /// A parameter without a value, a value that is no number, or one out of range.
    #[error("policy {policy}: {name} is \"{found}\", but must be a number from {} to {}", limit(*.min), limit(*.max))]
    Value {
        /// The policy.
        policy: &'static str,
        /// The parameter.
        name: String,
        /// What was typed.
        found: String,
        /// The smallest value.
        min: f64,
        /// The largest value.
        max: f64,
    },
    /// Not a kind of knowledge.
    #[error(
        "unknown knowledge \"@{found}\"; it is one of @nothing, @truth, @routed, @routed:120s, @routed:lru, @routed:lru=10000,every=30s (tokens), @routed:lru=10000,every=30s,shared (by all replicas), @events:50ms, @events:50ms,loss=0.01"
    )]
    Knowledge {
        /// What was typed.
        found: String,
    },
    /// Not a name for a formula.
    #[error(
        "\"{found}\" cannot name a formula: letters, digits, - and _, and not the name of a policy"
    )]
    Name {
        /// What was typed.
        found: String,
    },
    /// A formula that was not understood.
    #[error("formula {name}: {error}")]
    Formula {
        /// Its name.
        name: String,
        /// What is wrong.
        error: FormulaError,
    },
    /// A knowledge this policy has no use for.
    #[error("policy {policy} looks at no replica's cache, so it takes no \"@{found}\"")]
    Useless {
        /// The policy.
        policy: &'static str,
        /// What was typed.
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

/// The policy that was meant; where none is near, a few of those there are.
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

fn parameters(policy: &str) -> impl Iterator<Item = &'static str> {
    let entry = POLICIES.iter().find(|entry| entry.name == policy);
    entry
        .map_or(&[][..], |entry| entry.parameters)
        .iter()
        .map(|parameter| parameter.name)
}

/// The parameter that was meant; where none is near, those there are.
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
