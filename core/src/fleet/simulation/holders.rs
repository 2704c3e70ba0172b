//! Which replicas may hold which part of the prefix tree, so that a lost hit is looked for where it can be.
//!
//! A bit is set when a request with that part is sent to the replica, or its caches begin with it, and never cleared: a
//! set bit means "look", a clear one "not there". Set bits are closed towards the root.

use crate::replica::Pool;
use crate::request::{Chain, Corpus};

#[derive(Clone)]
pub(super) struct Holders {
    /// Words a segment: a bit a replica.
    words: usize,
    bits: Vec<u64>,
}

impl Holders {
    pub(super) fn new(segments: usize, replicas: u32) -> Self {
        let words = replicas.div_ceil(64) as usize;
        Self {
            words,
            bits: vec![0; segments * words],
        }
    }

    /// A replica may come to hold this chain.
    pub(super) fn mark(&mut self, corpus: &Corpus, chain: Chain, replica: usize) {
        for (segment, _) in corpus.runs(chain) {
            let word = &mut self.bits[segment.0 as usize * self.words + replica / 64];
            let bit = 1 << (replica % 64);
            if *word & bit != 0 {
                return;
            }
            *word |= bit;
        }
    }

    /// A replica begins with what its pool holds.
    pub(super) fn mark_pool(&mut self, pool: &Pool, replica: usize) {
        for (owner, ..) in pool.free_queue() {
            if let Some(segment) = owner {
                self.bits[segment.0 as usize * self.words + replica / 64] |= 1 << (replica % 64);
            }
        }
    }

    /// How many of a chain's blocks any replica but `but` holds; `found`, if it is no more than that.
    pub(super) fn deepest<'a>(
        &self,
        corpus: &Corpus,
        chain: Chain,
        found: u32,
        but: usize,
        pool: impl Fn(usize) -> &'a Pool,
    ) -> u32 {
        for (segment, covered) in corpus.runs(chain) {
            let before = corpus.segment(segment).before;
            if before + covered <= found {
                break;
            }
            let mut most = 0;
            let words = &self.bits[segment.0 as usize * self.words..][..self.words];
            for (at, &word) in words.iter().enumerate() {
                let mut left = word;
                while left != 0 {
                    let replica = at * 64 + left.trailing_zeros() as usize;
                    left &= left - 1;
                    // No replica has more than all of it.
                    if replica != but && most < covered {
                        most = most.max(pool(replica).resident(segment).min(covered));
                    }
                }
            }
            // Residency is closed towards the root, so the deepest segment held anywhere decides.
            if most > 0 {
                return found.max(before + most);
            }
        }
        found
    }
}
