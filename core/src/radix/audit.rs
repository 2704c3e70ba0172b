//! Recounts everything that the index keeps twice in order to be quick; for tests.
//!
//! What it keeps twice: which node each page belongs to, which blocks are in the table of places, where nodes are found by their
//! first block, how many blocks each replica holds. A fault in these makes no wrong answer at once; it makes an index that is slow,
//! grows, or fails later.

use super::Index;
use super::holders::{Holders, Span};
use super::tree::{NONE, PAGE};

/// Returns an error unless the condition holds.
macro_rules! demand {
    ($holds:expr, $($why:tt)+) => {
        if !$holds {
            return Err(format!($($why)+));
        }
    };
}

impl Index {
    /// Checks the whole index; the error says what does not add up.
    pub fn audit(&self) -> Result<(), String> {
        self.audit_pages()?;
        self.audit_places()?;
        let mut held = vec![0; self.held.len()];
        let (mut nodes, mut blocks) = (0, 0);
        for (index, node) in self.tree.live() {
            node.holders.audit(node.len, self.lru.is_some())?;
            for span in node.holders.iter(node.len) {
                held[span.replica as usize] += usize::from(span.to - span.from);
            }
            let found = self.tree.firsts.find(node.first, |it| it == index);
            demand!(
                found.is_some(),
                "node {index} is not found by its first block"
            );
            (nodes, blocks) = (nodes + 1, blocks + usize::from(node.len));
        }
        let pairs: usize = held.iter().sum();
        demand!(held == self.held, "held {held:?}, counted {:?}", self.held);
        demand!(pairs == self.pairs, "{pairs} pairs, counted {}", self.pairs);
        demand!(
            (nodes, blocks) == (self.tree.nodes.used(), self.tree.blocks),
            "{nodes} nodes of {blocks} blocks, counted {} of {}",
            self.tree.nodes.used(),
            self.tree.blocks
        );
        self.tree.firsts.audit(nodes)
    }

    /// Checks that every page in use belongs to one node, which names it.
    fn audit_pages(&self) -> Result<(), String> {
        let mut named = 0;
        for (index, node) in self.tree.live() {
            for &page in &node.pages[..node.page_count()] {
                let owner = self.tree.labels.0[page as usize].owner;
                demand!(owner == index, "page {page} of node {index} is {owner}'s");
                named += 1;
            }
        }
        let owned = self.tree.labels.0.iter().filter(|it| it.owner != NONE);
        let (owned, used) = (owned.count(), self.tree.pages.used());
        demand!(
            (owned, used) == (named, named),
            "{named} pages are named, {owned} have owners, {used} are in use"
        );
        Ok(())
    }

    /// Checks that all blocks that are marked as entered are in the table of places, and only those; and that a block is marked
    /// where a run or a replica's span ends.
    fn audit_places(&self) -> Result<(), String> {
        let tree = &self.tree;
        let mut entered = 0;
        for (page, label) in (0u32..).zip(&tree.labels.0) {
            for at in (0..PAGE as u32).filter(|at| label.entered >> at & 1 == 1) {
                let slot = page * PAGE as u32 + at;
                let found = tree.places.find(tree.slot_id(slot), |it| it == slot);
                demand!(
                    found.is_some(),
                    "place {slot} is marked, but not in the table"
                );
                let owned = label.owner != NONE && tree.is_block(slot);
                demand!(owned, "place {slot} is marked, but no block is there");
                entered += 1;
            }
        }
        for (index, node) in tree.live() {
            demand!(
                tree.locate(node.first) == Some((index, 0)),
                "the beginning of node {index} is not found"
            );
            let is_marked = |at: u16| tree.is_marked(tree.slot(node, at));
            let last = tree.slot_id(tree.slot(node, node.len - 1));
            demand!(
                last == tree.id(node, node.len - 1),
                "node {index} ends otherwise"
            );
            demand!(
                is_marked(node.len - 1),
                "the end of node {index} is not marked"
            );
            let all = (0..node.len).all(is_marked);
            demand!(all || !tree.every, "not all of node {index} is marked");
            let spans = node.holders.spans();
            let goes_on = |it: &Span| {
                let next = |other: &&Span| other.replica == it.replica && other.from == it.to;
                spans.iter().any(|other| next(&other))
            };
            for span in spans.iter().filter(|it| !goes_on(it)) {
                demand!(is_marked(span.to - 1), "the end of {span:?} is not marked");
            }
        }
        tree.places.audit(entered)
    }
}

impl Holders {
    fn audit(&self, len: u16, stamps: bool) -> Result<(), String> {
        let spans = self.spans();
        for span in spans {
            let within = span.from < span.to && span.to <= len;
            demand!(within, "{span:?} in a node of {len} blocks");
            let twice = self.whole().get(span.replica as usize / 64);
            let twice = twice.is_some_and(|word| word >> (span.replica % 64) & 1 == 1);
            demand!(!twice, "{span:?} of a replica that holds all");
        }
        for pair in spans.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            // With stamps two spans may touch if their times differ.
            let apart = a.to < b.from || stamps && a.to == b.from;
            let in_order = a.replica < b.replica || a.replica == b.replica && apart;
            demand!(in_order, "{a:?} before {b:?}");
        }
        self.audit_storage(stamps)
    }
}

impl super::table::Table {
    /// Checks that this many places are in the table, as many as it has counted itself, and that there is room left.
    fn audit(&self, places: usize) -> Result<(), String> {
        let (counted, room) = self.census();
        demand!(
            counted == places,
            "{counted} places in the table, {places} entered"
        );
        demand!(room, "a table of {places} places is too full");
        Ok(())
    }
}
