//! What the rate limiter did, and the gaps between tokens as the client stamped them, stage by stage of a ladder.

use crate::fleet::fact::{Fact, What};
use crate::fleet::record::{Record, Refusals};
use crate::histogram::Histogram;
use crate::units::VirtualTime;

/// The sums of a stage.
#[derive(Clone, Default)]
pub(in crate::fleet) struct StageSums {
    /// When it began.
    pub(in crate::fleet) start: VirtualTime,
    /// What the rate limiter did.
    pub(in crate::fleet) refusals: Refusals,
    /// Gaps between tokens that the client stamped.
    pub(in crate::fleet) gaps: Histogram,
}

/// The sums of the stages so far.
#[derive(Clone, Default)]
pub(in crate::fleet) struct Stages {
    /// Those that have ended.
    pub(in crate::fleet) ended: Vec<StageSums>,
    /// The one under way.
    pub(in crate::fleet) current: StageSums,
}

impl Stages {
    /// Takes in a fact. `record`: of the request that it is about, before this fact is taken in.
    pub(in crate::fleet) fn apply<'a>(
        &mut self,
        Fact { at, what }: &Fact,
        record: impl FnOnce(u32) -> &'a Record,
    ) {
        match *what {
            What::Refused { .. } => self.current.refusals.refused += 1,
            What::Retried { .. } => self.current.refusals.retried += 1,
            What::GivenUp { .. } => self.current.refusals.given_up += 1,
            What::Stamped { request } => {
                let record = record(request);
                if record.first_token > VirtualTime::ZERO {
                    self.current.gaps.record(*at - record.done, 1);
                }
            }
            What::StageEnded => {
                let next = StageSums {
                    start: *at,
                    ..StageSums::default()
                };
                self.ended.push(core::mem::replace(&mut self.current, next));
            }
            _ => {}
        }
    }
}
