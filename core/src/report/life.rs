//! What befell the fleet, for people: the sums of each policy, and a row per event. The figures are those of
//! [`LifeFigures`](crate::metrics::LifeFigures).

use super::Report;
use crate::metrics::{LifeFigures, OUTCOMES, Recovery, Summary};
use crate::words::grouped;

/// The number of leading columns of [`rows`] that hold names.
pub(super) const PLACES: usize = 3;

/// Whether the report has anything to say about failures and other events.
pub(super) fn is_told(report: &Report) -> bool {
    report.points.is_empty() && report.summaries.iter().any(|it| it.life.is_some())
}

fn each(report: &Report) -> impl Iterator<Item = (&Summary, &LifeFigures)> {
    let all = report.summaries.iter();
    all.filter_map(|summary| Some((summary, summary.life.as_ref()?)))
}

/// A sentence per policy: the outcomes of its requests, and how many attempts they took.
pub(super) fn sentences(report: &Report) -> Vec<String> {
    let sentence = |(summary, life): (&Summary, &LifeFigures)| {
        let requests: u64 = life.outcomes.iter().sum();
        let parts = OUTCOMES.iter().zip(life.outcomes);
        let parts = parts.filter(|(name, count)| **name != "pending" || *count > 0);
        let parts: Vec<String> = parts
            .map(|(name, count)| format!("{} {name}", grouped(count)))
            .collect();
        let seeds = match summary.seeds {
            1 => "",
            _ => " (first seed)",
        };
        let breakers = match life.breakers_opened {
            0 => String::new(),
            times => format!("; breakers opened {} times", grouped(times)),
        };
        format!(
            "{}{seeds}: {} requests = {}; {} of the completed at a further attempt; {} attempts ({} again by clients, {} by routers); {} sent to dead replicas; {} prompt tokens recomputed because a cache was lost{breakers}",
            summary.policy,
            grouped(requests),
            parts.join(" + "),
            grouped(life.completed_after_again),
            grouped(life.attempts),
            grouped(life.client_again),
            grouped(life.router_again),
            grouped(life.sent_to_dead),
            grouped(life.recomputed_tokens),
        )
    };
    each(report).map(sentence).collect()
}

/// A row for each event and policy, below a row of headings; empty if there was no event.
pub(super) fn rows(report: &Report) -> Vec<Vec<String>> {
    let head = [
        "policy",
        "at (s)",
        "event",
        "cut",
        "reset",
        "sent to it dead",
        "known after (s)",
        "ready after (s)",
        "cached blocks lost",
        "held nowhere else",
        "prompt tokens recomputed",
        "hits back after (s)",
        "P95 TTFT back after (s)",
    ];
    if each(report).all(|(_, life)| life.happenings.is_empty()) {
        return Vec::new();
    }
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (summary, life) in each(report) {
        for it in &life.happenings {
            let span = |it: Option<f64>| it.map_or_else(|| "–".to_owned(), |s| format!("{s:.1}"));
            rows.push(vec![
                summary.policy.clone(),
                format!("{:.1}", it.at_s),
                it.event.clone(),
                it.cut.to_string(),
                it.reset.to_string(),
                it.sent_to_dead.to_string(),
                span(it.known_after_s),
                span(it.ready_after_s),
                it.lost_blocks.to_string(),
                it.lost_alone.to_string(),
                it.recomputed_tokens.to_string(),
                recovery(it.hits_back),
                recovery(it.ttft_back),
            ]);
        }
    }
    rows
}

fn recovery(it: Recovery) -> String {
    match it {
        Recovery::TooFew => "too few".to_owned(),
        Recovery::Undisturbed => "stayed".to_owned(),
        Recovery::After(s) => format!("{s:.1}"),
        Recovery::Never => "not".to_owned(),
    }
}
