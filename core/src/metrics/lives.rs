//! What each event (a replica that fails, drains, hangs) did to a fleet: the requests it cut off, the tokens it cost, and
//! when the figures were as before.
//!
//! "As before" looks at windows of requests that follow each other in the order sent ([`WINDOW`]). The last window before
//! the event is the reference, by two figures: the share of prompt tokens found in the cache, and P95 of TTFT. An event
//! disturbed a figure if it is more than 10 % worse in some later window. The figure has recovered with the first window
//! after that in which it is within 10 % again, and the recovery time is that from the event until the last request of this
//! window was sent. Only completed requests are in a window, so requests that were cut off do not count; for the share found,
//! neither do those that the cache of whole answers served, which looked into no replica's cache. With 50 requests the P95 lies
//! between the third and the fourth largest value.

use serde::{Deserialize, Serialize};

use crate::fleet::{Happening, Lives, Outcome, Record, Run};
use crate::histogram::percentile;
use crate::order;
use crate::scenario::Scenario;
use crate::scenario::life::Target;
use crate::units::VirtualTime;
use crate::workload::Workload;

/// Number of successive requests in a window over which recovery is judged.
pub const WINDOW: usize = 50;

/// How long a figure took to be as it was before an event.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Recovery {
    /// There were fewer than [`WINDOW`] completed requests before or after the event, so nothing can be said.
    TooFew,
    /// The figure was never more than 10 % worse than before.
    Undisturbed,
    /// The figure had recovered this long after the event \[s\].
    After(f64),
    /// The figure had not recovered by the end of the run.
    Never,
}

/// An event that befell a replica or a router, with its consequences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HappeningFigures {
    /// The virtual time of the event \[s\].
    pub at_s: f64,
    /// The event without its time, in the scenario's notation, such as `kill=1`; `fails=1` for a random failure, `scale-in=1` for
    /// a replica that the autoscaler took away.
    pub event: String,
    /// The number of the replica that it befell; for a router's restart, the number of the router.
    pub whom: u16,
    /// Number of requests whose answer broke off in the middle. This and the next two are counted for the event that made the replica
    /// die, hang or go, the last of these.
    pub cut: u32,
    /// Number of attempts at or on their way to the replica that had no token yet.
    pub reset: u32,
    /// Number of attempts that were sent to the replica while it was down, was starting or hung.
    pub sent_to_dead: u32,
    /// Time from the event until a router last came to take the replica for down \[s\]; `None` if none did after it, or the event
    /// stops no replica from answering.
    pub known_after_s: Option<f64>,
    /// Time from the event until the replica became ready in a new life, or answered again after a hang \[s\]; `None` if it did not, or
    /// if the event slowed it down: the end of that is no such moment.
    pub ready_after_s: Option<f64>,
    /// Number of cached blocks that were lost with the replica's cache.
    pub lost_blocks: u32,
    /// Of the lost blocks, those that no other replica held.
    pub lost_alone: u32,
    /// Prompt tokens that were computed again because this cache was lost.
    pub recomputed_tokens: u64,
    /// How long the share of prompt tokens found in the cache took to be as before.
    pub hits_back: Recovery,
    /// How long P95 of TTFT took to be as before.
    pub ttft_back: Recovery,
}

/// What befell a fleet under one policy, as sums and event by event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LifeFigures {
    /// Number of requests by outcome, in the order of [`OUTCOMES`]: completed, rejected, failed, cut, pending.
    pub outcomes: [u64; 5],
    /// Number of completed requests that needed more than one attempt, as one broke or was refused with status 429.
    pub completed_after_again: u64,
    /// Number of attempts: the first of each request, and the further ones of clients and routers.
    pub attempts: u64,
    /// Number of further attempts that clients made: after one that failed, or that was refused with status 429.
    pub client_again: u64,
    /// Number of further attempts that routers made.
    pub router_again: u64,
    /// How often a circuit breaker opened.
    pub breakers_opened: u64,
    /// Prompt tokens that were computed again because a cache was lost, over all events.
    pub recomputed_tokens: u64,
    /// Number of attempts that were sent to replicas that were down, were starting or hung, over all events.
    pub sent_to_dead: u64,
    /// The events with their consequences, in the order of their time.
    pub happenings: Vec<HappeningFigures>,
}

/// The names of [`LifeFigures::outcomes`].
pub const OUTCOMES: [&str; 5] = ["completed", "rejected", "failed", "cut", "pending"];

/// What befell the fleet of a run; `None` if the scenario has nothing that could befall it.
pub(super) fn of(scenario: &Scenario, workload: &Workload, run: &Run) -> Option<LifeFigures> {
    let lives: &Lives = run.lives.as_ref()?;
    let count = |outcome| {
        let ended_so = run.records.iter().filter(|it| it.outcome == outcome);
        ended_so.count() as u64
    };
    let course = SentOrder::new(workload, run, |_| true);
    let routed = SentOrder::new(workload, run, |it| !it.recalled);
    let happenings: Vec<HappeningFigures> = lives
        .happenings
        .iter()
        .map(|it| figures(scenario, &course, &routed, it))
        .collect();
    Some(LifeFigures {
        outcomes: [
            Outcome::Completed,
            Outcome::Rejected,
            Outcome::Failed,
            Outcome::Cut,
            Outcome::Pending,
        ]
        .map(count),
        completed_after_again: lives.completed_after_again,
        attempts: run.records.len() as u64 + lives.client_again + lives.router_again,
        client_again: lives.client_again,
        router_again: lives.router_again,
        breakers_opened: lives.breakers_opened,
        recomputed_tokens: happenings.iter().map(|it| it.recomputed_tokens).sum(),
        sent_to_dead: happenings.iter().map(|it| u64::from(it.sent_to_dead)).sum(),
        happenings,
    })
}

