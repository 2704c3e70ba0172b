//! vLLM production-stack's load-aware router: the matched share of the prompt against load above the mean.
//!
//! It takes the largest `matched / prompt - beta x (load - mean) / max(1, mean)`, which as a cost is the unmatched share plus the
//! load term; of equal replicas the first. It asks LMCache, which the engines inform, which replica has cached what. Where no replica is
//! known to hold any of the prompt, the score is not used: the request goes to the first replica that was never sent one or, if there
//! is none, to the one that was sent the fewest requests within the last minute.
//!
//! Read on 29 November 2026: pull request 1035 of vllm-project/production-stack (class LoadAwareRouter in
//! src/vllm_router/routers/routing_logic.py), merged in August 2026, after commit a6c01db0. Left out: sessions by a header,
//! which, where they are set up, are tried before the fewest requests.

use super::lately::Lately;
use super::{Board, Knowledge, Overlaps, Parameter, Policy, PolicyDef, Provenance, View};
use crate::units::{ReplicaId, VirtualTime};

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "load-aware",
    about: "least of the unmatched share of the prompt + weighted load above the mean; unmatched, the fewest requests lately",
    source: "vllm-project/production-stack, loadaware (pull request 1035)",
    provenance: Provenance {
        product: "vLLM production-stack",
        version: "pull request 1035, of August 2026",
        files: &[
            "src/vllm_router/routers/routing_logic.py",
            "src/vllm_router/stats/request_stats.py",
        ],
        read: "2026-11-29",
        left_out: "what LMCache holds, in chunks of 256 tokens: events of the engines stand in for it; sessions by a header",
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
            lately: Lately::default(),
        })
    },
};

#[derive(Clone)]
struct LoadAware {
    beta: f64,
    overlaps: Overlaps,
    lately: Lately,
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
        let deepest = view.deepest(self.overlaps);
        if board.condition(
            deepest == 0,
            "longest match",
            (f64::from(deepest), 1.0),
            "blocks",
            "where the fewest requests of the last minute went",
        ) {
            board.take(self.lately.fewest(view));
        }
    }

    fn sent(&mut self, view: &View<'_>, replica: ReplicaId) {
        self.lately.sent(view.ask.now, replica);
    }

    fn joined(&mut self, replicas: &[ReplicaId]) {
        self.lately.joined(replicas);
    }

    fn left(&mut self, replica: ReplicaId) {
        self.lately.left(replica);
    }
}
