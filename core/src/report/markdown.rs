//! A Markdown table: a row a figure, a column a policy.

use super::Report;
use super::text::{change, number};
use crate::metrics::FIGURES;

/// The report as Markdown.
pub fn write(report: &Report) -> String {
    let mut out = String::from("| figure | unit |");
    for summary in &report.summaries {
        out += &format!(" {} |", summary.policy.replace('|', "\\|"));
    }
    out += "\n| --- | --- |";
    out += &" ---: |".repeat(report.summaries.len());
    out += "\n";
    for (at, figure) in FIGURES.iter().enumerate() {
        out += &format!("| {} | {} |", figure.title, figure.unit);
        for (column, summary) in report.summaries.iter().enumerate() {
            out += &format!(" {}", number(figure, summary.values[at]));
            if column > 0 {
                out += &format!(
                    " ({})",
                    change(report.summaries[0].values[at], summary.values[at])
                );
            }
            out += " |";
        }
        out += "\n";
    }
    out += &format!(
        "\n{}. Scenario: `{}`\n",
        report.provenance,
        report.scenario.to_query()
    );
    for note in &report.notes {
        out += &format!("\nNote: {note}\n");
    }
    out
}
