//! A reference line: what any replica has computed, every replica holds, for ever.
//!
//! No router can do this. A prompt's blocks count from the moment that its request joins a replica's batch, which computes them;
//! while it only waits, they do not. So every distinct block is computed once, whatever the order of requests, and what is reused
//! here is a bound on what any router can reuse, but for a block a request: of a prompt of whole blocks that are all found the last is
//! computed again, and which prompts are found whole depends on the order. (That a block is computed a step or two after it counts makes this no model of
//! latency. The last token of a prompt is always computed, here too.) Requests go to the least busy replica, of equal ones the
//! lowest-numbered; pools are unlimited, so nothing is evicted or preempted.

use super::{Board, Knowledge, Policy, PolicyDef, Provenance, REFERENCE, View};

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "infinite-cache",
    about: "bound on reuse, not a router: every replica holds what any has computed; the least busy takes the request",
    source: REFERENCE,
    provenance: Provenance::OWN,
    parameters: &[],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: true,
    build: |it| {
        it.everything();
        Box::new(InfiniteCache)
    },
};

#[derive(Clone)]
struct InfiniteCache;

impl Policy for InfiniteCache {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        board.term("active", 1.0, "requests", |it| f64::from(view.active(it)));
    }
}
