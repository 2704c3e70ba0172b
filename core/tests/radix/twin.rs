//! The naive twin of the prefix index: a map of every block.

use std::collections::{BTreeMap, BTreeSet};

use warmpath_core::block::ROOT;
use warmpath_core::radix::{Depths, Index};
use warmpath_core::units::{BlockId, ReplicaId};

/// The naive twin: every replica's blocks with the time of their last use, and every block's parent.
#[derive(Clone, Default)]
pub(crate) struct Twin {
    pub(crate) held: Vec<BTreeMap<BlockId, u64>>,
    parents: BTreeMap<BlockId, BlockId>,
    pub(crate) now: u64,
}

impl Twin {
    pub(crate) fn of(&self, replica: u32) -> BTreeMap<BlockId, u64> {
        self.held.get(replica as usize).cloned().unwrap_or_default()
    }

    pub(crate) fn store(
        &mut self,
        replica: u32,
        parent: BlockId,
        blocks: &[BlockId],
    ) -> Option<usize> {
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

    pub(crate) fn remove(&mut self, replica: u32, blocks: &[BlockId]) -> usize {
        let Some(held) = self.held.get_mut(replica as usize) else {
            return 0;
        };
        blocks
            .iter()
            .filter(|block| held.remove(block).is_some())
            .count()
    }

    pub(crate) fn depth(&self, replica: u32, blocks: &[BlockId]) -> usize {
        let held = self.of(replica);
        let missing = blocks.iter().position(|block| !held.contains_key(block));
        missing.unwrap_or(blocks.len())
    }

    pub(crate) fn touch(&mut self, replica: u32, blocks: &[BlockId]) -> usize {
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
pub(crate) fn pairs(index: &Index) -> BTreeSet<(u32, BlockId)> {
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

pub(crate) fn agree(index: &Index, twin: &Twin, prompts: &[Vec<BlockId>]) {
    assert_eq!(index.audit(), Ok(()));
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

/// What LRU did must be a tail: least recently used first, and nothing left that follows what went.
pub(crate) fn check_eviction(index: &Index, twin: &mut Twin, replicas: &[u32]) -> usize {
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
