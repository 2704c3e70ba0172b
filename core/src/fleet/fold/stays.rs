//! Each request's stay at its replica: when it came into the queue, when into the batch, how often it was preempted.

use crate::fleet::fact::{Fact, What};
use crate::units::VirtualTime;

/// A request at the replica that its last attempt went to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stay {
    /// When it came to its engine's queue; `None` if it never did.
    pub queued: Option<VirtualTime>,
    /// When it first joined the batch; `None` if it never did.
    pub admitted: Option<VirtualTime>,
    /// How often it was preempted, as the replica had no free blocks.
    pub preemptions: u32,
}

/// The stays of a run so far, in the order of the requests' numbers.
#[derive(Clone)]
pub(in crate::fleet) struct Stays(Vec<Stay>);

impl Stays {
    /// The stays of requests none of which has come to its replica yet.
    pub(in crate::fleet) fn new(count: u32) -> Self {
        Self(vec![Stay::default(); count as usize])
    }

    /// Takes in a fact of the log.
    pub(in crate::fleet) fn apply(&mut self, Fact { at, what }: &Fact) {
        match *what {
            What::Queued { request, .. } => self.0[request as usize].queued = Some(*at),
            What::Admitted { request, .. } => self.0[request as usize].admitted = Some(*at),
            What::Preempted { request } => self.0[request as usize].preemptions += 1,
            // What befell the failed attempt does not belong to the next one.
            What::Again { request, .. } => self.0[request as usize] = Stay::default(),
            _ => {}
        }
    }

    /// The stays at the end of the run, in the order of the requests' numbers.
    pub(in crate::fleet) fn into_all(self) -> Vec<Stay> {
        self.0
    }
}
