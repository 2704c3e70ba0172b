//! The report as plain text: one policy as vLLM's serving benchmark prints it, several policies side by side with the
//! change against the first, a sweep with a row per combination.

use super::number::{change, interval, number, unit};
use super::section::contents;
use super::{Report, goal, sweep};
use crate::metrics::{FIGURES, Figure, Summary};

/// The width of a line as vLLM prints it, then that of labels and of values \[characters\].
const WIDTH: usize = 50;
const LABEL: usize = 40;
const VALUE: usize = 10;
const TITLE: &str = " Serving Benchmark Result ";
/// The blanks between two columns.
const GAP: usize = 2;
/// The key of the first figure of each group, with the group's heading.
const HEADINGS: [(&str, &str); 6] = [
    ("mean_ttft_ms", "Time to First Token"),
    ("mean_tpot_ms", "Time per Output Token (excl. 1st token)"),
    ("mean_itl_ms", "Inter-token Latency"),
    ("mean_e2el_ms", "End-to-end Latency"),
    ("mean_client_wait_ms", "Wait for the concurrency cap"),
    ("token_reuse_rate", "Cache and balance"),
];

/// The report as text.
pub fn write(report: &Report) -> String {
    let mut out = match report.summaries.as_slice() {
        _ if !report.points.is_empty() => grid(&sweep::table(report), sweep::NAMES),
        [one] => single(one),
        several => compared(several),
    };
    let stages = sweep::stages(report);
    if !stages.is_empty() {
        out += &format!(
            "stages, each begun when the one before had drained:\n{}",
            grid(&stages, sweep::NAMES)
        );
    }
    if let Some(asked) = goal::of(report) {
        out += &format!("goal: {asked}\n");
        for sentence in goal::sentences(report) {
            out += &format!("{sentence}\n");
        }
        let limits = goal::table(report);
        out += &grid(&limits.cells(), limits.names);
    }
    for section in contents(report) {
        let mut title = section.title.chars();
        let first = title.next().map(|letter| letter.to_ascii_lowercase());
        out.extend(first.into_iter().chain(title));
        out += ":\n";
        for sentence in section.sentences {
            out += &format!("{sentence}\n");
        }
        for table in section.tables {
            out += &grid(&table.cells(), table.names);
        }
    }
    for note in &report.notes {
        out += &format!("note: {note}\n");
    }
    out += &format!("{}\n", report.provenance);
    if let Some(sum) = report.pool_sum() {
        out += &format!("{sum}\n");
    }
    out += &format!("scenario: {}\n", report.asked().to_query());
    out
}

/// One policy, line by line as vLLM prints it; with several seeds the range is added.
fn single(summary: &Summary) -> String {
    let mut out = rule('=', TITLE, WIDTH);
    out += &row("Policy:", &summary.policy, "");
    if summary.seeds > 1 {
        out += &row(
            "Seeds (median, least to most):",
            &summary.seeds.to_string(),
            "",
        );
    }
    for (at, figure) in FIGURES.iter().enumerate() {
        if let Some(heading) = heading(figure) {
            out += &rule('-', heading, WIDTH);
        }
        let range = summary
            .ranges
            .and_then(|ranges| interval(figure, ranges[at]));
        let value = number(figure, summary.values[at]);
        out += &row(&label(figure), &value, &range.unwrap_or_default());
    }
    out + &rule('=', "", WIDTH)
}

fn row(label: &str, value: &str, range: &str) -> String {
    let line = format!("{label:<LABEL$} {value:<VALUE$} {range}");
    format!("{}\n", line.trim_end())
}

/// Several policies in a column each, with the change against the first.
fn compared(summaries: &[Summary]) -> String {
    let seeds = summaries.iter().map(|s| s.seeds).max().unwrap_or(1);
    let mut head = vec!["Policy:".to_owned()];
    for (column, summary) in summaries.iter().enumerate() {
        head.push(summary.policy.clone());
        if column > 0 {
            head.push("change".to_owned());
        }
    }
    let mut rows = vec![head];
    for (at, figure) in FIGURES.iter().enumerate() {
        let mut row = vec![label(figure)];
        for (column, summary) in summaries.iter().enumerate() {
            let range = summary.ranges.and_then(|it| interval(figure, it[at]));
            let range = range.map(|range| format!(" [{range}]"));
            row.push(number(figure, summary.values[at]) + &range.unwrap_or_default());
            if column > 0 {
                row.push(change(figure, summaries[0].values[at], summary.values[at]));
            }
        }
        rows.push(row);
    }
    let table = grid(&rows, 1);
    let width = table.lines().map(|line| line.chars().count()).max();
    let width = width.unwrap_or(WIDTH);
    let mut out = rule('=', TITLE, width);
    let mut lines = table.lines();
    out += &format!("{}\n", lines.next().unwrap_or_default());
    if seeds > 1 {
        out += &format!("{seeds} seeds: median [least to most]\n");
    }
    for (figure, line) in FIGURES.iter().zip(lines) {
        if let Some(heading) = heading(figure) {
            out += &rule('-', heading, width);
        }
        out += &format!("{line}\n");
    }
    out + &rule('=', "", width)
}

/// A table whose columns are as wide as their longest cell; the first `left` columns are aligned left, the others right.
pub(super) fn grid(rows: &[Vec<String>], left: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (at, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            if at > 0 {
                line += &" ".repeat(GAP);
            }
            line += &if at < left {
                format!("{cell:<width$}")
            } else {
                format!("{cell:>width$}")
            };
        }
        out += line.trim_end();
        out.push('\n');
    }
    out
}

fn heading(figure: &Figure) -> Option<&'static str> {
    let found = HEADINGS.iter().find(|(key, _)| *key == figure.key);
    found.map(|&(_, heading)| heading)
}

fn label(figure: &Figure) -> String {
    match unit(figure) {
        "" => format!("{}:", figure.title),
        unit => format!("{} ({unit}):", figure.title),
    }
}

fn rule(mark: char, title: &str, width: usize) -> String {
    let left = width.saturating_sub(title.chars().count()) / 2;
    let right = width.saturating_sub(title.chars().count() + left);
    let repeat = |n| core::iter::repeat_n(mark, n).collect::<String>();
    format!("{}{title}{}\n", repeat(left), repeat(right))
}
