//! The load that the points of a sweep have in common, in words, and whether a number of GPUs can be called enough for it.
//!
//! A scenario's rate is the load only where arrivals are drawn at it. Where a client keeps a limit of its own on the requests
//! under way, what waits at the client for that limit is not part of TTFT, so a slow fleet would seem to keep up with any
//! rate.

use super::Shown;
use crate::chart::swept::SweptAxis;
use crate::format;
use warmpath_core::scenario::Arriving;

/// The load of a sweep over replicas alone, at the scenario's rate of arrivals \[1/s\].
pub(super) fn held(run: &Shown<'_>, rate: f64) -> String {
    let facts = run.facts;
    let drawn = SweptAxis::Rate.value_text(rate);
    let log = match facts.time_scale {
        1.0 => "with the log's own arrivals".to_owned(),
        by => format!(
            "with the log's own arrivals at {} of their times",
            format::setting(by)
        ),
    };
    match (run.arriving, facts.concurrency) {
        (Arriving::AtRate, _) => format!("at {drawn}"),
        (Arriving::Partly, _) => format!("{log}, the others at {drawn}"),
        (Arriving::Recorded, _) => log,
        (Arriving::AtOnce, None) => "with all requests at once".to_owned(),
        (Arriving::AtOnce, Some(most)) => {
            format!("with {}", format::plural(most.into(), "active request"))
        }
    }
}

/// Why no number of GPUs can be called enough, as a sentence; `None` if one can.
pub(super) fn unjudged(run: &Shown<'_>) -> Option<String> {
    let facts = run.facts;
    if let Some(scaled) = &facts.scaled {
        return Some(format!(
            "No number of GPUs is called enough here: {scaled} changes the number of replicas during a run, and what is swept is only \
             how many it begins with."
        ));
    }
    let most = facts.concurrency?;
    let waits = run.summaries.iter().map(|it| it.values.mean_client_wait_ms);
    let longest = waits.fold(0.0, f64::max);
    // Requests that are all due at once wait for the limit by intention: it is the load.
    if run.arriving == Arriving::AtOnce || longest <= 0.0 {
        return None;
    }
    Some(format!(
        "No number of GPUs is called enough here: the client has at most {}, and the wait for that, up to {} on average, \
         is not part of TTFT.",
        format::plural(most.into(), "active request"),
        format::millis(longest)
    ))
}
