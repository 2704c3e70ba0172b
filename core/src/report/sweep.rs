//! The short tables of a sweep, of a ladder of rates and of policies, in the formats that people read: a few chosen figures a
//! row.

use super::Report;
use super::number::number;
use crate::metrics::{FIGURES, Figures, PLACES as OF};

/// The figures of a row, by their place, each with its heading.
const COLUMNS: [(usize, &str); 10] = [
    (OF.completed, "completed"),
    (OF.rejected, "rejected"),
    (OF.failed, "failed"),
    (OF.request_throughput, "req/s"),
    (OF.output_throughput, "output tok/s"),
    (OF.mean_ttft_ms, "mean TTFT (ms)"),
    (OF.p99_ttft_ms, "P99 TTFT (ms)"),
    (OF.mean_tpot_ms, "mean TPOT (ms)"),
    (OF.token_reuse_rate, "tokens reused (%)"),
    (OF.imbalance, "imbalance"),
];

/// The number of leading columns that say which combination or stage a row is for.
pub(super) const NAMES: usize = 3;

/// A row for each combination and policy, below a row of headings. Where arrivals follow no rate, the row says what they
/// follow. Refusals and failures have columns only if there are any.
pub(super) fn table(report: &Report) -> Vec<Vec<String>> {
    let rows = report.rows().map(|(summary, point)| {
        let (rate, replicas) = point.map_or((0.0, 0), |point| (point.rate, point.replicas));
        let place = [
            report
                .arriving
                .words()
                .map_or(rate.to_string(), str::to_owned),
            replicas.to_string(),
            summary.policy.clone(),
        ];
        (place, &summary.values)
    });
    with_figures(
        ["rate (1/s)", "replicas", "policy"],
        &rows.collect::<Vec<_>>(),
    )
}

/// A row for each stage and policy of a ladder of rates, below a row of headings; empty without a ladder.
pub(super) fn stages(report: &Report) -> Vec<Vec<String>> {
    let most = report.summaries.iter().map(|s| s.stages.len()).max();
    let mut rows = Vec::new();
    for at in 0..most.unwrap_or(0) {
        for (summary, point) in report.rows() {
            let Some(stage) = summary.stages.get(at) else {
                continue;
            };
            let policy = match point {
                Some(point) => format!("{}, {} replicas", summary.policy, point.replicas),
                None => summary.policy.clone(),
            };
            let (rate, start) = (stage.rate.to_string(), format!("{:.1}", stage.start_s));
            rows.push(([rate, start, policy], &stage.values));
        }
    }
    if rows.is_empty() {
        return Vec::new();
    }
    with_figures(["rate (1/s)", "begins (s)", "policy"], &rows)
}

/// A row for each policy, below a row of headings.
pub(super) fn policies(report: &Report) -> Vec<Vec<String>> {
    let rows = report.summaries.iter().map(|summary| {
        let place = [summary.policy.clone()];
        (place, &summary.values)
    });
    with_figures(["policy"], &rows.collect::<Vec<_>>())
}

/// Rows of names with the figures of each beside them, below a row of headings; `places` are the headings of the names.
fn with_figures<const N: usize>(
    places: [&str; N],
    rows: &[([String; N], &Figures)],
) -> Vec<Vec<String>> {
    let shown = COLUMNS.into_iter().filter(|&(at, _)| {
        let always = at != OF.rejected && at != OF.failed;
        always || rows.iter().any(|(_, values)| values[at] > 0.0)
    });
    let shown: Vec<(usize, &str)> = shown.collect();
    let mut head: Vec<String> = places.map(str::to_owned).into();
    head.extend(shown.iter().map(|&(_, heading)| heading.to_owned()));
    let mut table = vec![head];
    for (place, values) in rows {
        let mut row = place.to_vec();
        row.extend(
            shown
                .iter()
                .map(|&(at, _)| number(&FIGURES[at], values[at])),
        );
        table.push(row);
    }
    table
}
