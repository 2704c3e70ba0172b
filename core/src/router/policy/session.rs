//! A conversation stays where it began: a hash ring on its name.
//!
//! Load is not considered. A conversation's first turn goes wherever its name falls.
//!
//! Read, on 28 November 2026: smg 1.13.0's consistent_hashing and vllm-router 0.1.17's consistent_hash (wheels from PyPI, run:
//! 2,182 recorded choices of each agree, docs/parity.md); lightseekorg/smg at 73da68ca,
//! model_gateway/src/policies/consistent_hashing.rs; vllm-project/production-stack at a6c01db0,
//! src/vllm_router/routers/routing_logic.py, SessionRouter. Left out: requests without a session (production-stack sends them where
//! the fewest requests of the last minute went, smg by other headers or at random; every request here has one), a worker named in a
//! header, and the rings' own hashes, which only give the points other names.

use super::ring::Ring;
use super::{Board, Knowledge, Parameter, Policy, PolicyDef, Provenance, View};
use crate::router::ask::SPREAD;
use crate::units::ReplicaId;

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "session",
    about: "hash ring on the conversation, whatever the load",
    source: "smg consistent_hashing; vllm-project/production-stack session",
    provenance: Provenance {
        product: "smg consistent_hashing; vllm-router consistent_hash; vLLM production-stack session",
        version: "smg 1.13.0, vllm-router 0.1.17, production-stack at a6c01db0",
        files: &[
            "the wheels' binaries: their choices",
            "lightseekorg/smg at 73da68ca: model_gateway/src/policies/consistent_hashing.rs",
            "production-stack: src/vllm_router/routers/routing_logic.py",
        ],
        read: "2026-11-28",
        left_out: "header names: the conversation is the key; requests without a session; the names by which workers lie on a ring",
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
