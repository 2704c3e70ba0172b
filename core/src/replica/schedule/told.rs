//! What an engine tells its surroundings: outputs, steps, token batches, sums.

use crate::histogram::Histogram;
use crate::units::{RequestId, VirtualTime};

/// What an admission found in the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Prompt tokens taken from the cache.
    pub hit_tokens: u32,
    /// Full prompt blocks found in the cache.
    pub hit_blocks: u32,
}

/// What a replica lets its surroundings know.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Output {
    /// A sequence entered the batch for the first time.
    Admitted(RequestId, VirtualTime, Admission),
    /// Its first token left the API server.
    FirstToken(RequestId, VirtualTime),
    /// Its last token left the API server.
    Finished(RequestId, VirtualTime),
    /// It was thrown out of the batch and will be recomputed.
    Preempted(RequestId, VirtualTime),
    /// It is in the batch again, and what it had is recomputed.
    Readmitted(RequestId, VirtualTime),
    /// That is recomputed, and it goes on where it was cut off.
    Resumed(RequestId, VirtualTime),
}

/// One step, for drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport {
    /// When the step began, in virtual time.
    pub start: VirtualTime,
    /// When the step ended, in virtual time.
    pub end: VirtualTime,
    /// How many prompt tokens the step computed.
    pub prefill_tokens: u32,
    /// Prompt tokens that sequences new in this step took from the cache.
    pub hit_tokens: u32,
    /// How many sequences the step made a token for.
    pub decoding: u32,
    /// Sequences waiting when it began.
    pub waiting: u32,
    /// Blocks referred to when it began.
    pub referenced_blocks: u32,
}

/// What an engine reports of itself when a step ends, before it schedules the next: requests that came during the step are
/// not in it, as vLLM makes its statistics from a step's output and takes new requests in between two steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepEnd {
    /// The moment in virtual time.
    pub at: VirtualTime,
    /// Sequences that were left waiting when the step was scheduled.
    pub waiting: u32,
    /// Sequences in the batch that go on.
    pub running: u32,
    /// Blocks of the pool referred to.
    pub referenced_blocks: u32,
}

/// The tokens of one step as they leave the API server, for a client that handles them one by one.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenBatch {
    /// When the API server began; the i-th token leaves (i + 1) × its cost later.
    pub base: VirtualTime,
    /// Whose tokens, in that order.
    pub requests: Vec<u32>,
}

/// Sums over a replica's run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Prompt tokens computed (recomputation included).
    pub prefilled_tokens: u64,
    /// How many tokens of answers it has generated.
    pub generated_tokens: u64,
    /// How many steps it has done.
    pub steps: u64,
    /// Time in steps \[ns\].
    pub busy_ns: u64,
    /// How often it has preempted a sequence.
    pub preemptions: u64,
    /// Most blocks referred to at once.
    pub peak_referenced: u32,
    /// Waiting sequences, integrated over time \[sequence ns\].
    pub waiting_ns: u128,
    /// Gaps between tokens, weighted by tokens.
    pub gaps: Histogram,
}

impl Tally {
    /// Adds a later stage's.
    pub fn merge(&mut self, later: &Self) {
        self.prefilled_tokens += later.prefilled_tokens;
        self.generated_tokens += later.generated_tokens;
        self.steps += later.steps;
        self.busy_ns += later.busy_ns;
        self.preemptions += later.preemptions;
        self.peak_referenced = self.peak_referenced.max(later.peak_referenced);
        self.waiting_ns += later.waiting_ns;
        self.gaps.merge(&later.gaps);
    }
}
