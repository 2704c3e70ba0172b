//! An engine's reports to other parts: outputs, steps, token batches, sums.

use crate::histogram::Histogram;
use crate::units::{RequestId, VirtualTime};

/// What an admission found in the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Prompt tokens found in the prefix cache, so that they are not prefilled \[tokens\].
    pub hit_tokens: u32,
    /// Full prompt blocks found in the prefix cache \[blocks\].
    pub hit_blocks: u32,
}

/// An event of an engine that other parts can see, with the request and the moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EngineOutput {
    /// A sequence entered the batch for the first time.
    Admitted(RequestId, VirtualTime, Admission),
    /// The first token of a sequence left the API server.
    FirstToken(RequestId, VirtualTime),
    /// The last token of a sequence left the API server.
    Finished(RequestId, VirtualTime),
    /// A sequence was preempted: it left the batch and will be recomputed.
    Preempted(RequestId, VirtualTime),
    /// A preempted sequence is in the batch again, where the tokens that it had are recomputed first.
    Readmitted(RequestId, VirtualTime),
    /// The tokens of a preempted sequence have been recomputed, and its next one left the API server.
    Resumed(RequestId, VirtualTime),
}

/// One step of an engine, for pictures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport {
    /// When the step began, in virtual time; of one that a hang interrupted, as much later as the hang was long.
    pub start: VirtualTime,
    /// When the step ended, in virtual time.
    pub end: VirtualTime,
    /// How many prompt tokens the step computed.
    pub prefill_tokens: u32,
    /// Prompt tokens that sequences new in this step took from the cache.
    pub hit_tokens: u32,
    /// How many sequences decoded in the step, each a token; those whose prompt it completed have a first token too, and are not
    /// counted.
    pub decoding: u32,
    /// How many sequences waited when it began.
    pub waiting: u32,
    /// How many blocks sequences referred to when it began \[blocks\].
    pub referenced_blocks: u32,
}

/// What an engine reports of itself when a step ends, before it schedules the next: requests that came during the step are
/// not in it, as vLLM makes its statistics from a step's output and takes new requests in between two steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepEnd {
    /// The moment at which the step ended, in virtual time.
    pub at: VirtualTime,
    /// How many sequences were left waiting when the step was scheduled.
    pub waiting: u32,
    /// How many sequences of the batch go on.
    pub running: u32,
    /// How many blocks of the pool sequences refer to \[blocks\].
    pub referenced_blocks: u32,
}

/// The tokens of one step as they leave the API server, for a client that handles them one by one.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenBatch {
    /// When the API server began to send them; the i-th token leaves (i + 1) × the time for a token later.
    pub base: VirtualTime,
    /// The requests whose tokens they are, in that order.
    pub requests: Vec<u32>,
}

/// The sums of an engine's work over a run or a stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Prompt tokens computed, and all tokens that preempted sequences computed again \[tokens\].
    pub prefilled_tokens: u64,
    /// How many tokens of answers it has generated.
    pub generated_tokens: u64,
    /// How many steps it has done.
    pub steps: u64,
    /// The time spent in steps; what of it passed in a hang is not in it \[ns\].
    pub busy_ns: u64,
    /// How often it has preempted a sequence.
    pub preemptions: u64,
    /// The most blocks that sequences referred to at once \[blocks\].
    pub peak_referenced: u32,
    /// The number of waiting sequences, integrated over time \[sequence ns\].
    pub waiting_ns: u128,
    /// The gaps between two tokens of an answer, weighted by tokens.
    pub gaps: Histogram,
}

impl Tally {
    /// Adds the sums of another stage.
    pub fn merge(&mut self, other: &Self) {
        self.prefilled_tokens += other.prefilled_tokens;
        self.generated_tokens += other.generated_tokens;
        self.steps += other.steps;
        self.busy_ns += other.busy_ns;
        self.preemptions += other.preemptions;
        self.peak_referenced = self.peak_referenced.max(other.peak_referenced);
        self.waiting_ns += other.waiting_ns;
        self.gaps.merge(&other.gaps);
    }
}
