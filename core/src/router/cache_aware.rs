//! smg's and SGLang's cache-aware policy, in its present and its original form.
//!
//! A match counts if it covers more than `threshold` of the prompt. **Present**: on a match the least loaded of those who
//! hold it, else the least loaded; but if the one chosen has more than `balance_rel` times the mean load and more than
//! the mean plus `balance_abs`, the least loaded replica of all (the prompt is remembered there too, so hot prefixes
//! spread). **Original**: if the loads differ by more than `balance_abs` and the most is above `balance_rel` times the
//! least, the least loaded and no affinity; else on a match one who holds it, else the replica of which least is
//! remembered (the smallest tree).
//!
//! Its tree is what it routed, cut every 30 s to 10,000 tokens a replica, least recently used first; with `@events` it is
//! the variant that listens to KV events. Its defaults have changed between versions (32 and 1.0001, 64 and 1.5, 32 and
//! 1.1). The tree over characters, used where there is no tokenizer, is replaced by the one over blocks. Left out: the
//! options that are off as shipped (KV triggers, decay, temperature).

use super::pick::{all, any_least, holders, least_active};
use super::{
    Ask, Forget, Gate, Knowledge, Known, Made, Parameter, Policy, Provenance, Reads, Term,
    UNRECORDED,
};
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

const THRESHOLD: Parameter = Parameter::new(
    "threshold",
    0.5,
    (0.0, 1.0),
    "share of the prompt",
    "a match longer than this counts (cache_threshold)",
);

const KNOWLEDGE: Knowledge = Knowledge::Routed {
    forget: Forget::Lru {
        tokens: Some(10_000),
        every: VirtualTime(30_000_000_000),
    },
};

/// The present rule's line in the table.
pub(super) const ENTRY: Made = Made {
    name: "cache-aware",
    about: "a long match: the least loaded who hold it, unless far above the mean; else the least loaded",
    source: "smg-project/smg model_gateway/src/policies, cache_aware",
    provenance: Provenance {
        product: "smg",
        version: UNRECORDED,
        files: &["model_gateway/src/policies/cache_aware.rs"],
        read: UNRECORDED,
        left_out: "the tree over characters (one over blocks stands in for it); KV-pressure triggers, decay and temperature, which are off as shipped",
    },
    parameters: &[
        THRESHOLD,
        Parameter::new(
            "balance_abs",
            32.0,
            (0.0, 1e9),
            "requests",
            "a choice is given up if it has more than the mean plus this",
        ),
        Parameter::new(
            "balance_rel",
            1.1,
            (1.0, 1e9),
            "times the mean",
            "… and more than this",
        ),
    ],
    knowledge: KNOWLEDGE,
    text: false,
    reference: false,
    build: |parameters, _, _| Box::new(CacheAware::new(parameters, false)),
};

/// The original rule's line in the table.
pub(super) const ORIGINAL: Made = Made {
    name: "cache-aware-original",
    about: "uneven load: the shortest queue; a long match: who holds it; else the smallest tree",
    source: "sgl-project/sglang sgl-router, cache_aware; still in vllm-project/router",
    provenance: Provenance {
        product: "sglang-router, vllm-project/router",
        version: UNRECORDED,
        files: &["sgl-router/src/policies/cache_aware.rs"],
        read: UNRECORDED,
        left_out: "the tree over characters: one over blocks stands in for it",
    },
    parameters: &[
        THRESHOLD,
        Parameter::new(
            "balance_abs",
            32.0,
            (0.0, 1e9),
            "requests",
            "load is uneven if most and least differ by more than this",
        ),
        Parameter::new(
            "balance_rel",
            1.0001,
            (1.0, 1e9),
            "times the least",
            "… and the most is above this",
        ),
    ],
    knowledge: KNOWLEDGE,
    text: false,
    reference: false,
    build: |parameters, _, _| Box::new(CacheAware::new(parameters, true)),
};

