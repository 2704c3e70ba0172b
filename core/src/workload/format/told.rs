//! What a reader understood of a file: what a summary says before anything runs.

use super::recorded::Recorded;
use crate::workload::Place;

/// What a file is, and how it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// The format, in a few words.
    pub format: String,
    /// Records read.
    pub rows: u64,
    /// What was left out: how many, why, and where the first is.
    pub skipped: Vec<(u64, String, Option<Place>)>,
    /// What the file does not say by itself: what it is about, what was taken, and the option that says otherwise.
    pub inferred: Vec<(String, String, &'static str)>,
    /// Fields of the first record that are not read.
    pub unread: Vec<String>,
    /// What it says happened.
    pub recorded: Recorded,
}
