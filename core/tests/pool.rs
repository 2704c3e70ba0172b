//! The block pool against a naive twin that keeps every block and a plain queue (I-2, I-10, I-11).

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;
use warmpath_core::replica::Pool;
use warmpath_core::request::{Chain, Corpus};
use warmpath_core::units::BlockId;

/// Block by block: who holds what, and the free queue, oldest first.
struct Twin {
    free: VecDeque<Option<BlockId>>,
    users: BTreeMap<BlockId, u32>,
    private: u32,
}

impl Twin {
    fn new(capacity: u32) -> Self {
        Self {
            free: vec![None; capacity as usize].into(),
            users: BTreeMap::new(),
            private: 0,
        }
    }

    fn resident(&self, id: BlockId) -> bool {
        self.users.contains_key(&id) || self.free.contains(&Some(id))
    }

    fn matched(&self, ids: &[BlockId]) -> u32 {
        ids.iter().take_while(|id| self.resident(**id)).count() as u32
    }

    fn take(&mut self, count: u32) {
        (0..count).for_each(|_| assert!(self.free.pop_front().is_some()));
        self.private += count;
    }

    fn give_back(&mut self, count: u32) {
        self.free.extend((0..count).map(|_| None));
        self.private -= count;
    }

    /// Returns how many were missing; hits first, as they must not be evicted for the rest.
    fn refer(&mut self, ids: &[BlockId]) -> u32 {
        let missing = ids.iter().filter(|id| !self.resident(**id)).count() as u32;
        for id in ids {
            if let Some(at) = self.free.iter().position(|block| *block == Some(*id)) {
                self.free.remove(at);
            }
            *self.users.entry(*id).or_default() += 1;
        }
        (0..missing).for_each(|_| assert!(self.free.pop_front().is_some()));
        missing
    }

    fn release(&mut self, ids: &[BlockId]) {
        for id in ids.iter().rev() {
            let users = self.users.get_mut(id).expect("referred to");
            *users -= 1;
            if *users == 0 {
                self.users.remove(id);
                self.free.push_back(Some(*id));
            }
        }
    }
}

/// Chains that share prefixes: each hangs off some earlier one after some of its blocks.
fn chains(corpus: &mut Corpus, shapes: &[(usize, u32, u32)]) -> Vec<Chain> {
    let mut chains = vec![Chain::default()];
    for &(parent, keep, more) in shapes {
        let from = chains[parent % chains.len()];
        let from = corpus.prefix(from, keep % (from.depth + 1));
        chains.push(corpus.extend(from, more));
    }
    chains
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_pool_equals_its_naive_twin(
        shapes in prop::collection::vec((0usize..20, 0u32..30, 1u32..9), 1..20),
        steps in prop::collection::vec((0u8..60, 0usize..100, 0u32..40), 1..120),
        capacity in 12u32..60,
    ) {
        let mut corpus = Corpus::default();
        let chains = chains(&mut corpus, &shapes);
        let (mut pool, mut twin) = (Pool::new(capacity, false), Twin::new(capacity));
        // Running sequences: the whole chain, how far they refer to it, private blocks.
        let mut running: Vec<(Chain, u32, u32)> = Vec::new();
        let mut ids = Vec::new();
        for (kind, which, amount) in steps {
            let kind = if kind == 59 { 4 } else { kind % 4 };
            match kind {
                // The machine dies.
                4 => {
                    pool.reset();
                    twin = Twin::new(capacity);
                    running.clear();
                    prop_assert_eq!(pool.cached(), 0);
                }
                // Admit: refer to a prefix of a chain, if there surely is room.
                0 => {
                    let chain = chains[which % chains.len()];
                    let depth = amount % (chain.depth + 1);
                    if depth <= pool.free() {
                        let to = corpus.prefix(chain, depth);
                        corpus.ids(to, &mut ids);
                        let missing = pool.refer(&corpus, Chain::default(), to, true);
                        prop_assert_eq!(missing, twin.refer(&ids));
                        running.push((chain, depth, 0));
                    }
                }
                // Go on: refer to more of it.
                1 if !running.is_empty() => {
                    let at = which % running.len();
                    let (chain, had, private) = running[at];
                    let depth = (had + amount % 6).min(chain.depth);
                    if depth - had <= pool.free() {
                        corpus.ids(corpus.prefix(chain, depth), &mut ids);
                        let (from, to) = (corpus.prefix(chain, had), corpus.prefix(chain, depth));
                        let missing = pool.refer(&corpus, from, to, true);
                        prop_assert_eq!(missing, twin.refer(&ids[had as usize..]));
                        running[at] = (chain, depth, private);
                    }
                }
                // Hold private blocks.
                2 if !running.is_empty() => {
                    let count = (amount % 5).min(pool.free());
                    pool.take(count);
                    twin.take(count);
                    let at = which % running.len();
                    running[at].2 += count;
                }
                // End.
                3 if !running.is_empty() => {
                    let (chain, had, private) = running.swap_remove(which % running.len());
                    pool.give_back(private);
                    twin.give_back(private);
                    corpus.ids(corpus.prefix(chain, had), &mut ids);
                    pool.release(&corpus, corpus.prefix(chain, had));
                    twin.release(&ids);
                }
                _ => {}
            }
            prop_assert_eq!(pool.audit(), Ok(()));
            prop_assert_eq!(pool.free() as usize, twin.free.len());
            for &chain in &chains {
                corpus.ids(chain, &mut ids);
                prop_assert_eq!(pool.matched(&corpus, chain), twin.matched(&ids));
                let found = corpus.prefix(chain, pool.matched(&corpus, chain));
                let free = ids[..found.depth as usize].iter().filter(|id| !twin.users.contains_key(id)).count();
                prop_assert_eq!(pool.free_among(&corpus, found) as usize, free);
            }
        }
    }
}

/// What is counted as work: each run of blocks from which some are taken, and each that comes back.
#[test]
fn taking_blocks_touches_the_runs_they_are_taken_from() {
    let mut pool = Pool::new(10, false);
    let touches = |pool: &Pool, before: u64| pool.touches() - before;
    let before = pool.touches();
    pool.take(4);
    assert_eq!(touches(&pool, before), 1);
    pool.take(6);
    assert_eq!(touches(&pool, before), 2);
    pool.give_back(10);
    // A prompt of one segment: one run to refer to, one from which blocks are taken, and one that comes back.
    let mut corpus = Corpus::default();
    let prompt = corpus.extend(Chain::default(), 5);
    let before = pool.touches();
    pool.refer(&corpus, Chain::default(), prompt, true);
    assert_eq!(touches(&pool, before), 2);
    pool.release(&corpus, prompt);
    assert_eq!(touches(&pool, before), 3);
}
