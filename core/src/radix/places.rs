//! The place of a block, found by its id alone: for parents and evictions.
//!
//! The table begins sparse, with the blocks where some replica's span or a run ends: there replicas go on, and there they evict.
//! Where a look-up left a run is remembered for a while, because what is stored next goes on there. A block elsewhere is searched
//! for by scanning; when scans have cost more than filling the table would, all blocks are entered, and kept up from then on.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use super::table::Table;
use super::tree::{NONE, Node, PAGE, Tree};
use crate::units::BlockId;

/// What the tree keeps of a page besides its ids.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    /// The node that the page belongs to, or [`NONE`].
    pub(super) owner: u32,
    /// For each block of the page a bit: whether it is in the table of places.
    pub(super) entered: u16,
}

/// The labels of the pages. A clone has room to spare, so that the first page a fork takes does not move them all.
#[derive(Debug, Default)]
pub(super) struct Labels(pub(super) Vec<Label>);

impl Clone for Labels {
    fn clone(&self) -> Self {
        let mut labels = Vec::with_capacity(self.0.len() + self.0.len() / 32 + 32);
        labels.extend_from_slice(&self.0);
        Self(labels)
    }
}

/// The places where the latest look-ups left a run. They only save searching: what is recalled is compared before it is used.
#[derive(Debug)]
pub(super) struct Left(Vec<AtomicU32>);

/// The number of look-ups that are remembered; of two with the same low bits of their ids, the later replaces the earlier.
const LEFT: usize = 2048;

impl Left {
    pub(super) fn new() -> Self {
        Self((0..LEFT).map(|_| AtomicU32::new(NONE)).collect())
    }

    fn cell(&self, id: BlockId) -> &AtomicU32 {
        &self.0[id.0 as usize % LEFT]
    }

    fn remember(&self, id: BlockId, slot: u32) {
        self.cell(id).store(slot, Relaxed);
    }

    fn recall(&self, id: BlockId) -> Option<u32> {
        let slot = self.cell(id).load(Relaxed);
        (slot != NONE).then_some(slot)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        LEFT * size_of::<AtomicU32>()
    }
}

impl Clone for Left {
    fn clone(&self) -> Self {
        let cells = self.0.iter().map(|cell| AtomicU32::new(cell.load(Relaxed)));
        Self(cells.collect())
    }
}

impl Tree {
    /// Enters a block where a span or a run ends, so that it is found by its id.
    pub(super) fn mark(&mut self, index: u32, at: u16) {
        let slot = self.slot(self.nodes.get(index), at);
        if self.is_marked(slot) {
            return;
        }
        if self.places.is_full() {
            self.remark();
            // The block may be among the ends that were entered before.
            if self.is_marked(slot) {
                return;
            }
        }
        let id = self.slot_id(slot);
        enter(&mut self.places, &mut self.labels.0, id, slot);
    }

    /// Whether the block at a place in a page is in the table of places.
    pub(super) fn is_marked(&self, slot: u32) -> bool {
        self.labels.0[slot as usize / PAGE].entered >> (slot as usize % PAGE) & 1 == 1
    }

    /// Takes block `at`, whose id is `id`, out of the table again, as a replica's span ended there and no longer does; not if the run
    /// or another span ends there.
    pub(super) fn unmark(&mut self, index: u32, at: u16, id: BlockId) {
        let node = self.nodes.get(index);
        let is_end = at + 1 >= node.len || node.holders.spans().iter().any(|s| s.to == at + 1);
        if self.every || is_end {
            return;
        }
        let slot = self.slot(node, at);
        leave(&mut self.places, &mut self.labels.0, id, slot);
    }

    /// Fills the table of places again with the ends that there are now, without those that were.
    fn remark(&mut self) {
        let mut ends: Vec<u32> = Vec::new();
        for (_, node) in self.live() {
            ends.push(self.slot(node, node.len - 1));
            let spans = node.holders.spans().iter();
            ends.extend(spans.map(|span| self.slot(node, span.to - 1)));
        }
        crate::order::whole(&mut ends);
        ends.dedup();
        self.enter_only(&ends, ends.len() * 3 / 2, 6);
    }

