//! Knative's autoscaler: the mean of a minute, or of a tenth of it when that shows a panic.
//!
//! Requests are counted each second (those that wait at the activator included), and it decides each 2 s. It wants the mean of the
//! window over the target, but no less than half of what is ready and no more than a thousand times it. If the mean of the last
//! tenth of the window wants at least `panic` times what is ready, it is in panic, until that was not so for a whole window; in panic
//! it wants the larger of the two, and never less than before. If more than one replica is ready at the first look, it begins in
//! panic and wants as many: it has seen no requests yet, so it keeps what is there for a window. Requests that find no replica wait.
//!
//! Source: knative/serving@98e5ef90 pkg/autoscaler. The last replica goes when none was wanted for `grace`; the product waits until
//! its routes have changed, and for `grace` at most. Left out: the burst capacity that keeps the activator in between, and a decision
//! as soon as a request waits at zero (here it is made at the next look).

use std::collections::VecDeque;

use super::FleetLook;
use crate::scenario::scaling::{Autoscale, Metric};
use crate::units::VirtualTime;

/// The time between two counts of requests.
const SCRAPE: VirtualTime = VirtualTime(1_000_000_000);
/// The share of the window that is averaged in panic.
const SHORT: f64 = 0.1;
/// The factor by which the fleet may grow beyond what is ready in one step; it may shrink to half.
const UP: f64 = 1000.0;

/// The rule of Knative. See the [module](self).
#[derive(Clone)]
pub(super) struct Knative {
    target: f64,
    panic: f64,
    window: VirtualTime,
    sync: VirtualTime,
    grace: VirtualTime,
    /// The requests at each look, the oldest first.
    samples: VecDeque<f64>,
    /// When panic was last found, and the most that was wanted since it began; `None` when not in panic.
    panics: Option<(VirtualTime, u32)>,
    /// When it decides next, at the earliest.
    decides: VirtualTime,
    /// Since when no replica is wanted; `None` while any is.
    idle: Option<VirtualTime>,
}

impl Knative {
    pub(super) fn new(scale: &Autoscale) -> Self {
        Self {
            target: scale.target(Metric::InFlight).unwrap_or(1.0),
            panic: scale.figure("panic"),
            window: scale.span("window"),
            sync: scale.span("sync"),
            grace: scale.span("grace"),
            samples: VecDeque::new(),
            panics: None,
            decides: VirtualTime::ZERO,
            idle: None,
        }
    }

    /// The time from one look to the next.
    pub(super) fn scrape(&self) -> VirtualTime {
        SCRAPE.min(self.sync)
    }

    /// The mean of the requests over the last `seconds`, as far back as samples were taken.
    fn mean(&self, seconds: f64) -> f64 {
        let looks = libm::ceil(seconds / self.scrape().secs()).max(1.0) as usize;
        let last = self.samples.iter().rev().take(looks);
        let count = last.len().max(1);
        last.sum::<f64>() / count as f64
    }

    /// The number of replicas that the rule wants from now on.
    pub(super) fn desired(&mut self, seen: &FleetLook) -> u32 {
        if self.samples.is_empty() && seen.ready() > 1 {
            self.panics = Some((seen.now, seen.ready()));
        }
        self.samples.push_back(seen.sum(Metric::InFlight));
        let most = libm::ceil(self.window.secs() / self.scrape().secs()).max(1.0) as usize;
        while self.samples.len() > most {
            self.samples.pop_front();
        }
        if seen.now < self.decides {
            return seen.wanted;
        }
        self.decides = seen.now + self.sync;
        let ready = f64::from(seen.ready().max(1));
        let want = |mean: f64| libm::ceil(mean / self.target - 1e-9).max(0.0);
        let within =
            |want: f64| want.clamp(libm::floor(ready / 2.0), libm::ceil(UP * ready)) as u32;
        let stable = want(self.mean(self.window.secs()));
        let short = want(self.mean(self.window.secs() * SHORT));
        if short / ready >= self.panic {
            let before = self.panics.map_or(0, |(_, most)| most);
            self.panics = Some((seen.now, before));
        } else if self
            .panics
            .is_some_and(|(at, _)| seen.now.since(at) >= self.window)
        {
            self.panics = None;
        }
        let (stable, short) = (within(stable), within(short));
        let desired = match &mut self.panics {
            Some((_, most)) => {
                *most = stable.max(short).max(*most);
                *most
            }
            None => stable,
        };
        self.with_grace(desired, seen)
    }

