//! The index of holders beside asking every pool.

use proptest::prelude::*;

use super::*;

/// A tree of chains: each goes on from one before it, some way in, by this many blocks.
fn chains(shape: &[(usize, u32, u32)]) -> (Corpus, Vec<Chain>) {
    let mut corpus = Corpus::default();
    let mut chains = vec![Chain::default()];
    for &(from, cut, more) in shape {
        let from = chains[from % chains.len()];
        let from = corpus.prefix(from, from.depth.saturating_sub(cut));
        chains.push(corpus.extend(from, more));
    }
    (corpus, chains)
}

fn probes(pools: &[Pool]) -> u64 {
    pools.iter().map(Pool::probes).sum()
}

proptest! {
    #[test]
    fn the_deepest_is_what_asking_every_pool_finds(
        shape in prop::collection::vec((0usize..20, 0u32..4, 1u32..6), 1..20),
        capacity in 8u32..60,
        steps in prop::collection::vec((0usize..5, 0usize..20, 0u32..40, any::<bool>()), 1..80),
    ) {
        let (corpus, chains) = chains(&shape);
        let mut pools = vec![Pool::new(capacity, false); 5];
        let mut under_way: Vec<Vec<Chain>> = vec![Vec::new(); 5];
        let mut holders = SegmentHolders::new(corpus.len(), 5);
        for (at, chain, found, ends) in steps {
            let chain = chains[chain % chains.len()];
            // As in a run, a chain is marked before a pool holds it, so every other pool that holds it is known.
            let true_depth = |but: usize| {
                let others = (0..5).filter(|&id| id != but);
                others.map(|id| pools[id].matched(&corpus, chain)).max().unwrap_or(0)
            };
            let found = found.min(chain.depth);
            let depth = holders.deepest(&corpus, chain, found, at, |id| &pools[id]);
            prop_assert_eq!(depth, true_depth(at).max(found));
            let pool = &mut pools[at];
            let held = corpus.prefix(chain, pool.matched(&corpus, chain));
            if chain.depth - held.depth + pool.free_among(&corpus, held) <= pool.free() {
                holders.mark(&corpus, chain, at);
                pool.refer(&corpus, Chain::default(), chain, true);
                under_way[at].push(chain);
            }
            if ends && let Some(chain) = under_way[at].pop() {
                pools[at].release(&corpus, chain);
            }
        }
    }
}

#[test]
fn of_a_conversation_that_moves_about_one_replica_is_asked() {
    let mut corpus = Corpus::default();
    let mut pools = vec![Pool::new(1000, false); 64];
    let mut chain = Chain::default();
    let longer = |_| {
        chain = corpus.extend(chain, 3);
        chain
    };
    let turns: Vec<Chain> = (0..30).map(longer).collect();
    let mut holders = SegmentHolders::new(corpus.len(), 64);
    for (turn, &chain) in turns.iter().enumerate() {
        let before = probes(&pools);
        let depth = holders.deepest(&corpus, chain, 0, turn, |id| &pools[id]);
        assert_eq!(depth, turn as u32 * 3);
        assert_eq!(probes(&pools) - before, u64::from(turn > 0));
        holders.mark(&corpus, chain, turn);
        pools[turn].refer(&corpus, Chain::default(), chain, true);
    }
}

/// Beyond one word of bits: the replica that holds most of a prompt is found wherever it is.
#[test]
fn of_two_hundred_replicas_each_is_found() {
    for holder in [0, 63, 64, 127, 128, 199] {
        let mut corpus = Corpus::default();
        let chain = corpus.extend(Chain::default(), 9);
        let mut pools = vec![Pool::new(20, false); 200];
        let mut holders = SegmentHolders::new(corpus.len(), 200);
        // Others held as much since, and have lost it: those remembered one by one are of no use.
        for other in [holder, 10, 11, 12] {
            holders.mark(&corpus, chain, other);
            pools[other].refer(&corpus, Chain::default(), chain, true);
            if other != holder {
                pools[other].release(&corpus, chain);
                pools[other].take(20);
            }
        }
        let depth = holders.deepest(&corpus, chain, 0, 5, |id| &pools[id]);
        assert_eq!(depth, 9, "replica {holder}");
    }
}

#[test]
fn what_pools_begin_with_is_known() {
    let mut corpus = Corpus::default();
    let shared = corpus.extend(Chain::default(), 4);
    let chain = corpus.extend(shared, 6);
    let mut pools = vec![Pool::new(20, false); 2];
    pools[1].refer(&corpus, Chain::default(), chain, true);
    pools[1].release(&corpus, corpus.prefix(chain, 10));
    let mut holders = SegmentHolders::new(corpus.len(), 2);
    for (id, pool) in pools.iter().enumerate() {
        holders.mark_pool(pool, id);
    }
    assert_eq!(holders.deepest(&corpus, chain, 0, 0, |id| &pools[id]), 10);
    assert_eq!(holders.deepest(&corpus, chain, 0, 1, |id| &pools[id]), 0);
}

#[test]
fn the_two_that_may_hold_most_are_known_by_their_bounds() {
    let mut likely = Likely::default();
    likely.raise(3, 5);
    likely.raise(3, 2);
    assert_eq!(
        (likely.replicas[0], likely.bounds, likely.rest),
        (3, [5, 0], 0)
    );
    likely.raise(7, 4);
    likely.raise(7, 3);
    likely.raise(8, 1);
    assert_eq!(
        (likely.replicas, likely.bounds, likely.rest),
        ([3, 7], [5, 4], 1)
    );
}
