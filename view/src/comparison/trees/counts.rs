//! The numbers around the pictures of a side's trees, which have one picture per replica: how many blocks each replica holds
//! (above), how many blocks there are of each kind (in the key below), and the numbers that link bars to rows of the table.

use super::super::prefixes::layout::Layout;
use super::super::trees_state::Parts;
use super::super::{Comparison, PolicySide};
use crate::format;

/// The height of one replica's picture \[px\].
pub const HEIGHT: u32 = 160;
/// The number of turns in which a side's pictures are drawn, as many as most runs have replicas; the browser can do other work
/// between two of them. With no more replicas than this, one picture is drawn a turn.
pub const AT_A_TURN: usize = 4;
/// The least height of a bar that has room for a number beside it \[px\].
const LEAST_NUMBERED: u32 = 13;
/// The hint that is shown while no node is pointed at.
pub const HINT: &str = "Who holds a prefix: point at it, or walk there with the arrow keys.";

/// The number of blocks that each replica holds, for the numbers above the trees.
pub fn held(sums: &[Parts]) -> Vec<String> {
    let held = sums.iter().map(|it| u64::from(it.held()));
    held.map(format::count).collect()
}

/// A kind of rectangle in the pictures: its class in the style sheets, what it means, and how many blocks of that kind a replica
/// has.
pub type Shape = (&'static str, &'static str, fn(&Parts) -> u32);

/// The largest number of kinds that [`shapes`] gives.
pub const SHAPES: usize = 3;

/// The kinds of rectangles in a side's pictures, which the key below them explains. Where the policy uses no
/// knowledge of what replicas hold, there is nothing to compare with what is held.
pub fn shapes(side: &PolicySide) -> &'static [Shape] {
    match side.looks {
        true => &[
            ("known", "blocks held, known", |it| it.known),
            ("missed", "held, unknown", |it| it.missed),
            ("gone", "believed, not there", |it| it.gone),
        ],
        false => &[("known", "blocks held", |it| it.held())],
    }
}

/// The number of blocks of each of the [`shapes`], over all replicas.
pub fn meant(side: &PolicySide, sums: &[Parts]) -> Vec<String> {
    let sum = |of: fn(&Parts) -> u32| sums.iter().map(|it| u64::from(of(it))).sum();
    let counts = shapes(side).iter().map(|(.., of)| sum(*of));
    counts.map(format::count).collect()
}

/// The numbers beside the bars of the first level: the distance of each from the top \[px\], and the number, which the row of
/// the same prefix has in the table above the drawing.
pub fn rows(comparison: &Comparison, layout: &Layout) -> Vec<(u32, u32)> {
    let mut rows = Vec::new();
    let roots = layout.places.iter().filter(|it| it.level == 0);
    for (place, number) in roots.zip(1u32..) {
        // A single root needs no number, and after a bar of several nodes the numbers would be wrong.
        if place.nodes > 1
            || comparison
                .nodes
                .first()
                .is_some_and(|it| it.end as usize == comparison.nodes.len())
        {
            return rows;
        }
        if place.height >= LEAST_NUMBERED {
            rows.push((place.top + place.height / 2 + 3, number));
        }
    }
    rows
}
