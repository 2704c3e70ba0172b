//! The sides as lanes, and what the lanes show as captions, tables and accessible names.

use super::touch::lanes_of;
use super::{Comparison, PolicySide};
use crate::chart::scale::Scale;
use crate::format::{self, GAP};
use crate::lanes::axis::{Tick, ticks};
use crate::lanes::strip::{Shade, strip};
use crate::lanes::{self, Column};
use crate::lives::draw::words;
use crate::rich::{RichText, Tone};
use crate::table::{Cell, Row, Table};
use warmpath_core::router::PolicyDocs;

/// The strips of the replicas of side `which`, magnified `zoom` times, with the number of columns. All sides share one
/// scale.
pub fn strips(comparison: &Comparison, which: usize, zoom: u32) -> (usize, Vec<Vec<Shade>>) {
    let per = 4_u32.checked_div(zoom).unwrap_or(4).max(1) as usize;
    let drawn = |lanes: &[Vec<Column>]| -> Vec<Vec<Column>> {
        lanes.iter().map(|it| lanes::wider(it, per)).collect()
    };
    let all: Vec<_> = comparison
        .sides
        .iter()
        .map(|side| drawn(&side.lanes))
        .collect();
    let most = lanes::most_waiting(all.iter().flatten().flatten());
    let pool = f64::from(comparison.sides[which].pool_blocks);
    let columns = all[which].first().map_or(0, Vec::len);
    let strips = all[which].iter().map(|lane| strip(lane, most, pool));
    (columns, strips.collect())
}

/// The time axis below the lanes, magnified `zoom` times.
pub fn axis(comparison: &Comparison, zoom: u32) -> Vec<Tick> {
    let scale = Scale::Linear {
        from: 0.0,
        to: comparison.marks.end.secs(),
    };
    ticks(scale, 5 * zoom.max(1) as usize)
}

/// How to read the lanes and the marks around them: each mark with its meaning.
pub const READING: [(&str, &str); 7] = [
    (
        "Upper band",
        "what the GPU does. It is full where the GPU works all the time",
    ),
    (
        "Prefill found in the cache",
        "a step computes the new tokens of its prompts and reads all weights whatever it computes, so a step takes time even if nearly all \
         was found. It is split between the tokens found and those computed",
    ),
    (
        "Middle band",
        "who waits; full at the longest queue of any lane shown",
    ),
    (
        "Lowest band",
        "cache blocks that active requests need; full where that is the whole cache. The trees below count all else that a \
         cache holds, which stays until room is needed",
    ),
    (
        "Upright line with a knob",
        "the playhead, the moment that the sentence below is of; what is still to come is pale",
    ),
    (
        "Dashed upright line, and the triangle at the scrubber",
        "where a different choice first costs a request time or, if none does, where decisions first differ. Each stroke at the scrubber \
         is a request",
    ),
    ("Numbers", "requests and replicas are counted from 0"),
];

/// The figures in a side's caption.
pub fn caption(side: &PolicySide) -> RichText {
    let replicas = format!(
        "{} · median TTFT ",
        format::plural(lanes_of(side).len() as u64, "replica")
    );
    vec![
        (Tone::Plain, replicas),
        (Tone::Strong, format::seconds(side.ttft()[0])),
        (
            Tone::Plain,
            format!(" · reuse {}", format::share(side.reuse)),
        ),
    ]
}

/// All sides, a row for each replica that was there.
pub fn table(comparison: &Comparison) -> Table {
    const HEAD: [&str; 9] = [
        "policy",
        "replica",
        "requests",
        "prefill computed",
        "prefill spared",
        "decode only",
        "idle",
        "most waiting",
        "pool in use",
    ];
    let mut rows = Vec::new();
    for side in &comparison.sides {
        let there = side.lanes.iter().zip(&side.lives).enumerate();
        for (replica, (lane, _)) in there.filter(|(_, (_, life))| life.was_there()) {
            let whole = side.whole(lane);
            let values = [
                replica.to_string(),
                format::count(u64::from(side.shares[replica])),
                format::share(whole.cold),
                format::share(whole.warm),
                format::share(whole.decode),
                format::share((1.0 - whole.busy()).max(0.0)),
                format::fixed(lanes::most_waiting(lane), 1),
                format::share(whole.in_use / f64::from(side.pool_blocks.max(1))),
            ];
            let policy = Cell::row(side.policy());
            rows.push(Row::new(
                [policy].into_iter().chain(values.map(Cell::value)),
            ));
        }
    }
    Table::simple(HEAD.map(Cell::column), rows)
}

/// The mean of a figure over a side's replicas, without those that an autoscaler might have started and did not.
pub(super) fn mean(side: &PolicySide, of: fn(&Column) -> f64) -> f64 {
    let there = lanes_of(side);
    let lanes = there
        .iter()
        .filter_map(|at| side.lanes.get(usize::from(*at)));
    let whole = lanes.map(|lane| of(&side.whole(lane)));
    whole.sum::<f64>() / there.len().max(1) as f64
}

/// What a policy does, in a sentence; empty for an unknown one.
pub fn about(policy: &str) -> &'static str {
    PolicyDocs::of(policy).map_or("", |docs| docs.about)
}

/// The accessible name of a side's lanes.
pub fn label(comparison: &Comparison, which: usize) -> String {
    let side = &comparison.sides[which];
    let lives = side.lives.iter().enumerate();
    let lives = lives.map(|(replica, life)| words(replica, life));
    let lives: String = lives
        .filter(|words| !words.is_empty())
        .map(|words| format!("; {words}"))
        .collect();
    format!(
        "{}, {} in {}: {}, {} of the time in computed prefill, {} in prefill that the cache \
         spared, {} in decode alone{lives}",
        side.policy(),
        format::plural(side.course.completed, "request"),
        format::seconds(comparison.marks.end.secs() * side.lasts),
        format::plural(lanes_of(side).len() as u64, "replica"),
        format::share(mean(side, |c| c.cold)),
        format::share(mean(side, |c| c.warm)),
        format::share(mean(side, |c| c.decode)),
    )
    .replace(GAP, " ")
}