#[derive(Clone)]
struct CacheAware {
    threshold: f64,
    balance_abs: f64,
    balance_rel: f64,
    original: bool,
}

impl CacheAware {
    fn new(parameters: &[f64], original: bool) -> Self {
        Self {
            threshold: parameters[0],
            balance_abs: parameters[1],
            balance_rel: parameters[2],
            original,
        }
    }

    fn matches(&self, ask: &Ask<'_>, known: &Known<'_>) -> Gate {
        Gate::above(
            "longest match",
            ask.matched_share(known.deepest()),
            self.threshold,
            "share",
            "only who holds it",
        )
    }

    /// Both must fire: original, that load is uneven; present, that `chosen` has too much.
    fn balance(&self, known: &Known<'_>, chosen: u32) -> [Gate; 2] {
        let (least, mean, most) = known.active_spread();
        let effect = "with the other: the least loaded replica of all";
        let gate = |name, value, threshold| Gate::above(name, value, threshold, "requests", effect);
        if self.original {
            let (most, least) = (f64::from(most), f64::from(least));
            [
                known.load_difference(self.balance_abs, effect),
                gate("largest load", most, self.balance_rel * least),
            ]
        } else {
            let load = f64::from(chosen);
            [
                gate("load of the choice", load, self.balance_rel * mean),
                gate("load of the choice", load, mean + self.balance_abs),
            ]
        }
    }

    fn unbalanced(&self, known: &Known<'_>, chosen: u32) -> bool {
        self.balance(known, chosen).iter().all(|gate| gate.fired)
    }

    /// The load of the present rule's first choice.
    fn first_choice(&self, ask: &Ask<'_>, known: &Known<'_>) -> u32 {
        let held = self.matches(ask, known).fired;
        let deepest = known.deepest();
        let candidates = all(known).filter(|&r| !held || known.overlap(r) == deepest);
        candidates.map(|r| known.of(r).active).min().unwrap_or(0)
    }

    /// What the candidates are compared by: true, load; false, the size of their trees.
    fn by_load(&self, ask: &Ask<'_>, known: &Known<'_>) -> bool {
        !self.original || self.unbalanced(known, 0) || self.matches(ask, known).fired
    }
}

impl Policy for CacheAware {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        let held = self.matches(ask, known).fired;
        if self.original {
            return if self.unbalanced(known, 0) {
                least_active(all(known), known, rng)
            } else if held {
                least_active(holders(known), known, rng)
            } else {
                any_least(all(known), |r| f64::from(known.of(r).held_blocks), rng)
            };
        }
        let chosen = if held {
            least_active(holders(known), known, rng)
        } else {
            least_active(all(known), known, rng)
        };
        if self.unbalanced(known, known.of(chosen).active) {
            least_active(all(known), known, rng)
        } else {
            chosen
        }
    }

    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let there = known.of(replica);
        if self.by_load(ask, known) {
            vec![Term::new(
                "active",
                1.0,
                f64::from(there.active),
                "requests",
            )]
        } else {
            let held = f64::from(there.held_blocks);
            vec![Term::new("held_blocks", 1.0, held, "blocks")]
        }
    }

    fn gates(&self, ask: &Ask<'_>, known: &Known<'_>) -> Vec<Gate> {
        let [a, b] = self.balance(known, self.first_choice(ask, known));
        let matched = self.matches(ask, known);
        if self.original {
            vec![a, b, matched]
        } else {
            vec![matched, a, b]
        }
    }

    fn excluded(
        &self,
        ask: &Ask<'_>,
        known: &Known<'_>,
        replica: ReplicaId,
    ) -> Option<&'static str> {
        let follows = self.matches(ask, known).fired
            && !self.unbalanced(known, self.first_choice(ask, known));
        (follows && known.overlap(replica) < known.deepest())
            .then_some("does not hold the longest match")
    }

    fn tie_rule(&self) -> &'static str {
        "at random"
    }

    fn reads(&self) -> Reads {
        Reads {
            overlaps: true,
            held: self.original,
            ..Reads::default()
        }
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
