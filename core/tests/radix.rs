//! Laws of the prefix index: whatever happens to it, it says what a map of every block says.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use warmpath_core::block::{ROOT, chain_hash, chain_hashes};
use warmpath_core::radix::{Depths, Index, MAX_REPLICAS, StoreError, Visits};
use warmpath_core::units::{BlockId, ReplicaId, VirtualTime};

/// The naive twin: every replica's blocks with the time of their last use, and every block's parent.
#[derive(Clone, Default)]
struct Twin {
    held: Vec<BTreeMap<BlockId, u64>>,
    parents: BTreeMap<BlockId, BlockId>,
    now: u64,
}

impl Twin {
    fn of(&self, replica: u32) -> BTreeMap<BlockId, u64> {
        self.held.get(replica as usize).cloned().unwrap_or_default()
    }

    fn store(&mut self, replica: u32, parent: BlockId, blocks: &[BlockId]) -> Option<usize> {
        if parent != ROOT && !self.of(replica).contains_key(&parent) {
            return None;
        }
        while self.held.len() <= replica as usize {
            self.held.push(BTreeMap::new());
        }
        let held = &mut self.held[replica as usize];
        let mut ancestor = parent;
        while ancestor != ROOT {
            held.entry(ancestor).and_modify(|stamp| *stamp = self.now);
            ancestor = self.parents[&ancestor];
        }
        let (mut stored, mut last) = (0, parent);
        for &block in blocks {
            stored += held.insert(block, self.now).is_none() as usize;
            self.parents.insert(block, last);
            last = block;
        }
        Some(stored)
    }

    fn remove(&mut self, replica: u32, blocks: &[BlockId]) -> usize {
        let Some(held) = self.held.get_mut(replica as usize) else {
            return 0;
        };
        blocks
            .iter()
            .filter(|block| held.remove(block).is_some())
            .count()
    }

    fn depth(&self, replica: u32, blocks: &[BlockId]) -> usize {
        let held = self.of(replica);
        let missing = blocks.iter().position(|block| !held.contains_key(block));
        missing.unwrap_or(blocks.len())
    }

    fn touch(&mut self, replica: u32, blocks: &[BlockId]) -> usize {
        let depth = self.depth(replica, blocks);
        for block in &blocks[..depth] {
            self.held[replica as usize].insert(*block, self.now);
        }
        depth
    }

    /// Blocks somebody holds, and those before them.
    fn blocks(&self) -> usize {
        let mut all = BTreeSet::new();
        for &block in self.held.iter().flat_map(|held| held.keys()) {
            let mut ancestor = block;
            while ancestor != ROOT && all.insert(ancestor) {
                ancestor = self.parents[&ancestor];
            }
        }
        all.len()
    }
}

/// Everything the index holds, from its nodes; checks them on the way.
fn pairs(index: &Index) -> BTreeSet<(u32, BlockId)> {
    let mut pairs = BTreeSet::new();
    let nodes: BTreeMap<_, _> = index.nodes().map(|node| (node.id(), node)).collect();
    let mut children = BTreeMap::new();
    for node in nodes.values() {
        let blocks: Vec<BlockId> = node.blocks().collect();
        assert!(!node.is_empty() && blocks.len() == node.len() as usize);
        let before = node.parent().map(|parent| nodes[&parent]);
        assert_eq!(node.depth(), before.map_or(0, |p| p.depth() + p.len()));
        if let Some(parent) = node.parent() {
            *children.entry(parent).or_insert(0) += 1;
        }
        for (replica, span) in node.holders() {
            assert!(span.start < span.end && span.end <= node.len());
            for at in span {
                assert!(pairs.insert((replica.0, blocks[at as usize])), "held twice");
            }
        }
    }
    for node in nodes.values() {
        assert_eq!(
            node.children(),
            children.get(&node.id()).copied().unwrap_or(0)
        );
    }
    pairs
}

