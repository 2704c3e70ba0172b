//! Ray Serve's prefix-affinity router.
//!
//! If queues differ by more than `imbalance` (off as shipped), two replicas drawn at random; else, if less than `match_rate` of
//! the prompt is matched, the replicas whose remembered trees are smallest; else those that hold the longest match. Of these the
//! one with the shortest queue; of equal ones the first in the order in which the router goes through its replicas, which is that
//! of a set in its process: no particular one, but the same from request to request. A queue is the requests in flight.
//!
//! Its tree holds prompts as they are routed, whatever rule chose, and never forgets as shipped. It counts characters,
//! as here where a workload has texts; without them, full blocks stand in, so a match ends at a block's edge, and the report
//! says so.
//!
//! Read: ray 2.60.0, python/ray/llm/_internal/serve/routing_policies/prefix_aware and
//! python/ray/serve/_private/request_router; the released wheel agrees (docs/parity.md). Left out: full queues
//! (`max_ongoing_requests`) and their back-off, queue lengths older than 10 s, which are asked for anew, replicas in the same
//! node or zone first, several models in a replica, and `do_eviction`, which is off as shipped (every 10 s, a replica with
//! more than 400,000 characters is cut to 360,000).

use super::{
    Board, Forget, Held, Knowledge, Matches, Parameter, Policy, PolicyDef, Provenance, View,
    load_difference,
};
use crate::router::Scale;

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "ray",
    about: "a match of 10 %: the shorter queue of those that hold it; else of those with the smallest tree",
    source: "Ray 2.60.0, ray/llm/_internal/serve/routing_policies/prefix_aware",
    provenance: Provenance {
        product: "Ray Serve LLM",
        version: "2.60.0",
        files: &[
            "python/ray/llm/_internal/serve/routing_policies/prefix_aware",
            "python/ray/serve/_private/request_router",
        ],
        read: "2026-11-28",
        left_out: "full queues and their back-off; queue lengths asked for anew after 10 s; replicas in the same node or zone first; several models in a replica; do_eviction, which is off as shipped; characters where a workload has no texts (the tree counts blocks)",
    },
    parameters: &[
        Parameter::new(
            "match_rate",
            0.1,
            (0.0, 1.0),
            "share of the prompt",
            "a shorter match does not count (match_rate_threshold)",
        ),
        Parameter::new(
            "imbalance",
            1e9,
            (0.0, 1e9),
            "requests",
            "queues that differ by more get two choices at random; 1e9: never (imbalanced_threshold)",
        ).searched(1.0, 256.0, Scale::Log),
    ],
    knowledge: Knowledge::Routed {
        forget: Forget::Never,
    },
    text: false,
    reference: false,
    build: |it| {
        Box::new(Ray {
            match_rate: it.real("match_rate"),
            imbalance: it.real("imbalance"),
            matches: it.characters(),
            held: it.held(),
        })
    },
};

#[derive(Clone)]
struct Ray {
    match_rate: f64,
    imbalance: f64,
    matches: Matches,
    held: Held,
}

impl Policy for Ray {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let effect = "the shorter queue of two at random";
        let uneven = load_difference(board, view.active_spread(), self.imbalance, effect);
        let deepest = view.longest(self.matches);
        let matched = view.share(self.matches, deepest);
        let cold = board.condition(
            matched < self.match_rate,
            "longest match",
            (matched, self.match_rate),
            "share",
            "the smallest trees",
        );
        if uneven {
            board.of_two();
        } else if cold {
            let held = |it| view.held_blocks(self.held, it);
            let least = view.all().map(held).min().unwrap_or(0);
            board.keep(view, "does not have the smallest tree", |it| {
                held(it) == least
            });
        } else {
            board.keep(view, "does not hold the longest match", |it| {
                view.matched(self.matches, it) == deepest
            });
        }
        board.term("active", 1.0, "requests", |it| f64::from(view.active(it)));
        board.ties("the first in the router's own order; of two drawn at random the first drawn");
    }
}
