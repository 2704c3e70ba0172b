//! The trees of all prefixes as a picture: a replica's bars, each filled with what is there of it.

use super::prefixes::layout::Layout;
use super::standing::Parts;

pub mod counts;
pub mod words;

/// Between two columns \[px\].
const GUTTER: f64 = 2.0;

/// What a part of a picture means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Where a prefix has its place, whatever is there of it.
    Ground,
    /// The router believes it to be there, and it is.
    Known,
    /// Held, and the router does not know.
    Missed,
    /// Believed, and not there.
    Gone,
}

/// A part of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// Whether what is drawn is believed, held, or both.
    pub kind: Kind,
    /// The rectangle's left edge \[px\].
    pub left: f64,
    /// The rectangle's upper edge \[px\].
    pub top: f64,
    /// The rectangle's width \[px\].
    pub width: f64,
    /// The rectangle's height \[px\].
    pub height: f64,
}

/// Where a column is in a picture of that width \[px\]: its left edge and its width.
pub fn column(levels: u32, level: u32, width: f64) -> (f64, f64) {
    let each = width / f64::from(levels.max(1));
    let edge = |level: u32| libm::round(f64::from(level) * each);
    let left = edge(level);
    (left, (edge(level + 1) - GUTTER - left).max(1.0))
}

/// How much paper there is below a bar of that height \[px\].
fn apart(height: u32) -> u32 {
    match height {
        8.. => 2,
        3.. => 1,
        _ => 0,
    }
}

/// A replica's picture of that width \[px\], which takes the place of `blocks`. Each bar is filled from the left with what is
/// there of it; `looks`: the router believes anything at all.
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
        put(Kind::Ground, left, width);
        let known = if looks { parts.known } else { parts.held() };
        let missed = if looks { parts.missed } else { 0 };
        let each = width / f64::from(place.blocks.max(1));
        let mut done = 0;
        for (kind, part) in [
            (Kind::Known, known),
            (Kind::Missed, missed),
            (Kind::Gone, parts.gone),
        ] {
            let from = left + f64::from(done) * each;
            put(kind, from, f64::from(part) * each);
            done += part;
        }
    }
}

#[cfg(test)]
mod tests;
