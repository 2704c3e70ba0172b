//! smg's prefix hash: a ring on the first 256 tokens, with bounded loads.
//!
//! The ring's owner takes the request if its load is at most max(`load_factor` × mean, mean + `load_slack`), the mean
//! being (total + 1) / n; else the least loaded replica within that bound; else the owner all the same.

use super::ring::Ring;
use super::{Board, Knowledge, Parameter, Policy, PolicyDef, Provenance, UNRECORDED, View};
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "prefix-hash",
    about: "hash ring on the prompt's first 256 tokens; its owner if not above its share, else the least loaded",
    source: "smg-project/smg model_gateway/src/policies, prefix_hash",
    provenance: Provenance {
        product: "smg",
        version: UNRECORDED,
        files: &["model_gateway/src/policies/prefix_hash.rs"],
        read: UNRECORDED,
        left_out: "nothing",
    },
    parameters: &[
        Parameter::new(
            "load_factor",
            1.25,
            (1.0, 1e9),
            "times the mean load",
            "a replica within this takes requests",
        ),
        Parameter::new(
            "load_slack",
            10.0,
            (0.0, 1e9),
            "requests above the mean",
            "… or within this",
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
        if !above || board.least() > bound {
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
