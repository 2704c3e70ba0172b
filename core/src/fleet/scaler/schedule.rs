//! A schedule: a number of replicas from each time on, whatever happens. Between its times it looks each 15 s, as an HPA does, at
//! whether as many are there.

use super::FleetLook;
use crate::scenario::scaling::Autoscale;
use crate::units::VirtualTime;

/// The longest time between two looks.
const SYNC: VirtualTime = VirtualTime(15_000_000_000);

/// The times and numbers of a schedule, in the order of time. See the [module](self).
#[derive(Clone)]
pub(super) struct Schedule(Vec<(VirtualTime, u32)>);

impl Schedule {
    pub(super) fn new(scale: &Autoscale) -> Self {
        Self(scale.schedule.clone())
    }

    /// The time of the next look: that of the next change, if it is not far.
    pub(super) fn next(&self, now: VirtualTime) -> VirtualTime {
        let mut times = self.0.iter().map(|(at, _)| *at);
        let change = times.find(|at| *at > now);
        change.map_or(now + SYNC, |at| at.min(now + SYNC))
    }

    /// The number of replicas that the schedule wants; before its first time, as many as were wanted so far.
    pub(super) fn desired(&self, seen: &FleetLook) -> u32 {
        let due = self.0.iter().rev().find(|(at, _)| *at <= seen.now);
        due.map_or(seen.wanted, |(_, wanted)| *wanted)
    }
}
