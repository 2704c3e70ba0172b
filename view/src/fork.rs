//! A decision forked: what sending one request elsewhere would have led to, as rows and as sentences.
//!
//! The effects are `core`'s: whole runs in which only this decision was changed.

use crate::format;
use warmpath_core::fleet::{Effect, Outcome, Run};
use warmpath_core::order;
use warmpath_core::workload::Workload;

/// The number of requests that are offered for forking, per policy.
const OFFERED: usize = 12;

/// A request that can be forked.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// The number of the request, from 0.
    pub request: u32,
    /// When it was sent \[s\].
    pub sent: f64,
    /// The length of the request's prompt \[tokens\].
    pub prompt: u32,
    /// Prompt tokens that were found in the cache.
    pub found: u32,
    /// The number of the replica that the router sent it to.
    pub replica: u32,
    /// The time to first token of the request \[s\].
    pub ttft: f64,
}

/// The requests of a run with the longest time to first token, the slowest first.
pub fn slowest(workload: &Workload, run: &Run) -> Vec<Pick> {
    let base = workload.requests.len().max(1);
    let all = (0u32..).zip(&run.records);
    let pick = |(request, record): (u32, &warmpath_core::fleet::Record)| Pick {
        request,
        sent: record.sent.secs(),
        prompt: workload.requests[request as usize % base].prompt_tokens,
        found: record.hit_tokens,
        replica: u32::from(record.replica),
        ttft: (record.first_token - record.sent).secs(),
    };
    let done = all.filter(|(_, record)| record.outcome == Outcome::Completed);
    // No time is negative, so the bits sort like the numbers; requests with equal times stay in the order of their
    // numbers.
    let slowest = |pick: &Pick| !pick.ttft.to_bits();
    let mut picks = order::by_key(done.map(pick).collect(), slowest);
    picks.truncate(OFFERED);
    picks
}

/// A row of the table: one replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForkRow {
    /// The replica that the request is sent to in this row, in words.
    pub replica: String,
    /// Whether the policy chose this replica.
    pub chosen: bool,
    /// The values of the row and their differences from what happened: the request's TTFT, its prompt tokens found, the
    /// fleet's mean and P99 TTFT, prompt tokens computed. A difference is in the unit of its value, because one request is
    /// only a small share of a fleet's mean.
    pub cells: [(String, String); 5],
}

/// What else differs between the runs of a fork.
const ANEW: &str = "In each of these runs later requests are routed anew, so that other requests share its replica.";

/// The headings of a row's cells.
pub static CELLS: [&str; 5] = [
    "its TTFT",
    "found, tokens",
    "fleet's mean TTFT",
    "fleet's P99 TTFT",
    "computed, tokens",
];

/// A row per replica.
pub fn rows(original: &Effect, effects: &[Effect]) -> Vec<ForkRow> {
    let millis = |ms: Option<f64>| ms.map_or(format::NONE.to_owned(), format::millis);
    let row = |(at, effect): (usize, &Effect)| {
        let chosen = effect.replica == original.replica;
        let apart = |of: fn(&Effect) -> f64, as_text: fn(f64) -> String| match chosen {
            true => String::new(),
            false => signed(of(effect) - of(original), as_text),
        };
        let delta = |of: fn(&Effect) -> f64| apart(of, format::millis);
        let tokens = |of: fn(&Effect) -> f64| apart(of, |n| format::count(n as u64));
        let count = |n: u64| format::count(n);
        ForkRow {
            replica: effect.replica.unwrap_or(at as u32).to_string(),
            chosen,
            cells: [
                (
                    millis(effect.ttft_ms),
                    delta(|it| it.ttft_ms.unwrap_or(f64::NAN)),
                ),
                (
                    count(effect.hit_tokens.into()),
                    tokens(|it| it.hit_tokens.into()),
                ),
                (
                    millis(Some(effect.mean_ttft_ms)),
                    delta(|it| it.mean_ttft_ms),
                ),
                (millis(Some(effect.p99_ttft_ms)), delta(|it| it.p99_ttft_ms)),
                (
                    count(effect.prefilled_tokens),
                    tokens(|it| it.prefilled_tokens as f64),
                ),
            ],
        }
    };
    effects.iter().enumerate().map(row).collect()
}

/// A difference with its sign; "=" if it is zero, a dash if it is no number.
fn signed(apart: f64, as_text: fn(f64) -> String) -> String {
    if !apart.is_finite() {
        return format::NONE.to_owned();
    }
    let sign = match apart {
        0.0 => return "=".to_owned(),
        less if less < 0.0 => "−",
        _ => "+",
    };
    format!("{sign}{}", as_text(apart.abs()))
}

/// What the fork led to, in two sentences, and one on what else differs between its runs.
pub fn sentence(policy: &str, request: u32, original: &Effect, effects: &[Effect]) -> String {
    let went = match original.replica {
        Some(replica) => format!("{policy} sent request {request} to replica {replica}"),
        None => format!("{policy} turned request {request} away"),
    };
    let least = |of: fn(&Effect) -> Option<f64>| {
        let all = effects.iter().filter_map(|it| Some((it.replica?, of(it)?)));
        let best = all.min_by(|a, b| a.1.total_cmp(&b.1))?;
        let mine = of(original);
        mine.is_none_or(|mine| best.1 < mine)
            .then_some((best.0, best.1, mine))
    };
    let own = match least(|it| it.ttft_ms) {
        None => "no other would have answered it sooner".to_owned(),
        Some((replica, there, Some(here))) => format!(
            "replica {replica} would have answered it {} sooner",
            format::millis(here - there)
        ),
        Some((replica, there, None)) => {
            format!(
                "replica {replica} would have answered it in {}",
                format::millis(there)
            )
        }
    };
    let fleet = match least(|it| Some(it.mean_ttft_ms)) {
        Some((replica, there, Some(here))) => format!(
            "For the fleet replica {replica} would have been better: {} less mean TTFT of those answered.",
            format::millis(here - there)
        ),
        _ => "For the fleet's mean TTFT of those answered none would have been better.".to_owned(),
    };
    format!("{went}: {own}. {fleet} {ANEW}")
}

crate::wire_fields! {
    Pick { request, sent, prompt, found, replica, ttft }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(replica: u32, ttft: f64, mean: f64) -> Effect {
        Effect {
            replica: Some(replica),
            ttft_ms: Some(ttft),
            hit_tokens: 160,
            mean_ttft_ms: mean,
            p99_ttft_ms: 4.0 * mean,
            prefilled_tokens: 10_000,
        }
    }

    #[test]
    fn what_would_have_been_better_is_said() {
        let effects = [effect(0, 300.0, 200.0), effect(1, 180.0, 210.0)];
        let sentence = sentence("smart", 7, &effects[0], &effects).replace(format::GAP, " ");
        assert_eq!(
            sentence,
            "smart sent request 7 to replica 0: replica 1 would have answered it 120 ms sooner. For the fleet's mean TTFT \
             of those answered none would have been better. In each of these runs later requests are routed anew, so that other \
             requests share its replica."
        );
        let rows = rows(&effects[0], &effects);
        assert!(rows[0].chosen && !rows[1].chosen);
        assert_eq!(rows[0].cells[0].1, "");
        let changes = rows[1]
            .cells
            .each_ref()
            .map(|cell| cell.1.replace(format::GAP, " "));
        assert_eq!(changes, ["−120 ms", "=", "+10.0 ms", "+40.0 ms", "="]);
    }
}
