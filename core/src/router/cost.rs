//! The cost that FakeAI's router and Warmpath's `smart` both minimise, written once.
//!
//! ```
//! use warmpath_core::router::cost::{Weights, cost};
//! // 256 prompt tokens of which 128 are cached, 100 to generate, 2 active requests, blocks of 16.
//! let terms = cost(Weights::default(), (256.0 - 128.0) / 16.0, 100.0 / 16.0, 2.0);
//! assert_eq!(terms.total(), 15.25);
//! ```

/// The two weights of the cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// The cost of a block that must be prefilled.
    pub kv_overlap: f64,
    /// The cost of an active request \[blocks\].
    pub load_balance: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            kv_overlap: 1.0,
            load_balance: 0.5,
        }
    }
}

/// The terms of a cost, weighted \[blocks\].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Terms {
    /// The blocks to prefill, times their weight.
    pub prefill: f64,
    /// The blocks to generate.
    pub decode: f64,
    /// The active requests, times their weight.
    pub load: f64,
}

impl Terms {
    /// The sum of the terms, added from left to right (which decides its last bit).
    pub fn total(self) -> f64 {
        (self.prefill + self.decode) + self.load
    }
}

/// `kv_overlap × prefill_blocks + decode_blocks + load_balance × active`. Blocks are real numbers here: a prompt's part
/// of a block costs its share.
pub fn cost(weights: Weights, prefill_blocks: f64, decode_blocks: f64, active: f64) -> Terms {
    Terms {
        prefill: weights.kv_overlap * prefill_blocks,
        decode: decode_blocks,
        load: weights.load_balance * active,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_performance_guides_worked_example() {
        let of = |matched: f64, active| {
            cost(
                Weights::default(),
                (256.0 - matched) / 16.0,
                100.0 / 16.0,
                active,
            )
            .total()
        };
        assert_eq!(of(128.0, 2.0), 15.25);
        assert_eq!(of(64.0, 1.0), 18.75);
    }
}
