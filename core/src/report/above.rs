//! What the caches above the fleet saved.

use super::Report;
use super::section::{Row, Section, called, count, dollars, none};
use crate::metrics::AboveFigures;
use crate::words::grouped;

pub(super) static SECTION: Section = Section {
    title: "The caches above the fleet",
    sums: |summary| summary.above.as_ref().map(sums),
    names: &[],
    rows: none,
    lists: none,
    sentences,
};

/// The sums of a policy; none for caches that the scenario does not have. [`sentences`] says each that is not 0, but for the
/// bill without a cache, which is what was billed and what was saved.
pub(super) fn sums(above: &AboveFigures) -> Row {
    let mut entries = Vec::new();
    if let Some(it) = &above.billed {
        let uncached = "bill without the cache";
        entries.extend([
            count("billed_requests", "requests billed", it.requests),
            count(
                "billed_with_cached",
                "requests billed with cached tokens",
                it.hits,
            ),
            count(
                "billed_input_tokens",
                "prompt tokens billed in full",
                it.input_tokens,
            ),
            count(
                "billed_cached_tokens",
                "prompt tokens billed as cached",
                it.cached_tokens,
            ),
            count(
                "billed_output_tokens",
                "answer tokens billed",
                it.output_tokens,
            ),
            dollars("billed_usd", "bill", Some(it.cost_usd)),
            dollars("billed_uncached_usd", uncached, Some(it.uncached_usd)),
            dollars(
                "billed_saved_usd",
                "less than without the cache",
                Some(it.saved_usd()),
            ),
        ]);
    }
    if let Some(it) = &above.recalled {
        entries.extend([
            count(
                "recalled_requests",
                "requests answered from the cache",
                it.requests,
            ),
            count(
                "recalled_input_tokens",
                "prompt tokens of requests answered from the cache",
                it.input_tokens,
            ),
            count(
                "recalled_output_tokens",
                "answer tokens of requests answered from the cache",
                it.output_tokens,
            ),
            dollars(
                "recalled_saved_usd",
                "saved by answers from the cache",
                Some(it.saved_usd),
            ),
        ]);
    }
    Row::new("", entries)
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
fn sentences(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    for summary in &report.summaries {
        let Some(above) = &summary.above else {
            continue;
        };
        let policy = called(summary);
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
