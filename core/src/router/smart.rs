//! The seeds' SmartRouter in Warmpath's form: least cost of prefill, decode and load.
//!
//! Each replica's own overlap counts, in whole blocks (FakeAI gives every candidate the tree-wide match); what is left
//! of the prompt counts in real blocks. The decode term is the same for all and decides nothing but the total.

use super::cost::{Terms, Weights, cost};
use super::pick::{all, first_least};
use super::{Ask, Knowledge, Known, Made, Parameter, Policy, Provenance, Reads, Term, UNRECORDED};
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "smart",
    about: "least of prefill blocks + decode blocks + weighted active requests",
    source: "FakeAI performance guide, Smart Routing",
    provenance: Provenance {
        product: "FakeAI",
        version: UNRECORDED,
        files: &["performance guide, Smart Routing"],
        read: UNRECORDED,
        left_out: "nothing",
    },
    parameters: &[
        Parameter::new(
            "kv_overlap_weight",
            1.0,
            (0.0, 1000.0),
            "per block to prefill",
            "what a block that must be computed costs",
        ),
        Parameter::new(
            "load_balance_weight",
            0.5,
            (0.0, 1000.0),
            "blocks per active request",
            "what a request already there costs",
        ),
    ],
    knowledge: Knowledge::Events {
        delay: VirtualTime::ZERO,
        loss: 0.0,
    },
    text: false,
    reference: false,
    build: |parameters, _, _| {
        with(Weights {
            kv_overlap: parameters[0],
            load_balance: parameters[1],
        })
    },
};

/// The policy with these weights, for who needs no other.
pub(super) fn with(weights: Weights) -> Box<dyn Policy> {
    Box::new(Smart { weights })
}

#[derive(Clone)]
struct Smart {
    weights: Weights,
}

impl Smart {
    fn blocks(ask: &Ask<'_>, overlap: u32) -> (f64, f64) {
        let size = f64::from(ask.block_size);
        let cached = f64::from(overlap) * size;
        (
            (f64::from(ask.request.prompt_tokens) - cached) / size,
            f64::from(ask.estimated_output) / size,
        )
    }

    fn cost(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Terms {
        let (prefill, decode) = Self::blocks(ask, known.overlaps[replica.index()]);
        cost(
            self.weights,
            prefill,
            decode,
            f64::from(known.signals[replica.index()].active),
        )
    }
}

impl Policy for Smart {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        first_least(all(known), |replica| self.cost(ask, known, replica).total())
    }

    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let (prefill, decode) = Self::blocks(ask, known.overlaps[replica.index()]);
        let active = f64::from(known.signals[replica.index()].active);
        vec![
            Term {
                name: "prefill_blocks",
                weight: self.weights.kv_overlap,
                value: prefill,
                unit: "blocks",
            },
            Term {
                name: "decode_blocks",
                weight: 1.0,
                value: decode,
                unit: "blocks",
            },
            Term {
                name: "active",
                weight: self.weights.load_balance,
                value: active,
                unit: "requests",
            },
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
