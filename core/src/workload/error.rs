//! What can be wrong with a workload, and where.

use crate::words::grouped;
use core::fmt;
use std::borrow::Cow;
use thiserror::Error;

/// A place in a file, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line.
    Line(u64),
    /// A character of a line.
    Column(u64, u64),
    /// A step of the session in a line.
    Step(u64, u64),
    /// A conversation of a ShareGPT file.
    Conversation(u64),
    /// A message of a conversation.
    Message(u64, u64),
    /// A character of a conversation: the conversation, and line and column in the file.
    Inside(u64, u64, u64),
}

impl Place {
    /// The same place where the text it was counted in begins so many characters later in its line.
    pub(super) fn indented(self, by: u64) -> Self {
        match self {
            Place::Column(line, column) => Place::Column(line, column + by),
            other => other,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Place::Line(line) => write!(f, "line {}", grouped(line)),
            Place::Column(line, column) => {
                write!(f, "line {}, column {}", grouped(line), grouped(column))
            }
            Place::Inside(n, line, column) => write!(
                f,
                "conversation {}, line {}, column {}",
                grouped(n),
                grouped(line),
                grouped(column)
            ),
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
    #[error("line {}: byte {offset} is not UTF-8 text; {FORMATS}", grouped(*line))]
    NotUtf8 {
        /// Its line, from 1.
        line: u64,
        /// Offset of the first such byte, from 0.
        offset: u64,
    },
    /// Neither JSON nor a CSV header known.
    #[error("{place}: {found:?} is no known format; {FORMATS}")]
    Unknown {
        /// The first line that is not blank.
        place: Place,
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
        /// The field, as the file calls it.
        field: Cow<'static, str>,
    },
    /// A field with a value that cannot be.
    #[error("{place}: field `{field}` is {found}, {expected} expected")]
    Value {
        /// Where.
        place: Place,
        /// The field, as the file calls it.
        field: Cow<'static, str>,
        /// What is there.
        found: String,
        /// What would be right.
        expected: String,
    },
    /// What the file does not say beyond doubt, and the option that does.
    #[error("{what}; say which with --{option}")]
    Ask {
        /// What is in doubt.
        what: String,
        /// The option.
        option: &'static str,
    },
    /// The tables of a tokenizer that this program does not have at hand.
    #[error("the tables of the tokenizer {name} are not loaded")]
    Tables {
        /// The tokenizer.
        name: String,
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
    /// The same error of a line that begins so many characters later than what was parsed.
    pub(super) fn indented(self, by: u64) -> Self {
        match self {
            Self::Syntax { place, detail } => Self::Syntax {
                place: place.indented(by),
                detail,
            },
            other => other,
        }
    }

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
pub const FORMATS: &str = "expected chats, prompts or lengths as JSON, JSON lines or CSV (docs/formats.md), or a Warmpath \
                           trace";

/// The longest line or conversation \[bytes\].
pub(super) const LONGEST_RECORD: usize = 64 << 20;
