//! Dynamo's two-tier policy: overlap first, unless load is uneven.
//!
//! If active requests differ by more than `balance_abs` and the most is above `balance_rel` times the least, the least
//! loaded replica; else, if the deepest overlap is above `overlap` of the prompt's blocks, the least loaded of those that
//! hold it; else the least loaded. Of equal ones the first in the order in which the host goes through its workers: a map of
//! the process, unordered but the same from request to request. (Dynamo's default policy draws among equals; this one does
//! not.)
//!
//! Read: crate dynamo-custom-policy-builtin 1.6.1, src/two_tier_cost_fn.rs; the released crate agrees (docs/parity.md). Left
//! out: several ranks in a worker, taints.

use super::{
    Board, Knowledge, Overlaps, Parameter, Policy, PolicyDef, Provenance, View, load_difference,
};
use crate::units::VirtualTime;

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "dynamo-two-tier",
    about: "uneven load: the least loaded; a long match: the least loaded that hold it; else the least loaded",
    source: "NVIDIA Dynamo, crate dynamo-custom-policy-builtin 1.6.1, src/two_tier_cost_fn.rs",
    provenance: Provenance {
        product: "NVIDIA Dynamo",
        version: "1.6.1",
        files: &["dynamo-custom-policy-builtin: src/two_tier_cost_fn.rs"],
        read: "2026-11-28",
        left_out: "several ranks in a worker; taints",
    },
    parameters: &[
        Parameter::new(
            "overlap",
            0.5,
            (0.0, 1.0),
            "share of the prompt's blocks",
            "a match longer than this decides",
        ),
        Parameter::new(
            "balance_abs",
            32.0,
            (0.0, 1e9),
            "requests",
            "load is uneven if most and least differ by more than this",
        ),
        Parameter::new(
            "balance_rel",
            1.1,
            (1.0, 1e9),
            "times",
            "… and the most is above this many times the least",
        ),
    ],
    knowledge: Knowledge::Events {
        delay: VirtualTime::ZERO,
        loss: 0.0,
    },
    text: false,
    reference: false,
    build: |it| {
        Box::new(TwoTier {
            overlap: it.real("overlap"),
            balance_abs: it.real("balance_abs"),
            balance_rel: it.real("balance_rel"),
            overlaps: it.overlaps(),
        })
    },
};

#[derive(Clone)]
struct TwoTier {
    overlap: f64,
    balance_abs: f64,
    balance_rel: f64,
    overlaps: Overlaps,
}

impl Policy for TwoTier {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let spread @ (least, _, most) = view.active_spread();
        let deepest = view.deepest(self.overlaps);
        let blocks = view.ask.request.prompt_tokens.div_ceil(view.ask.block_size);
        let apart = load_difference(
            board,
            spread,
            self.balance_abs,
            "with the next: the least loaded replica",
        );
        let above = board.gate(
            "largest load",
            f64::from(most),
            self.balance_rel * f64::from(least),
            "requests",
            "with the one before: the least loaded replica",
        );
        let long = board.gate(
            "longest match",
            f64::from(deepest),
            self.overlap * f64::from(blocks),
            "blocks",
            "the least loaded of those that hold it",
        );
        if !(apart && above) && long {
            board.keep(view, "does not hold the longest match", |it| {
                view.overlap(self.overlaps, it) == deepest
            });
        }
        board.term("active", 1.0, "requests", |it| f64::from(view.active(it)));
        board.ties("the first in the router's own order");
    }
}
