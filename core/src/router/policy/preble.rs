//! Preble's E2: exploit a long match, explore otherwise.
//!
//! If more than half of the prompt is matched, the cheapest of the replicas that hold the longest match is taken; otherwise the
//! cheapest of all; of equal ones the first. A replica's cost is the time of its work: prefilling what it was sent uncached in the
//! last three minutes (`window`), plus decoding its active requests, each taken to answer as long as this request's limit. What this
//! prompt itself would cost there is not counted.
//!
//! Read on 29 November 2026: WukLab/preble at 8e7906a, preble/global_scheduler_with_time.py. Left out: that evicted prefixes must
//! be computed again (off there by default); the rebalancing and replication of hot nodes; and an error of the product, which, where
//! some but not all replicas own a node, mistakes an owner's place in the list of owners for its number. Different here: the owners
//! of a node share its prefill as they share its requests, and a step's time is the engine's, not the median of measured ones.

use std::collections::VecDeque;

use super::{
    Board, Forget, Knowledge, Overlaps, Parameter, Policy, PolicyDef, Provenance, View, grow,
};
use crate::units::{ReplicaId, VirtualTime};

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "preble",
    about: "more than half matched: the cheapest that hold it; else the cheapest of all, in seconds of work",
    source: "WukLab/preble preble/global_scheduler_with_time.py (E2)",
    provenance: Provenance {
        product: "Preble",
        version: "main, at 8e7906a",
        files: &["preble/global_scheduler_with_time.py"],
        read: "2026-11-29",
        left_out: "computing evicted prefixes again (off by default); rebalancing and replicating hot nodes; an owner's place in the \
                   list taken for its number",
    },
    parameters: &[Parameter::new(
        "window",
        180.0,
        (0.001, 1e6),
        "s",
        "how long prefilled work counts",
    )],
    knowledge: Knowledge::Routed {
        forget: Forget::Never,
    },
    text: false,
    reference: false,
    build: |it| {
        Box::new(Preble {
            window: it.seconds("window"),
            recent: VecDeque::new(),
            prefilled: Vec::new(),
            overlaps: it.overlaps(),
        })
    },
};

#[derive(Clone)]
struct Preble {
    window: VirtualTime,
    /// The requests of the window: when each was sent, to which replica, and its uncached prompt tokens.
    recent: VecDeque<(VirtualTime, ReplicaId, u64)>,
    /// For each replica, the sum of those tokens.
    prefilled: Vec<u64>,
    overlaps: Overlaps,
}

impl Preble {
    fn expire(&mut self, now: VirtualTime) {
        while let Some(&(at, replica, tokens)) = self.recent.front()
            && now - at > self.window
        {
            self.prefilled[replica.index()] -= tokens;
            self.recent.pop_front();
        }
    }
}

impl Policy for Preble {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        self.expire(view.ask.now);
        let deepest = view.deepest(self.overlaps);
        let matched = view.ask.matched_share(deepest);
        if board.condition(
            matched > 0.5,
            "longest match",
            (matched, 0.5),
            "share",
            "only those that hold it",
        ) {
            board.keep(view, "does not hold the longest match", |it| {
                view.overlap(self.overlaps, it) == deepest
            });
        }
        let speed = view.one_speed();
        let output = f64::from(view.ask.estimated_output);
        board.term("prefilled lately", 1.0, "s", |it| {
            self.prefilled[it.index()] as f64 * speed.prefill_s
        });
        board.term("decoding", 1.0, "s", |it| {
            let active = f64::from(view.active(it));
            active * output * (speed.step_s + speed.sequence_s * active)
        });
    }

    fn sent(&mut self, view: &View<'_>, replica: ReplicaId) {
        let new = view
            .ask
            .uncached_tokens(view.overlap(self.overlaps, replica));
        self.prefilled[replica.index()] += u64::from(new);
        let entry = (view.ask.now, replica, u64::from(new));
        self.recent.push_back(entry);
    }

    fn joined(&mut self, replicas: &[ReplicaId]) {
        grow(&mut self.prefilled, replicas);
    }

    fn left(&mut self, replica: ReplicaId) {
        self.recent.retain(|&(_, at, _)| at != replica);
        self.prefilled[replica.index()] = 0;
    }
}