fn agree(index: &Index, twin: &Twin, prompts: &[Vec<BlockId>]) {
    let expected: BTreeSet<_> = (twin.held.iter().enumerate())
        .flat_map(|(replica, held)| held.keys().map(move |&block| (replica as u32, block)))
        .collect();
    assert_eq!(pairs(index), expected);
    let stats = index.stats();
    assert_eq!(stats.pairs, expected.len());
    assert_eq!(stats.blocks, twin.blocks());
    assert_eq!(stats.nodes, index.nodes().count());
    let mut depths = Depths::new();
    for prompt in prompts {
        index.matches(prompt, &mut depths);
        for replica in 0..index.replicas() + 2 {
            let depth = depths.of(ReplicaId(replica)) as usize;
            assert_eq!(depth, twin.depth(replica, prompt), "replica {replica}");
            assert_eq!(index.held(ReplicaId(replica)), twin.of(replica).len());
        }
    }
}

#[derive(Clone, Debug)]
enum Op {
    /// Goes on from the replica's depth, as an engine does.
    Extend {
        replica: u32,
        prompt: usize,
        blocks: usize,
    },
    /// After any block of the prompt, held or not.
    Store {
        replica: u32,
        prompt: usize,
        from: usize,
        blocks: usize,
    },
    RemoveRun {
        replica: u32,
        prompt: usize,
        from: usize,
        blocks: usize,
        backwards: bool,
    },
    RemoveTail {
        replica: u32,
        prompt: usize,
        blocks: usize,
    },
    RemoveAny {
        replica: u32,
        picks: Vec<(usize, usize)>,
    },
    Drop {
        replica: u32,
    },
    Touch {
        replica: u32,
        prompt: usize,
        blocks: usize,
    },
    Evict {
        replica: u32,
        blocks: usize,
    },
    Expire {
        age: u64,
    },
    Fork,
    Swap,
}

fn op(replicas: u32) -> impl Strategy<Value = Op> {
    let replica = 0..replicas;
    let prompt = 0..8usize;
    let at = prop_oneof![0..40usize, 0..700usize];
    let blocks = prop_oneof![0..4usize, 0..40usize, 0..600usize];
    prop_oneof![
        6 => (replica.clone(), prompt.clone(), blocks.clone())
            .prop_map(|(replica, prompt, blocks)| Op::Extend { replica, prompt, blocks }),
        2 => (replica.clone(), prompt.clone(), at.clone(), blocks.clone())
            .prop_map(|(replica, prompt, from, blocks)| Op::Store { replica, prompt, from, blocks }),
        2 => (replica.clone(), prompt.clone(), at, blocks.clone(), any::<bool>())
            .prop_map(|(replica, prompt, from, blocks, backwards)| {
                Op::RemoveRun { replica, prompt, from, blocks, backwards }
            }),
        3 => (replica.clone(), prompt.clone(), blocks.clone())
            .prop_map(|(replica, prompt, blocks)| Op::RemoveTail { replica, prompt, blocks }),
        2 => (replica.clone(), prop::collection::vec((prompt.clone(), 0..720usize), 0..20))
            .prop_map(|(replica, picks)| Op::RemoveAny { replica, picks }),
        1 => replica.clone().prop_map(|replica| Op::Drop { replica }),
        3 => (replica.clone(), prompt, blocks.clone())
            .prop_map(|(replica, prompt, blocks)| Op::Touch { replica, prompt, blocks }),
        2 => (replica, blocks).prop_map(|(replica, blocks)| Op::Evict { replica, blocks }),
        1 => (0..6u64).prop_map(|age| Op::Expire { age }),
        1 => Just(Op::Fork),
        1 => Just(Op::Swap),
    ]
}

/// Eight prompts of up to 700 blocks that share prefixes of many lengths.
fn prompts() -> impl Strategy<Value = Vec<Vec<BlockId>>> {
    let length = prop_oneof![1..4usize, 14..19usize, Just(224usize), 1..120usize];
    let pieces = prop::collection::vec((0..2u64, length), 1..5);
    prop::collection::vec(pieces, 8).prop_map(|prompts| {
        let chain = |pieces: Vec<(u64, usize)>| {
            let locals: Vec<u64> = (pieces.into_iter())
                .flat_map(|(local, length)| std::iter::repeat_n(local, length))
                .collect();
            let mut ids = Vec::new();
            chain_hashes(ROOT, &locals, &mut ids);
            ids
        };
        prompts.into_iter().map(chain).collect()
    })
}

