//! Least recently used first: eviction by replica, expiry by age.
//!
//! Optional. A replica's spans carry the time of their last use. Using a block uses its prefix, so along a prefix
//! stamps never rise, and the oldest blocks of a replica are always ends: eviction takes the tail first. Every use
//! enters the node in its replica's queue; an entry whose stamp the node no longer has is skipped when it comes up,
//! and the queue is swept of such entries when it has more than doubled since the last sweep.

use core::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Index;
use super::tree::NONE;
use crate::units::{BlockId, ReplicaId, VirtualTime};

/// The stamp, the depth of the node (the deeper one goes first), and the node.
type Entry = Reverse<(u64, Reverse<u32>, u32)>;

/// The clock and the replicas' queues.
#[derive(Clone, Debug, Default)]
pub(super) struct Lru {
    pub(super) now: u64,
    queues: Vec<Queue>,
    /// A time before which no block was last used.
    oldest: u64,
}

#[derive(Clone, Debug, Default)]
struct Queue {
    heap: BinaryHeap<Entry>,
    /// The length at which the queue is swept.
    sweep_at: usize,
}

impl Lru {
    /// Notes that `replica` used blocks of `node` now.
    pub(super) fn used(&mut self, replica: ReplicaId, start: u32, node: u32) {
        self.enter(replica, self.now, start, node);
    }

    fn enter(&mut self, replica: ReplicaId, stamp: u64, start: u32, node: u32) {
        if self.queues.len() <= replica.index() {
            self.queues.resize_with(replica.index() + 1, Queue::default);
        }
        self.oldest = self.oldest.min(stamp);
        self.queues[replica.index()]
            .heap
            .push(Reverse((stamp, Reverse(start), node)));
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let entries: usize = self.queues.iter().map(|queue| queue.heap.capacity()).sum();
        entries * size_of::<Entry>() + self.queues.capacity() * size_of::<Queue>()
    }
}

impl Index {
    /// Sets the clock that [`Index::store`] and [`Index::touch`] stamp with; it never runs back. Without stamps
    /// nothing happens.
    pub fn advance(&mut self, now: VirtualTime) {
        if let Some(lru) = &mut self.lru {
            lru.now = lru.now.max(now.0);
        }
    }

    /// Notes that `replica` uses `blocks`, a prompt from its first block: those that it holds without a gap become its latest used.
    /// Returns how many. Without stamps nothing happens, and the answer is 0.
    pub fn touch(&mut self, replica: ReplicaId, blocks: &[BlockId]) -> usize {
        let Some(lru) = &self.lru else { return 0 };
        let now = lru.now;
        let (mut node, mut used) = (NONE, 0);
        while let Some(&first) = blocks.get(used) {
            let Some(child) = self.tree.child(node, first) else {
                break;
            };
            let run = self.tree.node(child);
            let (start, len) = (run.start, run.len);
            let common = self.tree.common(run, 0, &blocks[used..], &mut ());
            let held = (0..common).find(|&at| !run.holders.covers(replica.0, at));
            let held = held.unwrap_or(common);
            if held > 0 {
                let holders = &mut self.tree.nodes.get_mut(child).holders;
                holders.touch(replica.0, (0, held), len, now);
                self.enter(replica, start, child);
            }
            used += held as usize;
            if held < len {
                break;
            }
            node = child;
        }
        used
    }

    /// Enters that `replica` used blocks of a node now, which the node's holders know already.
    pub(super) fn enter(&mut self, replica: ReplicaId, start: u32, node: u32) {
        let Some(lru) = &mut self.lru else { return };
        lru.used(replica, start, node);
        let queue = &mut lru.queues[replica.index()];
        if queue.heap.len() > queue.sweep_at {
            let tree = &self.tree;
            let mut entries = core::mem::take(&mut queue.heap).into_vec();
            crate::order::by(&mut entries, Ord::cmp);
            entries.dedup();
            entries.retain(|&Reverse((stamp, Reverse(start), node))| {
                let node = tree.node(node);
                node.start == start && node.holders.stamped(replica.0, stamp).is_some()
            });
            queue.sweep_at = 2 * entries.len() + 64;
            queue.heap = entries.into();
        }
    }

