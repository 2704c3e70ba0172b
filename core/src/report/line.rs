//! What the entrance (limits, the waiting line, shedding) did: the sums of each policy, and a row per tenant and class.

use super::Report;
use super::section::{Row, Section, called, count, index, ms, none, share};
use crate::metrics::{GroupFigures, LineFigures, Summary};
use crate::words::grouped;

pub(super) static SECTION: Section = Section {
    title: "The entrance, by tenant and class",
    sums: |summary| summary.line.as_ref().map(sums),
    names: &["group", "name"],
    rows: |summary| summary.line.as_ref().map(rows).unwrap_or_default(),
    lists: none,
    sentences,
};

/// The sums of a policy. [`sentences`] says each that is not 0.
pub(super) fn sums(line: &LineFigures) -> Row {
    let mut entries = vec![count("longest_line", "longest line", line.longest_line)];
    entries.extend(line.reasons().map(|(why, attempts)| {
        let part = ("turned_back", "why", why.key());
        count(why.key(), "attempts turned back", attempts).part_of(part)
    }));
    let title = "Jain's index over the tenants";
    entries.extend([
        index("jain_attainment", title, line.jain_attainment).part_of((
            "jain_index",
            "of",
            "attainment",
        )),
        index("jain_ttft", title, line.jain_ttft).part_of(("jain_index", "of", "mean_ttft")),
    ]);
    Row::new("entrance_", entries)
}

/// The figures of a tenant, a class, or all requests.
pub(super) fn row(series: &'static str, it: &GroupFigures) -> Row {
    let [mean, median, p95, p99] = it.ttft_ms;
    Row::new(
        series,
        vec![
            count("requests", "requests", it.requests),
            count("completed", "completed", it.completed),
            count("rejected", "rejected", it.rejected),
            count("failed", "failed", it.failed),
            count("refused", "refusals", it.refused),
            count("waited", "waited", it.waited),
            ms("mean_wait_ms", "mean wait", it.mean_wait_ms).over(it.waited),
            ms("longest_wait_ms", "longest wait", it.longest_wait_ms).over(it.waited),
            ms("mean_ttft_ms", "mean TTFT", mean).over(it.completed),
            ms("median_ttft_ms", "median TTFT", median).over(it.completed),
            ms("p95_ttft_ms", "P95 TTFT", p95).over(it.completed),
            ms("p99_ttft_ms", "P99 TTFT", p99).over(it.completed),
            share("attainment", "attainment", it.attainment).over(it.requests),
            count("tokens", "tokens served", it.tokens),
        ],
    )
}

/// A row for all requests, and for each tenant and class.
fn rows(line: &LineFigures) -> Vec<Row> {
    let named = |kind: &'static str, it: &GroupFigures| Row {
        csv: format!("{kind} {} ", it.name),
        label: Some((kind, it.name.clone())),
        names: vec![kind.to_owned(), it.name.clone()],
        ..row("group_", it)
    };
    let all = Row {
        names: vec!["all".to_owned(), line.all.name.clone()],
        ..row("entrance_", &line.all)
    };
    let mut rows = vec![all];
    rows.extend(line.tenants.iter().map(|it| named("tenant", it)));
    rows.extend(line.classes.iter().map(|it| named("class", it)));
    rows
}

/// A sentence per policy: how often a request waited, for how long, how many attempts were turned back, and how evenly tenants
/// fared.
fn sentences(report: &Report) -> Vec<String> {
    let each = report.summaries.iter();
    let each = each.filter_map(|summary| Some((summary, summary.line.as_ref()?)));
    let sentence = |(summary, line): (&Summary, &LineFigures)| {
        let mut parts = vec![match line.all.waited {
            0 => "nobody waited in line".to_owned(),
            waited => format!(
                "{} waits in line, {:.2} s on average and {:.2} s at most, {} at once",
                grouped(waited),
                line.all.mean_wait_ms / 1e3,
                line.all.longest_wait_ms / 1e3,
                grouped(line.longest_line.into())
            ),
        }];
        let reasons = line.reasons().filter(|(_, count)| *count > 0);
        parts.extend(reasons.map(|(why, count)| format!("{} {}", grouped(count), why.words())));
        for (index, of) in [
            (line.jain_attainment, "attainment"),
            (line.jain_ttft, "mean TTFT"),
        ] {
            if let Some(index) = index {
                parts.push(format!("Jain's index of the tenants' {of} {index:.3}"));
            }
        }
        format!("{}: {}", called(summary), parts.join("; "))
    };
    each.map(sentence).collect()
}