fn part(prompt: &[BlockId], from: usize, blocks: usize) -> &[BlockId] {
    let from = from.min(prompt.len());
    &prompt[from..(from + blocks).min(prompt.len())]
}

fn before(prompt: &[BlockId], from: usize) -> BlockId {
    match from.min(prompt.len()) {
        0 => ROOT,
        at => prompt[at - 1],
    }
}

/// What LRU did must be a tail: least recently used first, and nothing left that follows what went.
fn check_eviction(index: &Index, twin: &mut Twin, replicas: &[u32]) -> usize {
    let after = pairs(index);
    let mut evicted = 0;
    for &replica in replicas {
        let Some(held) = twin.held.get_mut(replica as usize) else {
            continue;
        };
        let (left, gone): (BTreeMap<_, _>, BTreeMap<_, _>) =
            (held.iter()).partition(|&(&block, _)| after.contains(&(replica, block)));
        let youngest_gone = gone.values().max().copied();
        let oldest_left = left.values().min().copied();
        if let (Some(gone), Some(left)) = (youngest_gone, oldest_left) {
            assert!(gone <= left, "evicted {gone}, kept {left}");
        }
        for &block in left.keys() {
            let mut ancestor = block;
            while ancestor != ROOT {
                assert!(
                    !gone.contains_key(&ancestor),
                    "evicted before what follows it"
                );
                ancestor = twin.parents[&ancestor];
            }
        }
        evicted += gone.len();
        *held = left;
    }
    evicted
}

fn run(ops: Vec<Op>, prompts: &[Vec<BlockId>], stamps: bool) {
    let mut index = if stamps {
        Index::with_stamps(2)
    } else {
        Index::new(2)
    };
    let mut twin = Twin::default();
    let mut other = (index.clone(), twin.clone());
    for (time, op) in ops.into_iter().enumerate() {
        let now = time as u64 / 2;
        twin.now = if stamps { now } else { 0 };
        index.advance(VirtualTime(now));
        match op {
            Op::Extend {
                replica,
                prompt,
                blocks,
            } => {
                let prompt = &prompts[prompt];
                let from = twin.depth(replica, prompt);
                let (parent, blocks) = (before(prompt, from), part(prompt, from, blocks));
                let stored = index.store(ReplicaId(replica), parent, blocks);
                assert_eq!(stored.ok(), twin.store(replica, parent, blocks));
            }
            Op::Store {
                replica,
                prompt,
                from,
                blocks,
            } => {
                let prompt = &prompts[prompt];
                let (parent, blocks) = (before(prompt, from), part(prompt, from, blocks));
                let stored = index.store(ReplicaId(replica), parent, blocks);
                assert_eq!(stored.ok(), twin.store(replica, parent, blocks));
            }
            Op::RemoveRun {
                replica,
                prompt,
                from,
                blocks,
                backwards,
            } => {
                let mut blocks = part(&prompts[prompt], from, blocks).to_vec();
                if backwards {
                    blocks.reverse();
                }
                let removed = index.remove(ReplicaId(replica), &blocks);
                assert_eq!(removed, twin.remove(replica, &blocks));
            }
            Op::RemoveTail {
                replica,
                prompt,
                blocks,
            } => {
                let prompt = &prompts[prompt];
                let depth = twin.depth(replica, prompt);
                let mut blocks = prompt[depth.saturating_sub(blocks)..depth].to_vec();
                blocks.reverse();
                let removed = index.remove(ReplicaId(replica), &blocks);
                assert_eq!(removed, twin.remove(replica, &blocks));
            }
            Op::RemoveAny { replica, picks } => {
                let pick = |(prompt, at): (usize, usize)| {
                    let block = prompts[prompt].get(at).copied();
                    block.unwrap_or(BlockId(at as u64))
                };
                let blocks: Vec<BlockId> = picks.into_iter().map(pick).collect();
                let removed = index.remove(ReplicaId(replica), &blocks);
                assert_eq!(removed, twin.remove(replica, &blocks));
            }
            Op::Drop { replica } => {
                let held: Vec<BlockId> = twin.of(replica).into_keys().collect();
                assert_eq!(index.drop_replica(ReplicaId(replica)), held.len());
                twin.remove(replica, &held);
            }
            Op::Touch {
                replica,
                prompt,
                blocks,
            } => {
                let blocks = part(&prompts[prompt], 0, blocks);
                let touched = index.touch(ReplicaId(replica), blocks);
                let expected = if stamps {
                    twin.touch(replica, blocks)
                } else {
                    0
                };
                assert_eq!(touched, expected);
            }
            Op::Evict { replica, blocks } => {
                let evicted = index.evict(ReplicaId(replica), blocks);
                let held = twin.of(replica).len();
                assert_eq!(evicted, if stamps { blocks.min(held) } else { 0 });
                assert_eq!(check_eviction(&index, &mut twin, &[replica]), evicted);
            }
            Op::Expire { age } => {
                let before = now.saturating_sub(age);
                let evicted = index.expire(VirtualTime(before));
                let mut expected = 0;
                if stamps {
                    for held in &mut twin.held {
                        let all = held.len();
                        held.retain(|_, &mut stamp| stamp >= before);
                        expected += all - held.len();
                    }
                }
                assert_eq!(evicted, expected);
            }
            Op::Fork => other = (index.clone(), twin.clone()),
            Op::Swap => {
                core::mem::swap(&mut other.0, &mut index);
                core::mem::swap(&mut other.1, &mut twin);
                // Time never runs back, also not in the branch that stood still.
                twin.now = now;
            }
        }
        agree(&index, &twin, prompts);
    }
    agree(&other.0, &other.1, prompts);
}

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

