//! Comma-separated values: a row per policy, a column per figure.
//!
//! Further rows and columns appear where the scenario has something for them: a sweep adds columns for the place in it;
//! several seeds add the range of each figure; a ladder of rates adds a row per stage, counted from 1, below the policy's
//! own; a goal has its verdict, margin (none if out of reach) and the limit that binds; then come the figures of the report's
//! sections. Their columns have the keys of JSON behind a prefix: `kind1_` and so on for the kinds of replicas, the name of a tenant or
//! class, and `life_` or `entrance_` where the whole run has a figure of that name. A cell is empty where there is no value. The
//! last column repeats the report's notes.

use super::section::SECTIONS;
use super::{Report, goal};
use crate::goal::Goal;
use crate::metrics::{FIGURES, Figures, Summary, Verdict, figure};

/// The report as CSV (RFC 4180), with a header line.
pub fn write(report: &Report) -> String {
    let swept = !report.points.is_empty();
    let ranged = report.summaries.iter().any(|s| s.ranges.is_some());
    let mut out = String::from("policy");
    if swept {
        out += ",rate,replica_count";
    }
    let staged = report.summaries.iter().any(|s| !s.stages.is_empty());
    if staged {
        out += ",stage,stage_rate,stage_start";
    }
    for figure in &FIGURES {
        out += ",";
        out += figure.key;
    }
    if ranged {
        out += ",seeds";
        for figure in &FIGURES {
            out += &format!(",least_{0},most_{0}", figure.key);
        }
    }
    let goal = goal::of(report);
    if goal.is_some() {
        out += ",goal_verdict,goal_margin,goal_binds";
    }
    let columns = columns(report);
    out.extend(columns.iter().map(|name| format!(",{}", quoted(name))));
    out += ",notes\r\n";
    let notes = report.notes.join("; ").replace('"', "\"\"");
    let notes = format!(",\"{notes}\"\r\n");
    for (summary, point) in report.rows() {
        let mut place = format!("\"{}\"", summary.policy.replace('"', "\"\""));
        if let Some(point) = point {
            // Where arrivals follow no rate, there is none.
            let rate = report.rate_of(point);
            let rate = rate.map_or_else(String::new, |rate| rate.to_string());
            place += &format!(",{rate},{}", point.replicas);
        }
        let seeds = ranged.then_some(summary.seeds);
        let whole = if staged { ",,," } else { "" };
        out += &format!(
            "{place}{whole}{}",
            line(&summary.values, summary.ranges, seeds)
        );
        out += &verdict(goal, summary.verdict.as_ref());
        let cells: Vec<(String, String)> = named(summary).collect();
        for column in &columns {
            out.push(',');
            let cell = cells.iter().find(|(name, _)| name == column);
            out += cell.map_or("", |(_, text)| text);
        }
        out += &notes;
        for (at, stage) in summary.stages.iter().enumerate() {
            out += &format!("{place},{},{},{}", at + 1, stage.rate, stage.start_s);
            out += &line(&stage.values, stage.ranges, seeds);
            out += &verdict(goal, stage.verdict.as_ref());
            // The sections are of the whole run.
            out += &",".repeat(columns.len());
            out += &notes;
        }
    }
    out
}

/// The cells of a policy's sections, each with the name of its column.
fn named(summary: &Summary) -> impl Iterator<Item = (String, String)> {
    let rows = SECTIONS.iter().flat_map(|section| section.all(summary));
    rows.flat_map(|row| {
        let name = row.column.into_iter();
        let name = name.map(|(head, text)| (head, format!("\"{}\"", text.replace('"', "\"\""))));
        let figures = row.entries.into_iter().map(move |it| {
            let key = it.figure.key;
            let name = match row.csv.is_empty() && figure(key).is_some() {
                true => format!("{}{key}", row.series),
                false => format!("{}{key}", row.csv),
            };
            (name, it.value.map_or_else(String::new, |it| it.to_string()))
        });
        name.chain(figures)
    })
}

/// The names of the columns that the sections add: each that some policy has something for.
fn columns(report: &Report) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for summary in &report.summaries {
        for (name, _) in named(summary) {
            if !out.contains(&name) {
                out.push(name);
            }
        }
    }
    out
}

/// A name as a cell: in quotes if it has anything but letters, digits and underscores.
fn quoted(name: &str) -> String {
    match name
        .bytes()
        .all(|it| it.is_ascii_alphanumeric() || it == b'_')
    {
        true => name.to_owned(),
        false => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

/// The cells for a goal: the verdict, the margin and the binding limit; empty cells where the row has no verdict.
fn verdict(goal: Option<&Goal>, verdict: Option<&Verdict>) -> String {
    match (goal, verdict) {
        (None, _) => String::new(),
        (Some(_), None) => ",,,".to_owned(),
        (Some(goal), Some(verdict)) => {
            let binds = goal.limits().get(verdict.binding());
            let binds = binds.map_or(String::new(), ToString::to_string);
            let standing = verdict.standing().word();
            let margin = Some(verdict.margin()).filter(|it| it.is_finite());
            let margin = margin.map_or(String::new(), |it| it.to_string());
            format!(",{standing},{margin},\"{binds}\"")
        }
    }
}

fn line(values: &Figures, ranges: Option<Figures<(f64, f64)>>, seeds: Option<u32>) -> String {
    let cell = |value: f64| match value.is_nan() {
        true => ",".to_owned(),
        false => format!(",{value}"),
    };
    let mut out: String = values.iter().map(|&value| cell(value)).collect();
    if let Some(seeds) = seeds {
        out += &format!(",{seeds}");
        for &(least, most) in ranges.iter().flat_map(Figures::iter) {
            out += &(cell(least) + &cell(most));
        }
    }
    out
}