    fn with_grace(&mut self, desired: u32, seen: &FleetLook) -> u32 {
        if desired > 0 || seen.wanted == 0 {
            self.idle = None;
            return desired;
        }
        let since = *self.idle.get_or_insert(seen.now);
        match seen.now.since(since) >= self.grace {
            true => 0,
            false => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Sample;
    use super::*;

    fn seen(now: u32, wanted: u32, in_flight: u32) -> FleetLook {
        let mut pods = vec![
            Sample {
                ready: true,
                ..Sample::default()
            };
            wanted as usize
        ];
        if let Some(first) = pods.first_mut() {
            first.in_flight = in_flight;
        }
        FleetLook {
            now: VirtualTime::from_secs(f64::from(now)),
            wanted,
            held: if wanted == 0 { in_flight } else { 0 },
            pods,
            ..FleetLook::default()
        }
    }

    /// One replica is ready, and the target is 70 requests for each: 150 over 6 s want 3, at least twice what is ready, which is a
    /// panic. When the load is gone, the 3 stay until no panic was found for 60 s.
    #[test]
    fn a_panic_holds_for_a_minute() {
        let mut knative = Knative::new(&Autoscale::parse("knative").unwrap());
        let mut wanted = 1;
        // A quiet minute before, so that the mean of the minute alone would want one.
        for second in 0..60 {
            wanted = knative.desired(&seen(second, wanted, 10));
        }
        assert_eq!(wanted, 1);
        let mut course = Vec::new();
        for second in 60..=66 {
            // What it wants is not ready before the load is gone.
            let mut one = seen(second, 1, 150);
            one.wanted = wanted;
            wanted = knative.desired(&one);
            course.push(wanted);
        }
        // Decided at even seconds on the last six looks: 33 (1), 80 (2, twice what is ready), 127 (2), 150 (3).
        assert_eq!(course, [1, 1, 2, 2, 2, 2, 3]);
        let mut left = 0;
        for second in 67..200 {
            let next = knative.desired(&seen(second, wanted, 0));
            if next < wanted && left == 0 {
                left = second;
            }
            wanted = next;
        }
        // With three ready, nothing wants six: the last panic was found at 66 s, a minute later it is over.
        assert_eq!(left, 126);
    }

    /// Four are ready when it begins, and nothing is asked: it begins in panic and keeps them for a minute, then halves what is
    /// ready at each decision. One is no panic: it may go when the grace is over.
    #[test]
    fn it_keeps_what_it_finds_for_a_minute() {
        let course = |begins: u32| {
            let mut knative = Knative::new(&Autoscale::parse("knative").unwrap());
            let mut wanted = begins;
            let mut looks = (0..70).map(|second| {
                wanted = knative.desired(&seen(second, wanted, 0));
                wanted
            });
            let mut course: Vec<(usize, u32)> = Vec::new();
            for (second, wanted) in looks.by_ref().enumerate() {
                if course.last().is_none_or(|last| last.1 != wanted) {
                    course.push((second, wanted));
                }
            }
            course
        };
        assert_eq!(course(4), [(0, 4), (60, 2), (62, 1)]);
        assert_eq!(course(1), [(0, 1), (30, 0)]);
    }

    /// A request that waits at zero is seen at the next look; with nothing asked for a minute, and the grace over, none is left.
    #[test]
    fn it_goes_to_zero_and_back() {
        let mut knative = Knative::new(&Autoscale::parse("knative").unwrap());
        assert_eq!(knative.desired(&seen(0, 0, 1)), 1);
        let mut wanted = 1;
        let mut gone = 0;
        for second in 1..120 {
            wanted = knative.desired(&seen(second, wanted, 0));
            if wanted == 0 && gone == 0 {
                gone = second;
            }
        }
        // The only look with a request was at 0 s: out of the minute at the 61st look, decided at 60 s; the grace is 30 s.
        assert_eq!(gone, 90);
    }
}