fn chain(seed: u64, blocks: usize) -> Vec<BlockId> {
    let locals: Vec<u64> = (0..blocks as u64).map(|at| (seed << 32) | at).collect();
    let mut ids = Vec::new();
    chain_hashes(ROOT, &locals, &mut ids);
    ids
}

#[test]
fn empty_lists_do_nothing() {
    let mut index = Index::new(0);
    let mut depths = Depths::new();
    index.matches(&[], &mut depths);
    assert_eq!(depths.as_slice(), [0u32; 0]);
    assert_eq!(depths.deepest(), None);
    assert_eq!(index.store(ReplicaId(0), ROOT, &[]), Ok(0));
    assert_eq!(index.remove(ReplicaId(7), &[]), 0);
    assert_eq!(index.drop_replica(ReplicaId(7)), 0);
    assert_eq!(index.stats().nodes, 0);
}

#[test]
fn an_unknown_parent_is_an_error_and_changes_nothing() {
    let (a, b) = (chain(1, 30), chain(2, 30));
    let mut index = Index::new(2);
    index.store(ReplicaId(0), ROOT, &a).unwrap();
    let before = index.stats();
    for (replica, parent) in [(0, b[3]), (1, a[3]), (9, a[29])] {
        let (replica, blocks) = (ReplicaId(replica), &a[4..6]);
        let error = StoreError::UnknownParent { replica, parent };
        assert_eq!(index.store(replica, parent, blocks), Err(error));
        assert_eq!(index.store(replica, parent, &[]), Err(error));
        let told = error.to_string();
        assert!(told.contains(&replica.to_string()), "{told}");
        assert!(told.contains(&format!("{:016x}", parent.0)), "{told}");
    }
    assert_eq!(index.stats(), before);
    assert_eq!(index.replicas(), 2);
}

