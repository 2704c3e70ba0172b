//! The trees of all prefixes as a picture: bars for each replica, each filled with what the replica has of it.

use super::prefixes::layout::Layout;
use super::trees_state::Parts;

pub mod counts;
pub mod words;

/// The gap between two columns \[px\].
const GUTTER: f64 = 2.0;

/// What a part of a picture stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShapeKind {
    /// The ground of a bar: the prefix has its place here, whatever is held of it.
    Ground,
    /// The router believes it to be there, and it is.
    Known,
    /// Blocks that are held without the router's knowledge.
    Missed,
    /// Blocks that the router believes to be there but that are not.
    Gone,
}

/// A rectangle of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// What the rectangle stands for.
    pub kind: ShapeKind,
    /// The rectangle's left edge \[px\].
    pub left: f64,
    /// The rectangle's upper edge \[px\].
    pub top: f64,
    /// The width of the rectangle \[px\].
    pub width: f64,
    /// The height of the rectangle \[px\].
    pub height: f64,
}

/// The left edge and the width of a column in a picture of a width \[px\].
pub fn column(levels: u32, level: u32, width: f64) -> (f64, f64) {
    let each = width / f64::from(levels.max(1));
    let edge = |level: u32| libm::round(f64::from(level) * each);
    let left = edge(level);
    (left, (edge(level + 1) - GUTTER - left).max(1.0))
}

/// The gap below a bar of a height \[px\].
fn apart(height: u32) -> u32 {
    match height {
        8.. => 2,
        3.. => 1,
        _ => 0,
    }
}

/// Draws one replica's picture of a width \[px\] into `blocks`, which is emptied first. Each bar is filled from the left
/// with what is there of it; without `looks`, the router believes nothing, so only what is held is drawn.
pub fn picture(layout: &Layout, parts: &[Parts], width: f64, looks: bool, blocks: &mut Vec<Block>) {
    blocks.clear();
    for (place, parts) in layout.places.iter().zip(parts) {
        let (left, width) = column(layout.levels, place.level, width);
        let top = f64::from(place.top);
        let height = f64::from(place.height.saturating_sub(apart(place.height)));
        let mut put = |kind, from: f64, width: f64| {
            if width > 0.0 {
                blocks.push(Block {
                    kind,
                    left: from,
                    top,
                    width,
                    height,
                });
            }
        };
        put(ShapeKind::Ground, left, width);
        let known = if looks { parts.known } else { parts.held() };
        let missed = if looks { parts.missed } else { 0 };
        let each = width / f64::from(place.blocks.max(1));
        let mut done = 0;
        for (kind, part) in [
            (ShapeKind::Known, known),
            (ShapeKind::Missed, missed),
            (ShapeKind::Gone, parts.gone),
        ] {
            let from = left + f64::from(done) * each;
            put(kind, from, f64::from(part) * each);
            done += part;
        }
    }
}

#[cfg(test)]
mod tests;
