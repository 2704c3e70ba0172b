//! Comma-separated values: a line a policy, a column a figure. A sweep adds its place; several seeds add their range.

use super::Report;
use crate::metrics::FIGURES;

/// The report as CSV (RFC 4180), with a header line.
pub fn write(report: &Report) -> String {
    let swept = !report.points.is_empty();
    let ranged = report.summaries.iter().any(|s| !s.ranges.is_empty());
    let mut out = String::from("policy");
    if swept {
        out += ",rate,replica_count";
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
    out += "\r\n";
    for (summary, point) in report.rows() {
        out += &format!("\"{}\"", summary.policy.replace('"', "\"\""));
        if let Some(point) = point {
            out += &format!(",{},{}", point.rate, point.replicas);
        }
        for value in &summary.values {
            out += &format!(",{value}");
        }
        if ranged {
            out += &format!(",{}", summary.seeds);
            for (least, most) in &summary.ranges {
                out += &format!(",{least},{most}");
            }
        }
        out += "\r\n";
    }
    out
}
