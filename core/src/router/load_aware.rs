//! vLLM production-stack's load-aware router: matched share of the prompt against load above the mean.
//!
//! It takes the largest `matched / prompt − beta × (load − mean) / max(1, mean)`, here told as a cost: the unmatched share
//! plus the load term. What is cached it asks LMCache, which is told by the engines.
//!
//! Read: the pull request 1035 of vllm-project/production-stack. It is not in the main branch of August 2026, so there is
//! nothing released to compare with.

use super::pick::{all, first_least};
use super::{Ask, Knowledge, Known, Made, Parameter, Policy, Provenance, Reads, Term, UNRECORDED};
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "load-aware",
    about: "least of the unmatched share of the prompt + weighted load above the mean",
    source: "vllm-project/production-stack, loadaware (pull request 1035)",
    provenance: Provenance {
        product: "vLLM production-stack",
        version: UNRECORDED,
        files: &["pull request 1035, loadaware"],
        read: UNRECORDED,
        left_out: "what LMCache holds: events of the engines stand in for it",
    },
    parameters: &[Parameter::new(
        "beta",
        1.0,
        (0.0, 1000.0),
        "prompts per mean load",
        "what load above the mean costs",
    )],
    knowledge: Knowledge::Events {
        delay: VirtualTime::ZERO,
        loss: 0.0,
    },
    text: false,
    reference: false,
    build: |parameters, _, _| {
        Box::new(LoadAware {
            beta: parameters[0],
        })
    },
};

#[derive(Clone)]
struct LoadAware {
    beta: f64,
}

impl LoadAware {
    fn parts(ask: &Ask<'_>, known: &Known<'_>, mean: f64, replica: ReplicaId) -> (f64, f64) {
        let above = f64::from(known.of(replica).active) - mean;
        (
            1.0 - ask.matched_share(known.overlap(replica)),
            above / mean.max(1.0),
        )
    }
}

impl Policy for LoadAware {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        let (_, mean, _) = known.active_spread();
        first_least(all(known), |replica| {
            let (unmatched, above) = Self::parts(ask, known, mean, replica);
            unmatched + self.beta * above
        })
    }

    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let (_, mean, _) = known.active_spread();
        let (unmatched, above) = Self::parts(ask, known, mean, replica);
        vec![
            Term::new("unmatched_share", 1.0, unmatched, "share"),
            Term::new("load_above_mean", self.beta, above, "mean loads"),
        ]
    }

    fn reads(&self) -> Reads {
        Reads {
            overlaps: true,
            ..Reads::default()
        }
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
