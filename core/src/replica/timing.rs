//! How long one engine step takes.

use super::roofline::Roofline;

/// What a step works on, summed over its sequences.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Batch {
    /// Sequences in the step.
    pub sequences: u32,
    /// Of these, how many decode (one new token each).
    pub decoding: u32,
    /// New tokens of the whole step.
    pub new_tokens: u64,
    /// New tokens of the sequences that prefill.
    pub prefill_tokens: u64,
    /// Context after the step, summed over the sequences \[tokens\].
    pub context_tokens: u64,
    /// Σ mᵢ (computedᵢ + mᵢ / 2) over the sequences that prefill mᵢ tokens after computedᵢ: what their attention looks
    /// at \[tokens²\].
    pub prefill_attention: f64,
    /// Blocks that sequences of the step refer to, each counted once.
    pub referenced_blocks: u32,
    /// Blocks of the whole pool.
    pub pool_blocks: u32,
    /// The size of the blocks of the engine's pool \[tokens\].
    pub block_size: u32,
    /// Of a sequence's blocks, how many hold no tokens yet on average: one half-filled, and half of those ahead.
    pub unfilled_blocks: f64,
}

/// How long a step takes, by one of the models of it.
#[derive(Clone, Debug, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one in each engine, and every step reads it"
)]
pub enum Timing {
    /// From the hardware's and the model's figures.
    Roofline(Roofline),
    /// The curves that Dynamo's replay uses by default (fitted by its authors; its source and what is assumed here
    /// stand at [`dynamo_seconds`]).
    Dynamo,
}

impl Timing {
    /// Length of the step \[s\].
    pub fn seconds(&self, batch: &Batch) -> f64 {
        match self {
            Self::Roofline(roofline) => roofline.seconds(batch),
            Self::Dynamo => dynamo_seconds(batch),
        }
    }

    /// What of it stays the same as long as the batch has as many sequences and new tokens; 0 where nothing does \[s\].
    #[inline]
    pub fn seconds_by_size(&self, batch: &Batch) -> f64 {
        match self {
            Self::Roofline(roofline) => roofline.seconds_by_size(batch),
            Self::Dynamo => 0.0,
        }
    }

    /// [`Self::seconds`], where [`Self::seconds_by_size`] is known.
    #[inline]
    pub fn seconds_from(&self, by_size: f64, batch: &Batch) -> f64 {
        match self {
            Self::Roofline(roofline) => roofline.seconds_from(by_size, batch),
            Self::Dynamo => dynamo_seconds(batch),
        }
    }
}

/// Dynamo's default timing: prefill ms = 4.209989e-7 n² + 1.518344e-2 n + 16.50142 for n new prompt tokens, decode
/// ms = max(1, −25.74 u² + 54.01 u + 5.74) for a share u of the pool in use. Assumed: u counts the blocks in use when
/// the step starts, and a step that does both lasts the sum.
fn dynamo_seconds(batch: &Batch) -> f64 {
    let mut ms = 0.0;
    if batch.prefill_tokens > 0 {
        let n = batch.prefill_tokens as f64;
        ms += 4.209989e-7 * n * n + 1.518344e-2 * n + 16.50142;
    }
    if batch.decoding > 0 {
        let u = f64::from(batch.referenced_blocks) / f64::from(batch.pool_blocks.max(1));
        ms += (-25.74 * u * u + 54.01 * u + 5.74).max(1.0);
    }
    ms / 1e3
}
