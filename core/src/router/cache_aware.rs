//! smg's cache-aware policy.
//!
//! A match counts if it covers more than `threshold` of the prompt. On a match the least loaded of those who hold it, else
//! the least loaded. Who holds it is passed over if it has more than `balance_rel` times the mean of requests in flight and more than
//! the mean plus a margin; if all are, the least loaded of the others (the prompt is remembered there too, so hot prefixes spread). The margin is
//! `balance_abs`, but at most the natural swing of a count, two standard deviations: 2 √mean, rounded up, at least 4. So a hot prompt first leaves its
//! replica at 6 in flight when three others hold none, at 18 when they hold 8, at 73 when they hold 40.
//!
//! The gate counts requests in flight. What is least loaded, and who is left out, says [`super::smg`]. Two further triggers are off as
//! shipped: there is no affinity while the pools' use differs by more than `kv_spread`, or one is above `kv_ceiling`.
//! With `@events` there is no threshold: the longest overlap, then load.
//!
//! Read: the running smg 1.13.0 (wheel from PyPI, 28 November 2026) and `smg launch --help`, whose defaults ship: 0.3, 64, 1.5, a tree of 67,108,864
//! characters over all workers, cut every 60 s. Its source of 7 August 2026 (lightseekorg/smg at 73da68ca,
//! model_gateway/src/policies/cache_aware.rs) is older: its gate compares the most with the least.
//!
//! Left out: the tree over characters is replaced by one over blocks, at 4 characters a token, so a match ends at a block's
//! edge; `--cache-index hash`; several models; mesh.

use super::pick::{any_least, first_least, holders};
use super::smg::{KV_WEIGHT, Loads, OVERLOAD_KV, OVERLOAD_WAITING, REPORT_S};
use super::{
    Ask, Forget, Gate, Knowledge, Known, Made, Parameter, Policy, Provenance, Reads, Term,
};
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

