//! Which parts of the prefix tree were ever cached somewhere: for each segment a depth that only grows. A
//! segment's depth counts from its beginning, and whatever is before the segment was cached too.

use crate::request::{Chain, Corpus};

/// The blocks that were ever cached somewhere.
#[derive(Clone)]
pub(super) struct EverCached {
    /// For each segment, how many of its first blocks were ever cached.
    blocks: Vec<u32>,
}

impl EverCached {
    /// The state in which no block was ever cached.
    pub(super) fn new(corpus: &Corpus) -> Self {
        Self {
            blocks: vec![0; corpus.len()],
        }
    }

    /// Adds all blocks of a chain.
    pub(super) fn add(&mut self, corpus: &Corpus, chain: Chain) {
        for (segment, covered) in corpus.runs(chain) {
            let ever = &mut self.blocks[segment.0 as usize];
            if *ever >= covered {
                return; // the runs come deepest first, and what is before this one is known as well
            }
            *ever = covered;
        }
    }

    /// How many of a chain's first blocks were ever cached.
    pub(super) fn depth(&self, corpus: &Corpus, chain: Chain) -> u32 {
        for (segment, covered) in corpus.runs(chain) {
            let ever = self.blocks[segment.0 as usize];
            if ever > 0 {
                return corpus.segment(segment).before + ever.min(covered);
            }
        }
        0
    }
}
