//! The changes that replicas report: blocks stored and blocks removed.

use super::tree::NONE;
use super::{Index, MAX_REPLICAS};
use crate::block::ROOT;
use crate::units::{BlockId, ReplicaId};

/// Why blocks could not be stored. The index is unchanged, and the run can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Blocks must follow [`ROOT`] or a block that is on the replica.
    #[error("{replica} does not hold block {:016x}; store its prefix first, or start from the root", parent.0)]
    UnknownParent {
        /// The replica that reported the blocks.
        replica: ReplicaId,
        /// The block that they were said to follow.
        parent: BlockId,
    },
    /// The replica's number is too high.
    #[error("{replica} is out of range: an index takes replicas 0 to {}", MAX_REPLICAS - 1)]
    ReplicaOutOfRange {
        /// The number that was given for a replica.
        replica: ReplicaId,
    },
}

/// The most spans that a node may have before it is split.
const CROWD: usize = 32;

impl Index {
    /// Notes that `replica` now holds `blocks`, which follow `parent`: [`ROOT`], or a block that it holds already. Blocks that it
    /// has anyway do no harm. Returns how many are new on the replica.
    ///
    /// # Errors
    /// [`StoreError`] if the replica does not hold `parent` (also when `blocks` is empty), or its number is too high.
    pub fn store(
        &mut self,
        replica: ReplicaId,
        parent: BlockId,
        blocks: &[BlockId],
    ) -> Result<usize, StoreError> {
        if replica.0 >= MAX_REPLICAS {
            return Err(StoreError::ReplicaOutOfRange { replica });
        }
        let unknown = StoreError::UnknownParent { replica, parent };
        let (mut node, mut at) = if parent == ROOT {
            (NONE, 0)
        } else {
            let found = self.tree.locate(parent);
            let (node, at) = found.or_else(|| self.tree.search(parent)).ok_or(unknown)?;
            if !self.tree.node(node).holders.covers(replica.0, at) {
                return Err(unknown);
            }
            (node, at + 1)
        };
        if self.held.len() <= replica.index() {
            self.grow(replica.0 + 1);
        }
        self.refresh(replica, node, at);
        let (mut left, mut before, mut stored) = (blocks, parent, 0);
        while !left.is_empty() {
            if node != NONE && at < self.tree.node(node).len {
                let common = (self.tree).common(self.tree.node(node), at, left, &mut ());
                stored += self.hold(node, replica, (at, at + common), before);
                if common > 0 {
                    before = left[common as usize - 1];
                }
                left = &left[common as usize..];
                at += common;
                if left.is_empty() {
                    break;
                }
                if at < self.tree.node(node).len {
                    let tail = node;
                    node = self.tree.split(tail, at);
                    self.split_stamps(node);
                    self.split_stamps(tail);
                }
            }
            if let Some(child) = self.tree.child(node, left[0]) {
                (node, at) = (child, 0);
                continue;
            }
            if node == NONE || !self.can_extend(node) {
                node = self.tree.grow_child(node, left[0]);
                at = 0;
            }
            let added = self.tree.append(node, left);
            stored += self.hold(node, replica, (at, at + added), before);
            before = left[added as usize - 1];
            left = &left[added as usize..];
            at += added;
        }
        self.relieve();
        Ok(stored)
    }

    fn can_extend(&self, node: u32) -> bool {
        let node = self.tree.node(node);
        node.children == 0 && node.room() > 0 && node.holders.whole().is_empty()
    }

    /// Notes that `replica` holds blocks `from..to` of a node; `before` is the block before them.
    fn hold(
        &mut self,
        index: u32,
        replica: ReplicaId,
        (from, to): (u16, u16),
        before: BlockId,
    ) -> usize {
        if from == to {
            return 0;
        }
        let stamp = self.lru.as_ref().map(|lru| lru.now);
        let node = self.tree.nodes.get_mut(index);
        let added = (node.holders).add(replica.0, (from, to), node.len, stamp) as usize;
        let start = node.start;
        if node.holders.spans().len() > CROWD {
            self.crowded = Some(index);
        }
        if from > 0 {
            self.tree.unmark(index, from - 1, before);
        }
        self.tree.mark(index, to - 1);
        self.enter(replica, start, index);
        self.held[replica.index()] += added;
        self.pairs += added;
        if added > 0 {
            self.note(index, from);
        }
        added
    }

    /// Notes that `replica` no longer holds `blocks`, in whatever order and from wherever they are. Its depth ends before the first
    /// block it misses; storing that one again makes what follows match again. Blocks that it does not hold do no harm. Returns how
    /// many it held.
    pub fn remove(&mut self, replica: ReplicaId, blocks: &[BlockId]) -> usize {
        // Blocks that are neighbours in a node are removed together: node, from, to.
        let mut batch: Option<(u32, u16, u16)> = None;
        let (mut removed, mut known) = (0, 0);
        for (index, &block) in blocks.iter().enumerate() {
            if let Some((node, from, to)) = &mut batch {
                let run = self.tree.node(*node);
                if *from > 0 && self.tree.id(run, *from - 1) == block {
                    *from -= 1;
                    continue;
                }
                if *to < run.len && self.tree.id(run, *to) == block {
                    *to += 1;
                    continue;
                }
                removed += self.release(*node, replica, *from, *to);
            }
            let place = (self.tree.locate(block))
                .or_else(|| self.locate_before(blocks, index, &mut known))
                .or_else(|| self.tree.search(block));
            batch = place.map(|(node, at)| (node, at, at + 1));
        }
        if let Some((node, from, to)) = batch {
            removed += self.release(node, replica, from, to);
        }
        self.relieve();
        removed
    }

