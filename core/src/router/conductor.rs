//! Mooncake's Conductor: least estimated time to first token, and rejection where even that is too long.
//!
//! Experimental, from memory of the paper (arXiv 2407.00079): the estimate is the prefill queued at a replica plus this
//! prompt's own, less what it holds. A request whose best estimate is above `slo_s` is rejected on arrival. Left out: that
//! a replica may fetch a longer prefix from another, decoding instances, and predicting their load.

use super::pick::{all, first_least};
use super::{
    Ask, Gate, Knowledge, Known, Made, Parameter, Policy, Provenance, Reads, Term, UNRECORDED,
};
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "conductor",
    about: "least estimated TTFT; rejects a request that cannot meet its limit anywhere",
    source: "Mooncake, arXiv 2407.00079; experimental, from memory of the paper",
    provenance: Provenance {
        product: "Mooncake",
        version: "the paper, arXiv 2407.00079, from memory",
        files: &[],
        read: UNRECORDED,
        left_out: "fetching a longer prefix from another instance; decoding instances; predicting their load",
    },
    parameters: &[Parameter::new(
        "slo_s",
        30.0,
        (0.0, 1e6),
        "s",
        "requests whose least estimate is above this are rejected; 0: none are",
    )],
    knowledge: Knowledge::Events {
        delay: VirtualTime::ZERO,
        loss: 0.0,
    },
    text: false,
    reference: false,
    build: |parameters, _, _| {
        Box::new(Conductor {
            slo_s: parameters[0],
        })
    },
};

#[derive(Clone)]
struct Conductor {
    slo_s: f64,
}

impl Conductor {
    /// Seconds in the queue, and of this prompt's own prefill.
    fn parts(ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> (f64, f64) {
        let own = f64::from(ask.uncached_tokens(known.overlap(replica)));
        let prefill = known.speed.prefill_s;
        (
            known.of(replica).prefill_tokens as f64 * prefill,
            own * prefill,
        )
    }

    fn estimate(ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> f64 {
        let (queue, own) = Self::parts(ask, known, replica);
        queue + own
    }
}

impl Policy for Conductor {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        first_least(all(known), |replica| Self::estimate(ask, known, replica))
    }

    fn admits(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> bool {
        self.slo_s == 0.0 || Self::estimate(ask, known, replica) <= self.slo_s
    }

    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let (queue, own) = Self::parts(ask, known, replica);
        vec![
            Term::new("queued prefill", 1.0, queue, "s"),
            Term::new("this prompt's prefill", 1.0, own, "s"),
        ]
    }

    fn gates(&self, ask: &Ask<'_>, known: &Known<'_>) -> Vec<Gate> {
        if self.slo_s == 0.0 {
            return Vec::new();
        }
        let estimates = all(known).map(|replica| Self::estimate(ask, known, replica));
        let least = estimates.fold(f64::INFINITY, f64::min);
        vec![Gate::above(
            "least estimate",
            least,
            self.slo_s,
            "s",
            "the request is rejected",
        )]
    }

    fn reads(&self) -> Reads {
        Reads {
            overlaps: true,
            ledger: true,
            ..Reads::default()
        }
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
