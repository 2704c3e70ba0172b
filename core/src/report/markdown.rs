//! The report as a Markdown table. It has a row per figure and a column per policy; a row per policy if they are too many
//! to stand side by side; or a row per combination of a sweep.

use super::number::{change, interval, number, unit};
use super::section::contents;
use super::{Report, goal, sweep};
use crate::metrics::FIGURES;

/// The largest number of policies that stand side by side.
const COLUMNS: usize = 6;

/// The report as Markdown.
pub fn write(report: &Report) -> String {
    let many = report.summaries.len() > COLUMNS;
    let (rows, left) = match report.points.is_empty() {
        true if many => (sweep::policies(report), 1),
        true => (compared(report), 2),
        false => (sweep::table(report), sweep::NAMES),
    };
    let mut out = table(&rows, left);
    let stages = sweep::stages(report);
    if !stages.is_empty() {
        out += &format!(
            "\nStages, each begun when the one before had drained:\n\n{}",
            table(&stages, sweep::NAMES)
        );
    }
    if let Some(asked) = goal::of(report) {
        out += &format!("\nGoal: `{asked}`\n\n");
        for sentence in goal::sentences(report) {
            out += &format!("- {sentence}\n");
        }
        let limits = goal::table(report);
        out += &format!("\n{}", table(&limits.cells(), limits.names));
    }
    for section in contents(report) {
        out += &format!("\n{}:\n", section.title);
        if !section.sentences.is_empty() {
            out.push('\n');
        }
        for sentence in section.sentences {
            out += &format!("- {sentence}\n");
        }
        for it in section.tables {
            out += &format!("\n{}", table(&it.cells(), it.names));
        }
    }
    out += &format!(
        "\n{}. Scenario: `{}`\n",
        report.provenance,
        report.asked().to_query()
    );
    for note in &report.notes {
        out += &format!("\nNote: {note}\n");
    }
    out
}

/// A Markdown table whose first `left` columns are aligned left, the others right.
pub(super) fn table(rows: &[Vec<String>], left: usize) -> String {
    let mut out = String::new();
    for (at, row) in rows.iter().enumerate() {
        for cell in row {
            out += &format!("| {} ", cell.replace('|', "\\|"));
        }
        out += "|\n";
        if at == 0 {
            for column in 0..row.len() {
                out += if column < left { "| --- " } else { "| ---: " };
            }
            out += "|\n";
        }
    }
    out
}

fn compared(report: &Report) -> Vec<Vec<String>> {
    let mut head = vec!["figure".to_owned(), "unit".to_owned()];
    head.extend(report.summaries.iter().map(|s| s.policy.clone()));
    let mut rows = vec![head];
    for (at, figure) in FIGURES.iter().enumerate() {
        let mut row = vec![figure.title.to_owned(), unit(figure).to_owned()];
        for (column, summary) in report.summaries.iter().enumerate() {
            let mut cell = number(figure, summary.values[at]);
            if let Some(range) = summary.ranges.and_then(|it| interval(figure, it[at])) {
                cell += &format!(" [{range}]");
            }
            if column > 0 {
                let first = report.summaries[0].values[at];
                cell += &format!(" ({})", change(figure, first, summary.values[at]));
            }
            row.push(cell);
        }
        rows.push(row);
    }
    rows
}
