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

use super::pick::{all, any_least, least_active};
use super::{
    Ask, Forget, Gate, Knowledge, Known, Made, Parameter, Policy, Provenance, Reads, Term,
};
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
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
    build: |parameters, _, _| {
        Box::new(Aibrix {
            imbalance: parameters[0],
            sigma: parameters[1],
            factor: parameters[2],
        })
    },
};

#[derive(Clone)]
struct Aibrix {
    imbalance: f64,
    sigma: f64,
    factor: f64,
}

/// Which replicas a request may go to, and what a match may have.
struct Frame {
    /// Whether load is uneven: then only who has the least is a candidate.
    uneven: bool,
    least: u32,
    /// The most requests a match may have.
    bound: f64,
}

impl Aibrix {
    /// The gates on load; both must fire, or the first alone where there are two replicas.
    fn imbalance(&self, known: &Known<'_>) -> Vec<Gate> {
        let (least, mean, most) = known.active_spread();
        let count = f64::from(known.candidates());
        let effect = "with the others: only the least busy";
        let apart = f64::from(most - least);
        let mut gates = vec![Gate {
            name: "load difference",
            value: apart,
            threshold: self.imbalance,
            unit: "requests",
            fired: apart >= self.imbalance,
            effect,
        }];
        if known.candidates() > 2 {
            let others = (mean * count - f64::from(most)) / (count - 1.0);
            let bound = self.factor * (others + 1.0);
            let most = f64::from(most);
            gates.push(Gate::above("largest load", most, bound, "requests", effect));
        }
        gates
    }

    fn frame(&self, known: &Known<'_>) -> Frame {
        let (least, mean, _) = known.active_spread();
        let square = |active: u32| (f64::from(active) - mean) * (f64::from(active) - mean);
        let squares: f64 = known.active().map(|s| square(s.active)).sum();
        let deviation = libm::sqrt(squares / f64::from(known.candidates().max(2) - 1));
        Frame {
            uneven: self.imbalance(known).iter().all(|gate| gate.fired),
            least,
            bound: mean + self.sigma * deviation,
        }
    }

    fn is_candidate(frame: &Frame, known: &Known<'_>, replica: ReplicaId) -> bool {
        !frame.uneven || known.of(replica).active == frame.least
    }

    fn qualifies(frame: &Frame, known: &Known<'_>, replica: ReplicaId) -> bool {
        Self::is_candidate(frame, known, replica)
            && known.overlap(replica) > 0
            && f64::from(known.of(replica).active) <= frame.bound
    }

    /// How much of the prompt's blocks match, in whole percent.
    fn percent(ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> u32 {
        let blocks = u64::from(ask.request.prompt.depth.max(1));
        u32::try_from(u64::from(known.overlap(replica)) * 100 / blocks).unwrap_or(100)
    }

    /// The match that is taken, if one is: its percent and its requests.
    fn matched(ask: &Ask<'_>, known: &Known<'_>, frame: &Frame) -> Option<(u32, u32)> {
        let fit = all(known).filter(|&r| Self::qualifies(frame, known, r));
        // Deepest first, then the least busy.
        fit.map(|r| (Self::percent(ask, known, r), known.of(r).active))
            .max_by_key(|&(percent, active)| (percent, u32::MAX - active))
    }
}

impl Policy for Aibrix {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        let frame = self.frame(known);
        match Self::matched(ask, known, &frame) {
            Some((percent, active)) => {
                let equal = |r: &ReplicaId| {
                    Self::qualifies(&frame, known, *r)
                        && Self::percent(ask, known, *r) == percent
                        && known.of(*r).active == active
                };
                any_least(all(known).filter(equal), |_| 0.0, rng)
            }
            None => least_active(all(known), known, rng),
        }
    }

    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let active = f64::from(known.of(replica).active);
        if Self::matched(ask, known, &self.frame(known)).is_some() {
            let unmatched = 100 - Self::percent(ask, known, replica).min(100);
            vec![Term::new("unmatched", 1.0, f64::from(unmatched), "percent")]
        } else {
            vec![Term::new("active", 1.0, active, "requests")]
        }
    }

    fn gates(&self, _: &Ask<'_>, known: &Known<'_>) -> Vec<Gate> {
        self.imbalance(known)
    }

    fn excluded(
        &self,
        ask: &Ask<'_>,
        known: &Known<'_>,
        replica: ReplicaId,
    ) -> Option<&'static str> {
        let frame = self.frame(known);
        if !Self::is_candidate(&frame, known, replica) {
            Some("not among the least busy")
        } else if Self::matched(ask, known, &frame).is_none()
            || Self::qualifies(&frame, known, replica)
        {
            None
        } else if known.overlap(replica) == 0 {
            Some("has no match")
        } else {
            Some("above mean + sigma of the load")
        }
    }

    fn tie_rule(&self) -> &'static str {
        "equal matches: the least busy, then at random; without a match at random"
    }

    fn reads(&self) -> Reads {
        Reads {
            overlaps: true,
            ..Reads::default()
        }
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