fn figures(
    scenario: &Scenario,
    course: &SentOrder,
    routed: &SentOrder,
    it: &Happening,
) -> HappeningFigures {
    let since = |at: VirtualTime| at.since(it.at).secs();
    let event = scenario.troubles.events.all.get(usize::from(it.event));
    HappeningFigures {
        at_s: it.at.secs(),
        event: event.map_or_else(
            || match it.is_retirement() {
                true => format!("scale-in={}", it.whom),
                false => format!("fails={}", it.whom),
            },
            |event| {
                let target = Target::One(it.whom);
                let text = crate::scenario::life::Event { target, ..*event }.to_string();
                text.split_once(':')
                    .map_or(String::new(), |(_, rest)| rest.to_owned())
            },
        ),
        whom: it.whom,
        cut: it.cut,
        reset: it.reset,
        sent_to_dead: it.sent_to_dead,
        known_after_s: it.known.map(since),
        ready_after_s: it.ready.map(since),
        lost_blocks: it.lost_blocks,
        lost_alone: it.lost_alone,
        recomputed_tokens: it.recomputed_tokens,
        hits_back: routed.back(it.at, |window| {
            // The share is negated, since a smaller share found is worse.
            let (found, asked) = window.iter().fold((0.0, 0.0), |(found, asked), it| {
                (found + it.found, asked + it.asked)
            });
            let share = if asked > 0.0 { found / asked } else { 0.0 };
            -share
        }),
        ttft_back: course.back(it.at, |window| {
            let mut ttft: Vec<f64> = window.iter().map(|it| it.ttft_ms).collect();
            order::numbers(&mut ttft);
            percentile(&ttft, 95.0)
        }),
    }
}

/// What a window needs of a completed request: when it was sent, its TTFT, and its prompt tokens found and in all.
#[derive(Clone, Copy)]
struct Point {
    sent: VirtualTime,
    ttft_ms: f64,
    found: f64,
    asked: f64,
}

/// Completed requests of a run, in the order in which they were sent.
struct SentOrder(Vec<Point>);

impl SentOrder {
    fn new(workload: &Workload, run: &Run, counts: fn(&Record) -> bool) -> Self {
        let all = (0..).zip(&run.records);
        let points = all.filter(|(_, it)| counts(it)).filter_map(|(n, it)| {
            Some(Point {
                sent: it.sent,
                ttft_ms: it.ttft()?.millis(),
                found: f64::from(it.hit_tokens),
                asked: f64::from(workload.request(n).prompt_tokens),
            })
        });
        Self(order::by_key(points.collect(), |point| point.sent.0))
    }

    /// When the figure `worse` (larger is worse) of a window was as in the last window before `at`.
    fn back(&self, at: VirtualTime, worse: impl Fn(&[Point]) -> f64) -> Recovery {
        let begins = self.0.partition_point(|point| point.sent < at);
        let after = &self.0[begins..];
        if begins < WINDOW || after.len() < WINDOW {
            return Recovery::TooFew;
        }
        let before = worse(&self.0[begins - WINDOW..begins]);
        let within = |window: &[Point]| worse(window) <= before + 0.1 * before.abs();
        let mut windows = after.windows(WINDOW);
        if windows.all(within) {
            return Recovery::Undisturbed;
        }
        match windows.find(|window| within(window)) {
            Some(window) => {
                let last = window.last().map_or(at, |point| point.sent);
                Recovery::After(last.since(at).secs())
            }
            None => Recovery::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(ttft: impl Iterator<Item = f64>) -> SentOrder {
        let points = (0u64..).zip(ttft).map(|(n, ttft_ms)| Point {
            sent: VirtualTime(n * 1_000_000_000),
            ttft_ms,
            found: 50.0,
            asked: 100.0,
        });
        SentOrder(points.collect())
    }

    #[test]
    fn it_is_back_when_a_window_is_as_before() {
        let worst = |window: &[Point]| window.iter().map(|it| it.ttft_ms).fold(0.0, f64::max);
        let at = VirtualTime::from_secs(100.0);
        let bad = |from: usize, to: usize, ms: f64| {
            course((0..300).map(move |n| if (from..to).contains(&n) { ms } else { 10.0 }))
        };
        assert_eq!(bad(0, 0, 0.0).back(at, worst), Recovery::Undisturbed);
        assert_eq!(bad(100, 120, 10.9).back(at, worst), Recovery::Undisturbed);
        // The first window without the bad ones is 120 to 169.
        assert_eq!(bad(100, 120, 12.0).back(at, worst), Recovery::After(69.0));
        assert_eq!(bad(100, 300, 12.0).back(at, worst), Recovery::Never);
        // 50 requests before the event and 50 after it are just enough.
        for (seconds, enough) in [(49.0, false), (50.0, true), (250.0, true), (251.0, false)] {
            let at = VirtualTime::from_secs(seconds);
            let back = bad(0, 0, 0.0).back(at, worst);
            assert_eq!(back == Recovery::Undisturbed, enough, "{seconds}: {back:?}");
        }
    }
}
