//! The figures of a mixed fleet by kind of replica, in every format: one table of columns, so that every format has all of
//! them.

use super::Report;
use crate::metrics::{KindFigures, Summary};
use crate::words::grouped;

/// A column: its key, its heading for people, its value for programs, and its text for people.
type Column = (
    &'static str,
    &'static str,
    fn(&KindFigures) -> f64,
    fn(f64) -> String,
);

const COUNT: fn(f64) -> String = |value| grouped(value as u64);
const MS: fn(f64) -> String = |value| format!("{value:.2}");
const SHARE: fn(f64) -> String = |value| format!("{:.2}", value * 100.0);

/// The columns, in the order of the reports.
pub(super) const COLUMNS: [Column; 12] = [
    ("replicas", "replicas", |it| it.replicas.into(), COUNT),
    ("gpus", "GPUs", |it| it.gpus.into(), COUNT),
    (
        "pool_tokens",
        "pool of each (tokens)",
        |it| it.pool_tokens as f64,
        COUNT,
    ),
    ("completed", "completed", |it| it.completed as f64, COUNT),
    (
        "prefilled_tokens",
        "tokens prefilled",
        |it| it.prefilled_tokens as f64,
        COUNT,
    ),
    (
        "generated_tokens",
        "tokens generated",
        |it| it.generated_tokens as f64,
        COUNT,
    ),
    (
        "token_reuse_rate",
        "prompt tokens reused (%)",
        |it| it.token_reuse_rate,
        SHARE,
    ),
    ("mean_ttft_ms", "mean TTFT (ms)", |it| it.mean_ttft_ms, MS),
    ("p95_ttft_ms", "P95 TTFT (ms)", |it| it.p95_ttft_ms, MS),
    ("mean_tpot_ms", "mean TPOT (ms)", |it| it.mean_tpot_ms, MS),
    (
        "peak_kv_usage",
        "peak KV use (%)",
        |it| it.peak_kv_usage,
        SHARE,
    ),
    (
        "preemptions",
        "preemptions",
        |it| it.preemptions as f64,
        COUNT,
    ),
];

/// The number of leading columns of [`rows`] that hold names.
pub(super) const PLACES: usize = 2;

/// Whether the report has several kinds of replicas.
pub(super) fn is_told(report: &Report) -> bool {
    report.points.is_empty() && report.summaries.iter().any(|it| !it.kinds.is_empty())
}

/// A row for each kind and policy, below a row of headings.
pub(super) fn rows(report: &Report) -> Vec<Vec<String>> {
    let mut head = vec!["policy".to_owned(), "replicas of".to_owned()];
    head.extend(COLUMNS.iter().map(|column| column.1.to_owned()));
    let mut rows = vec![head];
    for summary in &report.summaries {
        let row = |kind: &KindFigures| {
            let mut row = vec![summary.policy.clone(), kind.name.clone()];
            row.extend(COLUMNS.iter().map(|(key, _, of, text)| {
                // There is no mean over no requests.
                match kind.completed == 0 && (key.ends_with("_ms") || *key == "token_reuse_rate") {
                    true => "–".to_owned(),
                    false => text(of(kind)),
                }
            }));
            row
        };
        rows.extend(summary.kinds.iter().map(row));
    }
    rows
}

/// The headings of the CSV columns, in the order of [`cells`]; empty if all replicas are alike.
pub(super) fn heads(report: &Report) -> String {
    let most = report.summaries.iter().map(|it| it.kinds.len()).max();
    let mut out = String::new();
    for kind in 1..=most.unwrap_or(0) {
        out += &format!(",kind{kind}");
        for (key, ..) in COLUMNS {
            out += &format!(",kind{kind}_{key}");
        }
    }
    out
}

/// The CSV cells of a policy; all empty unless `filled`, for a row without such figures, such as a stage of a ladder.
pub(super) fn cells(summary: &Summary, filled: bool) -> String {
    let mut out = String::new();
    for kind in &summary.kinds {
        match filled {
            true => {
                out += &format!(",\"{}\"", kind.name.replace('"', "\"\""));
                out.extend(COLUMNS.iter().map(|(_, _, of, _)| format!(",{}", of(kind))));
            }
            false => out += &",".repeat(1 + COLUMNS.len()),
        }
    }
    out
}

/// A Prometheus gauge per figure, labelled by policy and kind.
pub(super) fn gauges(report: &Report, escaped: fn(&str) -> String) -> String {
    let mut out = String::new();
    if !is_told(report) {
        return out;
    }
    for (key, title, of, _) in COLUMNS {
        // A heading's per cent are for people; the gauge is a share.
        let title = title.trim_end_matches(" (%)");
        let name = format!("warmpath_kind_{key}");
        out += &format!(
            "# HELP {name} By kind of replica: {title}, shares from 0 to 1.\n# TYPE {name} gauge\n"
        );
        for summary in &report.summaries {
            for kind in &summary.kinds {
                let (policy, which) = (escaped(&summary.policy), escaped(&kind.name));
                out += &format!(
                    "{name}{{policy=\"{policy}\",kind=\"{which}\"}} {}\n",
                    of(kind)
                );
            }
        }
    }
    out
}
