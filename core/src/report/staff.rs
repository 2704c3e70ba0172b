//! How a fleet grew and shrank and what that cost, in every format: one table of columns, so that every format has all of
//! them.

use super::Report;
use crate::metrics::{StaffFigures, Summary};
use crate::words::grouped;

/// A column: its key, its heading for people, its value, and the number of decimals for people.
type Column = (
    &'static str,
    &'static str,
    fn(&StaffFigures) -> Option<f64>,
    usize,
);

/// The columns, in the order of the reports.
pub(super) const COLUMNS: [Column; 17] = [
    (
        "fewest_replicas",
        "fewest paid",
        |it| Some(it.fewest.into()),
        0,
    ),
    ("most_replicas", "most paid", |it| Some(it.most.into()), 0),
    (
        "wanted_replica_s",
        "wanted (replica s)",
        |it| Some(it.wanted_s),
        0,
    ),
    (
        "paid_replica_s",
        "paid (replica s)",
        |it| Some(it.paid_s),
        0,
    ),
    (
        "ready_replica_s",
        "ready (replica s)",
        |it| Some(it.ready_s),
        0,
    ),
    ("gpu_hours", "GPU-hours", |it| Some(it.gpu_hours), 3),
    ("cost", "cost ($)", |it| it.cost, 2),
    (
        "needed_replica_s",
        "needed by the work alone (replica s)",
        |it| it.needed_s,
        0,
    ),
    (
        "overshoot_replica_s",
        "paid beyond that (replica s)",
        |it| it.overshoot_s,
        0,
    ),
    ("steps_up", "steps up", |it| Some(it.ups.into()), 0),
    ("steps_down", "steps down", |it| Some(it.downs.into()), 0),
    ("retired", "taken away", |it| Some(it.retired.into()), 0),
    (
        "retired_cut",
        "streams cut by that",
        |it| Some(it.cut.into()),
        0,
    ),
    (
        "retired_recomputed_tokens",
        "prompt tokens recomputed for it",
        |it| Some(it.recomputed_tokens as f64),
        0,
    ),
    ("goal_ms", "goal for TTFT (ms)", |it| Some(it.goal_ms), 0),
    (
        "above_goal_s",
        "above it (s)",
        |it| Some(it.above_goal_s),
        0,
    ),
    (
        "changes",
        "changes",
        |it| Some(it.course.len().saturating_sub(1) as f64),
        0,
    ),
];

/// The number of leading columns of [`rows`] that hold names.
pub(super) const PLACES: usize = 1;

/// The largest number of changes of a policy that are listed one by one.
const CHANGES: usize = 60;

/// Whether the report has anything to say about the size of the fleet or its cost.
pub(super) fn is_told(report: &Report) -> bool {
    report.points.is_empty() && report.summaries.iter().any(|it| it.staff.is_some())
}

fn each(report: &Report) -> impl Iterator<Item = (&Summary, &StaffFigures)> {
    let all = report.summaries.iter();
    all.filter_map(|summary| Some((summary, summary.staff.as_ref()?)))
}

/// A row per policy, below a row of headings.
pub(super) fn rows(report: &Report) -> Vec<Vec<String>> {
    let mut head = vec!["policy".to_owned()];
    head.extend(COLUMNS.iter().map(|column| column.1.to_owned()));
    let mut rows = vec![head];
    for (summary, staff) in each(report) {
        let mut row = vec![summary.policy.clone()];
        row.extend(
            COLUMNS
                .iter()
                .map(|(key, _, of, decimals)| match (of(staff), *decimals) {
                    (None, _) if *key == "cost" => "no price known".to_owned(),
                    (None, _) => "–".to_owned(),
                    (Some(value), 0) => grouped(libm::round(value) as u64),
                    (Some(value), decimals) => format!("{value:.decimals$}"),
                }),
        );
        rows.push(row);
    }
    rows
}

/// A row per change, below a row of headings: the replicas wanted, paid for and ready from then on.
pub(super) fn course(report: &Report) -> Vec<Vec<String>> {
    let head = ["policy", "from (s)", "wanted", "paid", "ready"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (summary, staff) in each(report) {
        for (at, [wanted, paid, ready]) in staff.course.iter().take(CHANGES) {
            rows.push(vec![
                summary.policy.clone(),
                format!("{at:.1}"),
                wanted.to_string(),
                paid.to_string(),
                ready.to_string(),
            ]);
        }
    }
    rows
}

/// The prices that were used, and how many changes the table leaves out.
pub(super) fn sentences(report: &Report) -> Vec<String> {
    let mut stated: Vec<String> = Vec::new();
    for (summary, staff) in each(report) {
        let price = format!("Prices: {}.", staff.price);
        if !stated.contains(&price) {
            stated.push(price);
        }
        let more = staff.course.len().saturating_sub(CHANGES);
        if more > 0 {
            stated.push(format!(
                "{}: {more} later changes are in --format json.",
                summary.policy
            ));
        }
    }
    stated
}

/// The headings of the CSV columns, in the order of [`cells`]; empty if no fleet changed.
pub(super) fn heads(report: &Report) -> String {
    match report.summaries.iter().any(|it| it.staff.is_some()) {
        true => COLUMNS.iter().map(|(key, ..)| format!(",{key}")).collect(),
        false => String::new(),
    }
}

/// The CSV cells of a policy; all empty unless `filled`, for a row without such figures, such as a stage of a ladder.
pub(super) fn cells(summary: &Summary, filled: bool) -> String {
    let Some(staff) = &summary.staff else {
        return String::new();
    };
    let cell = |(_, _, of, _): &Column| match of(staff).filter(|_| filled) {
        Some(value) => format!(",{value}"),
        None => ",".to_owned(),
    };
    COLUMNS.iter().map(cell).collect()
}

/// A Prometheus gauge per figure, labelled by policy.
pub(super) fn gauges(report: &Report, escaped: fn(&str) -> String) -> String {
    let mut out = String::new();
    if !is_told(report) {
        return out;
    }
    for (key, title, of, _) in COLUMNS {
        let name = format!("warmpath_scaling_{key}");
        out += &format!("# HELP {name} Of the fleet: {title}.\n# TYPE {name} gauge\n");
        for (summary, staff) in each(report) {
            if let Some(value) = of(staff) {
                out += &format!(
                    "{name}{{policy=\"{}\"}} {value}\n",
                    escaped(&summary.policy)
                );
            }
        }
    }
    out
}
