//! KEDA: an HPA between one and many replicas, and KEDA's own switch between none and one.
//!
//! Each `poll` it looks whether anything is asked: whether requests wait in an engine's queue, or any came or was still there in
//! the last minute (production-stack's second trigger, the counter of requests at its router; without it a fleet that works
//! without a queue would count as idle). From no replicas it goes to max(min, 1) when something is asked; if the minimum is 0, it goes
//! from any to none when nothing was asked for the cool-down. All else is the HPA's, with a minimum of one: where one has to stay, the
//! cool-down changes nothing. With no replica there, production-stack's router answers 503.
//!
//! Source: kedacore/keda@8b4f083c, pkg/scaling/executor/scale_scaledobjects.go; vllm-project/production-stack@a6c01db0, helm and docs/source/use_cases/autoscaling-keda.rst.
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

    /// Notes that the step of this look is not taken.
    pub(super) fn held_back(&mut self, now: VirtualTime) {
        self.hpa.held_back(now);
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
            let cooled = now.since(self.active) >= self.cooldown && now >= self.initial;
            if cooled && self.min == 0 {
                return 0;
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

    /// Four idle replicas, and a cool-down of 60 s: where none may be left, it is over at the first poll from 60 s on. Where one has
    /// to stay, the cool-down is no matter, and the HPA keeps the four for its 300 s.
    #[test]
    fn the_cooldown_is_only_for_the_step_to_zero() {
        let course = |text: &str| {
            let mut keda = Keda::new(&Autoscale::parse(text).unwrap(), VirtualTime::ZERO);
            let (mut wanted, mut course) = (4, vec![(0.0, 4)]);
            for tick in 0..30 {
                let now = 15.0 * f64::from(tick);
                let next = keda.desired(&seen(now, wanted, 0));
                if next != wanted {
                    course.push((now, next));
                }
                wanted = next;
            }
            course
        };
        assert_eq!(course("keda:cooldown=60"), [(0.0, 4), (60.0, 0)]);
        for min in [1, 2] {
            let text = format!("keda:min={min};cooldown=60");
            assert_eq!(course(&text), [(0.0, 4), (300.0, min)]);
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
