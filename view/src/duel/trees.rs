//! The trees of all prefixes as a picture, in words and as a table.

use super::Duel;
use super::prefixes::layout::Layout;
use super::standing::Parts;
use crate::format;
use core::fmt::Write as _;

/// Between two columns \[px\].
const GUTTER: f64 = 2.0;

/// What a part of a picture means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Where a prefix has its place, whatever is there of it.
    Ground,
    /// Believed and held.
    Known,
    /// Held, and the router does not know.
    Missed,
    /// Believed, and not there.
    Gone,
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

/// Where a column is in a picture of that width \[px\]: its left edge and its width.
pub fn column(levels: u32, level: u32, width: f64) -> (f64, f64) {
    let each = width / f64::from(levels.max(1));
    let edge = |level: u32| libm::round(f64::from(level) * each);
    let left = edge(level);
    (left, (edge(level + 1) - GUTTER - left).max(1.0))
}

/// A replica's picture of that width \[px\], which takes the place of `blocks`. Each bar is filled from the left with what is
/// there of it; `looks`: the router believes anything at all.
pub fn picture(layout: &Layout, parts: &[Parts], width: f64, looks: bool, blocks: &mut Vec<Block>) {
    blocks.clear();
    for (place, parts) in layout.places.iter().zip(parts) {
        let (left, width) = column(layout.levels, place.level, width);
        let top = f64::from(place.top);
        // A hairline between neighbours that are high enough for it.
        let height = f64::from(place.height) - if place.height > 4 { 1.0 } else { 0.0 };
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

/// What the picture of side `which` shows, in a sentence; `sums` is what each replica has.
pub fn say(duel: &Duel, which: usize, sums: &[Parts]) -> String {
    let side = &duel.sides[which];
    let sum = |of: fn(&Parts) -> u32| sums.iter().map(|it| u64::from(of(it))).sum::<u64>();
    let held = format::plural(sum(|it| it.held()), "block");
    let tree = format!(
        "a tree of {} from {}",
        format::plural(duel.nodes.len() as u64, "node"),
        format::plural(duel.prompts.len() as u64, "prompt")
    );
    if !side.looks {
        return format!(
            "{}: the replicas hold {held} of {tree}; the router does not ask.",
            side.policy,
        );
    }
    format!(
        "{}: the replicas hold {held} of {tree}; the router does not know of {} of them and believes in {} that are gone.",
        side.policy,
        format::count(sum(|it| it.missed)),
        format::count(sum(|it| it.gone))
    )
}

/// The same as a table's inside: a row a replica.
pub fn table(sums: &[Parts]) -> String {
    let mut out = String::from(
        "<thead><tr><td></td><th scope=\"col\">blocks believed and there</th><th scope=\"col\">there, not known of</th>\
         <th scope=\"col\">believed, gone</th></tr></thead><tbody>",
    );
    for (replica, parts) in sums.iter().enumerate() {
        let _ = write!(out, "<tr><th scope=\"row\">replica {replica}</th>");
        for part in [parts.known, parts.missed, parts.gone] {
            let _ = write!(out, "<td>{}</td>", format::count(u64::from(part)));
        }
        out.push_str("</tr>");
    }
    out + "</tbody>"
}

#[cfg(test)]
mod tests;
