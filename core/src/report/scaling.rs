//! The report's section on how a fleet grew and shrank and what that cost.

use super::Report;
use super::document::{Cell, Table};
use super::section::{
    Row, Section, called, count, dollars, gpu_hours, list, ms, none, replica_seconds, seconds,
};
use crate::metrics::{ScalingFigures, Summary};

pub(super) static SECTION: Section = Section {
    title: "How the fleet grew and shrank",
    sums: none,
    names: &[],
    rows: |summary| summary.scaling.iter().map(row).collect(),
    lists: |report| course(report).into_iter().collect(),
    sentences,
};

/// How many rows the table of changes has for each policy; the first is the number at the beginning. JSON has them all.
const CHANGES: usize = 60;

/// The row of one policy.
pub(super) fn row(it: &ScalingFigures) -> Row {
    let changes = it.course.len().saturating_sub(1) as u64;
    let recomputed = "prompt tokens recomputed for it";
    Row::new(
        "scaling_",
        vec![
            count("fewest_replicas", "fewest paid", it.fewest),
            count("most_replicas", "most paid", it.most),
            replica_seconds("wanted_replica_s", "wanted", Some(it.wanted_s)),
            replica_seconds("paid_replica_s", "paid", Some(it.paid_s)),
            replica_seconds("ready_replica_s", "ready", Some(it.ready_s)),
            gpu_hours("gpu_hours", "paid", it.gpu_hours),
            dollars("cost", "cost", it.cost),
            replica_seconds("needed_replica_s", "needed by the work alone", it.needed_s),
            replica_seconds("overshoot_replica_s", "paid beyond that", it.overshoot_s),
            count("steps_up", "steps up", it.ups),
            count("steps_down", "steps down", it.downs),
            count("retired", "taken away", it.retired),
            count("retired_cut", "streams cut by that", it.cut),
            count(
                "retired_recomputed_tokens",
                recomputed,
                it.recomputed_tokens,
            ),
            ms("goal_ms", "goal for TTFT", it.goal_ms).whole(),
            seconds("above_goal_s", "above it", it.above_goal_s),
            count("changes", "changes", changes),
        ],
    )
}

/// The summaries of fleets that grew and shrank, with these figures.
fn with_scaling(report: &Report) -> impl Iterator<Item = (&Summary, &ScalingFigures)> {
    let all = report.summaries.iter();
    all.filter_map(|summary| Some((summary, summary.scaling.as_ref()?)))
}

/// The table with a row per change: the replicas wanted, paid for and ready from then on.
fn course(report: &Report) -> Option<Table> {
    let head = ["policy", "from (s)", "wanted", "paid", "ready"];
    let mut rows = Vec::new();
    for (summary, scaling) in with_scaling(report) {
        for (at, counts) in scaling.course.iter().take(CHANGES) {
            let mut row = vec![Cell::Text(called(summary)), Cell::Real(*at, 1)];
            row.extend(counts.map(|count| Cell::Whole(count.into())));
            rows.push(row);
        }
    }
    let columns = head.map(|heading| (heading, heading.to_owned())).to_vec();
    (!rows.is_empty()).then(|| list("Replicas wanted, paid and ready", columns, 1, rows))
}

/// The prices that were used, and how many changes the table leaves out.
fn sentences(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (summary, scaling) in with_scaling(report) {
        let price = format!("Prices: {}.", scaling.price);
        if !lines.contains(&price) {
            lines.push(price);
        }
        let more = scaling.course.len().saturating_sub(CHANGES);
        if more > 0 {
            lines.push(format!(
                "{}: {more} later changes are in --format json.",
                called(summary)
            ));
        }
    }
    lines
}
