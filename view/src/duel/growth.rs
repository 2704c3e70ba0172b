//! How a run's trees grow and shrink: what each replica has of every prefix, and what the router believes of that.
//!
//! Pictures are taken as requests end, about [`PICTURES`] a run, and only what has changed is kept, so any moment is made again by
//! going through changes: a few a node.

use super::Duel;
use super::prefixes::{LEAST, Node, Place};
use crate::format;
use core::fmt::Write as _;
use warmpath_core::fleet::Simulation;
use warmpath_core::units::VirtualTime;

/// Pictures of a run.
const PICTURES: u32 = 150;

/// What is there of a node on a replica \[blocks\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Has {
    /// As the router believes.
    pub believed: u32,
    /// As it is.
    pub held: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    node: u32,
    replica: u32,
    has: Has,
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

impl Growth {
    /// Takes a picture if it is time to. `asked` is a copy of the simulation whose router may be asked, which may make it
    /// forget what is too old.
    pub fn look(
        &mut self,
        nodes: &[Node],
        running: &Simulation,
        asked: impl FnOnce() -> Simulation,
    ) {
        let (ended, count) = running.progress();
        if ended < self.ended + (count / PICTURES).max(1) {
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

    /// What replica `replica` has of each of `nodes` nodes after so many pictures.
    pub fn after(&self, pictures: usize, replica: u32, nodes: usize) -> Vec<Has> {
        let mut all = vec![Has::default(); nodes];
        let end = pictures.checked_sub(1).and_then(|at| self.pictures.get(at));
        let changes = &self.changes[..end.map_or(0, |(_, end)| *end)];
        for change in changes.iter().filter(|it| it.replica == replica) {
            all[change.node as usize] = change.has;
        }
        all
    }
}

/// What a part of a picture means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Believed and held.
    Known,
    /// Held, and the router does not know.
    Missed,
    /// Believed, and not there.
    Gone,
    /// Not there.
    Absent,
}

/// A part of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// What it means.
    pub kind: Kind,
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// A replica's picture of that width \[px\]; `looks`: its router believes anything at all.
pub fn picture(
    nodes: &[Node],
    places: &[Place],
    has: &[Has],
    width: f64,
    looks: bool,
) -> Vec<Block> {
    let mut blocks = Vec::new();
    for place in places {
        let (mut all, mut known, mut missed, mut gone) = (0u64, 0u64, 0u64, 0u64);
        for at in place.nodes.clone() {
            let Has { believed, held } = has[at];
            let believed = if looks { believed } else { held };
            all += u64::from(nodes[at].blocks);
            known += u64::from(believed.min(held));
            missed += u64::from(held.saturating_sub(believed));
            gone += u64::from(believed.saturating_sub(held));
        }
        let absent = all.saturating_sub(known + missed + gone);
        let mut left = place.left * width;
        let each = (place.width * width - 1.0).max(0.5) / all.max(1) as f64;
        // A hairline of paper between neighbours that are high enough for it.
        let height = if place.height > 2.0 * LEAST {
            place.height - 1.0
        } else {
            place.height
        };
        for (kind, part) in [
            (Kind::Known, known),
            (Kind::Missed, missed),
            (Kind::Gone, gone),
            (Kind::Absent, absent),
        ] {
            let width = part as f64 * each;
            if part > 0 {
                blocks.push(Block {
                    kind,
                    left,
                    top: place.top,
                    width,
                    height,
                });
            }
            left += width;
        }
    }
    blocks
}

/// The same in numbers: blocks known, missed and gone.
pub fn sums(has: &[Has]) -> [u64; 3] {
    let mut sums = [0; 3];
    for Has { believed, held } in has {
        sums[0] += u64::from(*believed.min(held));
        sums[1] += u64::from(held.saturating_sub(*believed));
        sums[2] += u64::from(believed.saturating_sub(*held));
    }
    sums
}

/// Blocks known, missed and gone on each replica of side `which` after so many pictures.
fn by_replica(duel: &Duel, which: usize, pictures: usize) -> Vec<[u64; 3]> {
    let side = &duel.sides[which];
    let of = |replica| sums(&side.growth.after(pictures, replica, duel.nodes.len()));
    (0..side.lanes.len() as u32).map(of).collect()
}

/// What the picture of side `which` shows, in a sentence.
pub fn say(duel: &Duel, which: usize, pictures: usize) -> String {
    let side = &duel.sides[which];
    let all = by_replica(duel, which, pictures);
    let sum = |at: usize| all.iter().map(|it| it[at]).sum::<u64>();
    let blocks = |n: u64| format::plural(n, "block");
    let tree = format!(
        "a tree of {} from {}",
        format::plural(duel.nodes.len() as u64, "node"),
        format::plural(duel.prompts.len() as u64, "prompt")
    );
    let there = sum(0) + sum(1);
    if !side.looks {
        return format!(
            "{}: the replicas hold {} of {tree}; the router does not ask.",
            side.policy,
            blocks(there)
        );
    }
    format!(
        "{}: the replicas hold {} of {tree}; the router does not know of {} of them and believes in {} that are gone.",
        side.policy,
        blocks(there),
        format::count(sum(1)),
        format::count(sum(2))
    )
}

/// The same as a table's inside: a row a replica.
pub fn table(duel: &Duel, which: usize, pictures: usize) -> String {
    let mut out = String::from(
        "<thead><tr><td></td><th scope=\"col\">blocks believed and there</th><th scope=\"col\">there, not known of</th>\
         <th scope=\"col\">believed, gone</th></tr></thead><tbody>",
    );
    for (replica, parts) in by_replica(duel, which, pictures).into_iter().enumerate() {
        let _ = write!(out, "<tr><th scope=\"row\">replica {replica}</th>");
        for part in parts {
            let _ = write!(out, "<td>{}</td>", format::count(part));
        }
        out.push_str("</tr>");
    }
    out + "</tbody>"
}

#[cfg(test)]
mod tests;