    /// Notes that `replica` uses block `at - 1` of `node` and all before it, as it stores blocks after them.
    pub(super) fn refresh(&mut self, replica: ReplicaId, mut node: u32, mut at: u16) {
        let Some(now) = self.lru.as_ref().map(|lru| lru.now) else {
            return;
        };
        while node != NONE {
            let run = self.tree.nodes.get_mut(node);
            let (start, parent) = (run.start, run.parent);
            if run.holders.stamp(replica.0, at - 1) == Some(now) {
                return;
            }
            run.holders.touch(replica.0, (0, at), run.len, now);
            self.enter(replica, start, node);
            node = parent;
            if node != NONE {
                at = self.tree.node(node).len;
            }
        }
    }

    /// Enters one half of a node that was split. Both halves need it: the head is a new node, and the tail begins deeper.
    pub(super) fn split_stamps(&mut self, half: u32) {
        let Some(lru) = &mut self.lru else { return };
        let node = self.tree.node(half);
        for span in node.holders.spans() {
            if let Some(stamp) = node.holders.stamp(span.replica, span.from) {
                lru.enter(ReplicaId(span.replica), stamp, node.start, half);
            }
        }
    }

    /// Evicts the `blocks` least recently used blocks of `replica`, of equally old ones the deepest first. Returns how many there
    /// were. Without stamps nothing happens, and the answer is 0.
    pub fn evict(&mut self, replica: ReplicaId, blocks: usize) -> usize {
        self.evict_before(replica, blocks, u64::MAX)
    }

    /// Evicts what was last used before `time`, on every replica. Returns how many blocks that were. Without stamps nothing
    /// happens, and the answer is 0.
    pub fn expire(&mut self, time: VirtualTime) -> usize {
        let Some(lru) = &self.lru else { return 0 };
        if time.0 <= lru.oldest {
            return 0;
        }
        let mut evicted = 0;
        for replica in 0..lru.queues.len() as u32 {
            evicted += self.evict_before(ReplicaId(replica), usize::MAX, time.0);
        }
        if let Some(lru) = &mut self.lru {
            let fronts = lru.queues.iter().filter_map(|queue| queue.heap.peek());
            lru.oldest = fronts.map(|entry| entry.0.0).min().unwrap_or(u64::MAX);
        }
        evicted
    }

    /// Evicts the `blocks` least recently used blocks, whichever replicas hold them. Returns how many there were. Without stamps
    /// nothing happens, and the answer is 0.
    pub fn evict_oldest(&mut self, blocks: usize) -> usize {
        let mut evicted = 0;
        while evicted < blocks {
            let Some(lru) = &self.lru else { break };
            // The oldest queue is emptied down to the age of the next oldest.
            let (mut oldest, mut next) = (None, u64::MAX);
            for (replica, queue) in (0..).zip(&lru.queues) {
                let Some(&Reverse((stamp, ..))) = queue.heap.peek() else {
                    continue;
                };
                match oldest {
                    Some((least, _)) if stamp >= least => next = next.min(stamp),
                    _ => {
                        next = oldest.map_or(next, |(least, _)| least);
                        oldest = Some((stamp, replica));
                    }
                }
            }
            let Some((_, replica)) = oldest else { break };
            let room = blocks - evicted;
            evicted += self.evict_before(ReplicaId(replica), room, next.saturating_add(1));
        }
        evicted
    }

    /// A time before which no block was last used, as far as is known; `None` if an expiry left no block, or there are no stamps.
    pub(crate) fn oldest(&self) -> Option<VirtualTime> {
        let lru = self.lru.as_ref()?;
        (lru.oldest < u64::MAX).then_some(VirtualTime(lru.oldest))
    }

    /// The sum of the blocks that all replicas hold.
    pub fn held_by_all(&self) -> usize {
        self.pairs
    }

    fn evict_before(&mut self, replica: ReplicaId, blocks: usize, time: u64) -> usize {
        let mut evicted = 0;
        while evicted < blocks {
            let queue = self
                .lru
                .as_mut()
                .and_then(|lru| lru.queues.get_mut(replica.index()));
            let Some(queue) = queue else { break };
            let Some(&Reverse((stamp, Reverse(start), node))) = queue.heap.peek() else {
                break;
            };
            if stamp >= time {
                break;
            }
            let run = self.tree.node(node);
            let span = if run.len > 0 && run.start == start {
                run.holders.stamped(replica.0, stamp)
            } else {
                None
            };
            let Some(span) = span else {
                queue.heap.pop();
                continue;
            };
            let room = (blocks - evicted).min((span.to - span.from) as usize) as u16;
            evicted += self.release(node, replica, span.to - room, span.to);
        }
        evicted
    }
}
