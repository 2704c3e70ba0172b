//! AIBrix's prefix-cache routing: the best match that is not overloaded.
//!
//! First the gate on load: if the most requests in flight are at least `imbalance` more than the least and, of three or more
//! replicas, more than `factor` × (the mean of the others + 1), only the least busy replicas are looked at. Of two
//! replicas the difference alone decides, since the most of two never exceeds twice the other's by so much. Then, of the
//! candidates with a match, best match first and then the least busy, the first with at most mean + `sigma` standard
//! deviations of requests (of a sample, so divided by n − 1); if there is none, the least busy.
//!
//! Matches are compared in whole percent of the prompt, rounded down, as the product keeps them. Load is what the gateway
//! itself has in flight, without the request to be routed. A prompt is remembered where it goes at the decision, for as
//! long as it is routed again within 20 minutes; looking it up does not prolong that.

use super::{Board, Forget, Knowledge, Overlaps, Parameter, Policy, PolicyDef, Provenance, View};
use crate::units::{ReplicaId, VirtualTime};

/// Its line in the table.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "aibrix",
    about: "the best match within mean + sigma of the load; the least busy where load is uneven or nothing matches",
    source: "vllm-project/aibrix pkg/plugins/gateway/algorithms/prefix_cache.go",
    provenance: Provenance {
        product: "AIBrix",
        version: "main after 0.7.0: load_balance.go at 8c6b57b3848a, the rest at e3e10f9e4aeb",
        files: &[
            "pkg/plugins/gateway/algorithms/load_balance.go",
            "pkg/plugins/gateway/algorithms/prefix_cache.go",
            "pkg/plugins/gateway/algorithms/util.go",
            "pkg/utils/prefixcacheindexer/hash.go",
        ],
        read: "2026-11-28",
        left_out: "blocks of four characters (the engine's blocks stand in); the table's limit of 200,000 such blocks; \
                   the load-balance strategy that newer gateways blend in, 5 to 4, unless \
                   AIBRIX_ROUTING_AUTO_BLEND_PREFIX_CACHE_LOAD_BALANCE_WEIGHT is 0; roles of prefill and decode",
    },
    parameters: &[
        Parameter::new(
            "imbalance",
            8.0,
            (0.0, 1e9),
            "requests",
            "load is uneven if most and least differ by at least this (AIBRIX_LOAD_BALANCE_IMBALANCE_MIN_GAP)",
        ),
        Parameter::new(
            "sigma",
            1.0,
            (0.0, 100.0),
            "standard deviations",
            "a match above the mean load by more than this is passed over (AIBRIX_PREFIX_CACHE_STANDARD_DEVIATION_FACTOR)",
        ),
        Parameter::new(
            "factor",
            2.0,
            (0.0, 1e9),
            "times the mean of the others + 1",
            "… and, of three or more, the most is above this (AIBRIX_LOAD_BALANCE_IMBALANCE_FACTOR)",
        ),
    ],
    knowledge: Knowledge::Routed {
        forget: Forget::After(VirtualTime(1_200_000_000_000)),
    },
    text: false,
    reference: false,
    build: |it| {
        Box::new(Aibrix {
            imbalance: it.real("imbalance"),
            sigma: it.real("sigma"),
            factor: it.real("factor"),
            overlaps: it.overlaps(),
        })
    },
};

#[derive(Clone)]
struct Aibrix {
    imbalance: f64,
    sigma: f64,
    factor: f64,
    overlaps: Overlaps,
}

impl Aibrix {
    /// Whether load is uneven: both gates must fire, or the first alone where there are two replicas.
    fn uneven(
        &self,
        (least, mean, most): (u32, f64, u32),
        replicas: u32,
        board: &mut Board,
    ) -> bool {
        let effect = "with the others: only the least busy";
        let apart = f64::from(most - least);
        let mut uneven = board.condition(
            apart >= self.imbalance,
            "load difference",
            (apart, self.imbalance),
            "requests",
            effect,
        );
        if replicas > 2 {
            let (most, count) = (f64::from(most), f64::from(replicas));
            let others = (mean * count - most) / (count - 1.0);
            let bound = self.factor * (others + 1.0);
            uneven &= board.gate("largest load", most, bound, "requests", effect);
        }
        uneven
    }
}

impl Policy for Aibrix {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let spread @ (least, mean, _) = view.active_spread();
        let square = |active: u32| (f64::from(active) - mean) * (f64::from(active) - mean);
        let squares: f64 = view.all().map(|it| square(view.active(it))).sum();
        let deviation = libm::sqrt(squares / f64::from(view.count().max(2) - 1));
        // The most requests a match may have.
        let bound = mean + self.sigma * deviation;
        if self.uneven(spread, view.count(), board) {
            board.keep(view, "not among the least busy", |it| {
                view.active(it) == least
            });
        }
        let overlap = |it: ReplicaId| view.overlap(self.overlaps, it);
        let fits = |it: ReplicaId| overlap(it) > 0 && f64::from(view.active(it)) <= bound;
        let active = |it: ReplicaId| f64::from(view.active(it));
        board.at_random();
        if board.open().any(fits) {
            let blocks = u64::from(view.ask.request.prompt.depth.max(1));
            board.keep(view, "has no match", |it| overlap(it) > 0);
            board.keep(view, "above mean + sigma of the load", fits);
            board.term("unmatched", 1.0, "percent", |it| {
                100.0 - (u64::from(overlap(it)) * 100 / blocks).min(100) as f64
            });
            board.second(active);
        } else {
            board.term("active", 1.0, "requests", active);
        }
        board.ties("equal matches: the least busy, then at random; without a match at random");
    }
}