/// The margin is never capped below this.
const LEAST_MARGIN: f64 = 4.0;

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "cache-aware",
    about: "a long match: the least loaded who hold it, unless far above the mean; else the least loaded",
    source: "smg 1.13.0, cache_aware",
    provenance: Provenance {
        product: "smg",
        version: "1.13.0",
        files: &[
            "the wheel's binary: its help and its choices",
            "lightseekorg/smg at 73da68ca, older: model_gateway/src/policies/cache_aware.rs",
        ],
        read: "2026-11-28",
        left_out: "the tree over characters (one over blocks stands in for it, at 4 characters a token); --cache-index hash; several models; mesh",
    },
    parameters: &[
        Parameter::new(
            "threshold",
            0.3,
            (0.0, 1.0),
            "share of the prompt",
            "a match longer than this counts (--cache-threshold)",
        ),
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
    build: |parameters, _, _| {
        Box::new(CacheAware {
            threshold: parameters[0],
            balance_abs: parameters[1],
            balance_rel: parameters[2],
            loads: Loads::new(&parameters[3..7]),
            kv_spread: parameters[7],
            kv_ceiling: parameters[8],
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
}

impl CacheAware {
    fn matches(&self, ask: &Ask<'_>, known: &Known<'_>) -> Gate {
        let threshold = if known.exact { 0.0 } else { self.threshold };
        Gate::above(
            "longest match",
            ask.matched_share(known.deepest()),
            threshold,
            "share",
            "only who holds it",
        )
    }

    /// A holder with more requests in flight than both is passed over.
    fn limits(&self, known: &Known<'_>) -> [f64; 2] {
        let (mut sum, mut count) = (0_u64, 0_u64);
        for replica in self.loads.eligible(known) {
            sum += u64::from(known.of(replica).active);
            count += 1;
        }
        let mean = sum as f64 / count.max(1) as f64;
        let swing = libm::ceil(2.0 * libm::sqrt(mean)).max(LEAST_MARGIN);
        [self.balance_rel * mean, mean + self.balance_abs.min(swing)]
    }

    /// Either gives affinity up: the fullest pool, and how far apart it and the emptiest are.
    fn pools(&self, known: &Known<'_>) -> [Gate; 2] {
        let uses = || self.loads.eligible(known).map(|it| known.of(it).kv_usage);
        let (fullest, emptiest) = if self.loads.reported(known) {
            (uses().fold(0.0, f64::max), uses().fold(1.0, f64::min))
        } else {
            (0.0, 0.0)
        };
        let gate = |name, value, threshold| {
            Gate::above(name, value, threshold, "share", "the least loaded of all")
        };
        [
            gate("fullest KV pool", fullest, self.kv_ceiling),
            gate("spread of the KV pools", fullest - emptiest, self.kv_spread),
        ]
    }

    /// Whether a match counts at all.
    fn follows(&self, ask: &Ask<'_>, known: &Known<'_>) -> bool {
        let full = || self.pools(known).iter().any(|gate| gate.fired);
        self.matches(ask, known).fired && !full()
    }

    /// Among whom the least loaded is chosen.
    fn candidates(&self, ask: &Ask<'_>, known: &Known<'_>) -> Candidates {
        if !self.follows(ask, known) {
            return Candidates::All;
        }
        let (deepest, limits) = (known.deepest(), self.limits(known));
        let held = Candidates::Holders { deepest, limits };
        let others = Candidates::Others { deepest, limits };
        let any = |it: Candidates| self.loads.eligible(known).any(|r| it.take(known, r));
        if any(held) {
            held
        } else if any(others) {
            others
        } else {
            Candidates::All
        }
    }
}

/// Among whom the least loaded is chosen, of those that take part.
#[derive(Clone, Copy)]
enum Candidates {
    /// Who holds the longest match and has not too much.
    Holders {
        deepest: u32,
        limits: [f64; 2],
    },
    /// All but holders that have too much.
    Others {
        deepest: u32,
        limits: [f64; 2],
    },
    All,
}

impl Candidates {
    fn take(self, known: &Known<'_>, replica: ReplicaId) -> bool {
        let over = |limits: [f64; 2]| {
            let load = f64::from(known.of(replica).active);
            limits.iter().all(|&limit| load > limit)
        };
        let holds = |deepest| known.overlap(replica) == deepest;
        match self {
            Self::Holders { deepest, limits } => holds(deepest) && !over(limits),
            Self::Others { deepest, limits } => !holds(deepest) || !over(limits),
            Self::All => true,
        }
    }
}

impl Policy for CacheAware {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        self.loads.hear(known);
        let among = self.candidates(ask, known);
        let taking = self
            .loads
            .eligible(known)
            .filter(|&it| among.take(known, it));
        any_least(taking, |it| self.loads.cost(known, it), rng)
    }

    fn sent(&mut self, _: &Ask<'_>, known: &Known<'_>, _: ReplicaId) {
        self.loads.hear(known);
    }

    fn terms(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        self.loads.terms(known, replica)
    }

    fn gates(&self, ask: &Ask<'_>, known: &Known<'_>) -> Vec<Gate> {
        let mut gates = vec![self.matches(ask, known)];
        gates.extend(
            self.pools(known)
                .into_iter()
                .filter(|gate| gate.threshold < 1.0),
        );
        let holders = holders(known).filter(|&it| !self.loads.vetoed(known, it));
        let holder = first_least(holders, |it| self.loads.cost(known, it));
        let load = f64::from(known.of(holder).active);
        let gate = |limit| {
            Gate::above(
                "requests in flight at who holds it",
                load,
                limit,
                "requests",
                "with the other: passed over, the least loaded of the others",
            )
        };
        gates.extend(self.limits(known).map(gate));
        gates
    }

    fn excluded(
        &self,
        ask: &Ask<'_>,
        known: &Known<'_>,
        replica: ReplicaId,
    ) -> Option<&'static str> {
        if self.loads.vetoed(known, replica) {
            return Some("overloaded, as its engine reported");
        }
        let out = !self.candidates(ask, known).take(known, replica);
        out.then_some("does not hold the longest match, or has too much")
    }

    fn tie_rule(&self) -> &'static str {
        "at random"
    }

    fn reads(&self) -> Reads {
        Reads {
            overlaps: true,
            ..self.loads.reads()
        }
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
