//! FakeAI's SmartRouter in Warmpath's form: least cost of prefill, decode and load.
//!
//! Each replica's own overlap counts, in whole blocks (FakeAI gives every candidate the tree-wide match); what is left of the
//! prompt counts in real blocks. The decode term is the same for all replicas and decides nothing but the total.

use super::{Board, Knowledge, Overlaps, Parameter, Policy, PolicyDef, Provenance, Setup, View};
use crate::router::cost::Weights;
use crate::units::VirtualTime;

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "smart",
    about: "least of prefill blocks + decode blocks + weighted active requests",
    source: "FakeAI performance guide, Smart Routing",
    provenance: Provenance {
        product: "FakeAI",
        version: "main, at aa88d2c",
        files: &["docs/guides/performance/PERFORMANCE.md, Smart Routing"],
        read: "2026-11-29",
        left_out: "the code's tree-wide match (policy fakeai has it): the guide's formula counts each replica's own",
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
    build: |it| {
        let weights = Weights {
            kv_overlap: it.real("kv_overlap_weight"),
            load_balance: it.real("load_balance_weight"),
        };
        with(weights, it)
    },
};

/// The policy with these weights, however large or small.
pub(super) fn with(weights: Weights, setup: &mut Setup<'_>) -> Box<dyn Policy> {
    Box::new(Smart {
        weights,
        overlaps: setup.overlaps(),
    })
}

#[derive(Clone)]
struct Smart {
    weights: Weights,
    overlaps: Overlaps,
}

impl Policy for Smart {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let size = f64::from(view.ask.block_size);
        let prompt = f64::from(view.ask.request.prompt_tokens);
        let output = f64::from(view.ask.estimated_output) / size;
        let Weights {
            kv_overlap,
            load_balance,
        } = self.weights;
        let overlaps = view.overlaps(self.overlaps);
        let prefill = overlaps.iter().map(|&overlap| {
            let cached = f64::from(overlap) * size;
            (prompt - cached) / size
        });
        board.column("prefill_blocks", kv_overlap, "blocks", prefill);
        board.term("decode_blocks", 1.0, "blocks", |_| output);
        let active = view.actives().iter().copied().map(f64::from);
        board.column("active", load_balance, "requests", active);
    }
}
