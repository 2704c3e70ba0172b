//! What a reader recognised in a file: the content of a summary before anything runs.

use super::recorded::Recorded;
use crate::workload::Place;

/// What a file is, and how it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// The format of the file, in a few words.
    pub format: String,
    /// How many records were read.
    pub rows: u64,
    /// The records that were left out: how many, why, and the place of the first.
    pub skipped: Vec<(u64, String, Option<Place>)>,
    /// What the file does not say by itself: what it is about, what was taken for it, and the option that says otherwise.
    pub inferred: Vec<(String, String, &'static str)>,
    /// The names of fields of the first record that are not read.
    pub unread: Vec<String>,
    /// What the file says happened to its requests.
    pub recorded: Recorded,
}
