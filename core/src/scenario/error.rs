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
    /// A key, option or field that there is not.
    #[error("unknown {place} \"{found}\"{hint}")]
    Unknown {
        /// The kind of name that was looked up: "query key", "field".
        place: &'static str,
        /// The unknown name, as it was given.
        found: String,
        /// "; did you mean …?" with the name that was probably meant; empty if none is near.
        hint: String,
    },
    /// A value that does not fit.
    #[error("{name} is \"{found}\", but must be {wanted}{hint}")]
    Value {
        /// The field, as the command line names it.
        name: &'static str,
        /// The value, as it was given.
        found: String,
        /// What would be right, in words.
        wanted: String,
        /// "; did you mean …?" with the value that was probably meant; empty if none is near.
        hint: String,
    },
    /// A key is given more than once.
    #[error("\"{key}\" is given twice")]
    Twice {
        /// The key, as it stands in the query or the file.
        key: String,
    },
    /// A version this program does not read.
    #[error("the link is of version \"{found}\"; this program reads versions 1 and 2")]
    Version {
        /// The version that the link names.
        found: String,
    },
    /// A `%` that is not followed by two hexadecimal digits, or bytes that are not UTF-8.
    #[error("\"{found}\" is not percent-encoded UTF-8")]
    Encoding {
        /// The text that could not be decoded.
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
    /// A file that the scenario names, but that has not been given to it.
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
        /// In what the cache state and the scenario differ.
        source: CacheError,
    },
    /// A run that would last longer than virtual time does.
    #[error(transparent)]
    Clock(#[from] ClockEnd),
    /// Parts that do not go together; the text is the whole sentence.
    #[error("{0}")]
    Conflict(String),
    /// A text that is not JSON, or not an object.
    #[error("line {line}, column {column}: {detail}")]
    Json {
        /// The line of the fault, counted from 1.
        line: usize,
        /// The column of the fault, counted in bytes from 1.
        column: usize,
        /// The fault, in the words of the JSON parser.
        detail: String,
    },
    /// Something wrong in a line of a file.
    #[error("line {line}: {source}")]
    Line {
        /// The number of the line, counted from 1.
        line: usize,
        /// The error in that line.
        source: Box<ScenarioError>,
    },
}
