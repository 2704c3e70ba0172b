//! The time of one engine step, by the roofline or by Dynamo's curves.

use super::roofline::{self, Roofline};

/// What a step works on, summed over its sequences.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Batch {
    /// How many sequences are in the step.
    pub sequences: u32,
    /// How many of them decode, each one new token.
    pub decoding: u32,
    /// The new tokens of the whole step.
    pub new_tokens: u64,
    /// The new tokens of the sequences that prefill.
    pub prefill_tokens: u64,
    /// The context after the step, summed over the sequences \[tokens\].
    pub context_tokens: u64,
    /// Σ mᵢ (computedᵢ + mᵢ / 2) over the sequences that prefill mᵢ > 1 tokens after computedᵢ: what their attention looks at. One
    /// that prefills a single token counts as if it decoded \[tokens²\].
    pub prefill_attention: f64,
    /// The blocks that sequences of the step refer to, each counted once.
    pub referenced_blocks: u32,
    /// The size of the pool \[blocks\].
    pub pool_blocks: u32,
    /// The size of the blocks of the engine's pool \[tokens\].
    pub block_size: u32,
    /// How many of a sequence's blocks hold no tokens yet, on average: half of the one that is being filled, and half of those
    /// allocated ahead; where all its blocks are reserved at admission, what is left of these.
    pub unfilled_blocks: f64,
}

/// How the time of a step is computed: by one of two models.
#[derive(Clone, Debug, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one in each engine, and every step reads it"
)]
pub enum Timing {
    /// From the hardware's and the model's figures.
    Roofline(Roofline),
    /// The curves that Dynamo's replay uses by default (fitted by its authors; they and what is assumed here stand at
    /// [`Curves`]).
    Dynamo,
}

impl Timing {
    /// The length of the step \[s\].
    pub fn seconds(&self, batch: &Batch) -> f64 {
        let steady = self.steady(batch);
        steady.seconds(batch.context_tokens, batch.referenced_blocks)
    }

    /// The part of the length of this batch's steps that stays while its contexts and blocks grow.
    #[inline]
    pub fn steady(&self, batch: &Batch) -> Steady {
        match self {
            Self::Roofline(roofline) => Steady::Roofline(roofline.steady(batch)),
            Self::Dynamo => Steady::Dynamo(Curves::of(batch)),
        }
    }
}

/// The part of a step's length that stays the same as long as only the contexts and blocks of its batch grow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Steady {
    /// That part by the model of hardware figures.
    Roofline(roofline::Steady),
    /// Dynamo's curves, which have no such part to compute ahead.
    Dynamo(Curves),
}

impl Steady {
    /// The length of a step with this many tokens of context and this many blocks referred to \[s\].
    #[inline(always)] // in the loop over steps
    pub fn seconds(&self, context_tokens: u64, referenced_blocks: u32) -> f64 {
        match self {
            Self::Roofline(steady) => steady.seconds(context_tokens, referenced_blocks),
            Self::Dynamo(curves) => curves.seconds(referenced_blocks),
        }
    }
}

/// Dynamo's default timing: prefill ms = 4.209989e-7 n² + 1.518344e-2 n + 16.50142 for n new prompt tokens, decode
/// ms = max(1, −25.74 u² + 54.01 u + 5.74) for a share u of the pool in use. Assumed: u counts the blocks in use when
/// the step starts, and a step that does both lasts the sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curves {
    prefill_ms: f64,
    decodes: bool,
    pool_blocks: f64,
}

impl Curves {
    fn of(batch: &Batch) -> Self {
        let n = batch.prefill_tokens as f64;
        Self {
            prefill_ms: match batch.prefill_tokens {
                0 => 0.0,
                _ => 4.209989e-7 * n * n + 1.518344e-2 * n + 16.50142,
            },
            decodes: batch.decoding > 0,
            pool_blocks: f64::from(batch.pool_blocks.max(1)),
        }
    }

    #[inline(always)] // in the loop over steps
    fn seconds(&self, referenced_blocks: u32) -> f64 {
        let mut ms = self.prefill_ms;
        if self.decodes {
            let u = f64::from(referenced_blocks) / self.pool_blocks;
            ms += (-25.74 * u * u + 54.01 * u + 5.74).max(1.0);
        }
        ms / 1e3
    }
}
