//! Each request's way through its replica, from a whole log.

use crate::fleet::fact::{Fact, What};
use crate::units::VirtualTime;

/// Where a request comes to on its replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Into the queue.
    Queued,
    /// Into the batch: its prompt is computed.
    Prefill,
    /// Its first token has left the API server; after a preemption, the next one.
    Decode,
    /// Out of the batch again, for want of blocks.
    Preempted,
    /// Its last token has left the API server, or its attempt there came to nothing.
    Left,
}

/// A moment of a request on its replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// When.
    pub at: VirtualTime,
    /// The request, by number.
    pub request: u32,
    /// Where it comes to.
    pub phase: Phase,
}

/// The marks of all requests; those of one request in the engine's order. (A token leaves the API server a little after
/// its step, so a preemption in the next step may come before it in time.)
pub fn marks(log: &[Fact]) -> impl Iterator<Item = Mark> + '_ {
    log.iter().filter_map(|&Fact { at, what }| {
        let (request, phase) = match what {
            What::Queued { request, .. } => (request, Phase::Queued),
            What::Admitted { request, .. } | What::Readmitted { request } => {
                (request, Phase::Prefill)
            }
            What::FirstToken { request } | What::Resumed { request } => (request, Phase::Decode),
            What::Preempted { request } => (request, Phase::Preempted),
            What::Finished { request } | What::Broke { request, .. } => (request, Phase::Left),
            _ => return None,
        };
        Some(Mark { at, request, phase })
    })
}
