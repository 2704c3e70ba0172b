//! The blocks of requests under way: how many there are at each replica, each counted once, and which of them a prompt begins with,
//! as Dynamo's active sequences count them.
//!
//! A request refers to its whole prompt, so where a block is referred to, all blocks before it are, as in [`Residents`]; but here a
//! segment's blocks are in use as long as one of the requests that reach so deep is under way, so each depth is counted.
//!
//! [`Residents`]: super::residents::Residents

use smallvec::SmallVec;

use crate::request::{Chain, Corpus, SegmentId};
use crate::units::{Map, ReplicaId};

/// Requests of one replica that need the same first blocks of a segment.
#[derive(Clone, Copy, Debug)]
struct Users {
    replica: u32,
    /// How many of the segment's blocks they need, at least 1.
    blocks: u32,
    requests: u32,
}

impl Users {
    fn place(&self) -> (u32, u32) {
        (self.replica, self.blocks)
    }
}

/// The blocks under way. See the [module](self).
#[derive(Clone, Debug, Default)]
pub(super) struct ActiveBlocks {
    /// The users of each segment, in the order of replicas and then of blocks. A segment without users has no entry.
    users: Map<SegmentId, SmallVec<[Users; 2]>>,
}

/// The most blocks of a segment that one of a replica's requests uses.
fn most(users: &[Users], replica: u32) -> u32 {
    let after = users.partition_point(|it| it.replica <= replica);
    let last = users[..after].last();
    last.filter(|it| it.replica == replica)
        .map_or(0, |it| it.blocks)
}

impl ActiveBlocks {
    /// Adds a request with this prompt, sent to `replica`; returns how many of its blocks were not in use there.
    pub(super) fn add(&mut self, corpus: &Corpus, prompt: Chain, replica: ReplicaId) -> u32 {
        let replica = replica.0;
        let mut new = 0;
        for (segment, blocks) in corpus.runs(prompt) {
            let users = self.users.entry(segment).or_default();
            let before = most(users, replica);
            new += blocks.saturating_sub(before);
            match users.binary_search_by_key(&(replica, blocks), Users::place) {
                Ok(at) => users[at].requests += 1,
                Err(at) => users.insert(
                    at,
                    Users {
                        replica,
                        blocks,
                        requests: 1,
                    },
                ),
            }
        }
        new
    }

    /// Removes such a request when it has ended; returns how many of its blocks are no longer in use there.
    pub(super) fn remove(&mut self, corpus: &Corpus, prompt: Chain, replica: ReplicaId) -> u32 {
        let replica = replica.0;
        let mut idle = 0;
        for (segment, blocks) in corpus.runs(prompt) {
            let Some(users) = self.users.get_mut(&segment) else {
                continue;
            };
            let before = most(users, replica);
            if let Ok(at) = users.binary_search_by_key(&(replica, blocks), Users::place) {
                users[at].requests -= 1;
                if users[at].requests == 0 {
                    users.remove(at);
                }
            }
            idle += before - most(users, replica);
            if users.is_empty() {
                self.users.remove(&segment);
            }
        }
        idle
    }

    /// Writes how many of a prompt's first blocks are in use at each replica.
    pub(super) fn look_up(&self, corpus: &Corpus, prompt: Chain, shared: &mut [u32]) {
        shared.fill(0);
        for (segment, covered) in corpus.runs(prompt) {
            let Some(users) = self.users.get(&segment) else {
                continue;
            };
            let before = corpus.segment(segment).before;
            // Of a replica's users, here and in other runs of the chain, the one that needs the most blocks decides.
            for it in users {
                let here = &mut shared[it.replica as usize];
                *here = (*here).max(before + it.blocks.min(covered));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        /// Against the sets of blocks themselves.
        #[test]
        fn blocks_in_use_are_counted_once(seed in any::<u64>(), steps in 1..150u32) {
            const REPLICAS: u32 = 4;
            let mut rng = Rng::new(seed, "active blocks");
            let (mut corpus, mut chains) = (Corpus::default(), vec![Chain::default()]);
            let mut active = ActiveBlocks::default();
            let (mut used_by, mut shared_by) = ([0; REPLICAS as usize], [0; REPLICAS as usize]);
            let mut sent: Vec<(u32, Chain)> = Vec::new();
            let ids = |corpus: &Corpus, chain| {
                let mut ids = Vec::new();
                corpus.ids(chain, &mut ids);
                ids
            };
            for _ in 0..steps {
                if rng.below(2) == 0 && !sent.is_empty() {
                    let (replica, chain) = sent.swap_remove(rng.below(sent.len() as u32) as usize);
                    let idle = active.remove(&corpus, chain, ReplicaId(replica));
                    used_by[replica as usize] -= idle;
                } else {
                    let from = chains[rng.below(chains.len() as u32) as usize];
                    let from = corpus.prefix(from, rng.below(from.depth + 1));
                    let chain = corpus.extend(from, rng.below(6));
                    chains.push(chain);
                    let replica = rng.below(REPLICAS);
                    let new = active.add(&corpus, chain, ReplicaId(replica));
                    used_by[replica as usize] += new;
                    sent.push((replica, chain));
                }
                let asked = chains[rng.below(chains.len() as u32) as usize];
                active.look_up(&corpus, asked, &mut shared_by);
                for (replica, (&in_use, &found)) in (0..).zip(used_by.iter().zip(&shared_by)) {
                    let mine = sent.iter().filter(|(at, _)| *at == replica);
                    let used: BTreeSet<_> = mine.flat_map(|(_, chain)| ids(&corpus, *chain)).collect();
                    prop_assert_eq!(in_use as usize, used.len());
                    let asked = ids(&corpus, asked);
                    let shared = asked.iter().take_while(|id| used.contains(id)).count();
                    prop_assert_eq!(found as usize, shared);
                }
            }
            for (replica, chain) in sent {
                active.remove(&corpus, chain, ReplicaId(replica));
            }
            prop_assert!(active.users.is_empty());
        }
    }
}
