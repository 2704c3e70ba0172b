//! Mooncake's Conductor: least estimated time to first token, and rejection where even that is too long.
//!
//! The rule is the paper's Algorithm 1 (arXiv 2407.00079): an instance's estimate is the prefill queued there plus this prompt's
//! own, less what it holds; the least estimate gets the request, and a request whose best estimate is above `slo_s` is rejected
//! on arrival. The product's repository has no such scheduler: kvcache-ai/Mooncake holds an index of blocks and, in its issue 977,
//! the plan of one. Left out: fetching a longer prefix from another instance, which the paper estimates where the best match is
//! longer than the instance's own by a threshold; the choice of a decoding instance, its limit on time between tokens, and predicting
//! the load there.
//!
//! Read on 29 November 2026: issue 977 and descriptions of the algorithm by others; the paper itself could not be opened.

use super::{Board, Knowledge, Ledger, Overlaps, Parameter, Policy, PolicyDef, Provenance, View};
use crate::units::VirtualTime;

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "conductor",
    about: "least estimated TTFT; rejects a request that cannot meet its limit anywhere",
    source: "Mooncake, arXiv 2407.00079, Algorithm 1",
    provenance: Provenance {
        product: "Mooncake",
        version: "Algorithm 1 of arXiv 2407.00079, as others describe it; released nowhere",
        files: &["kvcache-ai/Mooncake: issue 977"],
        read: "2026-11-29",
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
        // The time to prefill a token on a replica: each replica is estimated by its own speed.
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
