//! Where requests come from: files of the field, named synthetic workloads, and arrival processes.
//!
//! | file | recognised by | requests | prefixes | arrivals |
//! | --- | --- | --- | --- | --- |
//! | ShareGPT JSON | an array of `conversations` | one a question | from the text | conversations open, turns follow |
//! | Mooncake JSONL | `hash_ids` and `input_length` | one a line | 512-token ids | recorded \[ms\] |
//! | Bailian JSONL | the same with `chat_id` | one a line | 16-token ids | recorded \[s\] |
//! | Azure CSV | `TIMESTAMP,ContextTokens,…` | one a line | none | recorded (date and time) |
//! | BurstGPT CSV | `Timestamp,…,Request tokens,…` | one a line | none | recorded \[s\] |
//! | generated sessions JSONL | `steps` | one a step | each turn contains the one before | turns follow by their gap \[s\] |
//! | Warmpath trace | `"schema":"warmpath.trace/1"` | one a line | as imported | as imported |
//!
//! A [`Reader`] takes a file's bytes in pieces and recognises the format by content; a [`Named`] workload is generated
//! from a seed or read from one of the traces in [`asset`]. Both end in a [`Workload`], which holds lengths, block
//! prefixes, hashes, and of texts at most the beginnings.
//!
//! Memory follows what a file holds, never what it claims. A number that says how much there is (requests, chunks, blocks) is held
//! to what can be before anything is kept for it, and compared with what came; nothing is reserved by it. What a record may cost
//! is bounded as well: its bytes, its JSON values, its columns.
//!
//! Sources: the ShareGPT V3 "unfiltered cleaned split" in common use for serving benchmarks; Mooncake traces
//! (kvcache-ai/Mooncake, Apache-2.0); Bailian traces (alibaba-edu/qwen-bailian-usagetraces-anon, Apache-2.0); Azure LLM
//! inference traces (Azure/AzurePublicDataset, CC-BY 4.0, described by Splitwise, ISCA 2024); BurstGPT
//! (HPMLL/BurstGPT, CC-BY 4.0). None of those files is part of the project.
//!
//! Left out: images and audio, the descriptions of tools (their calls and results count as text), per-request models, sampling
//! parameters. docs/formats.md has all formats.

pub mod arrivals;
pub mod error;
pub mod inspect;
pub mod labels;
pub mod named;
pub mod reader;
pub mod reading;
pub mod trace;

mod asset;
mod canonical;
mod draft;
mod field;
mod format;
mod gzip;
mod mersenne;
mod synthetic;
mod utf8;

pub use asset::asset;
pub use error::{Place, WorkloadError};
pub use format::{Origin, Recorded, Served};
pub use named::{NameError, Named, named};
pub use reader::{Prompts, ReadOptions, Reader, file_name};

use crate::request::{Chain, Corpus, Heads, Request};
use labels::Labels;

/// The most requests of a run: one that would send more is refused before it begins.
pub const MOST_REQUESTS: u32 = 100_000_000;

/// A workload, ready to be replayed: request `n` of a run is `requests[n % requests.len()]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    /// What the scenario calls it: a name with parameters, or `basename~hash` of a file.
    pub name: String,
    /// The number of tokens of a block \[tokens\].
    pub block_size: u32,
    /// The blocks of all prompts and answers.
    pub corpus: Corpus,
    /// The 128-character chunks of all prompts, for policies that look at text; empty where there is no text.
    pub chunks: Corpus,
    /// The characters of all prompts, for policies that match them; empty where there is no text, or they were not asked for
    /// ([`ReadOptions::characters`]).
    pub characters: Corpus,
    /// The tokens of all prompts, for policies that match them; empty where there is no text, or they were not asked for
    /// ([`ReadOptions::tokens`]).
    pub tokens: Corpus,
    /// The beginnings of the prompts, where the workload was read from texts.
    pub heads: Heads,
    /// The requests, in arrival order where each has a time, else in file order.
    pub requests: Vec<Request>,
    /// How many requests there are; more than `requests.len()` repeats them in order.
    pub count: u32,
    /// What the requests' labels stand for; empty where the file has none.
    pub labels: Labels,
    /// What was skipped or repaired while reading, each a sentence for the user.
    pub notes: Vec<String>,
}

impl Workload {
    /// Request `n` of a run; a run that has more requests than the workload repeats them in order.
    #[inline]
    pub fn request(&self, n: u32) -> &Request {
        // A workload without requests has no run, so what this returns does not matter; a panic would.
        static NONE: Request = Request::NONE;
        let at = (n as usize).checked_rem(self.requests.len());
        at.and_then(|at| self.requests.get(at)).unwrap_or(&NONE)
    }

    /// The workload without the beginnings, the characters and the single tokens of its texts, none of which a written trace keeps.
    #[must_use]
    pub fn without_texts(mut self) -> Self {
        self.heads = Heads::default();
        (self.characters, self.tokens) = (Corpus::default(), Corpus::default());
        for keys in self.requests.iter_mut().filter_map(|r| r.keys.as_mut()) {
            keys.head = 0;
            (keys.characters, keys.tokens) = (Chain::default(), Chain::default());
        }
        self
    }
}
