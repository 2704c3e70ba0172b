//! The figures of a mixed fleet by kind of replica.

use super::section::{Row, Section, count, ms, none, share};
use crate::metrics::{KindFigures, Summary};

pub(super) static SECTION: Section = Section {
    title: "By kind of replica",
    sums: none,
    names: &["replicas of"],
    rows,
    lists: none,
    sentences: none,
};

/// The figures of a kind.
pub(super) fn row(it: &KindFigures) -> Row {
    // No time of an output token is 0, so that is the mean where no answer had a second one.
    let paced = u64::from(it.mean_tpot_ms > 0.0);
    Row::new(
        "kind_",
        vec![
            count("replicas", "replicas", it.replicas),
            count("gpus", "GPUs", it.gpus),
            count("pool_tokens", "pool of each (tokens)", it.pool_tokens),
            count("completed", "completed", it.completed),
            count("prefilled_tokens", "tokens prefilled", it.prefilled_tokens),
            count("generated_tokens", "tokens generated", it.generated_tokens),
            share(
                "token_reuse_rate",
                "prompt tokens reused",
                it.token_reuse_rate,
            )
            .over(it.completed),
            ms("mean_ttft_ms", "mean TTFT", it.mean_ttft_ms).over(it.completed),
            ms("p95_ttft_ms", "P95 TTFT", it.p95_ttft_ms).over(it.completed),
            ms("mean_tpot_ms", "mean TPOT", it.mean_tpot_ms).over(paced),
            share("peak_kv_usage", "peak KV use", it.peak_kv_usage),
            count("preemptions", "preemptions", it.preemptions),
        ],
    )
}

/// A row for each kind.
fn rows(summary: &Summary) -> Vec<Row> {
    let kinds = &summary.kinds;
    let row = |(at, it): (usize, &KindFigures)| {
        let before = kinds[..at].iter().filter(|other| other.name == it.name);
        let name = match before.count() {
            0 => it.name.clone(),
            before => format!("{} ({})", it.name, before + 1),
        };
        let number = format!("kind{}", at + 1);
        Row {
            csv: format!("{number}_"),
            column: Some((number, it.name.clone())),
            label: Some(("kind", name.clone())),
            names: vec![name],
            ..row(it)
        }
    };
    kinds.iter().enumerate().map(row).collect()
}
