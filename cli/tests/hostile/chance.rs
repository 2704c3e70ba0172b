//! Draws: all of an input follow from the seed and its number.

use std::hash::{BuildHasher, RandomState};
use warmpath_core::rng::Rng;

pub(crate) struct Chance(Rng);

/// A seed that no earlier run had.
pub(crate) fn fresh() -> u64 {
    RandomState::new().hash_one("hostile") >> 16
}

impl Chance {
    pub(crate) fn new(seed: u64, n: u64) -> Self {
        Self(Rng::new(seed, &format!("hostile {n}")))
    }

    /// From 0 to `end` - 1; 0 if that is nothing.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0.below(end.clamp(1, u32::MAX as usize) as u32) as usize
    }

    /// Whether a case holds that is one of this many, all equally likely.
    pub(crate) fn one_in(&mut self, cases: usize) -> bool {
        self.below(cases) == 0
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, among: &[&'a T]) -> &'a T {
        among[self.below(among.len())]
    }
}
