//! Where requests come from: files of the field, named synthetic workloads, and arrival processes.
//!
//! | file | recognised by | requests | prefixes | arrivals |
//! | --- | --- | --- | --- | --- |
//! | ShareGPT JSON | an array of `conversations` | one a question | from the text | conversations open, turns follow |
//!
//! A [`Reader`] takes a file's bytes in pieces and recognises the format by content. It ends in a [`Workload`], which
//! holds lengths, block prefixes and hashes, and no text.
//!
//! Sources: the ShareGPT V3 "unfiltered cleaned split" in common use for serving benchmarks; Mooncake traces
//! (kvcache-ai/Mooncake, Apache-2.0); Bailian traces (alibaba-edu/qwen-bailian-usagetraces-anon, Apache-2.0); Azure LLM
//! inference traces (Azure/AzurePublicDataset, CC-BY 4.0, described by Splitwise, ISCA 2024); BurstGPT
//! (HPMLL/BurstGPT, CC-BY 4.0). None of those files is part of the project.
//!
//! Left out: images and tools, per-request models, chat templates, sampling parameters.

pub mod arrivals;
pub mod error;
pub mod reader;

mod draft;
mod mersenne;
mod sharegpt;
mod sniff;
mod utf8;

pub use error::{Place, WorkloadError};
pub use reader::{Prompts, ReadOptions, Reader};

use crate::request::{Corpus, Request};

/// A workload, ready to be replayed: request `n` of a run is `requests[n % requests.len()]`.
#[derive(Clone, Debug, PartialEq)]
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
