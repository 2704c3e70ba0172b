//! The load that the points of a sweep have in common, in words, and whether a number of GPUs can be called enough for it.
//!
//! A scenario's rate is the load only where arrivals are drawn at it. Where a client keeps a limit of its own on the requests
//! under way, what waits at the client for that limit is not part of TTFT, so a slow fleet would seem to keep up with any
//! rate.

use crate::chart::swept::SweptAxis;
use crate::format;
use warmpath_core::report::Report;
use warmpath_core::scenario::Arriving;

/// The load of a sweep over replicas alone, at the scenario's rate of arrivals \[1/s\].
pub(super) fn held(report: &Report, rate: f64) -> String {
    let scenario = &report.scenario;
    let drawn = SweptAxis::Rate.rendered(rate);
    let log = match scenario.time_scale {
        1.0 => "with the log's own arrivals".to_owned(),
        by => format!(
            "with the log's own arrivals at {} of their times",
            format::setting(by)
        ),
    };
    match (report.arriving, scenario.concurrency) {
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
pub(super) fn unjudged(report: &Report) -> Option<String> {
    let scenario = &report.scenario;
    if let Some(scaled) = &scenario.autoscale {
        return Some(format!(
            "No number of GPUs is called enough here: {} changes the number of replicas during a run, and what is swept is only \
             how many it begins with.",
            scaled.preset.name
        ));
    }
    let most = scenario.concurrency?;
    let waits = report
        .summaries
        .iter()
        .map(|it| it.values.mean_client_wait_ms);
    let longest = waits.fold(0.0, f64::max);
    // Requests that are all due at once wait for the limit by intention: it is the load.
    if report.arriving == Arriving::AtOnce || longest <= 0.0 {
        return None;
    }
    Some(format!(
        "No number of GPUs is called enough here: the client has at most {}, and the wait for that, up to {} on average, \
         is not part of TTFT.",
        format::plural(most.into(), "active request"),
        format::millis(longest)
    ))
}
