//! A figure of a report as the cell of a table: its value with its unit, its difference from another value, its range over
//! seeds.

use crate::format;
use crate::rich::Tone;
use crate::table::{Cell, Place};
use warmpath_core::metrics::{Better, Figure, Summary};

/// The difference from another value: in points for a share, else in per cent.
pub(crate) fn difference(figure: &Figure, value: f64, base: f64) -> String {
    match figure.unit {
        "share" => format::points(value, base),
        _ => format::delta(value, base),
    }
}

/// The cell of a policy's figure, given with its place in the table of `core`, and with its difference from that of `base`.
pub fn cell(figure: &Figure, at: usize, summary: &Summary, base: Option<&Summary>) -> Cell {
    let value = summary.values[at];
    let mut text = vec![(Tone::Plain, format!("{} ", shown(figure, value)))];
    if let Some(base) = base {
        let delta = difference(figure, value, base.values[at]);
        text.push((Tone::Change(verdict(figure, at, summary, base)), delta));
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
        "requests" => format::amount(value),
        "" | "times" => format::figure(value),
        unit => format!("{}{}{unit}", format::figure(value), format::GAP),
    }
}

/// Whether the difference of a figure, given with its place, from that of `base` is for the better, as the class of its element;
/// empty if neither direction is, or if the difference may be chance.
pub(crate) fn verdict(figure: &Figure, at: usize, now: &Summary, base: &Summary) -> &'static str {
    let (value, was) = (now.values[at], base.values[at]);
    let alike = match (&now.ranges, &base.ranges) {
        (Some(now), Some(base)) => !apart(now[at], base[at]),
        _ => is_slight(value, was, figure.unit == "share"),
    };
    match figure.better {
        _ if alike || value.is_nan() || was.is_nan() => "",
        Better::Lower if value < was => "better",
        Better::Higher if value > was => "better",
        Better::Lower | Better::Higher if value != was => "worse",
        _ => "",
    }
}

/// Whether ranges over seeds lie apart: else the seeds alone change a figure as much.
pub(crate) fn apart(one: (f64, f64), other: (f64, f64)) -> bool {
    one.1 < other.0 || other.1 < one.0
}

/// Whether a difference is too small to be called better or worse where one seed was run, which does not tell how much is chance:
/// less than 1 %, or less than one point between shares, as they are printed.
pub(crate) fn is_slight(value: f64, base: f64, share: bool) -> bool {
    const SMALLEST: f64 = 0.0095;
    let scale = if share { 1.0 } else { base.abs() };
    (value - base).abs() < SMALLEST * scale
}

/// What differences are against, the policy `base`, and what their marks mean; `seeds` if the figures have ranges over several.
pub(crate) fn marks(seeds: bool, base: &str) -> String {
    format!("against {base}: {}", marks_alone(seeds))
}

/// What the marks of differences mean; `seeds` if the figures have ranges over several.
pub(crate) fn marks_alone(seeds: bool) -> &'static str {
    match seeds {
        true => "▲ better, ▽ worse, no mark: the ranges overlap",
        false => "▲ better, ▽ worse, no mark: less than 1\u{a0}% or 1\u{a0}point",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use warmpath_core::metrics::{FIGURES, Figures, PLACES};

    fn summary(value: f64, range: Option<(f64, f64)>) -> Summary {
        let mut values = Figures::from_fn(|_| value);
        values[PLACES.completed] = 1.0;
        Summary {
            values,
            ranges: range.map(|range| Figures::from_fn(|_| range)),
            ..Summary::default()
        }
    }

    #[test]
    fn what_may_be_chance_is_neither_better_nor_worse() {
        let mean = |now: &Summary, base: &Summary| {
            let at = PLACES.mean_ttft_ms;
            verdict(&FIGURES[at], at, now, base)
        };
        let one = |value| summary(value, None);
        assert_eq!(mean(&one(100.4), &one(100.0)), "");
        assert_eq!(mean(&one(99.0), &one(100.0)), "better");
        assert_eq!(mean(&one(102.0), &one(100.0)), "worse");
        assert_eq!(mean(&one(0.1), &one(0.0)), "worse");
        let reuse = PLACES.token_reuse_rate;
        let reuse = |now, base| verdict(&FIGURES[reuse], reuse, &one(now), &one(base));
        assert_eq!(reuse(0.756, 0.75), "");
        assert_eq!(reuse(0.77, 0.75), "better");
        // Where several seeds were run they tell how much is chance.
        let wide = summary(50.0, Some((40.0, 90.0)));
        assert_eq!(mean(&wide, &summary(100.0, Some((80.0, 120.0)))), "");
        let narrow = summary(99.5, Some((99.4, 99.6)));
        let base = summary(100.0, Some((99.9, 100.1)));
        assert_eq!(mean(&narrow, &base), "better");
    }

    #[test]
    fn a_whole_count_has_no_decimals() {
        let waiting = &FIGURES[PLACES.mean_waiting];
        assert_eq!(shown(waiting, 4.0), "4");
        assert_eq!(shown(waiting, 0.25), "0.250");
    }
}