    /// Splits a node with too many spans where the middle one of them begins or ends: replicas that hold one half whole
    /// move into its bit set, so a look-up never reads more than a few spans a node.
    fn relieve(&mut self) {
        let Some(mut index) = self.crowded.take() else {
            return;
        };
        // With stamps there are no bit sets, and nothing would be won.
        while self.lru.is_none() && self.tree.node(index).holders.spans().len() > CROWD {
            let node = self.tree.node(index);
            let mut cuts: Vec<(u64, u32)> = (node.holders.spans().iter())
                .flat_map(|span| [span.from, span.to])
                .filter(|&at| 0 < at && at < node.len)
                .map(|at| (at.into(), 0))
                .collect();
            if cuts.is_empty() {
                return;
            }
            crate::order::keys(&mut cuts);
            let head = self.tree.split(index, cuts[cuts.len() / 2].0 as u16);
            for half in [head, index] {
                let node = self.tree.nodes.get_mut(half);
                node.holders.make_dense(node.len);
            }
            let spans = |index| self.tree.node(index).holders.spans().len();
            if spans(head) > spans(index) {
                index = head;
            }
        }
    }

    /// The place of `blocks[index]`, found from a later block whose place is known (`known` remembers which): when a run is listed
    /// from its head, the place of its end is known.
    fn locate_before(
        &self,
        blocks: &[BlockId],
        index: usize,
        known: &mut usize,
    ) -> Option<(u32, u16)> {
        if *known <= index {
            let later = &blocks[index + 1..];
            let found = later
                .iter()
                .position(|&block| self.tree.locate(block).is_some());
            *known = found.map_or(blocks.len(), |later| index + 1 + later);
        }
        let (mut node, at) = self.tree.locate(*blocks.get(*known)?)?;
        let mut at = at as usize;
        let mut back = *known - index;
        while back > at {
            back -= at + 1;
            node = self.tree.node(node).parent;
            if node == NONE {
                return None;
            }
            at = self.tree.node(node).len as usize - 1;
        }
        let at = (at - back) as u16;
        (self.tree.id(self.tree.node(node), at) == blocks[index]).then_some((node, at))
    }

    pub(super) fn release(&mut self, index: u32, replica: ReplicaId, from: u16, to: u16) -> usize {
        let stamps = self.lru.is_some();
        self.note(index, from);
        let node = self.tree.nodes.get_mut(index);
        let removed = node.holders.cut(replica.0, (from, to), node.len, stamps) as usize;
        if node.holders.spans().len() > CROWD {
            self.crowded = Some(index);
        }
        if removed > 0 {
            self.held[replica.index()] -= removed;
            self.pairs -= removed;
            if from > 0 {
                self.tree.mark(index, from - 1);
            }
            let node = self.tree.node(index);
            let last = self.tree.id(node, to - 1);
            self.tree.unmark(index, to - 1, last);
            self.tree.tidy(index);
        }
        removed
    }

    /// Notes a run that begins with block `from` of a node, if changes are noted.
    fn note(&mut self, index: u32, from: u16) {
        if let Some(changes) = &mut self.changes {
            changes.push(self.tree.id(self.tree.node(index), from));
        }
    }

    /// Forgets all that `replica` holds, as when it is stopped. Returns how many blocks that were.
    pub fn drop_replica(&mut self, replica: ReplicaId) -> usize {
        let mut removed = 0;
        for index in 0..self.tree.nodes.end() {
            let (len, holders) = (self.tree.node(index).len, &self.tree.node(index).holders);
            if len > 0 && holders.has(replica.0) {
                removed += self.release(index, replica, 0, len);
            }
        }
        removed
    }
}

#[cfg(test)]
mod tests {
    use crate::block::{ROOT, chain_hashes};
    use crate::radix::Index;
    use crate::units::{BlockId, ReplicaId};

    fn chain(conversation: u64, blocks: u64) -> Vec<BlockId> {
        let locals: Vec<u64> = (0..blocks).map(|at| conversation << 20 | at).collect();
        let mut ids = Vec::new();
        chain_hashes(ROOT, &locals, &mut ids);
        ids
    }

    /// Blocks that are listed from the head of a run, whether all of it or a part, or that are a run's first, are found without a
    /// search through everything.
    #[test]
    fn what_is_listed_in_order_is_found_without_a_search() {
        let (zero, one) = (ReplicaId(0), ReplicaId(1));
        let mut index = Index::new(2);
        let long = chain(0, 300);
        for conversation in 1..50 {
            index.store(zero, ROOT, &chain(conversation, 40)).unwrap();
        }
        index.store(zero, ROOT, &long).unwrap();
        // The run is split where the other replica's prompt goes another way.
        index.store(one, ROOT, &long[..100]).unwrap();
        index.store(one, long[99], &chain(60, 20)).unwrap();
        assert_eq!(index.remove(zero, &long[100..101]), 1);
        assert_eq!(index.remove(one, &long[..100]), 100);
        let two = [&chain(7, 40)[..], &chain(8, 40)[10..]].concat();
        assert_eq!(index.remove(zero, &two), 70);
        assert_eq!(index.tree.scanned, 0);
        // In the middle of a run only a search finds a block.
        assert_eq!(index.remove(zero, &long[222..223]), 1);
        assert!(index.tree.scanned > 0);
    }
}
