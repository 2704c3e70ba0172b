//! How a run's trees grow and shrink: every change of what a replica holds of a prefix, and of what the router believes.
//!
//! Only changes are kept, a few per node; [`super::trees_state`] computes the state at any moment from them. [`super::follow`]
//! makes them from the run's log.

use warmpath_core::units::VirtualTime;

/// How much of a node is on a replica \[blocks\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Has {
    /// The number of the node's blocks that the router believes the replica to have.
    pub believed: u32,
    /// How many of the node's blocks the replica has.
    pub held: u32,
}

/// A change of how much of a node is on a replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The node that changes, by its number.
    pub node: u32,
    /// The number of the replica at which it changes.
    pub replica: u32,
    /// How much of the node is there from then on.
    pub has: Has,
}

/// All changes in a run, grouped by moment. A picture is the state after all changes of one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Growth {
    /// The moments at which something changed, each with the number of changes up to and including it.
    pictures: Vec<(VirtualTime, usize)>,
    changes: Vec<Change>,
}

crate::wire_fields! {
    Change { node, replica, has }
    Growth { pictures, changes }
    Has { believed, held }
}

impl Growth {
    /// Adds a change at a moment, which must not be before the last one.
    pub fn push(&mut self, at: VirtualTime, change: Change) {
        self.changes.push(change);
        let changes = self.changes.len();
        match self.pictures.last_mut() {
            Some(last) if last.0 == at => last.1 = changes,
            _ => self.pictures.push((at, changes)),
        }
    }

    /// The number of pictures up to a moment; while it stays the same, so does the state.
    pub fn pictures(&self, now: VirtualTime) -> usize {
        self.pictures.partition_point(|(at, _)| *at <= now)
    }

    /// The change with this number, counted from 0.
    pub fn change(&self, at: usize) -> Option<Change> {
        self.changes.get(at).copied()
    }

    /// All changes up to the end of so many pictures.
    pub fn until(&self, pictures: usize) -> &[Change] {
        let last = pictures.checked_sub(1).and_then(|at| self.pictures.get(at));
        self.changes
            .get(..last.map_or(0, |(_, end)| *end))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
