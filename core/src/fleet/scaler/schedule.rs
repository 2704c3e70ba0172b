//! A schedule: so many replicas from such a time on, whatever happens.

use super::Seen;
use crate::scenario::scaling::Autoscale;
use crate::units::VirtualTime;

/// See the [module](self).
#[derive(Clone)]
pub(super) struct Schedule(Vec<(VirtualTime, u32)>);

impl Schedule {
    pub(super) fn new(scale: &Autoscale) -> Self {
        Self(scale.schedule.clone())
    }

    /// When the next change is.
    pub(super) fn next(&self, now: VirtualTime) -> Option<VirtualTime> {
        let mut times = self.0.iter().map(|(at, _)| *at);
        times.find(|at| *at > now)
    }

    /// How many there are to be; before its first time, as many as there are.
    pub(super) fn desired(&self, seen: &Seen) -> u32 {
        let due = self.0.iter().rev().find(|(at, _)| *at <= seen.now);
        due.map_or(seen.wanted, |(_, wanted)| *wanted)
    }
}
