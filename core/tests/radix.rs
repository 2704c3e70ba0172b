//! Laws of the prefix index: whatever happens to it, it says what a map of every block says.

#[path = "radix/cases.rs"]
mod cases;
#[path = "radix/ops.rs"]
mod ops;
#[path = "radix/twin.rs"]
mod twin;

use proptest::prelude::*;
use warmpath_core::block::{ROOT, chain_hash, chain_hashes};
use warmpath_core::radix::{Depths, Index, Visits};
use warmpath_core::units::{BlockId, ReplicaId};

use ops::{op, prompts, run};

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn i15_says_what_the_twin_says(prompts in prompts(), ops in prop::collection::vec(op(5), 1..60)) {
        run(ops, &prompts, false);
    }

    #[test]
    fn i15_says_what_the_twin_says_with_stamps(prompts in prompts(), ops in prop::collection::vec(op(5), 1..60)) {
        run(ops, &prompts, true);
    }

    #[test]
    fn i15_says_what_the_twin_says_with_many_replicas(prompts in prompts(), ops in prop::collection::vec(op(200), 1..200)) {
        run(ops, &prompts, false);
    }

    #[test]
    fn chains_many_as_one_by_one(locals in prop::collection::vec(any::<u64>(), 0..50), parent in any::<u64>()) {
        let mut ids = vec![];
        chain_hashes(BlockId(parent), &locals, &mut ids);
        let mut last = BlockId(parent);
        for (local, id) in locals.iter().zip(&ids) {
            last = chain_hash(last, *local);
            prop_assert_eq!(last, *id);
        }
        prop_assert_eq!(ids.len(), locals.len());
    }

    #[test]
    fn ids_that_are_no_chain_do_not_panic(ops in prop::collection::vec((0..3u32, any::<bool>(), prop::collection::vec(0..12u64, 0..40)), 0..60)) {
        let mut index = Index::with_stamps(0);
        let mut depths = Depths::new();
        for (replica, store, ids) in ops {
            let ids: Vec<BlockId> = ids.into_iter().map(BlockId).collect();
            let parent = ids.first().copied().unwrap_or(ROOT);
            if store {
                let _ = index.store(ReplicaId(replica), parent, &ids);
                let _ = index.store(ReplicaId(replica), ROOT, &ids);
            } else {
                index.remove(ReplicaId(replica), &ids);
                index.touch(ReplicaId(replica), &ids);
                index.evict(ReplicaId(replica), 3);
            }
            index.matches(&ids, &mut depths);
            index.stats();
        }
    }
}

/// What look-ups visit per block, in an index of this many conversations of ten turns on eight replicas.
fn visits_per_block(conversations: u64) -> f64 {
    let mut index = Index::new(8);
    let prompt = |conversation: u64, turn: usize| {
        let system = (0..16).map(|at| ((conversation % 16) << 8) | at);
        let own = (0..16 * (turn + 1) as u64).map(|at| ((conversation + 16) << 16) | at);
        let mut ids = Vec::new();
        chain_hashes(ROOT, &system.chain(own).collect::<Vec<u64>>(), &mut ids);
        ids
    };
    for turn in 0..10 {
        for conversation in 0..conversations {
            // One turn in ten goes astray.
            let astray = (conversation + turn as u64 * 7).is_multiple_of(10);
            let replica = ReplicaId((conversation as u32 + astray as u32 * 3) % 8);
            index
                .store(replica, ROOT, &prompt(conversation, turn))
                .unwrap();
        }
    }
    let (mut depths, mut visits, mut blocks) = (Depths::new(), Visits::default(), 0);
    for conversation in 0..conversations {
        let prompt = prompt(conversation, conversation as usize % 10);
        index.matches_counted(&prompt, &mut depths, &mut visits);
        blocks += prompt.len() as u64;
    }
    (visits.nodes + visits.cells + visits.ids) as f64 / blocks as f64
}

