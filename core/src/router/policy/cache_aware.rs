//! smg's cache-aware policy.
//!
//! A match counts if it covers more than `threshold` of the prompt. With a match the least loaded of the replicas that hold it is
//! taken, otherwise the least loaded of all. A holder is passed over if it has more than `balance_rel` times the mean of requests
//! in flight and more than the mean plus a margin; if all holders are, the least loaded of the other replicas is taken (the prompt
//! is remembered there too, so hot prefixes spread). The margin is `balance_abs`, but at most the natural swing of a count, two
//! standard deviations: 2 √mean, rounded up, at least 4. So a hot prompt first leaves its replica at 6 in flight when three others
//! hold none, at 18 when they hold 8, at 73 when they hold 40.
//!
//! That condition counts the requests in flight. "Least loaded" is by another measure, the load of [`super::smg`], which also
//! says which overloaded replicas are no candidates at all. Two further conditions are off as shipped: matches are ignored while
//! the fullest and the emptiest KV pool differ by more than `kv_spread`, and while the fullest is above `kv_ceiling`. With `@events`
//! there is no threshold: the longest overlap is taken, and among equal ones the least loaded.
//!
//! What it does was read off the running smg 1.13.0 (wheel from PyPI, 28 November 2026), its defaults off `smg launch --help`: 0.3,
//! 64, 1.5, and a tree of 67,108,864 characters over all workers, cut every 60 s. The published source, of 7 August 2026
//! (lightseekorg/smg at 73da68ca, model_gateway/src/policies/cache_aware.rs), is older than the wheel: there the largest count is
//! compared with the smallest, not with the mean.
//!
//! Its tree is over characters, as here where a workload has texts; without them, blocks stand in, at 4 characters a token, so a
//! match ends at a block's edge, and the report says so. Left out: `--cache-index hash`; several models; mesh.

use super::smg::{KV_WEIGHT, Loads, OVERLOAD_KV, OVERLOAD_WAITING, REPORT_S};
use super::{
    Board, Forget, Knowledge, Matches, Parameter, Policy, PolicyDef, Provenance, THRESHOLD, View,
    longest_match,
};
use crate::units::{ReplicaId, VirtualTime};

/// The margin is never capped below this many requests.
const LEAST_MARGIN: f64 = 4.0;

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "cache-aware",
    about: "a long match: the least loaded that hold it, unless far above the mean; else the least loaded",
    source: "smg 1.13.0, cache_aware",
    provenance: Provenance {
        product: "smg",
        version: "1.13.0",
        files: &[
            "the wheel's binary: its help and its choices",
            "lightseekorg/smg at 73da68ca, older: model_gateway/src/policies/cache_aware.rs",
        ],
        read: "2026-11-28",
        left_out: "characters where a workload has no texts (a tree over blocks stands in, at 4 characters a token); --cache-index hash; several models; mesh",
    },
    parameters: &[
        THRESHOLD,
        Parameter::new(
            "balance_abs",
            64.0,
            (0.0, 1e9),
            "requests",
            "a choice is given up if it has more than the mean plus this, or plus two standard deviations",
        ),
        Parameter::new(
            "balance_rel",
            1.5,
            (1.0, 1e9),
            "times the mean",
            "… and more than this",
        ),
        REPORT_S,
        KV_WEIGHT,
        OVERLOAD_WAITING,
        OVERLOAD_KV,
        Parameter::new(
            "kv_spread",
            1.0,
            (0.0, 1.0),
            "share of the KV pool",
            "no affinity if the fullest and the emptiest are further apart (--balance-token-usage-threshold); 1: off",
        ),
        Parameter::new(
            "kv_ceiling",
            1.0,
            (0.0, 1.0),
            "share of the KV pool",
            "no affinity while the fullest is above this (--overload-token-usage-threshold); 1: off",
        ),
    ],
    knowledge: Knowledge::Routed {
        forget: Forget::Lru {
            tokens: Some(16_777_216),
            every: VirtualTime(60_000_000_000),
            shared: true,
        },
    },
    text: false,
    reference: false,
    build: |it| {
        Box::new(CacheAware {
            threshold: it.real("threshold"),
            balance_abs: it.real("balance_abs"),
            balance_rel: it.real("balance_rel"),
            loads: Loads::new(it),
            kv_spread: it.real("kv_spread"),
            kv_ceiling: it.real("kv_ceiling"),
            matches: it.characters(),
        })
    },
};

