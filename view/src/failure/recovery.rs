//! For how long the answers of a run with events were worse than those of the same run without them.
//!
//! Both runs have the same requests, so the same requests are compared: windows of [`WINDOW`] that follow each other in the
//! order sent, of those that both runs answer. In a window, the share of prompt tokens found in a cache and P95 of TTFT are
//! worse if they are so by more than a tenth of the other run's. How long is counted from the first thing that befell the fleet
//! (an event, or a failure by chance) until the last request of the first window is sent from which on no further one is worse.
//!
//! Left out are requests that only one of the runs answers. `core` reports another recovery, which needs no second run: it
//! compares the windows after an event with the last one before it.

use warmpath_core::fleet::{Record, Run};
use warmpath_core::metrics::{Recovery, WINDOW, percentile};
use warmpath_core::order;
use warmpath_core::units::VirtualTime;
use warmpath_core::workload::Workload;

/// By how much a figure may be worse without being called so, as a share.
pub(super) const TOLERANCE: f64 = 0.1;

/// A request that both runs answer: when it was sent, its prompt tokens, and of either run the tokens found and TTFT \[ms\].
struct Pair {
    sent: VirtualTime,
    asked: f64,
    with: (f64, f64),
    without: (f64, f64),
}

/// For how long hits, and for how long P95 of TTFT, were worse than without the events, counted from `at`.
pub(super) fn recovery(
    workload: &Workload,
    with: &Run,
    without: &Run,
    at: VirtualTime,
) -> [Recovery; 2] {
    let answer = |it: &Record| Some((f64::from(it.hit_tokens), it.ttft()?.millis()));
    let all = (0u32..).zip(with.records.iter().zip(&without.records));
    let pairs = all.filter_map(|(n, (with, without))| {
        Some(Pair {
            sent: with.sent,
            asked: f64::from(workload.request(n).prompt_tokens),
            with: answer(with)?,
            without: answer(without)?,
        })
    });
    let pairs = order::by_key(pairs.collect(), |it| it.sent.0);
    let fewer_hits = |window: &[Pair]| {
        let found = |of: fn(&Pair) -> (f64, f64)| -> f64 { window.iter().map(|it| of(it).0).sum() };
        let asked: f64 = window.iter().map(|it| it.asked).sum();
        asked > 0.0 && found(|it| it.with) < (1.0 - TOLERANCE) * found(|it| it.without)
    };
    let longer_waits = |window: &[Pair]| {
        let p95 = |of: fn(&Pair) -> (f64, f64)| {
            let mut waits: Vec<f64> = window.iter().map(|it| of(it).1).collect();
            order::numbers(&mut waits);
            percentile(&waits, 95.0)
        };
        p95(|it| it.with) > (1.0 + TOLERANCE) * p95(|it| it.without)
    };
    [
        worse_for(&pairs, at, fewer_hits),
        worse_for(&pairs, at, longer_waits),
    ]
}

/// For how long a window was worse.
fn worse_for(pairs: &[Pair], at: VirtualTime, worse: impl Fn(&[Pair]) -> bool) -> Recovery {
    if pairs.len() < WINDOW {
        return Recovery::TooFew;
    }
    let worse: Vec<bool> = pairs.windows(WINDOW).map(worse).collect();
    match worse.iter().rposition(|it| *it) {
        None => Recovery::Undisturbed,
        // The window behind the last one that is worse ends with this request.
        Some(last) => pairs.get(last + WINDOW).map_or(Recovery::Never, |it| {
            Recovery::After(it.sent.since(at).secs())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_worse_until_the_first_window_that_none_follows_that_is() {
        let at = VirtualTime::from_secs(100.0);
        let pairs: Vec<Pair> = (0..300u32)
            .map(|n| Pair {
                sent: VirtualTime::from_secs(n.into()),
                asked: 100.0,
                with: (50.0, 10.0),
                without: (50.0, 10.0),
            })
            .collect();
        // Whether a request of this range is in the window.
        let of = |from: f64, to: f64| {
            move |window: &[Pair]| {
                let mut sent = window.iter().map(|it| it.sent.secs());
                sent.any(|it| (from..to).contains(&it))
            }
        };
        let worse = |from, to| worse_for(&pairs, at, of(from, to));
        assert_eq!(worse(0.0, 0.0), Recovery::Undisturbed);
        assert_eq!(worse(100.0, 120.0), Recovery::After(69.0));
        assert_eq!(worse(100.0, 300.0), Recovery::Never);
        // A request that was sent before the event and suffers from it counts too.
        assert_eq!(worse(98.0, 100.0), Recovery::After(49.0));
        assert_eq!(
            worse_for(&pairs[..WINDOW - 1], at, of(0.0, 1.0)),
            Recovery::TooFew
        );
    }
}