#[test]
fn ten_times_the_conversations_cost_the_same_per_block() {
    let (few, many) = (visits_per_block(300), visits_per_block(3000));
    assert!(many < 1.05 * few, "{few} visits a block, then {many}");
    assert!(many < 0.1, "{many} visits a block");
}

fn chain(conversation: u64, blocks: u64) -> Vec<BlockId> {
    let locals: Vec<u64> = (0..blocks).map(|at| conversation << 20 | at).collect();
    let mut ids = Vec::new();
    chain_hashes(ROOT, &locals, &mut ids);
    ids
}

/// Replicas that hold a part of a node, at most this many of one.
fn most_parts(index: &Index) -> usize {
    let parts = |node: warmpath_core::radix::NodeView<'_>| {
        let len = node.len();
        node.holders().filter(|(_, it)| *it != (0..len)).count()
    };
    index.nodes().map(parts).max().unwrap_or(0)
}

#[test]
fn a_node_that_many_hold_in_part_is_split() {
    let prompt = chain(1, 200);
    let mut index = Index::new(0);
    for replica in 0..200 {
        let own = &prompt[..replica as usize + 1];
        index.store(ReplicaId(replica), ROOT, own).unwrap();
        assert!(most_parts(&index) <= 32, "{replica}");
    }
    // And so is one that all held whole, of which they lose the end.
    let mut index = Index::new(0);
    for replica in 0..200 {
        index.store(ReplicaId(replica), ROOT, &prompt).unwrap();
    }
    for replica in 0..200 {
        index.remove(ReplicaId(replica), &prompt[replica as usize + 1..]);
        assert!(most_parts(&index) <= 32, "{replica}");
    }
    assert_eq!(index.audit(), Ok(()));
}

#[test]
fn whoever_comes_to_hold_a_node_whole_takes_a_bit() {
    let prompt = chain(1, 40);
    let bytes = |steps: &[usize]| {
        let mut index = Index::new(300);
        for replica in (0..300).map(ReplicaId) {
            let mut from: usize = 0;
            for &to in steps {
                let parent = from.checked_sub(1).map_or(ROOT, |at| prompt[at]);
                index.store(replica, parent, &prompt[from..to]).unwrap();
                from = to;
            }
        }
        index.stats().heap_bytes
    };
    // A span takes 8 bytes, and there would be 300.
    let (at_once, by_halves) = (bytes(&[40]), bytes(&[20, 40]));
    assert!(by_halves < at_once + 1000, "{at_once}, {by_halves}");
}

#[test]
fn more_than_a_replica_holds_can_be_removed() {
    let prompt = chain(1, 10);
    let mut index = Index::new(2);
    for replica in [0, 1] {
        index.store(ReplicaId(replica), ROOT, &prompt).unwrap();
    }
    assert_eq!(index.remove(ReplicaId(1), &prompt[..5]), 5);
    assert_eq!(index.remove(ReplicaId(1), &prompt[3..]), 5);
    assert_eq!(index.held(ReplicaId(1)), 0);
    assert_eq!(index.audit(), Ok(()));
}

/// A block in the middle of a run is searched for. Whoever makes it search again and again makes it note where every block is: that
/// takes memory, and no more time.
#[test]
fn who_searches_often_is_not_searched_for_again() {
    let prompt = chain(1, 5000);
    let mut index = Index::new(1);
    index.store(ReplicaId(0), ROOT, &prompt).unwrap();
    let mut bytes = Vec::new();
    for branch in 0..14 {
        // Within pages, so that no run ends there already.
        let parent = prompt[4900 - 300 * branch as usize];
        let other = [BlockId(branch + 1)];
        index.store(ReplicaId(0), parent, &other).unwrap();
        bytes.push(index.stats().heap_bytes);
    }
    // Each search looks at 5,000 blocks; after 44,096 of them it is enough.
    assert!(bytes[8] < bytes[0] + 20_000, "{bytes:?}");
    assert!(bytes[13] > bytes[8] + 30_000, "{bytes:?}");
    assert_eq!(index.audit(), Ok(()));
}
