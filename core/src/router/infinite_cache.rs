//! A line to compare with: what any replica has computed, every replica holds, for ever.
//!
//! No router can do this. A prompt's blocks count from the moment that its request joins a replica's batch, which computes
//! them; while it only waits, they do not. So every distinct block is computed once, whatever the order of requests, and
//! what is reused here is a bound on what any router can reuse. (That a block is computed a step or two after it counts makes
//! this no model of latency. The last token of a prompt is always computed, here too.) Requests go to the least busy
//! replica, ties to the lowest-numbered; pools have no end, so nothing is evicted or preempted.

use super::pick::{all, first_least};
use super::{Ask, Knowledge, Known, Made, Policy, Provenance, REFERENCE, Term};
use crate::rng::Rng;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "infinite-cache",
    about: "bound on reuse, not a router: every replica holds what any has computed; the least busy takes the request",
    source: REFERENCE,
    provenance: Provenance::OWN,
    parameters: &[],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: true,
    build: |_, _, _| Box::new(InfiniteCache),
};

#[derive(Clone)]
struct InfiniteCache;

impl Policy for InfiniteCache {
    fn choose(&mut self, _: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        first_least(all(known), |replica| f64::from(known.of(replica).active))
    }

    fn terms(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let active = f64::from(known.of(replica).active);
        vec![Term::new("active", 1.0, active, "requests")]
    }

    fn remembers_everything(&self) -> bool {
        true
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
