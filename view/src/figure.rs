//! A figure of a report as the cell of a table: its value with its unit, its difference from another value, its range over
//! seeds.

use crate::format;
use crate::rich::Tone;
use crate::table::{Cell, Place};
use warmpath_core::metrics::{Better, Figure, PLACES, Summary};

/// The difference from another value: in points for a share, else in per cent.
pub(crate) fn difference(figure: &Figure, value: f64, base: f64) -> String {
    match figure.unit {
        "share" => format::points(value, base),
        _ => format::delta(value, base),
    }
}

/// The value of a policy's figure, given with its place in the table of `core`: NaN for a time or a share of answered requests
/// where none was answered, which `core` gives as 0 and which would be the quickest of all.
pub(crate) fn value(figure: &Figure, at: usize, summary: &Summary) -> f64 {
    let of_answered = match figure.unit {
        "ms" => true,
        "share" => at != PLACES.peak_kv_usage,
        _ => false,
    };
    match of_answered && summary.values[PLACES.completed] == 0.0 {
        true => f64::NAN,
        false => summary.values[at],
    }
}

/// The cell of a policy's figure, given with its place in the table of `core`.
pub fn cell(figure: &Figure, at: usize, summary: &Summary, base: Option<f64>) -> Cell {
    let value = value(figure, at, summary);
    let mut text = vec![(Tone::Plain, format!("{} ", shown(figure, value)))];
    if let Some(base) = base {
        let delta = difference(figure, value, base);
        text.push((Tone::Change(verdict(figure, value, base)), delta));
    }
    if let Some(ranges) = &summary.ranges {
        let (least, most) = ranges[at];
        let [least, most] = [least, most].map(|it| shown(figure, it));
        // There is no range to show if all seeds agree.
        if least != most {
            text.push((Tone::Range, format!("{least} to {most}")));
        }
    }
    Cell::rich(Place::Value, text)
}

/// A figure's value with its unit.
pub(crate) fn shown(figure: &Figure, value: f64) -> String {
    match figure.unit {
        "ms" => format::millis(value),
        "s" => format::seconds(value),
        "share" => format::share(value),
        _ if figure.whole && value == value.trunc() => format::count(value as u64),
        "" | "times" | "requests" => format::figure(value),
        unit => format!("{}{}{unit}", format::figure(value), format::GAP),
    }
}

/// Whether a difference is for the better, as the class of its element; empty if neither direction is.
pub(crate) fn verdict(figure: &Figure, value: f64, base: f64) -> &'static str {
    match figure.better {
        _ if value.is_nan() || base.is_nan() => "",
        Better::Lower if value < base => "better",
        Better::Higher if value > base => "better",
        Better::Lower | Better::Higher if value != base => "worse",
        _ => "",
    }
}
