//! Mooncake's Conductor: least estimated time to first token, and rejection where even that is too long.
//!
//! Experimental, from memory of the paper (arXiv 2407.00079): the estimate is the prefill queued at a replica plus this
//! prompt's own, less what it holds. A request whose best estimate is above `slo_s` is rejected on arrival. Left out: that
//! a replica may fetch a longer prefix from another, decoding instances, and predicting their load.

use super::{
    Board, Knowledge, Ledger, Overlaps, Parameter, Policy, PolicyDef, Provenance, UNRECORDED, View,
};
use crate::units::VirtualTime;

/// Its line in the table.
pub(super) const ENTRY: PolicyDef = PolicyDef {
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
    build: |it| {
        Box::new(Conductor {
            slo_s: it.real("slo_s"),
            overlaps: it.overlaps(),
            ledger: it.ledger(),
        })
    },
};

#[derive(Clone)]
struct Conductor {
    slo_s: f64,
    overlaps: Overlaps,
    ledger: Ledger,
}

impl Policy for Conductor {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        // An instance is estimated by its own figures.
        let prefill = |it| view.speed(it).prefill_s;
        board.term("queued prefill", 1.0, "s", |it| {
            view.prefill_tokens(self.ledger, it) as f64 * prefill(it)
        });
        board.term("this prompt's prefill", 1.0, "s", |it| {
            let own = view.ask.uncached_tokens(view.overlap(self.overlaps, it));
            f64::from(own) * prefill(it)
        });
        if self.slo_s > 0.0 {
            let least = board.least();
            board.gate(
                "least estimate",
                least,
                self.slo_s,
                "s",
                "the request is rejected",
            );
            board.at_most(self.slo_s);
        }
    }
}
