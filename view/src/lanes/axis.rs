//! The time axis below strips, with the unit at every number.

use crate::chart::scale::Scale;
use crate::format;

/// A number of the axis and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// The place of the number \[% of the width\].
    pub x: f64,
    /// The SVG `text-anchor` of the number: "start", "middle" or "end".
    pub anchor: &'static str,
    /// The number with its unit.
    pub text: String,
}

/// About `wanted` round numbers of seconds, in ascending order.
pub fn ticks(scale: Scale, wanted: usize) -> Vec<Tick> {
    let tick = |seconds: f64| {
        let x = scale.place(seconds) * 100.0;
        Tick {
            x,
            // A number centred at an edge would be cut off.
            anchor: match x {
                x if x < 4.0 => "start",
                x if x > 96.0 => "end",
                _ => "middle",
            },
            text: format!("{}{}s", format::setting(seconds), format::GAP),
        }
    };
    scale.ticks(wanted).into_iter().map(tick).collect()
}
