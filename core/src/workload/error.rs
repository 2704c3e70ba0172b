//! The errors of a workload's file or name, each with its place.

use crate::words::grouped;
use core::fmt;
use std::borrow::Cow;
use thiserror::Error;

/// A place in a file, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line, by its number in the file.
    Line(u64),
    /// A character of a line: the line's number, and the character's.
    Column(u64, u64),
    /// A step of a session: the number of the session's line, and the step's.
    Step(u64, u64),
    /// A step of a session in an array or the list of an object: the number of the session, and the step's.
    StepOf(u64, u64),
    /// The record of this number in an array, in the list of an object, or among the requests of a benchmark's results, whether or
    /// not it is a conversation.
    Conversation(u64),
    /// A message of a conversation: the conversation's number, and the message's.
    Message(u64, u64),
    /// A character of a conversation: the conversation, and line and column in the file.
    Inside(u64, u64, u64),
}

impl Place {
    /// The same place, if the text in which it was counted begins this many characters later in its line.
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
            Place::StepOf(n, step) => write!(f, "conversation {}, step {step}", grouped(n)),
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

/// Why a file or a name gives no workload. The message is one sentence without the file's name, which the caller knows.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WorkloadError {
    /// The file has no byte, or nothing but space.
    #[error("the file is empty; {FORMATS}")]
    Empty,
    /// The file is of a kind that is no text.
    #[error("this is {found}; {advice}")]
    Kind {
        /// The kind of file that it is.
        found: &'static str,
        /// What to do about it.
        advice: &'static str,
    },
    /// The file has bytes that are not UTF-8.
    #[error("line {}: byte {offset} is not UTF-8 text; {FORMATS}", grouped(*line))]
    NotUtf8 {
        /// The line of the first such byte, counted from 1.
        line: u64,
        /// The offset of the first such byte, counted from 0.
        offset: u64,
    },
    /// The file is neither JSON nor a table with a known header.
    #[error(
        "{place}: {found:?} is no known format; {FORMATS}; --map prompt=line reads every line as a prompt"
    )]
    Unknown {
        /// The first line that is not blank.
        place: Place,
        /// The beginning of that line, cut short.
        found: String,
    },
    /// The JSON is valid, but of another shape.
    #[error("{place}: {found} found, {expected} expected")]
    Shape {
        /// The place of the value.
        place: Place,
        /// What stands there, in words.
        found: String,
        /// What would be right there, in words.
        expected: &'static str,
    },
    /// The text is not valid JSON, or not a valid table.
    #[error("{place}: {detail}")]
    Syntax {
        /// The place of the fault.
        place: Place,
        /// The fault, in the words of the parser.
        detail: String,
    },
    /// A field that must be there is missing.
    #[error("{place}: field `{field}` is missing")]
    Missing {
        /// The place of the record.
        place: Place,
        /// The field, as the file calls it; of a benchmark's results, as the record that is made of them does.
        field: Cow<'static, str>,
    },
    /// A field has a value that it cannot have.
    #[error("{place}: field `{field}` is {found}, {expected} expected")]
    Value {
        /// The place of the record.
        place: Place,
        /// The field, as the file calls it; of a benchmark's results, as the record that is made of them does.
        field: Cow<'static, str>,
        /// The value, as it stands in the file.
        found: String,
        /// What would be right, in words.
        expected: String,
    },
    /// The file leaves something open that an option must say.
    #[error("{what}; say which with --{option}")]
    Ask {
        /// What is open, in words.
        what: String,
        /// The option that says it, without its dashes.
        option: &'static str,
    },
    /// The text must be counted with a tokenizer whose tables this program does not have.
    #[error("the tables of the tokenizer {name} are not loaded")]
    Tables {
        /// The name of the tokenizer.
        name: String,
    },
    /// The file has no whole record.
    #[error("{0}")]
    Nothing(String),
    /// A line or a conversation is too long to hold: longer than 64 MiB.
    #[error("{place} is longer than {} MiB", LONGEST_RECORD >> 20)]
    TooLong {
        /// The place at which it begins.
        place: Place,
    },
    /// The workload cannot be had with this block size.
    #[error("block size {asked} does not fit {what}; allowed: {allowed}")]
    BlockSize {
        /// The block size that was asked for \[tokens\].
        asked: u32,
        /// What the block size does not fit, in words.
        what: String,
        /// The block sizes that fit, in words.
        allowed: String,
    },
}

impl WorkloadError {
    /// The same error, if the line that was parsed begins this many characters later.
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
