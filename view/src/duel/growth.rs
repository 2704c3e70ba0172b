//! How a run's trees grow and shrink: what each replica has of every prefix, and what the router believes of that.
//!
//! Only what changes is kept, so any moment is made again by going through changes ([`super::standing`]): a few per node.
//! [`super::follow`] makes them from the run's log.

use warmpath_core::units::VirtualTime;

/// What is there of a node on a replica \[blocks\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Has {
    /// As the router believes.
    pub believed: u32,
    /// How many of the node's blocks the replica has.
    pub held: u32,
}

/// What is there of a node on a replica from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The node that changes, by its number.
    pub node: u32,
    /// The number of the replica at which it changes.
    pub replica: u32,
    /// How much of the node is there from then on.
    pub has: Has,
}

/// A run's pictures: one for each moment at which something changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Growth {
    /// When, and how many changes there were by then.
    pictures: Vec<(VirtualTime, usize)>,
    changes: Vec<Change>,
}

crate::wire_fields! {
    Change { node, replica, has }
    Growth { pictures, changes }
    Has { believed, held }
}

impl Growth {
    /// Something changes at a moment, which is none before the last.
    pub fn push(&mut self, at: VirtualTime, change: Change) {
        self.changes.push(change);
        let changes = self.changes.len();
        match self.pictures.last_mut() {
            Some(last) if last.0 == at => last.1 = changes,
            _ => self.pictures.push((at, changes)),
        }
    }

    /// How many pictures there are up to a moment: while that stays, so does the picture.
    pub fn pictures(&self, now: VirtualTime) -> usize {
        self.pictures.partition_point(|(at, _)| *at <= now)
    }

    /// A change by its number.
    pub fn change(&self, at: usize) -> Option<Change> {
        self.changes.get(at).copied()
    }

    /// All changes up to a picture.
    pub fn until(&self, pictures: usize) -> &[Change] {
        let last = pictures.checked_sub(1).and_then(|at| self.pictures.get(at));
        self.changes
            .get(..last.map_or(0, |(_, end)| *end))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
