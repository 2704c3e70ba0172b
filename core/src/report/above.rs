//! What the caches above the fleet saved, as sentences, CSV columns and Prometheus gauges.

use super::Report;
use crate::metrics::{AboveFigures, Summary};
use crate::words::grouped;

/// Whether the report has anything to say about caches above the fleet.
pub(super) fn is_told(report: &Report) -> bool {
    report.points.is_empty() && report.summaries.iter().any(|it| it.above.is_some())
}

/// The prices per million tokens, with their source and date, in words.
fn price(report: &Report) -> String {
    let price = &report.scenario.above.price;
    let date = match price.date {
        "" => String::new(),
        date => format!(", {date}"),
    };
    format!(
        "at {} US$ a million prompt tokens, {} cached, {} of answers ({}{date})",
        price.input, price.cached, price.output, price.source
    )
}

/// One or two sentences per policy: what an API would bill, and what the cache of whole answers saved.
pub(super) fn sentences(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    for summary in &report.summaries {
        let Some(above) = &summary.above else {
            continue;
        };
        let policy = match summary.seeds {
            1 => summary.policy.clone(),
            _ => format!("{} (first seed)", summary.policy),
        };
        if let Some(it) = &above.billed {
            out.push(format!(
                "{policy}: an API would bill {} requests with {} prompt tokens, {} cached ones (of {} requests) and {} of answers: {:.4} US$, {:.4} less than without prompt caching, {}",
                grouped(it.requests),
                grouped(it.input_tokens),
                grouped(it.cached_tokens),
                grouped(it.hits),
                grouped(it.output_tokens),
                it.cost_usd,
                it.saved_usd(),
                price(report)
            ));
        }
        if let Some(it) = &above.recalled {
            out.push(format!(
                "{policy}: {} requests had an answer from the response cache, with {} prompt tokens and {} of answers: {:.4} US$ less, {}",
                grouped(it.requests),
                grouped(it.input_tokens),
                grouped(it.output_tokens),
                it.saved_usd,
                price(report)
            ));
        }
    }
    out
}

/// The figures with their keys; empty for caches that the scenario does not have.
pub(super) fn figures(above: &AboveFigures) -> Vec<(&'static str, f64)> {
    let mut out = Vec::new();
    if let Some(it) = &above.billed {
        out.extend([
            ("billed_requests", it.requests as f64),
            ("billed_with_cached", it.hits as f64),
            ("billed_input_tokens", it.input_tokens as f64),
            ("billed_cached_tokens", it.cached_tokens as f64),
            ("billed_output_tokens", it.output_tokens as f64),
            ("billed_usd", it.cost_usd),
            ("billed_uncached_usd", it.uncached_usd),
            ("billed_saved_usd", it.saved_usd()),
        ]);
    }
    if let Some(it) = &above.recalled {
        out.extend([
            ("recalled_requests", it.requests as f64),
            ("recalled_input_tokens", it.input_tokens as f64),
            ("recalled_output_tokens", it.output_tokens as f64),
            ("recalled_saved_usd", it.saved_usd),
        ]);
    }
    out
}

fn first(report: &Report) -> Option<&AboveFigures> {
    report.summaries.iter().find_map(|it| it.above.as_ref())
}

/// The headings of the CSV columns that these figures add.
pub(super) fn csv_names(report: &Report) -> String {
    let names = first(report).map(figures).unwrap_or_default();
    names.iter().map(|(name, _)| format!(",{name}")).collect()
}

/// The CSV cells of these columns; empty cells for a row without such figures, such as a stage of a ladder.
pub(super) fn csv_cells(report: &Report, summary: Option<&Summary>) -> String {
    match summary.and_then(|it| it.above.as_ref()) {
        Some(above) => figures(above)
            .iter()
            .map(|(_, value)| format!(",{value}"))
            .collect(),
        None => ",".repeat(first(report).map_or(0, |it| figures(it).len())),
    }
}

/// A Prometheus gauge per figure.
pub(super) fn gauges(report: &Report, escaped: fn(&str) -> String) -> String {
    let mut out = String::new();
    for (at, (name, _)) in first(report)
        .map(figures)
        .unwrap_or_default()
        .iter()
        .enumerate()
    {
        out += &format!(
            "# HELP warmpath_{name} What the caches above the fleet saved or left to pay.\n"
        );
        out += &format!("# TYPE warmpath_{name} gauge\n");
        for (summary, point) in report.rows() {
            let Some(above) = &summary.above else {
                continue;
            };
            let mut labels = format!("policy=\"{}\"", escaped(&summary.policy));
            if let Some(point) = point {
                labels += &format!(",rate=\"{}\",replicas=\"{}\"", point.rate, point.replicas);
            }
            if let Some((_, value)) = figures(above).get(at) {
                out += &format!("warmpath_{name}{{{labels}}} {value}\n");
            }
        }
    }
    out
}
