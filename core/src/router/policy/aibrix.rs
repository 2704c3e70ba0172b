//! AIBrix's prefix-cache routing: the match, and the load that current releases of its gateway blend in.
//!
//! First the condition on load. Take the replica with the most requests in flight: if it has at least `imbalance` more than the
//! replica with the fewest, and more than `factor` × (the mean of the others + 1), only the least busy replicas are considered. With
//! two replicas the difference alone decides: the product applies the factor from three on.
//!
//! Then two scores from 0 to 1 are added, weighed 5 to 4: one of the match and one of the load, which is requests in flight ×
//! (1 + `kv_pressure` × the KV pool's use²). To make a score, the values of all replicas are first clipped to three median deviations
//! around their median (from three replicas on, and if the median of the deviations is not 0); then the range that is left is
//! stretched to 0 to 1, the longest match and the least load having 1. Where all values are equal, each has 1. A replica with less
//! than `kv_free` of its pool free has a load score of 0, and its load is left out of the range. The highest sum wins; among sums
//! within 10⁻⁹ of it the first by name, which is the lowest number here. The board takes costs, so a score is entered as its weight
//! times its distance from 1.
//!
//! `load_weight=0` blends nothing in, as releases up to 0.7.0 do: the candidates with a match are ordered by the match and then by
//! load, and the first with at most mean + `sigma` standard deviations of requests (of a sample, so divided by n − 1) is taken; if
//! there is none, the least busy. Their condition has no factor and is a difference of more than 8: `imbalance=9;factor=0`.
//!
//! Matches are compared in whole percent of the prompt, rounded down, as the product keeps them. Load is what the gateway itself
//! has in flight, without the request to be routed. A prompt is remembered where it is sent, from the decision on, for as long as
//! it is routed again within 20 minutes; looking it up does not prolong that.

use super::{
    Board, Engine, Forget, Knowledge, Overlaps, Parameter, Policy, PolicyDef, Provenance, View,
};
use crate::units::{ReplicaId, VirtualTime};

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "aibrix",
    about: "match and load, each spread over the candidates, weighed 5 to 4; the least busy alone where load is uneven",
    source: "vllm-project/aibrix pkg/plugins/gateway/algorithms: prefix_cache.go, load_balance.go, router.go",
    provenance: Provenance {
        product: "AIBrix",
        version: "main after 0.7.0, as stored on the day it was read; with load_weight=0 0.7.0",
        files: &[
            "pkg/plugins/gateway/algorithms/load_balance.go",
            "pkg/plugins/gateway/algorithms/router.go",
            "pkg/plugins/gateway/algorithms/prefix_cache.go",
            "pkg/plugins/gateway/algorithms/util.go",
            "pkg/utils/prefixcacheindexer/hash.go",
        ],
        read: "2026-11-28",
        left_out: "blocks of four characters (the engine's blocks stand in); the table's limit of 200,000 such blocks; \
                   the output rate by which a replica's load is divided (all count as fast); queued requests (weight 0 as \
                   shipped); roles of prefill and decode",
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
            "uneven only if, of three or more, the most is above this too (AIBRIX_LOAD_BALANCE_IMBALANCE_FACTOR)",
        ),
        Parameter::new(
            "match_weight",
            5.0,
            (0.001, 1e6),
            "",
            "weight of the match, beside that of the load (AIBRIX_ROUTING_AUTO_BLEND_PREFIX_CACHE_WEIGHT)",
        ),
        Parameter::new(
            "load_weight",
            4.0,
            (0.0, 1e6),
            "",
            "weight of the load; 0: the rule up to 0.7.0 (AIBRIX_ROUTING_AUTO_BLEND_PREFIX_CACHE_LOAD_BALANCE_WEIGHT)",
        ),
        Parameter::new(
            "kv_pressure",
            2.0,
            (0.0, 1e6),
            "times the squared use",
            "how much a full KV pool adds to the load (AIBRIX_LOAD_BALANCE_KV_PRESSURE_ALPHA)",
        ),
        Parameter::new(
            "kv_free",
            0.1,
            (0.0, 1.0),
            "share of the KV pool",
            "with less free, a replica's load has no score (AIBRIX_LOAD_BALANCE_KV_CRITICAL_FREE)",
        ),
    ],
    knowledge: Knowledge::Routed {
        forget: Forget::After(VirtualTime(1_200_000_000_000)),
    },
    text: false,
    reference: false,
    build: |it| {
        let load = it.real("load_weight");
        let sum = it.real("match_weight") + load;
        Box::new(Aibrix {
            weights: (it.real("match_weight") / sum, load / sum),
            kv_pressure: it.real("kv_pressure"),
            kv_free: it.real("kv_free"),
            engine: (load > 0.0).then(|| it.engine()),
            values: Vec::new(),
            sorted: Vec::new(),
            imbalance: it.real("imbalance"),
            sigma: it.real("sigma"),
            factor: it.real("factor"),
            overlaps: it.overlaps(),
        })
    },
};

/// Sums that differ by no more than this are equal.
const NEAR: f64 = 1e-9;
/// Values farther than this from the median, in median deviations, are clipped to it.
const MOST_DEVIATIONS: f64 = 3.0;

