//! A conversation stays where it began: a hash ring on its name.
//!
//! Load is not looked at. A conversation's first turn goes wherever its name falls.
//!
//! Read: vllm-project/production-stack, src/vllm_router/routers/routing_logic.py, SessionRouter, main of August 2026. Left out:
//! its requests without a session, which go where the fewest requests of the last minute went (every request here has one),
//! and the ring's own hash, which only gives the points other names.

use super::ask::SPREAD;
use super::ring::Ring;
use super::{Ask, Knowledge, Known, Made, Parameter, Policy, Provenance, Term, UNRECORDED};
use crate::rng::Rng;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "session",
    about: "hash ring on the conversation, whatever the load",
    source: "smg-project/smg consistent_hashing; vllm-project/production-stack session",
    provenance: Provenance {
        product: "smg consistent_hashing; vLLM production-stack session",
        version: UNRECORDED,
        files: &[],
        read: UNRECORDED,
        left_out: "header names: the conversation is the key",
    },
    parameters: &[Parameter::new(
        "replication",
        150.0,
        (1.0, 4096.0),
        "points per replica",
        "points on the ring",
    )
    .whole()],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |parameters, replicas, seed| {
        Box::new(Session {
            ring: Ring::new(parameters[0] as u32, replicas, seed),
        })
    },
};

#[derive(Clone)]
struct Session {
    ring: Ring,
}

impl Policy for Session {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        let name = u64::from(ask.request.conversation) + 1;
        self.ring.owner(name.wrapping_mul(SPREAD), known)
    }

    fn terms(&self, _: &Ask<'_>, _: &Known<'_>, _: ReplicaId) -> Vec<Term> {
        Vec::new()
    }

    fn tie_rule(&self) -> &'static str {
        "the first on the ring"
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
