//! The state of a side's trees at a moment: what is cached and what the router believes, node by node. It is a cursor over
//! [`Growth`] that moves forwards and backwards through its changes, so a step costs as much as has changed, whatever the tree's
//! size. A picture is, as in [`Growth`], the state after all changes of one moment.

use super::growth::{Growth, Has};
use super::prefixes::layout::Layout;

/// A number of blocks, split by whether they are held and whether they are believed to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Blocks that the router believes to be there and that are.
    pub known: u32,
    /// Blocks that are held without the router's knowledge.
    pub missed: u32,
    /// Blocks that the router believes to be there but that are not.
    pub gone: u32,
}

impl Parts {
    /// The number of blocks that are held, believed or not.
    pub fn held(self) -> u32 {
        self.known + self.missed
    }

    fn of(has: Has) -> Self {
        Self {
            known: has.believed.min(has.held),
            missed: has.held.saturating_sub(has.believed),
            gone: has.believed.saturating_sub(has.held),
        }
    }

    /// Replaces `from` by `to` in this sum.
    fn turn(&mut self, from: Self, to: Self) {
        self.known = self.known + to.known - from.known;
        self.missed = self.missed + to.missed - from.missed;
        self.gone = self.gone + to.gone - from.gone;
    }
}

/// The state of the trees at a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TreesState {
    nodes: usize,
    /// The number of bars that are drawn, each for one node or several.
    places: usize,
    /// What is held and believed of each node, by replica and then by node.
    has: Vec<Has>,
    /// What is held and believed of each bar, by replica and then by bar.
    parts: Vec<Parts>,
    /// The sums over all nodes, by replica.
    sums: Vec<Parts>,
    /// For each replica, whether it changed since [`TreesState::take_changed`] was last called.
    changed: Vec<bool>,
    /// For each change applied so far, the value that it replaced and that undoing it restores.
    undone: Vec<Has>,
}

impl TreesState {
    /// The state before the first event: nothing is believed and nothing is held.
    pub fn new(layout: &Layout, nodes: usize, replicas: usize) -> Self {
        let places = layout.places.len();
        Self {
            nodes,
            places,
            has: vec![Has::default(); nodes * replicas],
            parts: vec![Parts::default(); places * replicas],
            sums: vec![Parts::default(); replicas],
            changed: vec![true; replicas],
            undone: Vec::new(),
        }
    }

    /// The state after so many pictures.
    pub fn after(
        growth: &Growth,
        layout: &Layout,
        nodes: usize,
        replicas: usize,
        pictures: usize,
    ) -> Self {
        let mut standing = Self::new(layout, nodes, replicas);
        standing.seek(growth, layout, pictures);
        standing
    }

    /// Moves to the state after so many pictures, forwards or backwards.
    pub fn seek(&mut self, growth: &Growth, layout: &Layout, pictures: usize) {
        let past = growth.until(pictures);
        for change in past.get(self.undone.len()..).unwrap_or_default() {
            let before = self.put(layout, change.node, change.replica, change.has);
            self.undone.push(before);
        }
        while self.undone.len() > past.len() {
            let (Some(change), Some(before)) =
                (growth.change(self.undone.len() - 1), self.undone.pop())
            else {
                return;
            };
            self.put(layout, change.node, change.replica, before);
        }
    }

    /// Sets what a replica has of a node, and returns what it had before.
    fn put(&mut self, layout: &Layout, node: u32, replica: u32, has: Has) -> Has {
        let (node, replica) = (node as usize, replica as usize);
        let Some(old) = self.has.get_mut(replica * self.nodes + node) else {
            return has;
        };
        let before = core::mem::replace(old, has);
        let (from, to) = (Parts::of(before), Parts::of(has));
        if let Some(place) = layout.of(node) {
            self.parts[replica * self.places + place].turn(from, to);
        }
        self.sums[replica].turn(from, to);
        self.changed[replica] = true;
        before
    }

    /// What a replica has of a node.
    pub fn has(&self, replica: usize, node: usize) -> Has {
        let at = replica * self.nodes + node;
        self.has.get(at).copied().unwrap_or_default()
    }

    /// What a replica has of each bar.
    pub fn parts(&self, replica: usize) -> &[Parts] {
        let all = replica * self.places..(replica + 1) * self.places;
        self.parts.get(all).unwrap_or_default()
    }

    /// What each replica has of all nodes together.
    pub fn sums(&self) -> &[Parts] {
        &self.sums
    }

    /// Marks all replicas as changed, so that everything is drawn again.
    pub fn all_changed(&mut self) {
        self.changed.fill(true);
    }

    /// Whether a replica changed since this was last called for it.
    pub fn take_changed(&mut self, replica: usize) -> bool {
        let changed = self.changed.get_mut(replica);
        changed.is_some_and(core::mem::take)
    }
}

#[cfg(test)]
mod tests;
