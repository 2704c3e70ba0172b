//! Comma-separated values: a line a policy, a column a figure.

use super::Report;
use crate::metrics::FIGURES;

/// The report as CSV (RFC 4180), with a header line.
pub fn write(report: &Report) -> String {
    let mut out = String::from("policy");
    for figure in &FIGURES {
        out += ",";
        out += figure.key;
    }
    out += "\r\n";
    for summary in &report.summaries {
        out += &format!("\"{}\"", summary.policy.replace('"', "\"\""));
        for value in &summary.values {
            out += &format!(",{value}");
        }
        out += "\r\n";
    }
    out
}
