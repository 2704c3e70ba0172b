//! How long those who are answered wait for their first token, with the events and without, and why some wait less.

use super::SentenceParts;
use crate::failure::{Failure, FailureRun, RunPair};
use crate::format;
use crate::playback::EventKind;
use warmpath_core::metrics::percentile;
use warmpath_core::order;

/// Adds how long those who are answered wait, policy by policy, to end a sentence. Under some policy there must be such.
pub(super) fn waits(words: &mut SentenceParts, failure: &Failure) {
    let time = |run: &FailureRun| match run.p95() {
        p95 if p95.is_nan() => None,
        p95 => Some(format::seconds(p95)),
    };
    words.plain("one in twenty waits longer for its first token (P95 of TTFT) than ");
    let mut none = Vec::new();
    let mut between = "";
    for side in &failure.sides {
        let Some(with) = time(&side.with) else {
            none.push(side.policy.clone());
            continue;
        };
        let without = time(&side.without).unwrap_or_else(|| "nobody is answered".to_owned());
        words.plain(between).strong(with);
        words.plain(format!(" under {} (without it {without})", side.policy));
        between = ", ";
    }
    if !none.is_empty() {
        words.plain(format!("; under {} nobody is answered", none.join(", ")));
    }
    words.plain(".");
}

/// Adds why those who are answered may wait less than without the event: because fewer are served, or only because the figure
/// leaves out those who are not answered.
pub(super) fn spared(words: &mut SentenceParts, failure: &Failure) {
    let (mut fewer, mut left_out) = (Vec::new(), Vec::new());
    for side in &failure.sides {
        // Refused, failed or broken off.
        let unserved = side.without.ended(0).saturating_sub(side.with.ended(0));
        let is_less = side.with.p95() < side.without.p95();
        if unserved == 0 || !is_less {
            continue;
        }
        let requests = format::plural(unserved, "request");
        match waits_of_answered(side) {
            Some([with, without]) if with < without => fewer.push(format!(
                "{requests} {} not answered to the end under {}",
                if unserved == 1 { "was" } else { "were" },
                side.policy
            )),
            _ => left_out.push(format!("{requests} under {}", side.policy)),
        }
    }
    if !fewer.is_empty() {
        words.plain(format!(
            " Where those answered wait less, it is because others no longer stood before them: {}.",
            fewer.join(", ")
        ));
    }
    if !left_out.is_empty() {
        words.plain(format!(
            " They do not wait less than they would without it: a shorter time leaves out who got no whole answer, {}.",
            left_out.join(", ")
        ));
    }
}

/// Of the requests answered in the run with the events, P95 of the time until the first token there and in the run without them
/// \[s\], both from the moment at which a router first had sent it; `None` if none is answered in both.
fn waits_of_answered(side: &RunPair) -> Option<[f64; 2]> {
    let times = |run: &FailureRun| {
        // Of each request: first sent, first token, whether it has its last.
        let mut all: std::collections::BTreeMap<u32, [Option<f64>; 3]> = Default::default();
        for event in &run.events {
            let place = match event.kind {
                EventKind::Sent => 0,
                EventKind::FirstToken => 1,
                EventKind::Done => 2,
                _ => continue,
            };
            all.entry(event.request).or_default()[place].get_or_insert(event.at.secs());
        }
        all
    };
    let without = times(&side.without);
    let mut waits = [Vec::new(), Vec::new()];
    for (request, with) in times(&side.with) {
        if let [Some(sent), Some(first), Some(_)] = with
            && let Some([Some(sent_without), Some(first_without), Some(_)]) = without.get(&request)
        {
            let sent = sent.min(*sent_without);
            waits[0].push(first - sent);
            waits[1].push(first_without - sent);
        }
    }
    (!waits[0].is_empty()).then(|| {
        waits.map(|mut all| {
            order::numbers(&mut all);
            percentile(&all, 95.0)
        })
    })
}
