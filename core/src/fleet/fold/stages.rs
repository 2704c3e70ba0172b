//! The answers with status 429 in each stage of a ladder of rates: those of the rate limiter, the endpoint's limit and the line.

use crate::fleet::fact::{Fact, What};
use crate::fleet::record::Refusals;
use crate::units::VirtualTime;

/// The answers with status 429 in one stage.
#[derive(Clone, Copy, Default)]
pub(in crate::fleet) struct StageSums {
    /// The moment at which the stage began.
    pub(in crate::fleet) start: VirtualTime,
    /// How many there were, and what clients did then.
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
