//! The sides' figures as a table: those of the first side, and the differences of the others from them.

use super::figures::mean;
use super::sentences::under;
use super::{Comparison, PolicySide, misses};
use crate::figure::{is_slight, marks};
use crate::format::{self, GAP, NONE};
use crate::look::looks_of;
use crate::rich::Tone;
use crate::table::{Cell, Place, Row, Table};

/// The table of the figures, with the differences of the other sides.
pub fn deltas(comparison: &Comparison) -> Table {
    let Some((base, others)) = comparison.sides.split_first() else {
        return Table::default();
    };
    let looks = looks_of(&comparison.sides, PolicySide::policy);
    let first = vec![
        (Tone::PolicyAgain(looks[0]), base.policy().to_owned()),
        (Tone::Plain, " ".to_owned()),
        (Tone::Small, "baseline".to_owned()),
    ];
    let marks = vec![(Tone::Small, marks(false, base.policy()))];
    let corner = Cell {
        text: marks,
        ..Cell::corner()
    };
    let first = [corner, Cell::rich(Place::Column, first)];
    let head = others.iter().zip(&looks[1..]).map(|(other, look)| {
        let name = (Tone::PolicyAgain(*look), other.policy().to_owned());
        Cell::rich(Place::Column, vec![name])
    });
    let row = |figure: &DeltaRow| {
        let first = (figure.of)(base);
        let cells = [Cell::row(figure.title), Cell::value((figure.shown)(first))];
        let others = others.iter().map(|other| {
            let other = (figure.of)(other);
            let text = vec![
                (Tone::Plain, (figure.shown)(other)),
                figure.change(first, other),
            ];
            Cell::rich(Place::Value, text)
        });
        Row::new(cells.into_iter().chain(others))
    };
    Table::simple(
        first.into_iter().chain(head),
        FIGURES.iter().map(row).collect(),
    )
}

/// The line that stands for the table while it is folded away: how many figures it has, and the tail of the times to first token.
pub fn brief(comparison: &Comparison) -> String {
    let tails = under(&|at| {
        let side = comparison.sides.get(at)?;
        Some((format::seconds(side.ttft()[1]), side.policy()))
    });
    let rest = match misses::sentence(comparison).is_empty() {
        true => "the rest",
        false => "why no more is reused",
    };
    format!("{} figures: P95 of TTFT {tails}, and {rest}", FIGURES.len())
}

/// A row of the table of [`deltas`].
struct DeltaRow {
    title: &'static str,
    shown: fn(f64) -> String,
    of: fn(&PolicySide) -> f64,
    /// Whether less is better.
    lower: bool,
}

impl DeltaRow {
    /// The difference of another side's value from the first side's, in words with its tone.
    fn change(&self, first: f64, other: f64) -> (Tone, String) {
        // The difference between shares is in percentage points.
        let share = (self.shown)(1.0).ends_with('%');
        let change = match share {
            true => format::points(other, first),
            false => format::delta(other, first),
        };
        let class = match other == first || is_slight(other, first, share) {
            true => "same",
            // Who answered nothing is neither quicker nor slower.
            false if first.is_nan() || other.is_nan() => "same",
            false if (other < first) == self.lower => "better",
            false => "worse",
        };
        (Tone::Change(class), change)
    }
}

const FIGURES: [DeltaRow; 7] = [
    DeltaRow {
        title: "TTFT, median",
        shown: format::seconds,
        of: |it| it.ttft()[0],
        lower: true,
    },
    DeltaRow {
        title: "TTFT, P95",
        shown: format::seconds,
        of: |it| it.ttft()[1],
        lower: true,
    },
    DeltaRow {
        title: "TTFT, P99",
        shown: format::seconds,
        of: |it| it.ttft()[2],
        lower: true,
    },
    DeltaRow {
        title: "Requests completed a second",
        shown: |x| format!("{}{GAP}/s", format::significant(x, 3)),
        of: PolicySide::throughput,
        lower: false,
    },
    DeltaRow {
        title: "Prompt tokens reused",
        shown: format::share,
        of: |it| it.reuse,
        lower: false,
    },
    DeltaRow {
        title: "Of the GPUs' time, prefill computed",
        shown: format::share,
        of: |it| mean(it, |lane| lane.cold),
        lower: true,
    },
    DeltaRow {
        title: "Busiest replica's requests over the mean",
        shown: |x| match x.is_nan() {
            true => NONE.to_owned(),
            false => format!("{}{GAP}×", format::significant(x, 3)),
        },
        of: uneven,
        lower: true,
    },
];

/// The number of requests of the busiest replica divided by the mean over replicas; NaN if no request was answered.
fn uneven(side: &PolicySide) -> f64 {
    let mean = f64::from(side.shares.iter().sum::<u32>()) / side.shares.len().max(1) as f64;
    f64::from(side.shares.iter().copied().max().unwrap_or(0)) / mean
}
