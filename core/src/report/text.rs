//! Plain text: laid out like vLLM's serving benchmark for one policy, one column a policy for several.

use super::Report;
use crate::metrics::{FIGURES, Figure, Summary};

const LABEL: usize = 44;
/// Where a group of figures begins, with its heading.
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
    let width = report
        .summaries
        .iter()
        .map(|summary| summary.policy.len() + 2)
        .max()
        .unwrap_or(0)
        .max(12);
    let columns = report.summaries.len();
    let delta = if columns > 1 { 10 } else { 0 };
    let total = LABEL + width + (columns.saturating_sub(1)) * (width + delta);
    let mut out = rule('=', " Serving Benchmark Result ", total);
    if columns > 1 {
        let mut line = format!("{:<LABEL$}", "Policy:");
        for (at, summary) in report.summaries.iter().enumerate() {
            line += &format!("{:>width$}", summary.policy);
            if at > 0 {
                line += &format!("{:>delta$}", "Δ");
            }
        }
        out += &(line + "\n");
    } else if let Some(summary) = report.summaries.first() {
        out += &format!("{:<LABEL$}{:>width$}\n", "Policy:", summary.policy);
    }
    for (at, figure) in FIGURES.iter().enumerate() {
        if let Some((_, heading)) = HEADINGS.iter().find(|(key, _)| *key == figure.key) {
            out += &rule('-', heading, total);
        }
        out += &row(&report.summaries, at, figure, width, delta);
    }
    out += &rule('=', "", total);
    for note in &report.notes {
        out += &format!("note: {note}\n");
    }
    out += &format!("{}\n", report.provenance);
    out += &format!("scenario: {}\n", report.scenario.to_query());
    out
}

fn row(summaries: &[Summary], at: usize, figure: &Figure, width: usize, delta: usize) -> String {
    let unit = if figure.unit.is_empty() {
        String::new()
    } else {
        format!(" ({})", figure.unit)
    };
    let mut line = format!("{:<LABEL$}", format!("{}{unit}:", figure.title));
    for (column, summary) in summaries.iter().enumerate() {
        line += &format!("{:>width$}", number(figure, summary.values[at]));
        if column > 0 {
            line += &format!(
                "{:>delta$}",
                change(summaries[0].values[at], summary.values[at])
            );
        }
    }
    if let Some((least, most)) = summaries
        .first()
        .filter(|_| summaries.len() == 1)
        .and_then(|s| s.ranges.get(at))
    {
        line += &format!("   {} to {}", number(figure, *least), number(figure, *most));
    }
    line + "\n"
}

/// A figure's value as printed.
pub fn number(figure: &Figure, value: f64) -> String {
    format!("{value:.*}", figure.decimals)
}

/// The change from `first` to `value`, in percent.
pub fn change(first: f64, value: f64) -> String {
    if first == value {
        "=".to_owned()
    } else if first == 0.0 {
        "new".to_owned()
    } else {
        format!("{:+.1} %", (value / first - 1.0) * 100.0)
    }
}

fn rule(mark: char, title: &str, width: usize) -> String {
    let left = width.saturating_sub(title.chars().count()) / 2;
    let right = width.saturating_sub(title.chars().count() + left);
    let repeat = |n| core::iter::repeat_n(mark, n).collect::<String>();
    format!("{}{title}{}\n", repeat(left), repeat(right))
}
