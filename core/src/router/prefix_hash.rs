//! smg's prefix hash: a ring on the first 256 tokens, with bounded loads.
//!
//! The ring's owner takes the request if its load is at most max(`load_factor` × mean, mean + `load_slack`), the mean
//! being (total + 1) / n; else the least loaded replica within that bound; else the owner all the same.

use super::pick::{all, first_least};
use super::ring::Ring;
use super::{Ask, Gate, Knowledge, Known, Made, Parameter, Policy, Provenance, Term, UNRECORDED};
use crate::rng::Rng;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
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
    build: |parameters, replicas, seed| {
        Box::new(PrefixHash {
            load_factor: parameters[0],
            load_slack: parameters[1],
            ring: Ring::new(parameters[2] as u32, replicas, seed),
        })
    },
};

#[derive(Clone)]
struct PrefixHash {
    load_factor: f64,
    load_slack: f64,
    ring: Ring,
}

impl PrefixHash {
    fn bound(&self, known: &Known<'_>) -> f64 {
        let total: u64 = known.active().map(|s| u64::from(s.active)).sum();
        let mean = (total as f64 + 1.0) / f64::from(known.candidates());
        (self.load_factor * mean).max(mean + self.load_slack)
    }
}

impl Policy for PrefixHash {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        let owner = self.ring.owner(ask.tokens_key(), known);
        let bound = self.bound(known);
        let load = |replica: ReplicaId| f64::from(known.of(replica).active);
        let mut within = all(known).filter(|&r| load(r) <= bound).peekable();
        if load(owner) <= bound || within.peek().is_none() {
            owner
        } else {
            first_least(within, load)
        }
    }

    fn terms(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let active = f64::from(known.of(replica).active);
        vec![Term::new("active", 1.0, active, "requests")]
    }

    fn gates(&self, ask: &Ask<'_>, known: &Known<'_>) -> Vec<Gate> {
        let owner = known.of(self.ring.owner(ask.tokens_key(), known));
        vec![Gate::above(
            "load of the ring's owner",
            f64::from(owner.active),
            self.bound(known),
            "requests",
            "the least loaded replica within the bound",
        )]
    }

    fn tie_rule(&self) -> &'static str {
        "the ring's owner while it is within the bound"
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
