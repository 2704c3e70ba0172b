//! Comma-separated values: a row per policy, a column per figure.
//!
//! Further rows and columns appear where the scenario has something for them: a sweep adds columns for the place in it;
//! several seeds add the range of each figure; a ladder of rates adds a row per stage, counted from 1, below the policy's
//! own; where replicas may fail, requests cut off, attempts and recomputed tokens follow; a mixed fleet has a group of
//! columns per kind of replica; a fleet that grows and shrinks has its costs; a goal has its verdict, margin and the limit
//! that binds; then come the figures of the entrance, and those of each tenant and class. The last column repeats the
//! report's notes.

use super::{Report, above, goal, kinds, line as entrance, staff};
use crate::goal::Goal;
use crate::metrics::{FIGURES, Figures, Verdict};

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
    let lived = report.summaries.iter().any(|it| it.life.is_some());
    if lived {
        out += ",cut,attempts,client_again,router_again,sent_to_dead,recomputed_tokens";
    }
    out += &kinds::heads(report);
    out += &staff::heads(report);
    let goal = goal::of(report);
    if goal.is_some() {
        out += ",goal_verdict,goal_margin,goal_binds";
    }
    out += &entrance::csv_names(report);
    out += &above::csv_names(report);
    out += ",notes\r\n";
    let notes = report.notes.join("; ").replace('"', "\"\"");
    let notes = format!(",\"{notes}\"\r\n");
    for (summary, point) in report.rows() {
        let mut place = format!("\"{}\"", summary.policy.replace('"', "\"\""));
        if let Some(point) = point {
            place += &format!(",{},{}", point.rate, point.replicas);
        }
        let seeds = ranged.then_some(summary.seeds);
        let whole = if staged { ",,," } else { "" };
        out += &format!(
            "{place}{whole}{}",
            line(&summary.values, summary.ranges, seeds)
        );
        if let Some(life) = &summary.life {
            let [_, _, _, cut, _] = life.outcomes;
            out += &format!(
                ",{cut},{},{},{},{},{}",
                life.attempts,
                life.client_again,
                life.router_again,
                life.sent_to_dead,
                life.recomputed_tokens
            );
        }
        out += &kinds::cells(summary, true);
        out += &staff::cells(summary, true);
        out += &verdict(goal, summary.verdict.as_ref());
        out += &entrance::csv_cells(report, Some(summary));
        out += &above::csv_cells(report, Some(summary));
        out += &notes;
        for (at, stage) in summary.stages.iter().enumerate() {
            out += &format!("{place},{},{},{}", at + 1, stage.rate, stage.start_s);
            out += &line(&stage.values, stage.ranges, seeds);
            if lived {
                out += ",,,,,,";
            }
            out += &kinds::cells(summary, false);
            out += &staff::cells(summary, false);
            out += &verdict(goal, stage.verdict.as_ref());
            out += &entrance::csv_cells(report, None);
            out += &above::csv_cells(report, None);
            out += &notes;
        }
    }
    out
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
            format!(",{standing},{},\"{binds}\"", verdict.margin())
        }
    }
}

fn line(values: &Figures, ranges: Option<Figures<(f64, f64)>>, seeds: Option<u32>) -> String {
    let mut out: String = values.iter().map(|value| format!(",{value}")).collect();
    if let Some(seeds) = seeds {
        out += &format!(",{seeds}");
        for (least, most) in ranges.iter().flat_map(Figures::iter) {
            out += &format!(",{least},{most}");
        }
    }
    out
}
