//! Which parts of the prefix tree were ever somewhere: a depth per segment, closed towards the root, that only grows.

use crate::request::{Chain, Corpus};

/// What was ever somewhere.
#[derive(Clone)]
pub(super) struct Ever {
    /// By segment: its first so many blocks.
    blocks: Vec<u32>,
}

impl Ever {
    /// Nothing yet.
    pub(super) fn new(corpus: &Corpus) -> Self {
        Self {
            blocks: vec![0; corpus.len()],
        }
    }

    /// The whole chain is there.
    pub(super) fn add(&mut self, corpus: &Corpus, chain: Chain) {
        for (segment, covered) in corpus.runs(chain) {
            let ever = &mut self.blocks[segment.0 as usize];
            if *ever >= covered {
                return; // what is before it is known as well
            }
            *ever = covered;
        }
    }

    /// How many of a chain's first blocks were there.
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
