//! Each request's way through its replica, read from a whole log.

use crate::fleet::fact::{Fact, What};
use crate::units::{Map, VirtualTime};

/// The phases of a request on its replica, by what begins each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It comes into the engine's queue.
    Queued,
    /// It joins the batch: its prompt is computed.
    Prefill,
    /// Its first token has left the API server; after a preemption, its next token.
    Decode,
    /// It leaves the batch again, as the replica has no free blocks.
    Preempted,
    /// It is over: its last token has left the API server, or its attempt there failed.
    Left,
}

/// The moment at which a request comes to a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The moment at which the phase begins.
    pub at: VirtualTime,
    /// The number of the request.
    pub request: u32,
    /// The phase that begins.
    pub phase: Phase,
}

/// A request's visit to a replica: one of its attempts, from the engine's queue on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// The number of the request.
    pub request: u32,
    /// The number of the replica that is visited.
    pub replica: u16,
    /// Prompt tokens taken from the cache when it first joined the batch \[tokens\].
    pub hit_tokens: u32,
    /// The visit's marks, in order of time; the first is [`Phase::Queued`]. If the last is not [`Phase::Left`], the request is
    /// still there.
    pub marks: Vec<Mark>,
}

/// All visits, in the order in which they began. A request whose replica died or gave it up may have had several; an attempt
/// that never reached an engine has none.
pub fn visits(log: &[Fact]) -> Vec<Visit> {
    let mut visits: Vec<Visit> = Vec::new();
    let mut latest: Map<u32, usize> = Map::default();
    for fact in log {
        if let What::Queued { request, replica } = fact.what {
            latest.insert(request, visits.len());
            visits.push(Visit {
                request,
                replica,
                ..Visit::default()
            });
        }
        let Some(mark) = mark(fact) else {
            continue;
        };
        let Some(visit) = latest.get(&mark.request).map(|&at| &mut visits[at]) else {
            continue;
        };
        let last = visit.marks.last();
        if last.is_some_and(|last| last.phase == Phase::Left) {
            continue; // an attempt that broke before it reached an engine
        }
        // A token may leave the API server after the engine has gone on, so marks are moved into order.
        let at = last.map_or(mark.at, |last| last.at.max(mark.at));
        visit.marks.push(Mark { at, ..mark });
        if let What::Admitted { hit_tokens, .. } = fact.what {
            visit.hit_tokens = hit_tokens;
        }
    }
    visits
}

/// The marks of all requests; those of one request are in the engine's order. (A token leaves the API server a little after its
/// step, so a preemption in the next step may come before it in time.)
pub fn marks(log: &[Fact]) -> impl Iterator<Item = Mark> + '_ {
    log.iter().filter_map(mark)
}

fn mark(&Fact { at, what }: &Fact) -> Option<Mark> {
    let (request, phase) = match what {
        What::Queued { request, .. } => (request, Phase::Queued),
        What::Admitted { request, .. } | What::Readmitted { request } => (request, Phase::Prefill),
        What::FirstToken { request } | What::Resumed { request } => (request, Phase::Decode),
        What::Preempted { request } => (request, Phase::Preempted),
        What::Finished { request } | What::Broke { request, .. } => (request, Phase::Left),
        _ => return None,
    };
    Some(Mark { at, request, phase })
}
