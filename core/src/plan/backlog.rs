//! Whether the number of requests under way grew without bound: a run of finite length ends even where requests arrive
//! faster than they can be served, and its figures then depend on how long it was, not on what the fleet can bear.
//!
//! The second half of the time in which requests (or conversations) start is cut into ten pieces, and the mean number of
//! requests under way is taken in each. The backlog grows if a line fitted through the ten means rises by more than four
//! standard errors of its slope, and by more than a quarter of their mean over the half, and if that mean is at least two.
//!
//! A run so short that requests only begin to pile up does not show what would follow, and counts as growing too. It is that short
//! if, on the mean over the half, more than half of the requests that had come were still under way. Where requests come evenly
//! and all take equally long, that is so if each takes more than three eighths of the time in which they come; in a long run none
//! does. A fitted line does not show it: of requests that come at random many may come early, and then the line rises little.

use crate::fleet::{Outcome, Record};
use crate::request::Arrival;
use crate::scenario::{Arrivals, Scenario};
use crate::workload::Workload;

/// Number of pieces into which the second half of the arrivals is cut.
const PIECES: usize = 10;
/// Number of standard errors by which the slope must exceed zero.
const ERRORS: f64 = 4.0;
/// The least growth over the half that counts, as a share of the mean.
const LEAST: f64 = 0.25;
/// The least mean number of requests under way at which growth, or a share of unfinished ones, counts.
const FEW: f64 = 2.0;
/// The share of the requests that have come beyond which those under way are too many to tell what would follow.
const MANY: f64 = 0.5;

/// Why a run of finite length does not show that the fleet bears its load.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Backlog {
    /// The growth over the second half of the arrivals as a share of the mean; `None` if it is not significant.
    pub(super) growth: Option<f64>,
    /// The share of the requests that had come which was still under way, on the mean over that half; `None` if it is no more
    /// than half of them, or they are few.
    pub(super) unfinished: Option<f64>,
}

/// Whether a request starts by itself, that is, not after an answer of the same conversation.
fn starts(workload: &Workload, n: usize) -> bool {
    !matches!(
        workload.request(n as u32).arrival,
        Arrival::AfterPrevious(_)
    )
}

/// The time at which the last request that starts by itself was sent \[s\].
pub(super) fn last_start_s(workload: &Workload, records: &[Record]) -> f64 {
    let all = records.iter().enumerate();
    let sent = all.filter(|(n, _)| starts(workload, *n));
    sent.map(|(_, record)| record.sent.secs())
        .fold(0.0, f64::max)
}

/// What the second half of the arrivals shows; nothing if the load adapts to the fleet (a closed loop, or all requests at once).
pub(super) fn of(scenario: &Scenario, workload: &Workload, records: &[Record]) -> Backlog {
    if scenario.concurrency.is_some() || scenario.arrivals == Arrivals::AllAtOnce {
        return Backlog::default();
    }
    let all = records.iter().enumerate();
    let dues = all.filter(|(n, _)| starts(workload, *n));
    let (first, last) = dues.fold((f64::INFINITY, 0.0f64), |(first, last), (_, record)| {
        let due = record.due.secs();
        (first.min(due), last.max(due))
    });
    let from = (first + last) / 2.0;
    let width = (last - from) / PIECES as f64;
    if width.is_nan() || width <= 0.0 {
        return Backlog::default();
    }
    let (mut under_way, mut come) = ([0.0; PIECES], 0.0);
    for record in records {
        let begin = record.sent.secs();
        let end = match record.outcome {
            Outcome::Completed => record.done.secs(),
            // A request that is never answered stays under way.
            Outcome::Pending => f64::INFINITY,
            _ => continue,
        };
        if begin >= last {
            continue;
        }
        come += (last - begin.max(from)) / width;
        if end <= from {
            continue;
        }
        for (at, piece) in under_way.iter_mut().enumerate() {
            let (left, right) = (from + width * at as f64, from + width * (at + 1) as f64);
            *piece += (end.min(right) - begin.max(left)).max(0.0) / width;
        }
    }
    Backlog {
        growth: growth(&under_way),
        unfinished: unfinished(under_way.iter().sum(), come),
    }
}

/// The share that is under way of those that have come, both summed over the pieces; `None` if it does not count.
fn unfinished(under_way: f64, come: f64) -> Option<f64> {
    let share = under_way / come;
    (under_way >= FEW * PIECES as f64 && share > MANY).then_some(share)
}

/// The growth of a series from its beginning to its end as a share of its mean, by a fitted line; `None` if it is not
/// significant.
fn growth(series: &[f64]) -> Option<f64> {
    let n = series.len() as f64;
    let mean = series.iter().sum::<f64>() / n;
    let middle = (n - 1.0) / 2.0;
    let (mut across, mut along) = (0.0, 0.0);
    for (at, value) in series.iter().enumerate() {
        let x = at as f64 - middle;
        across += x * x;
        along += x * (value - mean);
    }
    let slope = along / across;
    let off = series.iter().enumerate().map(|(at, value)| {
        let error = value - mean - slope * (at as f64 - middle);
        error * error
    });
    let error = libm::sqrt(off.sum::<f64>() / (n - 2.0) / across);
    let growth = slope * n / mean;
    (mean >= FEW && slope > ERRORS * error && growth > LEAST).then_some(growth)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_that_piles_up_grows_and_noise_does_not() {
        let rising: Vec<f64> = (0..10).map(|n| 20.0 + 3.0 * f64::from(n)).collect();
        assert!(growth(&rising).unwrap() > 0.5);
        assert_eq!(growth(&[20.0; 10]), None);
        let falling: Vec<f64> = rising.iter().rev().copied().collect();
        assert_eq!(growth(&falling), None);
        let noise = [21.0, 35.0, 12.0, 40.0, 18.0, 30.0, 16.0, 41.0, 22.0, 37.0];
        assert_eq!(growth(&noise), None);
        // Growth this small does not count.
        let slight: Vec<f64> = (0..10).map(|n| 20.0 + 0.1 * f64::from(n)).collect();
        assert_eq!(growth(&slight), None);
    }

    #[test]
    fn what_hardly_anybody_was_answered_in_shows_nothing() {
        // Of 22 that had come 20 were under way; then half of them; then one of one.
        assert_eq!(unfinished(200.0, 220.0), Some(200.0 / 220.0));
        assert_eq!(unfinished(110.0, 220.0), None);
        assert_eq!(unfinished(10.0, 10.0), None);
        assert_eq!(unfinished(0.0, 0.0), None);
    }
}