#[derive(Clone)]
struct CacheAware {
    threshold: f64,
    balance_abs: f64,
    balance_rel: f64,
    loads: Loads,
    kv_spread: f64,
    kv_ceiling: f64,
    matches: Matches,
}

impl CacheAware {
    /// The two limits on requests in flight: a holder with more than both is passed over.
    fn limits(&self, view: &View<'_>, board: &Board) -> [f64; 2] {
        let (mut sum, mut count) = (0_u64, 0_u64);
        for replica in board.open() {
            sum += u64::from(view.active(replica));
            count += 1;
        }
        let mean = sum as f64 / count.max(1) as f64;
        let swing = libm::ceil(2.0 * libm::sqrt(mean)).max(LEAST_MARGIN);
        [self.balance_rel * mean, mean + self.balance_abs.min(swing)]
    }

    /// Whether matches are ignored: because a pool is too full, or because the fullest and the emptiest differ too much.
    fn ignores_matches(&self, view: &View<'_>, board: &mut Board) -> bool {
        let (mut fullest, mut emptiest) = (0.0, 0.0);
        if self.loads.has_reported(view) {
            let uses = || board.open().map(|it| self.loads.usage(view, it));
            (fullest, emptiest) = (uses().fold(0.0, f64::max), uses().fold(1.0, f64::min));
        }
        let gates = [
            ("fullest KV pool", fullest, self.kv_ceiling),
            ("spread of the KV pools", fullest - emptiest, self.kv_spread),
        ];
        let mut any = false;
        for (name, value, threshold) in gates {
            if threshold < 1.0 {
                any |= board.gate(name, value, threshold, "share", "the least loaded of all");
            }
        }
        any
    }
}

impl Policy for CacheAware {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        self.loads.hear(view);
        self.loads.veto(view, board);
        self.loads.add(view, board);
        board.at_random();
        let threshold = match view.is_exact(self.matches.overlaps()) {
            true => 0.0,
            false => self.threshold,
        };
        let (deepest, matched) = longest_match(view, self.matches, threshold, board);
        let ignored = self.ignores_matches(view, board);
        let follows = matched && !ignored;
        if !follows && !board.explains() {
            return;
        }
        let holds = |it: ReplicaId| view.matched(self.matches, it) == deepest;
        let limits = self.limits(view, board);
        if board.explains() {
            let holders = board.open().filter(|&it| holds(it));
            let cheapest = holders.fold(None, |best: Option<ReplicaId>, it| match best {
                Some(best) if board.cost(best) <= board.cost(it) => Some(best),
                _ => Some(it),
            });
            // Where none of those that hold it may be chosen, there is nobody whose load decides.
            let load = cheapest.map(|it| f64::from(view.active(it)));
            for (limit, load) in limits.into_iter().zip(load.into_iter().cycle()) {
                board.gate(
                    "active requests where it is held",
                    load,
                    limit,
                    "requests",
                    "with the other: passed over, the least loaded of the others",
                );
            }
        }
        if !follows {
            return;
        }
        let over = |it: ReplicaId| {
            let load = f64::from(view.active(it));
            limits.iter().all(|&limit| load > limit)
        };
        let why = "does not hold the longest match, or has too much";
        if board.open().any(|it| holds(it) && !over(it)) {
            board.keep(view, why, |it| holds(it) && !over(it));
        } else if board.open().any(|it| !holds(it) || !over(it)) {
            board.keep(view, why, |it| !holds(it) || !over(it));
        }
    }

    fn sent(&mut self, view: &View<'_>, _: ReplicaId) {
        self.loads.hear(view);
    }
}