#[derive(Clone)]
struct Aibrix {
    /// The weights of the match and of the load; they add up to 1.
    weights: (f64, f64),
    /// How much the KV pool's use adds to the load.
    kv_pressure: f64,
    /// The share of the KV pool that must be free for the load to have a score.
    kv_free: f64,
    /// The handle for the engines' reports; `None`: no load is blended in.
    engine: Option<Engine>,
    /// Space that is used again for each request: the candidates' values, and the same in order.
    values: Vec<f64>,
    sorted: Vec<f64>,
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

impl Aibrix {
    /// The match in whole percent of the prompt.
    fn percent(&self, view: &View<'_>, replica: ReplicaId) -> f64 {
        let blocks = u64::from(view.ask.request.prompt.depth.max(1));
        let matched = u64::from(view.overlap(self.overlaps, replica));
        (matched * 100 / blocks).min(100) as f64
    }

    /// Requests in flight, inflated as the KV pool fills; infinite where too little of it is free.
    fn load(&self, view: &View<'_>, engine: Engine, replica: ReplicaId) -> f64 {
        let used = view.kv_usage(engine, replica).clamp(0.0, 1.0);
        match 1.0 - used < self.kv_free {
            true => f64::INFINITY,
            false => f64::from(view.active(replica)) * (1.0 + self.kv_pressure * used * used),
        }
    }

    /// The least and the most of the candidates' values, clipped to [`MOST_DEVIATIONS`] around the median.
    fn range(&mut self, board: &Board, value: impl Fn(&Self, ReplicaId) -> f64) -> (f64, f64) {
        let mut values = core::mem::take(&mut self.values);
        values.clear();
        let all = board.open().map(|it| value(self, it));
        values.extend(all.filter(|it| it.is_finite()));
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut range = (least, most);
        if values.len() > 2 {
            let middle = self.median(values.iter().copied());
            let apart = values.iter().map(|it| (it - middle).abs());
            let apart = MOST_DEVIATIONS * self.median(apart);
            if apart > 0.0 {
                range = (least.max(middle - apart), most.min(middle + apart));
            }
        }
        self.values = values;
        range
    }

    fn median(&mut self, values: impl Iterator<Item = f64>) -> f64 {
        self.sorted.clear();
        self.sorted.extend(values);
        crate::order::numbers(&mut self.sorted);
        let half = self.sorted.len() / 2;
        match self.sorted.len() % 2 {
            1 => self.sorted[half],
            _ => (self.sorted[half - 1] + self.sorted[half]) / 2.0,
        }
    }

    /// Adds the match and the load, each stretched over the range of the candidates.
    fn blend(&mut self, view: &View<'_>, engine: Engine, board: &mut Board) {
        // How far a score is from 1: 0 for the best, 1 for the worst, 0 for all where none differs.
        let lacks = |from_best: f64, (least, most): (f64, f64)| match most > least {
            true => from_best / (most - least),
            false => 0.0,
        };
        let matches = self.range(board, |it, replica| it.percent(view, replica));
        board.term("unmatched", self.weights.0, "1 - score", |it| {
            let here = self.percent(view, it).clamp(matches.0, matches.1);
            lacks(matches.1 - here, matches)
        });
        let loads = self.range(board, |it, replica| it.load(view, engine, replica));
        board.term("load", self.weights.1, "1 - score", |it| {
            match self.load(view, engine, it) {
                load if load.is_finite() && loads.0 <= loads.1 => {
                    lacks(load.clamp(loads.0, loads.1) - loads.0, loads)
                }
                _ => 1.0,
            }
        });
        let least = board.least();
        board.at_least(least + NEAR);
    }

    /// The rule of releases up to 0.7.0.
    fn best_within_sigma(&self, view: &View<'_>, mean: f64, board: &mut Board) {
        let square = |active: u32| (f64::from(active) - mean) * (f64::from(active) - mean);
        let squares: f64 = view.all().map(|it| square(view.active(it))).sum();
        let deviation = libm::sqrt(squares / f64::from(view.count().max(2) - 1));
        // The most requests that a replica with a match may have.
        let bound = mean + self.sigma * deviation;
        let overlap = |it: ReplicaId| view.overlap(self.overlaps, it);
        let fits = |it: ReplicaId| overlap(it) > 0 && f64::from(view.active(it)) <= bound;
        let active = |it: ReplicaId| f64::from(view.active(it));
        board.at_random();
        if board.open().any(fits) {
            board.keep(view, "has no match", |it| overlap(it) > 0);
            board.keep(view, "above mean + sigma of the load", fits);
            board.term("unmatched", 1.0, "percent", |it| {
                100.0 - self.percent(view, it)
            });
            board.second(active);
        } else {
            board.term("active", 1.0, "requests", active);
        }
        board.ties("equal matches: the least busy, then at random; without a match at random");
    }
}

impl Policy for Aibrix {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let spread @ (least, mean, _) = view.active_spread();
        if self.uneven(spread, view.count(), board) {
            board.keep(view, "not among the least busy", |it| {
                view.active(it) == least
            });
        }
        match self.engine {
            Some(engine) => self.blend(view, engine, board),
            None => self.best_within_sigma(view, mean, board),
        }
    }
}
