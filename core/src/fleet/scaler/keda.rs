//! KEDA: an HPA between one and many replicas, and KEDA's own switch between none and one.
//!
//! Each `poll` it looks whether anything is asked: whether requests wait in an engine's queue, or any came or was still there in
//! the last minute (production-stack's second trigger, the counter of requests at its router; without it a fleet that works
//! without a queue would count as idle). From no replicas it goes to max(min, 1) when something is asked, from any to its minimum
//! when nothing was asked for the cool-down; in between the HPA decides, with a minimum of one. (KEDA itself goes to the minimum only
//! if that is 0; else it leaves shrinking to the HPA.) With no replica there, production-stack's router answers 503.
//!
//! Source: kedacore/keda@8b4f083c; vllm-project/production-stack@a6c01db0, helm and docs/source/use_cases/autoscaling-keda.rst.
//! Left out: the fallback after failed looks, an idle number of replicas apart from the minimum.

use super::FleetLook;
use super::hpa::Hpa;
use crate::fleet::fact::What;
use crate::scenario::scaling::{Autoscale, Metric};
use crate::units::VirtualTime;

/// The time for which a request counts as lately asked.
const LATELY: VirtualTime = VirtualTime(60_000_000_000);

/// The rule of KEDA. See the [module](self).
#[derive(Clone)]
pub(super) struct Keda {
    hpa: Hpa,
    min: u32,
    poll: VirtualTime,
    sync: VirtualTime,
    cooldown: VirtualTime,
    initial: VirtualTime,
    next_poll: VirtualTime,
    next_sync: VirtualTime,
    /// When a request was last seen to have come or to be there; `None` before any was.
    asked: Option<VirtualTime>,
    /// When the fleet was last found active.
    active: VirtualTime,
}

impl Keda {
    pub(super) fn new(scale: &Autoscale, phase: VirtualTime) -> Self {
        Self {
            hpa: Hpa::new(scale),
            min: scale.min,
            poll: scale.span("poll"),
            sync: scale.span("sync"),
            cooldown: scale.span("cooldown"),
            initial: scale.span("initial"),
            next_poll: phase,
            next_sync: phase,
            asked: None,
            active: VirtualTime::ZERO,
        }
    }

    /// The recommendations drawn from each metric at the last look.
    pub(super) fn weighed(&mut self) -> &mut Vec<What> {
        &mut self.hpa.weighed
    }

    /// The time of its next look.
    pub(super) fn next(&self) -> VirtualTime {
        self.next_poll.min(self.next_sync)
    }

    /// The number of replicas that the rule wants from now on.
    pub(super) fn desired(&mut self, seen: &FleetLook) -> u32 {
        let (now, mut wanted) = (seen.now, seen.wanted);
        if seen.asked || seen.sum(Metric::InFlight) > 0.0 {
            self.asked = Some(now);
        }
        if now >= self.next_sync {
            self.next_sync = now + self.sync;
            if wanted > 0 {
                wanted = self.hpa.desired(seen);
            }
        }
        if now >= self.next_poll {
            self.next_poll = now + self.poll;
            let lately = self.asked.is_some_and(|at| now.since(at) < LATELY);
            if lately || seen.sum(Metric::Waiting) > 0.0 {
                self.active = now;
                return wanted.max(self.min.max(1));
            }
            if now.since(self.active) >= self.cooldown && now >= self.initial && wanted > 0 {
                return self.min;
            }
        }
        wanted
    }
}

#[cfg(test)]
mod tests {
    use super::super::Sample;
    use super::*;

    fn seen(now: f64, wanted: u32, in_flight: u32) -> FleetLook {
        let pod = Sample {
            ready: true,
            in_flight,
            ..Sample::default()
        };
        FleetLook {
            now: VirtualTime::from_secs(now),
            wanted,
            pods: vec![pod; wanted as usize],
            ..FleetLook::default()
        }
    }

    /// The last request is seen at 30 s, so it counts as asked until 90 s; the last look that finds it so is at 60 s. The
    /// cool-down of 300 s is over at 360 s. From none, the next look after a request makes one.
    #[test]
    fn it_goes_to_zero_after_the_cooldown_and_back_at_the_next_look() {
        let mut keda = Keda::new(&Autoscale::parse("keda").unwrap(), VirtualTime::ZERO);
        assert_eq!(keda.desired(&seen(0.0, 1, 3)), 1);
        assert_eq!(keda.desired(&seen(30.0, 1, 1)), 1);
        let mut course = Vec::new();
        for tick in 2..13 {
            course.push(keda.desired(&seen(30.0 * f64::from(tick), 1, 0)));
        }
        assert_eq!(course, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
        assert_eq!(keda.desired(&seen(390.0, 0, 0)), 0);
        let mut asked = seen(420.0, 0, 0);
        asked.asked = true;
        assert_eq!(keda.desired(&asked), 1);
    }
}
