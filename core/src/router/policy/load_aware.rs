//! vLLM production-stack's load-aware router: matched share of the prompt against load above the mean.
//!
//! It takes the largest `matched / prompt − beta × (load − mean) / max(1, mean)`, here told as a cost: the unmatched share
//! plus the load term. What is cached it asks LMCache, which is told by the engines.
//!
//! Read: the pull request 1035 of vllm-project/production-stack. It is not in the main branch of August 2026, so there is
//! nothing released to compare with.

use super::{
    Board, Knowledge, Overlaps, Parameter, Policy, PolicyDef, Provenance, UNRECORDED, View,
};
use crate::units::VirtualTime;

/// Its line in the table.
pub(super) const ENTRY: PolicyDef = PolicyDef {
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
    build: |it| {
        Box::new(LoadAware {
            beta: it.real("beta"),
            overlaps: it.overlaps(),
        })
    },
};

#[derive(Clone)]
struct LoadAware {
    beta: f64,
    overlaps: Overlaps,
}

impl Policy for LoadAware {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let (_, mean, _) = view.active_spread();
        board.term("unmatched_share", 1.0, "share", |it| {
            1.0 - view.ask.matched_share(view.overlap(self.overlaps, it))
        });
        board.term("load_above_mean", self.beta, "mean loads", |it| {
            (f64::from(view.active(it)) - mean) / mean.max(1.0)
        });
    }
}
