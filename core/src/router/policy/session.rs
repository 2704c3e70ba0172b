//! A conversation stays where it began: a hash ring on its name.
//!
//! Load is not looked at. A conversation's first turn goes wherever its name falls.
//!
//! Read: vllm-project/production-stack, src/vllm_router/routers/routing_logic.py, SessionRouter, main of August 2026. Left out:
//! its requests without a session, which go where the fewest requests of the last minute went (every request here has one),
//! and the ring's own hash, which only gives the points other names.

use super::ring::Ring;
use super::{Board, Knowledge, Parameter, Policy, PolicyDef, Provenance, UNRECORDED, View};
use crate::router::ask::SPREAD;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: PolicyDef = PolicyDef {
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
    build: |it| {
        Box::new(Session {
            ring: Ring::new(it.whole("replication"), it.seed),
        })
    },
};

#[derive(Clone)]
struct Session {
    ring: Ring,
}

impl Policy for Session {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let name = u64::from(view.ask.request.conversation) + 1;
        board.walk(self.ring.clockwise(name.wrapping_mul(SPREAD)));
        board.ties("the first on the ring");
    }

    fn joined(&mut self, replicas: &[ReplicaId]) {
        self.ring.joined(replicas);
    }

    fn left(&mut self, replica: ReplicaId) {
        self.ring.left(replica);
    }
}
