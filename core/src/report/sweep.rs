//! A sweep in short: which figures a row shows, for the formats that are read by people.

use super::Report;
use super::text::number;
use crate::metrics::{FIGURES, figure};

/// Figures of a row, by key, with the heading.
const COLUMNS: [(&str, &str); 10] = [
    ("completed", "completed"),
    ("rejected", "rejected"),
    ("failed", "failed"),
    ("request_throughput", "req/s"),
    ("output_throughput", "output tok/s"),
    ("mean_ttft_ms", "mean TTFT (ms)"),
    ("p99_ttft_ms", "P99 TTFT (ms)"),
    ("mean_tpot_ms", "mean TPOT (ms)"),
    ("token_reuse_rate", "tokens reused"),
    ("imbalance", "imbalance"),
];

/// Columns of a row that say where it stands.
pub(super) const PLACES: usize = 3;

/// A header and a row for each combination and policy. Refusals and failures are shown if there are any.
pub(super) fn table(report: &Report) -> Vec<Vec<String>> {
    let shown = COLUMNS.iter().filter_map(|&(key, heading)| {
        let at = figure(key)?;
        let always = !matches!(key, "rejected" | "failed");
        let shown = always || report.summaries.iter().any(|s| s.values[at] > 0.0);
        shown.then_some((at, heading))
    });
    let shown: Vec<(usize, &str)> = shown.collect();
    let mut head = vec![
        "rate (1/s)".to_owned(),
        "replicas".to_owned(),
        "policy".to_owned(),
    ];
    head.extend(shown.iter().map(|&(_, heading)| heading.to_owned()));
    let mut rows = vec![head];
    for (summary, point) in report.rows() {
        let (rate, replicas) = point.map_or((0.0, 0), |point| (point.rate, point.replicas));
        let mut row = vec![
            rate.to_string(),
            replicas.to_string(),
            summary.policy.clone(),
        ];
        row.extend(
            shown
                .iter()
                .map(|&(at, _)| number(&FIGURES[at], summary.values[at])),
        );
        rows.push(row);
    }
    rows
}