#[test]
fn replicas_are_0_to_9999() {
    let a = chain(1, 40);
    let mut index = Index::new(0);
    let replica = ReplicaId(MAX_REPLICAS);
    let error = StoreError::ReplicaOutOfRange { replica };
    assert_eq!(index.store(replica, ROOT, &a), Err(error));
    assert!(error.to_string().contains("9999"));
    assert_eq!(Index::new(u32::MAX).replicas(), MAX_REPLICAS);
    // All of them hold it to a depth of their own.
    for replica in 0..MAX_REPLICAS {
        let depth = replica as usize % 40 + 1;
        assert_eq!(
            index.store(ReplicaId(replica), ROOT, &a[..depth]),
            Ok(depth)
        );
    }
    let mut depths = Depths::new();
    index.matches(&a, &mut depths);
    for replica in 0..MAX_REPLICAS {
        assert_eq!(depths.of(ReplicaId(replica)), replica % 40 + 1);
    }
    assert_eq!(depths.deepest(), Some((ReplicaId(39), 40)));
    for replica in 0..MAX_REPLICAS {
        let depth = replica as usize % 40 + 1;
        assert_eq!(index.drop_replica(ReplicaId(replica)), depth);
    }
    assert_eq!((index.stats().nodes, index.stats().blocks), (0, 0));
}

#[test]
fn a_million_blocks_in_one_chain() {
    let a = chain(1, 1_000_000);
    let mut index = Index::with_stamps(1);
    assert_eq!(index.store(ReplicaId(0), ROOT, &a), Ok(a.len()));
    assert_eq!(index.store(ReplicaId(0), ROOT, &a), Ok(0));
    let mut depths = Depths::new();
    index.matches(&a, &mut depths);
    assert_eq!(depths.as_slice(), [1_000_000]);
    assert_eq!(index.touch(ReplicaId(0), &a), a.len());
    let mut fork = index.clone();
    assert_eq!(index.remove(ReplicaId(0), &a[500_000..500_001]), 1);
    index.matches(&a, &mut depths);
    assert_eq!(depths.as_slice(), [500_000]);
    assert_eq!(index.remove(ReplicaId(0), &a), a.len() - 1);
    assert_eq!(index.stats().nodes, 0);
    assert_eq!(fork.evict(ReplicaId(0), 250_000), 250_000);
    fork.matches(&a, &mut depths);
    assert_eq!(depths.as_slice(), [750_000]);
}

#[test]
fn what_is_not_there_is_removed_without_harm() {
    let (a, b) = (chain(1, 300), chain(2, 300));
    let mut index = Index::new(3);
    index.store(ReplicaId(0), ROOT, &a).unwrap();
    assert_eq!(index.remove(ReplicaId(0), &b), 0);
    assert_eq!(index.remove(ReplicaId(1), &a), 0);
    assert_eq!(index.remove(ReplicaId(5000), &a), 0);
    assert_eq!(index.remove(ReplicaId(0), &[a[5], a[5], a[5]]), 1);
    assert_eq!(index.stats().pairs, 299);
}

/// What look-ups visit per block, in an index of so many conversations of ten turns on eight replicas.
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

#[test]
fn hashes_match_as_their_chain_does() {
    let locals: Vec<u64> = (0..700).collect();
    let mut ids = Vec::new();
    chain_hashes(ROOT, &locals, &mut ids);
    let mut index = Index::new(4);
    for (replica, depth) in [(0, 700), (1, 300), (2, 16)] {
        index
            .store(ReplicaId(replica), ROOT, &ids[..depth])
            .unwrap();
    }
    let mut branch = locals.clone();
    branch[300] = 1 << 40;
    for locals in [&locals[..], &locals[..40], &branch, &branch[300..], &[]] {
        let (mut chained, mut made) = (Vec::new(), vec![ROOT; 3]);
        chain_hashes(ROOT, locals, &mut chained);
        let (mut one, mut other) = (Depths::new(), Depths::new());
        index.matches(&chained, &mut one);
        index.matches_hashes(locals, &mut made, &mut other);
        assert_eq!((one, chained), (other, made));
    }
}
