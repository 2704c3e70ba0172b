//! What the rate limiter did in each stage of a ladder of rates.

use crate::fleet::fact::{Fact, What};
use crate::fleet::record::Refusals;
use crate::units::VirtualTime;

/// The rate limiter's answers in one stage.
#[derive(Clone, Copy, Default)]
pub(in crate::fleet) struct StageSums {
    /// The moment at which the stage began.
    pub(in crate::fleet) start: VirtualTime,
    /// What the rate limiter did in the stage.
    pub(in crate::fleet) refusals: Refusals,
}

/// The sums of the stages so far.
#[derive(Clone, Default)]
pub(in crate::fleet) struct Stages {
    /// The stages that have ended.
    pub(in crate::fleet) ended: Vec<StageSums>,
    /// The stage under way.
    pub(in crate::fleet) current: StageSums,
}

impl Stages {
    /// Takes in a fact of the log.
    #[inline]
    pub(in crate::fleet) fn apply(&mut self, Fact { at, what }: &Fact) {
        let refusals = &mut self.current.refusals;
        match *what {
            What::Refused { .. } => refusals.refused += 1,
            What::Retried { .. } => refusals.retried += 1,
            What::GivenUp { .. } => refusals.given_up += 1,
            What::StageEnded => {
                self.ended.push(self.current);
                self.current = StageSums {
                    start: *at,
                    ..StageSums::default()
                };
            }
            _ => {}
        }
    }
}
