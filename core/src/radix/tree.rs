//! The nodes and their blocks: finding, extending, splitting and freeing them.
//!
//! A node is a run of up to 224 blocks that follow each other. Its block ids lie in pages of 16, so a leaf grows in
//! place and a split moves at most one page's worth. A child is found by its first block's id in one table of the whole
//! tree: an id names its prefix, so no second node can begin with it.

use super::chunked::Chunked;
use super::holders::Holders;
use super::meter::Meter;
use super::places::{Label, Labels, Left, enter, label, leave};
use super::table::Table;
use crate::units::BlockId;

/// The number of blocks in a page.
pub(super) const PAGE: usize = 16;
/// The number of pages of a node.
const PAGES: usize = 14;
/// The number that stands for no node: the parent of the first nodes.
pub(super) const NONE: u32 = u32::MAX;

/// A run of blocks: two cache lines, the first of which is all that a match to its end reads.
#[derive(Clone, Debug, Default)]
#[repr(C, align(128))]
pub(super) struct Node {
    pub(super) first: BlockId,
    /// The node's last block, which is in its page as well: most matches end here, and need not read the page.
    last: BlockId,
    /// The number of blocks before the node on its path.
    pub(super) start: u32,
    /// The number of blocks in the node; 0 marks a free node.
    pub(super) len: u16,
    /// The number of unused places at the start of its first page.
    pub(super) skew: u16,
    pub(super) holders: Holders,
    pub(super) parent: u32,
    pub(super) children: u32,
    pub(super) pages: [u32; PAGES],
}

impl Node {
    /// The page (of this node) of block `at`, and the index in it.
    #[inline]
    fn split_index(&self, at: u16) -> (usize, usize) {
        let index = (at + self.skew) as usize;
        (index / PAGE, index % PAGE)
    }

    /// The number of its pages that are in use.
    pub(super) fn page_count(&self) -> usize {
        (self.len + self.skew).div_ceil(PAGE as u16) as usize
    }

    /// The number of blocks that the node can still take.
    pub(super) fn room(&self) -> usize {
        PAGES * PAGE - (self.len + self.skew) as usize
    }
}

const _: () = assert!(size_of::<Node>() == 128);

/// The tree without its replicas' totals.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub(super) nodes: Chunked<Node, 32>,
    pub(super) pages: Chunked<[u64; PAGE], 32>,
    /// The labels of the pages, by the pages' numbers.
    pub(super) labels: Labels,
    pub(super) firsts: Table,
    pub(super) places: Table,
    pub(super) left: Left,
    /// Whether all blocks are in `places`, not only ends.
    pub(super) every: bool,
    /// The number of blocks that scans have read so far.
    pub(super) scanned: usize,
    /// The number of distinct blocks in the tree.
    pub(super) blocks: usize,
}

impl Tree {
    pub(super) fn new() -> Self {
        Self {
            nodes: Chunked::new(),
            pages: Chunked::new(),
            labels: Labels::default(),
            firsts: Table::with_capacity(0, 4),
            places: Table::with_capacity(0, 6),
            left: Left::new(),
            every: false,
            scanned: 0,
            blocks: 0,
        }
    }

    #[inline]
    pub(super) fn node(&self, node: u32) -> &Node {
        self.nodes.get(node)
    }

    /// The nodes in use.
    pub(super) fn live(&self) -> impl Iterator<Item = (u32, &Node)> {
        (0..self.nodes.end())
            .map(|index| (index, self.nodes.get(index)))
            .filter(|(_, node)| node.len > 0)
    }

    #[inline]
    pub(super) fn id(&self, node: &Node, at: u16) -> BlockId {
        if at + 1 == node.len {
            return node.last;
        }
        let (page, index) = node.split_index(at);
        BlockId(self.pages.get(node.pages[page])[index])
    }

    pub(super) fn slot(&self, node: &Node, at: u16) -> u32 {
        let (page, index) = node.split_index(at);
        node.pages[page] * PAGE as u32 + index as u32
    }

