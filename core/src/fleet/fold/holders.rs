//! Which replicas may hold which part of the prefix tree, so that a lost hit is looked for where it can be.
//!
//! A bit is set when a request with that part joins the replica's batch, or its caches begin with it, and never cleared: a set bit
//! means "look", a clear one "not there". If a segment's bit is set, so are those of all segments before it. With each part goes
//! how much of it any replica can have at most, so that the replica that may have the most is asked first and the others only if
//! they may have more: of a conversation that moves about, the last replica has the most, however many there are.

use crate::replica::Pool;
use crate::request::{Chain, Corpus, SegmentId};

/// The two replicas that may hold the most of a segment, the most first (of equals the later one); what each may hold,
/// and what any other may \[blocks\].
#[derive(Clone, Copy, Default)]
struct Likely {
    replicas: [u16; 2],
    bounds: [u32; 2],
    rest: u32,
}

impl Likely {
    /// Notes that `replica` may come to hold `blocks`.
    fn raise(&mut self, replica: u16, blocks: u32) {
        let [first, second] = self.bounds;
        if replica == self.replicas[0] && first > 0 {
            self.bounds[0] = first.max(blocks);
        } else if blocks >= first {
            // The second replica stays second, or falls back among the rest.
            if replica != self.replicas[1] {
                self.rest = second;
            }
            self.replicas = [replica, self.replicas[0]];
            self.bounds = [blocks, first];
        } else if replica == self.replicas[1] && second > 0 {
            self.bounds[1] = second.max(blocks);
        } else if blocks >= second {
            self.replicas[1] = replica;
            self.bounds[1] = blocks;
            self.rest = second;
        } else {
            self.rest = self.rest.max(blocks);
        }
    }
}

#[derive(Clone)]
pub(super) struct SegmentHolders {
    /// The number of 64-bit words of a segment's set, a bit for each replica.
    words: usize,
    bits: Vec<u64>,
    likely: Vec<Likely>,
}

impl SegmentHolders {
    pub(super) fn new(segments: usize, replicas: u32) -> Self {
        let words = replicas.div_ceil(64) as usize;
        Self {
            words,
            bits: vec![0; segments * words],
            likely: vec![Likely::default(); segments],
        }
    }

    /// Notes that a replica may hold `blocks` of a segment; returns whether it might have held some before.
    fn note(&mut self, segment: SegmentId, blocks: u32, replica: usize) -> bool {
        let segment = segment.0 as usize;
        self.likely[segment].raise(replica as u16, blocks);
        let word = &mut self.bits[segment * self.words + replica / 64];
        let bit = 1 << (replica % 64);
        let before = *word & bit != 0;
        *word |= bit;
        before
    }

    /// Notes that a replica may come to hold this chain.
    pub(super) fn mark(&mut self, corpus: &Corpus, chain: Chain, replica: usize) {
        for (segment, covered) in corpus.runs(chain) {
            // Every chain through a segment has the same before it.
            if self.note(segment, covered, replica) {
                return;
            }
        }
    }

    /// Notes what a replica's pool holds at the beginning.
    pub(super) fn mark_pool(&mut self, pool: &Pool, replica: usize) {
        for (owner, _, end) in pool.free_queue() {
            if let Some(segment) = owner {
                self.note(segment, end, replica);
            }
        }
    }

    /// How many of a chain's first blocks any replica other than `but` holds; `found`, if no more than that.
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
            let most = self.most(segment, covered, but, &pool);
            // With a block a pool holds all blocks before it, so the deepest segment held anywhere decides.
            if most > 0 {
                return found.max(before + most);
            }
        }
        found
    }

    /// How many of a segment's first `covered` blocks any replica other than `but` holds.
    fn most<'a>(
        &self,
        segment: SegmentId,
        covered: u32,
        but: usize,
        pool: impl Fn(usize) -> &'a Pool,
    ) -> u32 {
        let Likely {
            replicas,
            bounds,
            rest,
        } = self.likely[segment.0 as usize];
        let likely = replicas.map(usize::from);
        let mut most = 0;
        let held = |replica: usize| pool(replica).resident(segment).min(covered);
        for (replica, bound) in likely.into_iter().zip(bounds) {
            if most >= bound.min(covered) {
                return most; // none of those left can have more
            }
            if replica != but {
                most = most.max(held(replica));
            }
        }
        let words = &self.bits[segment.0 as usize * self.words..][..self.words];
        for (at, &word) in words.iter().enumerate() {
            let mut left = word;
            while left != 0 {
                if most >= rest.min(covered) {
                    return most;
                }
                let replica = at * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                if replica != but && !likely.contains(&replica) {
                    most = most.max(held(replica));
                }
            }
        }
        most
    }
}

#[cfg(test)]
mod tests;
