//! How many replicas there were: wanted, paid, ready; and how many the work alone would have needed.
//!
//! **Needed.** What the replicas computed between two looks of the autoscaler is given as the time that one replica would take for
//! it with nothing else to do (each token at its cost in a full batch). Over spans of at least [`SPAN`] (the last one ends with the run)
//! the fewest replicas that could have computed as much are that time over the span, rounded up. No fleet that computes the same in
//! each span can do with fewer; one of that size might still miss a goal, as waiting, uneven load and lost caches are ignored. What
//! is paid beyond it is the overshoot.

use crate::fleet::fact::{Fact, What};
use crate::units::VirtualTime;

/// The shortest span over which the number of replicas needed is computed.
const SPAN: VirtualTime = VirtualTime(15_000_000_000);

/// The numbers of replicas from one moment on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReplicaCounts {
    /// The moment from which on they hold.
    pub at: VirtualTime,
    /// Replicas that were wanted, by the autoscaler, or as the scenario sets it.
    pub wanted: u32,
    /// Replicas that were paid: starting, ready, draining, or about to come back after a failure.
    pub paid: u32,
    /// Replicas that were ready.
    pub ready: u32,
}

/// How many replicas there were over the run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scaling {
    /// Every change of the numbers, in order of time; the first entry is the beginning.
    pub course: Vec<ReplicaCounts>,
    /// The replicas wanted, summed over the time to the end of the run \[replica s\].
    pub wanted_s: f64,
    /// The replicas paid, summed over the same time \[replica s\].
    pub paid_s: f64,
    /// The replicas ready, summed over the same time \[replica s\].
    pub ready_s: f64,
    /// The replicas that the work alone needed, summed over the same time, see the module; 0 without an autoscaler, as nobody looks
    /// at the work \[replica s\].
    pub needed_s: f64,
    /// What was paid beyond the need, span by span; without meaning where there is no autoscaler \[replica s\].
    pub overshoot_s: f64,
    /// How often the autoscaler wanted more replicas than before, and how often fewer.
    pub steps: (u32, u32),
}

/// The fold over the number of replicas. See the [module](self).
#[derive(Clone, Default)]
pub(in crate::fleet) struct ScalingFold {
    sums: Scaling,
    now: ReplicaCounts,
    /// Whether it is known how many are wanted: what is wanted first is no step.
    begun: bool,
    /// When the current span began, the work in it \[µs\], and what was paid before it \[replica s\].
    span: (VirtualTime, u64, f64),
}

impl ScalingFold {
    /// Takes in a fact of the log.
    pub(in crate::fleet) fn apply(&mut self, Fact { at, what }: &Fact) {
        match *what {
            What::Wanted { wanted } => {
                self.pass(*at);
                if self.begun {
                    self.sums.steps.0 += u32::from(wanted > self.now.wanted);
                    self.sums.steps.1 += u32::from(wanted < self.now.wanted);
                }
                (self.begun, self.now.wanted) = (true, wanted);
                self.note();
            }
            What::ReplicasCounted { paid, ready } => {
                self.pass(*at);
                (self.now.paid, self.now.ready) = (paid.into(), ready.into());
                self.note();
            }
            What::Worked { micros } => {
                self.pass(*at);
                self.span.1 = self.span.1.saturating_add(micros);
                if at.since(self.span.0) >= SPAN {
                    self.close(*at);
                }
            }
            _ => {}
        }
    }

    /// Adds what held until `at` to the sums.
    fn pass(&mut self, at: VirtualTime) {
        let seconds = at.since(self.now.at).secs();
        self.sums.wanted_s += f64::from(self.now.wanted) * seconds;
        self.sums.paid_s += f64::from(self.now.paid) * seconds;
        self.sums.ready_s += f64::from(self.now.ready) * seconds;
        self.now.at = self.now.at.max(at);
    }

    fn note(&mut self) {
        match self.sums.course.last_mut() {
            Some(last) if last.at == self.now.at => *last = self.now,
            Some(last)
                if (last.wanted, last.paid, last.ready)
                    == (self.now.wanted, self.now.paid, self.now.ready) => {}
            _ => self.sums.course.push(self.now),
        }
    }

    /// Ends a span, and adds the replicas that its work needed.
    fn close(&mut self, at: VirtualTime) {
        let (from, micros, paid_before) = self.span;
        let seconds = at.since(from).secs();
        if seconds > 0.0 {
            let needed = libm::ceil(micros as f64 / 1e6 / seconds) * seconds;
            let paid = self.sums.paid_s - paid_before;
            self.sums.needed_s += needed;
            self.sums.overshoot_s += (paid - needed).max(0.0);
        }
        self.span = (at, 0, self.sums.paid_s);
    }

    /// The sums at the end of the run.
    pub(in crate::fleet) fn into_sums(mut self, end: VirtualTime) -> Scaling {
        self.pass(end);
        // What was computed since the last look is not known, and it is not assumed to be as much as before.
        self.close(end);
        self.sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two replicas are paid from the beginning, four from 10 s on, of which the two new ones are ready at 40 s; the work of 30 s is
    /// that of 1.5 replicas, then that of half a replica.
    #[test]
    fn replica_seconds_are_summed() {
        let mut fold = ScalingFold::default();
        let mut fact = |at: f64, what| {
            let at = VirtualTime::from_secs(at);
            fold.apply(&Fact { at, what });
        };
        fact(0.0, What::Wanted { wanted: 2 });
        fact(0.0, What::ReplicasCounted { paid: 2, ready: 2 });
        fact(10.0, What::Wanted { wanted: 4 });
        fact(10.0, What::ReplicasCounted { paid: 4, ready: 2 });
        fact(30.0, What::Worked { micros: 45_000_000 });
        fact(40.0, What::ReplicasCounted { paid: 4, ready: 4 });
        fact(60.0, What::Worked { micros: 15_000_000 });
        let sums = fold.into_sums(VirtualTime::from_secs(60.0));
        assert_eq!(
            (sums.wanted_s, sums.paid_s, sums.ready_s),
            (220.0, 220.0, 160.0)
        );
        assert_eq!(sums.needed_s, 2.0 * 30.0 + 30.0);
        assert_eq!(sums.overshoot_s, (100.0 - 60.0) + (120.0 - 30.0));
        assert_eq!((sums.course.len(), sums.steps), (3, (1, 0)));
    }

    /// What is wanted at first is no step; what is wanted instead, at the same moment, is one, up or down.
    #[test]
    fn a_step_at_the_beginning_is_a_step() {
        let steps = |all: &[u32]| {
            let mut fold = ScalingFold::default();
            for &wanted in all {
                let what = What::Wanted { wanted };
                fold.apply(&Fact {
                    at: VirtualTime::ZERO,
                    what,
                });
            }
            fold.into_sums(VirtualTime::from_secs(1.0)).steps
        };
        assert_eq!(steps(&[2]), (0, 0));
        assert_eq!(steps(&[2, 4]), (1, 0));
        assert_eq!(steps(&[2, 1]), (0, 1));
    }
}
