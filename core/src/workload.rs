//! Where requests come from.

use crate::request::{Corpus, Request};

/// A workload, ready to be replayed: request `n` of a run is `requests[n % requests.len()]`.
#[derive(Clone, Debug)]
pub struct Workload {
    /// What the scenario calls it: a name with parameters, or `basename~hash` of a file.
    pub name: String,
    /// Tokens a block.
    pub block_size: u32,
    /// The blocks of all prompts and answers.
    pub corpus: Corpus,
    /// The 128-character chunks of all prompts, for policies that look at text; empty where there is no text.
    pub chunks: Corpus,
    /// The requests, in arrival order where the trace has times, else in file order.
    pub requests: Vec<Request>,
    /// How many requests there are; more than `requests.len()` repeats them in order.
    pub count: u32,
    /// What was skipped or repaired while reading, each a sentence for the user.
    pub notes: Vec<String>,
}
