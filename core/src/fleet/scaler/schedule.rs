//! A schedule: a number of replicas from each time on, whatever happens.

use super::FleetLook;
use crate::scenario::scaling::Autoscale;
use crate::units::VirtualTime;

/// The times and numbers of a schedule, in the order of time. See the [module](self).
#[derive(Clone)]
pub(super) struct Schedule(Vec<(VirtualTime, u32)>);

impl Schedule {
    pub(super) fn new(scale: &Autoscale) -> Self {
        Self(scale.schedule.clone())
    }

    /// The time of the next change; `None` if there is none.
    pub(super) fn next(&self, now: VirtualTime) -> Option<VirtualTime> {
        let mut times = self.0.iter().map(|(at, _)| *at);
        times.find(|at| *at > now)
    }

    /// The number of replicas that the schedule wants; before its first time, as many as were wanted so far.
    pub(super) fn desired(&self, seen: &FleetLook) -> u32 {
        let due = self.0.iter().rev().find(|(at, _)| *at <= seen.now);
        due.map_or(seen.wanted, |(_, wanted)| *wanted)
    }
}
