//! What can be wrong with a workload, and where.

use crate::words::grouped;
use core::fmt;
use thiserror::Error;

/// A place in a file, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line.
    Line(u64),
    /// A step of the session in a line.
    Step(u64, u64),
    /// A conversation of a ShareGPT file.
    Conversation(u64),
    /// A message of a conversation.
    Message(u64, u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Place::Line(line) => write!(f, "line {}", grouped(line)),
            Place::Step(line, step) => write!(f, "line {}, step {step}", grouped(line)),
            Place::Conversation(n) => write!(f, "conversation {}", grouped(n)),
            Place::Message(n, message) => {
                write!(
                    f,
                    "conversation {}, message {}",
                    grouped(n),
                    grouped(message)
                )
            }
        }
    }
}

/// Why a file or a name gives no workload. The text is one sentence without the file's name, which the caller knows.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WorkloadError {
    /// No byte, or nothing but space.
    #[error("the file is empty; {FORMATS}")]
    Empty,
    /// A file of another kind.
    #[error("this is {found}; {advice}")]
    Kind {
        /// What it is.
        found: &'static str,
        /// What would be right.
        advice: &'static str,
    },
    /// Bytes that are no UTF-8.
    #[error("byte {offset} is not UTF-8 text; {FORMATS}")]
    NotUtf8 {
        /// Offset of the first such byte, from 0.
        offset: u64,
    },
    /// Neither JSON nor a CSV header known.
    #[error("line 1: {found:?} is no known format; {FORMATS}")]
    Unknown {
        /// How it begins.
        found: String,
    },
    /// Valid JSON of another shape.
    #[error("{place}: {found} found, {expected} expected")]
    Shape {
        /// Where.
        place: Place,
        /// What is there.
        found: String,
        /// What would be right.
        expected: &'static str,
    },
    /// Not valid JSON or CSV.
    #[error("{place}: {detail}")]
    Syntax {
        /// Where.
        place: Place,
        /// What the parser says.
        detail: String,
    },
    /// A field that must be there.
    #[error("{place}: field `{field}` is missing")]
    Missing {
        /// Where.
        place: Place,
        /// The field.
        field: &'static str,
    },
    /// A field with a value that cannot be.
    #[error("{place}: field `{field}` is {found}, {expected} expected")]
    Value {
        /// Where.
        place: Place,
        /// The field.
        field: &'static str,
        /// What is there.
        found: String,
        /// What would be right.
        expected: String,
    },
    /// Not a single whole record.
    #[error("{0}")]
    Nothing(String),
    /// A line or conversation too long to hold.
    #[error("{place} is longer than {} MiB", LONGEST_RECORD >> 20)]
    TooLong {
        /// Where.
        place: Place,
    },
    /// A block size this workload cannot have.
    #[error("block size {asked} does not fit {what}; allowed: {allowed}")]
    BlockSize {
        /// What was asked for \[tokens\].
        asked: u32,
        /// What it does not fit.
        what: String,
        /// The sizes that do.
        allowed: String,
    },
}

impl WorkloadError {
    /// A block size that no cache has.
    pub(super) fn block_size(asked: u32) -> Self {
        let sizes = crate::block::SIZES;
        Self::BlockSize {
            asked,
            what: "any cache".to_owned(),
            allowed: format!("{} to {}", sizes.start(), sizes.end()),
        }
    }
}

/// What a reader accepts, for error messages.
pub const FORMATS: &str = "expected ShareGPT JSON, Mooncake, Bailian or session JSONL, Azure or BurstGPT CSV, or a \
                           Warmpath trace";

/// The longest line or conversation \[bytes\].
pub(super) const LONGEST_RECORD: usize = 64 << 20;
