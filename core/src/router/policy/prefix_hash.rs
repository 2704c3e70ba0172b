//! smg's prefix hash: a ring on the first 256 tokens, with bounded loads.
//!
//! The ring's owner takes the request if its load is at most max(`load_factor` × mean, mean + `load_slack`), the mean
//! being (total + 1) / n; else the least loaded replica within that bound; else the owner all the same.
//!
//! Read: the running smg 1.13.0 (wheel from PyPI, 28 November 2026), whose 2,190 recorded choices agree (docs/parity.md), and
//! lightseekorg/smg at 73da68ca of 7 August 2026, model_gateway/src/policies/prefix_hash.rs and its hash ring. That source is
//! older and has the factor alone; the slack is the wheel's. Left out: requests without tokens, which it refuses, and the names by
//! which workers lie on its ring.

use super::ring::Ring;
use super::{Board, Knowledge, Parameter, Policy, PolicyDef, Provenance, View};
use crate::units::ReplicaId;

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "prefix-hash",
    about: "hash ring on the prompt's first 256 tokens; its owner if not above its share, else the least loaded",
    source: "smg 1.13.0, prefix_hash",
    provenance: Provenance {
        product: "smg",
        version: "1.13.0",
        files: &[
            "the wheel's binary: its help and its choices",
            "lightseekorg/smg at 73da68ca: model_gateway/src/policies/prefix_hash.rs",
        ],
        read: "2026-11-28",
        left_out: "requests without tokens, which it refuses; the names by which workers lie on its ring",
    },
    parameters: &[
        Parameter::new(
            "load_factor",
            1.25,
            (1.0, 1e9),
            "times the mean load",
            "the ring's owner takes a request if its load is within this, or within load_slack",
        ),
        Parameter::new(
            "load_slack",
            10.0,
            (0.0, 1e9),
            "requests above the mean",
            "the ring's owner takes a request if its load is within this, or within load_factor",
        ),
        Parameter::new(
            "replication",
            150.0,
            (1.0, 4096.0),
            "points per replica",
            "points on the ring",
        )
        .whole(),
    ],
    knowledge: Knowledge::Nothing,
    text: true,
    reference: false,
    build: |it| {
        Box::new(PrefixHash {
            load_factor: it.real("load_factor"),
            load_slack: it.real("load_slack"),
            ring: Ring::new(it.whole("replication"), it.seed),
        })
    },
};

#[derive(Clone)]
struct PrefixHash {
    load_factor: f64,
    load_slack: f64,
    ring: Ring,
}

impl Policy for PrefixHash {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let owner = self.ring.owner(view.ask.tokens_key(), view);
        let total: u64 = view.all().map(|it| u64::from(view.active(it))).sum();
        let mean = (total as f64 + 1.0) / f64::from(view.count());
        let bound = (self.load_factor * mean).max(mean + self.load_slack);
        board.term("active", 1.0, "requests", |it| f64::from(view.active(it)));
        let above = board.gate(
            "load of the ring's owner",
            f64::from(view.active(owner)),
            bound,
            "requests",
            "the least loaded replica within the bound",
        );
        // The bound is above the mean, so the least loaded replica is within it, and the last case ("the owner all the same") never comes.
        if !above {
            board.take(owner);
        }
        board.ties("the ring's owner while it is within the bound");
    }

    fn joined(&mut self, replicas: &[ReplicaId]) {
        self.ring.joined(replicas);
    }

    fn left(&mut self, replica: ReplicaId) {
        self.ring.left(replica);
    }
}
