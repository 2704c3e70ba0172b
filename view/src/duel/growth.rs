//! How a run's trees grow and shrink: what each replica has of every prefix, and what the router believes of that.
//!
//! Pictures are taken as requests end, about [`PICTURES`] a run, and only what has changed is kept, so any moment is made again by
//! going through changes ([`super::standing`]): a few a node.

use super::prefixes::Node;
use warmpath_core::fleet::Simulation;
use warmpath_core::units::VirtualTime;

/// Pictures of a run.
const PICTURES: u32 = 150;

/// Of these, at most so many before the first request has ended.
const FIRST: usize = 40;

/// What is there of a node on a replica \[blocks\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Has {
    /// As the router believes.
    pub believed: u32,
    /// As it is.
    pub held: u32,
}

/// What is there of a node on a replica from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The node.
    pub node: u32,
    /// The replica.
    pub replica: u32,
    /// What is there.
    pub has: Has,
}

/// A run's pictures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Growth {
    /// When each was taken, and how many changes there were by then.
    pictures: Vec<(VirtualTime, usize)>,
    changes: Vec<Change>,
    /// The last one: by node, then by replica.
    last: Vec<Has>,
    /// Requests that had ended when it was taken.
    ended: u32,
}

crate::wire_fields! {
    Change { node, replica, has }
    Growth { pictures, changes, last, ended }
    Has { believed, held }
}

impl Growth {
    /// Takes a picture if it is time to, or before the first request has ended if something has `changed`. `asked` is a copy of the simulation whose router may be asked, which may make it
    /// forget what is too old.
    pub fn look(
        &mut self,
        nodes: &[Node],
        running: &Simulation,
        changed: bool,
        asked: impl FnOnce() -> Simulation,
    ) {
        let (ended, count) = running.progress();
        let first = changed && ended == 0 && self.pictures.len() < FIRST;
        if ended < self.ended + (count / PICTURES).max(1) && !first {
            return;
        }
        self.ended = ended;
        let mut asked = asked();
        let replicas = running.replicas() as usize;
        self.last.resize(nodes.len() * replicas, Has::default());
        let before = self.changes.len();
        let mut depths: Option<(u32, Vec<u32>, Vec<u32>)> = None;
        for (at, node) in nodes.iter().enumerate() {
            let sent = &running.records()[node.request as usize];
            if sent.sent == VirtualTime::ZERO && node.request > 0 {
                // Nobody has asked for it yet.
                continue;
            }
            let known = depths.take().filter(|(of, ..)| *of == node.deepest);
            let (of, believed, held) = known.unwrap_or_else(|| {
                let of = node.deepest;
                (of, asked.believed(of), running.held(of))
            });
            for replica in 0..replicas {
                let part = |depths: &[u32]| {
                    let depth = depths.get(replica).copied().unwrap_or(0);
                    depth.saturating_sub(node.from).min(node.blocks)
                };
                let has = Has {
                    believed: part(&believed),
                    held: part(&held),
                };
                let last = &mut self.last[at * replicas + replica];
                if *last != has {
                    *last = has;
                    self.changes.push(Change {
                        node: at as u32,
                        replica: replica as u32,
                        has,
                    });
                }
            }
            depths = Some((of, believed, held));
        }
        if self.changes.len() > before {
            self.pictures.push((running.now(), self.changes.len()));
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
