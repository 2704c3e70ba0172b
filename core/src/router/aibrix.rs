//! AIBrix's prefix-cache routing: the best match that is not overloaded.
//!
//! If running requests differ by more than `imbalance`, the least busy. Else, of the replicas with a match, best match
//! first and then the least busy, the first with at most mean + `sigma` standard deviations of requests; if there is
//! none, the least busy. Its table remembers what it routed; entries not used for 20 minutes go (that figure from
//! memory). Its characters are replaced by blocks.

use super::pick::{all, least_active};
use super::{Ask, Forget, Gate, Knowledge, Known, Made, Parameter, Policy, Reads, Term};
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "aibrix",
    about: "the best match within mean + sigma of the load; the least busy where load is uneven or nothing matches",
    source: "vllm-project/aibrix pkg/plugins/gateway/algorithms/prefix_cache.go",
    parameters: &[
        Parameter::new(
            "imbalance",
            8.0,
            (0.0, 1e9),
            "requests",
            "load is uneven if most and least differ by more than this",
        ),
        Parameter::new(
            "sigma",
            1.0,
            (0.0, 100.0),
            "standard deviations",
            "a match above the mean load by more than this is passed over",
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
        })
    },
};

#[derive(Clone)]
struct Aibrix {
    imbalance: f64,
    sigma: f64,
}

impl Aibrix {
    fn uneven(&self, known: &Known<'_>) -> Gate {
        known.load_difference(self.imbalance, "the least busy replica")
    }

    /// The most requests a match may have.
    fn bound(&self, known: &Known<'_>) -> f64 {
        let (_, mean, _) = known.active_spread();
        let square = |active: u32| (f64::from(active) - mean) * (f64::from(active) - mean);
        let squares: f64 = known.active().map(|s| square(s.active)).sum();
        mean + self.sigma * libm::sqrt(squares / f64::from(known.candidates()))
    }

    fn qualifies(&self, known: &Known<'_>, bound: f64, replica: ReplicaId) -> bool {
        known.overlap(replica) > 0 && f64::from(known.of(replica).active) <= bound
    }

    /// The match that is taken, if one is.
    fn matched(&self, known: &Known<'_>) -> Option<(u32, u32)> {
        let bound = self.bound(known);
        let fit = all(known).filter(|&r| self.qualifies(known, bound, r));
        // Deepest first, then the least busy.
        fit.map(|r| (known.overlap(r), known.of(r).active))
            .max_by_key(|&(overlap, active)| (overlap, u32::MAX - active))
    }
}

impl Policy for Aibrix {
    fn choose(&mut self, _: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        match self.matched(known) {
            Some(best) if !self.uneven(known).fired => {
                let equal = |r: &ReplicaId| (known.overlap(*r), known.of(*r).active) == best;
                all(known).find(equal).unwrap_or_default()
            }
            _ => least_active(all(known), known, rng),
        }
    }

    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let active = f64::from(known.of(replica).active);
        let by_match = self.matched(known).is_some() && !self.uneven(known).fired;
        if by_match {
            let unmatched = 1.0 - ask.matched_share(known.overlap(replica));
            vec![Term::new("unmatched_share", 1.0, unmatched, "share")]
        } else {
            vec![Term::new("active", 1.0, active, "requests")]
        }
    }

    fn gates(&self, _: &Ask<'_>, known: &Known<'_>) -> Vec<Gate> {
        vec![self.uneven(known)]
    }

    fn excluded(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Option<&'static str> {
        let by_match = self.matched(known).is_some() && !self.uneven(known).fired;
        if !by_match || self.qualifies(known, self.bound(known), replica) {
            None
        } else if known.overlap(replica) == 0 {
            Some("has no match")
        } else {
            Some("above mean + sigma of the load")
        }
    }

    fn tie_rule(&self) -> &'static str {
        "equal matches: the least busy, then the lowest-numbered; without a match at random"
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
