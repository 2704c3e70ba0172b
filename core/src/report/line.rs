//! What the entrance did, for people: the sums of each policy, and a row per tenant and class.

use super::Report;
use crate::metrics::{GroupFigures, LineFigures, Summary};
use crate::words::grouped;

/// The number of leading columns of [`rows`] that hold names.
pub(super) const PLACES: usize = 3;

/// Whether the report has anything to say about the entrance, tenants or classes.
pub(super) fn is_told(report: &Report) -> bool {
    report.points.is_empty() && report.summaries.iter().any(|it| it.line.is_some())
}

fn each(report: &Report) -> impl Iterator<Item = (&Summary, &LineFigures)> {
    let all = report.summaries.iter();
    all.filter_map(|summary| Some((summary, summary.line.as_ref()?)))
}

/// A sentence per policy: how many requests waited, for how long, how many were turned back, and how evenly tenants fared.
pub(super) fn sentences(report: &Report) -> Vec<String> {
    let sentence = |(summary, line): (&Summary, &LineFigures)| {
        let seeds = match summary.seeds {
            1 => "",
            _ => " (first seed)",
        };
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
        format!("{}{seeds}: {}", summary.policy, parts.join("; "))
    };
    each(report).map(sentence).collect()
}

/// A row for each policy and group, below a row of headings.
pub(super) fn rows(report: &Report) -> Vec<Vec<String>> {
    let head = [
        "policy",
        "group",
        "name",
        "requests",
        "completed",
        "rejected",
        "failed",
        "refusals",
        "waited",
        "mean wait (s)",
        "mean TTFT (ms)",
        "median TTFT (ms)",
        "P95 TTFT (ms)",
        "P99 TTFT (ms)",
        "attainment",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (summary, line) in each(report) {
        let of = |kind: &str, it: &GroupFigures| {
            let mut row = vec![summary.policy.clone(), kind.to_owned(), it.name.clone()];
            let counts = [
                it.requests,
                it.completed,
                it.rejected,
                it.failed,
                it.refused,
                it.waited,
            ];
            row.extend(counts.map(grouped));
            row.push(format!("{:.3}", it.mean_wait_ms / 1e3));
            let ttft = |ms: f64| match it.completed {
                0 => "–".to_owned(),
                _ => format!("{ms:.2}"),
            };
            row.extend(it.ttft_ms.map(ttft));
            row.push(format!("{:.4}", it.attainment));
            row
        };
        rows.push(of("all", &line.all));
        rows.extend(line.tenants.iter().map(|it| of("tenant", it)));
        rows.extend(line.classes.iter().map(|it| of("class", it)));
    }
    rows
}

/// The headings of the CSV columns that these figures add.
pub(super) fn csv_names(report: &Report) -> String {
    let Some((_, line)) = each(report).next() else {
        return String::new();
    };
    let mut out = String::from(",waited,mean_wait_ms,longest_wait_ms,longest_line");
    for (why, _) in line.reasons() {
        out += &format!(",{}", why.key());
    }
    out += ",jain_attainment,jain_ttft";
    for (kind, it) in groups(line) {
        for key in [
            "requests",
            "completed",
            "rejected",
            "failed",
            "refused",
            "mean_wait_ms",
            "mean_ttft_ms",
            "median_ttft_ms",
            "p95_ttft_ms",
            "p99_ttft_ms",
            "attainment",
        ] {
            out += &format!(",\"{kind} {} {key}\"", it.name.replace('"', "\"\""));
        }
    }
    out
}

/// The CSV cells of these columns; empty cells for a row without such figures, such as a stage of a ladder.
pub(super) fn csv_cells(report: &Report, summary: Option<&Summary>) -> String {
    let Some(line) = summary.and_then(|it| it.line.as_ref()) else {
        // Computed rather than counted in the heading, since names in quotes may contain commas.
        let columns = each(report).next().map_or(0, |(_, line)| {
            6 + line.turned_back.len() + 11 * groups(line).count()
        });
        return ",".repeat(columns);
    };
    let number = |it: Option<f64>| it.map_or_else(String::new, |it| it.to_string());
    let mut out = format!(
        ",{},{},{},{}",
        line.all.waited, line.all.mean_wait_ms, line.all.longest_wait_ms, line.longest_line
    );
    for (_, count) in line.reasons() {
        out += &format!(",{count}");
    }
    out += &format!(
        ",{},{}",
        number(line.jain_attainment),
        number(line.jain_ttft)
    );
    for (_, it) in groups(line) {
        let [mean, median, p95, p99] = it.ttft_ms;
        out += &format!(
            ",{},{},{},{},{},{},{mean},{median},{p95},{p99},{}",
            it.requests,
            it.completed,
            it.rejected,
            it.failed,
            it.refused,
            it.mean_wait_ms,
            it.attainment
        );
    }
    out
}

/// The figures of all tenants and then of all classes, each with the word "tenant" or "class".
pub(super) fn groups(line: &LineFigures) -> impl Iterator<Item = (&'static str, &GroupFigures)> {
    let tenants = line.tenants.iter().map(|it| ("tenant", it));
    tenants.chain(line.classes.iter().map(|it| ("class", it)))
}