    fn enter_only(&mut self, slots: &[u32], room: usize, eighths: usize) {
        self.places = Table::with_capacity(room, eighths);
        for label in &mut self.labels.0 {
            label.entered = 0;
        }
        for &slot in slots {
            let id = self.slot_id(slot);
            enter(&mut self.places, &mut self.labels.0, id, slot);
        }
    }

    /// The place of a block: its node and its index in it; `None` if the table does not have it.
    pub(super) fn locate(&self, id: BlockId) -> Option<(u32, u16)> {
        let mut place = None;
        self.places.find(id, |slot| {
            // The node is needed anyway, so the page is not read if the block is the node's last.
            place =
                (self.resolve(slot)).filter(|&(node, at)| self.id(self.nodes.get(node), at) == id);
            place.is_some()
        });
        let is_first = |index| self.nodes.get(index).first == id;
        place
            .or_else(|| self.firsts.find(id, is_first).map(|node| (node, 0)))
            .or_else(|| {
                let slot = self.left.recall(id)?;
                (self.resolve(slot)).filter(|&(node, at)| self.id(self.nodes.get(node), at) == id)
            })
    }

    /// Notes that a look-up left the run after block `at`, whose id is `id`.
    #[inline]
    pub(super) fn leave_at(&self, node: &Node, at: u16, id: BlockId) {
        if !self.every {
            self.left.remember(id, self.slot(node, at));
        }
    }

    /// The node and the index in it of a place in a page.
    fn resolve(&self, slot: u32) -> Option<(u32, u16)> {
        let page = slot / PAGE as u32;
        let owner = self.labels.0.get(page as usize)?.owner;
        if owner == NONE {
            return None;
        }
        let node = self.nodes.get(owner);
        let ordinal = node.pages[..node.page_count()]
            .iter()
            .position(|&p| p == page)?;
        let at = (ordinal * PAGE + slot as usize % PAGE).checked_sub(node.skew as usize)?;
        (at < node.len as usize).then_some((owner, at as u16))
    }

    /// Whether a block is at a place in a page; for tests.
    pub(super) fn is_block(&self, slot: u32) -> bool {
        self.resolve(slot).is_some()
    }

    /// The place of a block that [`Tree::locate`] does not know: it may be in the middle of a run.
    pub(super) fn search(&mut self, id: BlockId) -> Option<(u32, u16)> {
        if self.every {
            return None;
        }
        if self.scanned > 8 * self.blocks + 4096 {
            self.enter_all();
            return self.locate(id);
        }
        self.scanned += self.blocks;
        (0..self.labels.0.len() as u32)
            .filter(|&page| self.labels.0[page as usize].owner != NONE)
            .find_map(|page| {
                let ids = self.pages.get(page);
                let hits = (0..PAGE).filter(|&at| ids[at] == id.0);
                let mut slots = hits.map(|at| page * PAGE as u32 + at as u32);
                slots.find_map(|slot| self.resolve(slot))
            })
    }

    fn enter_all(&mut self) {
        let slots: Vec<u32> = (self.live())
            .flat_map(|(_, node)| (0..node.len).map(|at| self.slot(node, at)))
            .collect();
        self.enter_only(&slots, slots.len(), 7);
        self.every = true;
    }
}

/// Labels a page: it now belongs to `owner`, and none of its blocks is in the table.
pub(super) fn label(labels: &mut Vec<Label>, page: u32, owner: u32) {
    let label = Label { owner, entered: 0 };
    if labels.len() <= page as usize {
        labels.push(label);
    } else {
        labels[page as usize] = label;
    }
}

/// Enters a block into the table of places.
pub(super) fn enter(places: &mut Table, labels: &mut [Label], id: BlockId, slot: u32) {
    labels[slot as usize / PAGE].entered |= 1 << (slot as usize % PAGE);
    places.insert(id, slot);
}

/// Takes a block out of the table of places if it is there.
pub(super) fn leave(places: &mut Table, labels: &mut [Label], id: BlockId, slot: u32) -> bool {
    let label = &mut labels[slot as usize / PAGE];
    let bit = 1 << (slot as usize % PAGE);
    let there = label.entered & bit != 0;
    if there {
        label.entered &= !bit;
        places.remove(id, slot);
    }
    there
}
