//! Each request's stay at its replica: when it came to the queue, when into the batch, how often it was thrown out.

use crate::fleet::fact::{Fact, What};
use crate::units::VirtualTime;

/// A request at the replica that its last attempt went to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stay {
    /// When it came to its engine's queue; `None` if it never did.
    pub queued: Option<VirtualTime>,
    /// When it first joined the batch; `None` if it never did.
    pub admitted: Option<VirtualTime>,
    /// How often it was thrown out of the batch for want of blocks.
    pub preemptions: u32,
}

/// The stays of a run so far, by request.
#[derive(Clone)]
pub(in crate::fleet) struct Stays(Vec<Stay>);

impl Stays {
    /// No request has come to its replica yet.
    pub(in crate::fleet) fn new(count: u32) -> Self {
        Self(vec![Stay::default(); count as usize])
    }

    /// Takes in a fact.
    pub(in crate::fleet) fn apply(&mut self, Fact { at, what }: &Fact) {
        match *what {
            What::Queued { request, .. } => self.0[request as usize].queued = Some(*at),
            What::Admitted { request, .. } => self.0[request as usize].admitted = Some(*at),
            What::Preempted { request } => self.0[request as usize].preemptions += 1,
            // What befell the attempt before is not the next one's.
            What::Again { request, .. } => self.0[request as usize] = Stay::default(),
            _ => {}
        }
    }

    /// By request, at the end.
    pub(in crate::fleet) fn into_all(self) -> Vec<Stay> {
        self.0
    }
}