    pub(super) fn slot_id(&self, slot: u32) -> BlockId {
        BlockId(self.pages.get(slot / PAGE as u32)[slot as usize % PAGE])
    }

    /// The node that begins with `first`, `start` blocks deep; `None` if there is none.
    #[inline]
    pub(super) fn beginning(
        &self,
        first: BlockId,
        start: u32,
        meter: &mut impl Meter,
    ) -> Option<&Node> {
        let mut found = None;
        let is_right = |index| {
            let node = self.nodes.get(index);
            let right = node.first == first && node.start == start;
            if right {
                found = Some(node);
            }
            right
        };
        self.firsts.find_counted(first, is_right, meter);
        found
    }

    /// The child of `parent` that begins with `first`; `None` if there is none.
    pub(super) fn child(&self, parent: u32, first: BlockId) -> Option<u32> {
        self.firsts.find(first, |index| {
            let node = self.nodes.get(index);
            node.first == first && node.parent == parent
        })
    }

    /// How many of `blocks` the node holds from block `from` on, in order.
    ///
    /// The ids are chained, so an equal id implies that all before it are equal, and the first that differs is found by halving.
    #[inline]
    pub(super) fn common(
        &self,
        node: &Node,
        from: u16,
        blocks: &[BlockId],
        meter: &mut impl Meter,
    ) -> u16 {
        let most = blocks.len().min((node.len - from) as usize) as u16;
        let mut same = |blocks_in: u16| {
            meter.id();
            self.id(node, from + blocks_in - 1) == blocks[blocks_in as usize - 1]
        };
        if most == 0 || same(most) {
            return most;
        }
        let (mut low, mut high) = (0, most - 1);
        while low < high {
            let middle = (low + high).div_ceil(2);
            if same(middle) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        low
    }

    /// A new child of `parent`, still without blocks.
    pub(super) fn grow_child(&mut self, parent: u32, first: BlockId) -> u32 {
        let start = if parent == NONE {
            0
        } else {
            let node = self.nodes.get_mut(parent);
            node.children += 1;
            node.start + node.len as u32
        };
        let index = self.nodes.take();
        *self.nodes.get_mut(index) = Node {
            first,
            parent,
            start,
            ..Node::default()
        };
        self.firsts.insert(first, index);
        index
    }

    /// Appends as many of `blocks` as there is room for; returns how many.
    pub(super) fn append(&mut self, index: u32, blocks: &[BlockId]) -> u16 {
        let node = self.nodes.get_mut(index);
        let taken = blocks.len().min(node.room());
        let mut left = &blocks[..taken];
        while !left.is_empty() {
            let (page, at) = node.split_index(node.len);
            if at == 0 || node.len == 0 {
                let fresh = self.pages.take();
                label(&mut self.labels.0, fresh, index);
                node.pages[page] = fresh;
            }
            let (now, later) = left.split_at(left.len().min(PAGE - at));
            let page = self.pages.get_mut(node.pages[page]);
            for (place, id) in page[at..].iter_mut().zip(now) {
                *place = id.0;
            }
            node.len += now.len() as u16;
            left = later;
        }
        if taken > 0 {
            node.last = blocks[taken - 1];
        }
        self.blocks += taken;
        if self.every {
            let node = self.nodes.get(index);
            for at in node.len - taken as u16..node.len {
                let slot = self.slot(node, at);
                enter(
                    &mut self.places,
                    &mut self.labels.0,
                    blocks[(at + taken as u16 - node.len) as usize],
                    slot,
                );
            }
        }
        taken as u16
    }

    /// Splits a node after its first `at` blocks (0 < `at` < its length); returns the node that has those now. The rest keeps the
    /// index, so its children need no change.
    pub(super) fn split(&mut self, index: u32, at: u16) -> u32 {
        let head = self.nodes.take();
        let node = self.nodes.get(index);
        let (last, second) = (self.id(node, at - 1), self.id(node, at));
        let tail = self.nodes.get_mut(index);
        let (page, within) = tail.split_index(at);
        let mut front = Node {
            first: tail.first,
            parent: tail.parent,
            start: tail.start,
            children: 1,
            len: at,
            skew: tail.skew,
            holders: tail.holders.split_head(at),
            last,
            pages: [0; PAGES],
        };
        front.pages[..page].copy_from_slice(&tail.pages[..page]);
        tail.pages.copy_within(page.., 0);
        tail.first = second;
        tail.parent = head;
        tail.start += at as u32;
        tail.len -= at;
        tail.skew = within as u16;
        let shared = tail.pages[0];
        for &page in &front.pages[..page] {
            self.labels.0[page as usize].owner = head;
        }
        if within > 0 {
            // In the page where the two part, the front's blocks move to a page of their own.
            let fresh = self.pages.take();
            label(&mut self.labels.0, fresh, head);
            let ids = *self.pages.get(shared);
            *self.pages.get_mut(fresh) = ids;
            front.pages[page] = fresh;
            let begin = if page == 0 { front.skew as usize } else { 0 };
            for (at, &id) in ids.iter().enumerate().take(within).skip(begin) {
                let slot = shared * PAGE as u32 + at as u32;
                if leave(&mut self.places, &mut self.labels.0, BlockId(id), slot) {
                    let slot = fresh * PAGE as u32 + at as u32;
                    enter(&mut self.places, &mut self.labels.0, BlockId(id), slot);
                }
            }
        }
        let first = front.first;
        *self.nodes.get_mut(head) = front;
        self.firsts.remove(first, index);
        self.firsts.insert(first, head);
        self.firsts.insert(second, index);
        self.mark(head, at - 1);
        head
    }

    /// Frees the blocks at the end of a node without children that no replica holds any more, and the node and its ancestors when
    /// they have no blocks left.
    pub(super) fn tidy(&mut self, mut index: u32) {
        loop {
            let node = self.nodes.get(index);
            let reach = node.holders.reach(node.len);
            if node.len == 0 || node.children > 0 || reach == node.len {
                return;
            }
            self.truncate(index, reach);
            if reach > 0 {
                return;
            }
            let node = self.nodes.get_mut(index);
            let (first, parent) = (node.first, node.parent);
            *node = Node::default();
            self.firsts.remove(first, index);
            self.nodes.release(index);
            if parent == NONE {
                return;
            }
            self.nodes.get_mut(parent).children -= 1;
            index = parent;
        }
    }

    fn truncate(&mut self, index: u32, len: u16) {
        let last = match len {
            0 => BlockId::default(),
            _ => self.id(self.nodes.get(index), len - 1),
        };
        let node = self.nodes.get_mut(index);
        node.last = last;
        self.blocks -= (node.len - len) as usize;
        let (first_page, within) = node.split_index(len);
        let before = node.page_count();
        node.len = len;
        let after = if len == 0 { 0 } else { node.page_count() };
        for (ordinal, &page) in node.pages[..before].iter().enumerate().skip(first_page) {
            let label = &mut self.labels.0[page as usize];
            let gone = if ordinal == first_page {
                u16::MAX << within
            } else {
                u16::MAX
            };
            let mut entered = label.entered & gone;
            label.entered &= !gone;
            while entered != 0 {
                let at = entered.trailing_zeros();
                let id = BlockId(self.pages.get(page)[at as usize]);
                self.places.remove(id, page * PAGE as u32 + at);
                entered &= entered - 1;
            }
            if ordinal >= after {
                self.labels.0[page as usize].owner = NONE;
                self.pages.release(page);
            }
        }
    }

    /// The heap bytes, chunks shared with a fork counted in full.
    pub(super) fn heap_bytes(&self) -> usize {
        let holders: usize = self.live().map(|(_, node)| node.holders.heap_bytes()).sum();
        self.nodes.heap_bytes()
            + self.pages.heap_bytes()
            + self.labels.0.capacity() * size_of::<Label>()
            + self.firsts.heap_bytes()
            + self.places.heap_bytes()
            + self.left.heap_bytes()
            + holders
    }
}
