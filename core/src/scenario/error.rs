//! Why a scenario is refused.

use thiserror::Error;

use crate::cache::CacheError;
use crate::limit::TierError;
use crate::router::SpecError;
use crate::units::ClockEnd;
use crate::workload::NameError;

/// Why a scenario was refused. Each says what was found and what would be right.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ScenarioError {
    /// No such key, option or field.
    #[error("unknown {place} \"{found}\"{hint}")]
    Unknown {
        /// Where: "query key", "field".
        place: &'static str,
        /// What was found.
        found: String,
        /// "; did you mean …?" or nothing.
        hint: String,
    },
    /// A value that does not fit.
    #[error("{name} is \"{found}\", but must be {wanted}{hint}")]
    Value {
        /// The field, as the command line names it.
        name: &'static str,
        /// What was found.
        found: String,
        /// What would be right.
        wanted: String,
        /// "; did you mean …?" or nothing.
        hint: String,
    },
    /// A key given twice.
    #[error("\"{key}\" is given twice")]
    Twice {
        /// The key.
        key: String,
    },
    /// A version this program does not read.
    #[error("the link is of version \"{found}\"; this program reads versions 1 and 2")]
    Version {
        /// What was found.
        found: String,
    },
    /// A `%` that is not followed by two hexadecimal digits, or bytes that are not UTF-8.
    #[error("\"{found}\" is not percent-encoded UTF-8")]
    Encoding {
        /// What was found.
        found: String,
    },
    /// A policy that was not understood.
    #[error(transparent)]
    Policy(#[from] SpecError),
    /// A workload that was not understood.
    #[error(transparent)]
    Workload(#[from] NameError),
    /// A part of a text with several parts (events, a fleet, an autoscaler) that was not understood.
    #[error(transparent)]
    Part(#[from] super::PartError),
    /// A goal that was not understood.
    #[error(transparent)]
    Goal(#[from] crate::goal::GoalError),
    /// A list of prices that was not understood.
    #[error(transparent)]
    Price(#[from] crate::price::PriceError),
    /// A rate-limit tier that was not understood.
    #[error(transparent)]
    Tier(#[from] TierError),
    /// A file that the scenario names and nobody has read.
    #[error(
        "{field} is the file {name}, which is not there; give the file itself (its path on the command line)"
    )]
    Unread {
        /// The field, as the command line names it.
        field: &'static str,
        /// The file, as the scenario names it.
        name: String,
    },
    /// A cache state that does not go with the rest.
    #[error("warm is {name}: {source}")]
    Cache {
        /// The file, as the scenario names it.
        name: String,
        /// Why.
        source: CacheError,
    },
    /// It would last longer than virtual time does.
    #[error(transparent)]
    Clock(#[from] ClockEnd),
    /// Parts that do not go together.
    #[error("{0}")]
    Conflict(String),
    /// Not a JSON object.
    #[error("line {line}, column {column}: {detail}")]
    Json {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
        /// What the parser says.
        detail: String,
    },
    /// Something wrong in a line of a file.
    #[error("line {line}: {source}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        source: Box<ScenarioError>,
    },
}
