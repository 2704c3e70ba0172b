//! Which replicas hold how much of each segment, kept by segment.
//!
//! A replica that holds a block holds all blocks before it. So of a segment it holds a number of blocks from the beginning, and how
//! much of a prompt it has follows from the deepest segment of which it holds any. Asking each replica takes time in proportion to
//! the number of replicas, whether or not they hold anything; here one walk over a prompt's few segments finds the depths of all, in
//! proportion to the number of holders.

use smallvec::SmallVec;

use crate::replica::PoolEvent;
use crate::request::{Chain, Corpus, SegmentId};
use crate::units::{Map, ReplicaId, VirtualTime};

/// The part of a segment that a replica holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Share {
    replica: u32,
    /// How many of the segment's first blocks it holds, at least 1.
    blocks: u32,
}

/// The blocks that each replica holds. See the [module](self).
#[derive(Clone, Debug, Default)]
pub(super) struct Residents {
    /// The shares of each segment, in the order of replicas. A segment that no replica holds has no entry.
    shares: Map<SegmentId, SmallVec<[Share; 2]>>,
    /// The number of blocks that each replica holds.
    held: Vec<u64>,
    /// When each replica last died; what its pool reported until then no longer counts.
    died: Vec<VirtualTime>,
}

impl Residents {
    pub(super) fn new(replicas: u32) -> Self {
        Self {
            shares: Map::default(),
            held: vec![0; replicas as usize],
            died: vec![VirtualTime::ZERO; replicas as usize],
        }
    }

    /// Takes in what a replica's pool did at that moment.
    pub(super) fn tell(&mut self, replica: ReplicaId, at: VirtualTime, event: PoolEvent) {
        let died = self.died[replica.index()];
        if at <= died && died > VirtualTime::ZERO {
            return;
        }
        match event {
            PoolEvent::Stored { segment, to, .. } => self.set(segment, replica, to),
            PoolEvent::Removed { segment, from, .. } => self.set(segment, replica, from),
        }
    }

    /// Sets how many of the segment's first blocks the replica holds from now on.
    fn set(&mut self, segment: SegmentId, replica: ReplicaId, blocks: u32) {
        let shares = self.shares.entry(segment).or_default();
        let held = &mut self.held[replica.index()];
        match shares.binary_search_by_key(&replica.0, |share| share.replica) {
            Ok(at) => {
                *held -= u64::from(shares[at].blocks);
                if blocks > 0 {
                    shares[at].blocks = blocks;
                } else {
                    shares.remove(at);
                }
            }
            Err(at) if blocks > 0 => {
                let replica = replica.0;
                shares.insert(at, Share { replica, blocks });
            }
            Err(_) => {}
        }
        *held += u64::from(blocks);
        if shares.is_empty() {
            self.shares.remove(&segment);
        }
    }

    /// Notes that a replica has died and holds nothing any more.
    pub(super) fn forget(&mut self, replica: ReplicaId, at: VirtualTime) {
        self.died[replica.index()] = at;
        self.shares.retain(|_, shares| {
            shares.retain(|share| share.replica != replica.0);
            !shares.is_empty()
        });
        self.held[replica.index()] = 0;
    }

    /// The number of blocks that a replica holds.
    pub(super) fn held(&self, replica: ReplicaId) -> u64 {
        self.held[replica.index()]
    }

    /// Writes how many of the chain's first blocks each replica holds.
    pub(super) fn depths(&self, corpus: &Corpus, chain: Chain, depths: &mut [u32]) {
        depths.fill(0);
        for (segment, covered) in corpus.runs(chain) {
            let Some(shares) = self.shares.get(&segment) else {
                continue;
            };
            let before = corpus.segment(segment).before;
            for share in shares {
                // A replica that holds some of a deeper run holds all of the runs before.
                let depth = &mut depths[share.replica as usize];
                *depth = (*depth).max(before + share.blocks.min(covered));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replica::Pool;
    use crate::rng::Rng;
    use proptest::prelude::*;

    #[test]
    fn what_a_dead_replica_held_is_forgotten_and_late_reports_with_it() {
        let mut corpus = Corpus::default();
        let chain = corpus.extend(Chain::default(), 4);
        let stored = |to| PoolEvent::Stored {
            segment: corpus.runs(chain).next().unwrap().0,
            from: 0,
            to,
        };
        let mut residents = Residents::new(2);
        residents.tell(ReplicaId(0), VirtualTime(1), stored(4));
        residents.tell(ReplicaId(1), VirtualTime(1), stored(3));
        residents.forget(ReplicaId(0), VirtualTime(5));
        residents.tell(ReplicaId(0), VirtualTime(5), stored(2));
        let mut depths = [9; 2];
        residents.depths(&corpus, chain, &mut depths);
        assert_eq!(depths, [0, 3]);
        assert_eq!([0, 1].map(|it| residents.held(ReplicaId(it))), [0, 3]);
        residents.tell(ReplicaId(0), VirtualTime(6), stored(1));
        assert_eq!(residents.held(ReplicaId(0)), 1);
    }

    proptest! {
        /// Told of all that small pools store and evict, it says what they say.
        #[test]
        fn it_says_what_the_pools_say(seed in any::<u64>(), capacity in 8..60u32, requests in 1..120u32) {
            const REPLICAS: u32 = 5;
            let mut rng = Rng::new(seed, "residents");
            let (mut corpus, mut chains) = (Corpus::default(), vec![Chain::default()]);
            let mut pools = vec![Pool::new(capacity, true); REPLICAS as usize];
            let mut residents = Residents::new(REPLICAS);
            let mut events = Vec::new();
            let mut depths = vec![0; REPLICAS as usize];
            for _ in 0..requests {
                let from = chains[rng.below(chains.len() as u32) as usize];
                let from = corpus.prefix(from, rng.below(from.depth + 1));
                let more = rng.below(9).min(capacity - from.depth.min(capacity));
                if from.depth + more > capacity {
                    continue;
                }
                let chain = corpus.extend(from, more);
                chains.push(chain);
                let replica = rng.below(REPLICAS);
                let pool = &mut pools[replica as usize];
                let begun = corpus.prefix(chain, pool.matched(&corpus, chain));
                pool.refer(&corpus, Chain::default(), begun, true);
                pool.refer(&corpus, begun, chain, true);
                pool.release(&corpus, chain);
                pool.drain_events(&mut events);
                for (at, event) in events.drain(..) {
                    residents.tell(ReplicaId(replica), at, event);
                }
                for &chain in &chains {
                    residents.depths(&corpus, chain, &mut depths);
                    let asked = pools.iter().map(|pool| pool.matched(&corpus, chain));
                    prop_assert!(asked.eq(depths.iter().copied()));
                }
                let cached = pools.iter().map(Pool::cached);
                prop_assert!(cached.eq((0..REPLICAS).map(|id| residents.held(ReplicaId(id)))));
            }
        }
    }
}
