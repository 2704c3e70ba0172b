//! Ray Serve's prefix-affinity router.
//!
//! If queues differ by more than `imbalance` (off as shipped), the shorter queue of two drawn at random; else, if less than
//! `match_rate` of the prompt is matched, the replicas of which least is remembered; else those that hold the longest match.
//! Among them the shortest queue, of equal ones the first in the order in which the router goes through its replicas: a set
//! of the process, unordered but the same from request to request. Queues are the requests in flight.
//!
//! Its tree holds prompts as they are routed, whatever rule chose, and never forgets as shipped. It counts characters; here
//! full blocks stand in for them, so a match ends at a block's edge, and the report says so.
//!
//! Read: ray 2.60.0, python/ray/llm/_internal/serve/routing_policies/prefix_aware and
//! python/ray/serve/_private/request_router; the released wheel agrees (docs/parity.md). Left out: full queues
//! (`max_ongoing_requests`) and their back-off, queue lengths older than 10 s, which are asked for anew, replicas in the same
//! node or zone first, several models in a replica, and `do_eviction`, which is off as shipped (every 10 s, a replica with
//! more than 400,000 characters is cut to 360,000).

use super::pick::{all, first_least};
use super::{
    Ask, Forget, Gate, Knowledge, Known, Made, Parameter, Policy, Provenance, Reads, Term,
};
use crate::rng::Rng;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "ray",
    about: "a match of 10 %: the shorter queue of those who hold it; else of those with the smallest tree",
    source: "Ray 2.60.0, ray/llm/_internal/serve/routing_policies/prefix_aware",
    provenance: Provenance {
        product: "Ray Serve LLM",
        version: "2.60.0",
        files: &[
            "python/ray/llm/_internal/serve/routing_policies/prefix_aware",
            "python/ray/serve/_private/request_router",
        ],
        read: "2026-11-28",
        left_out: "full queues and their back-off; queue lengths asked for anew after 10 s; replicas in the same node or zone first; several models in a replica; do_eviction, which is off as shipped; characters (the tree counts blocks)",
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
        ),
    ],
    knowledge: Knowledge::Routed {
        forget: Forget::Never,
    },
    text: false,
    reference: false,
    build: |parameters, _, _| {
        Box::new(Ray {
            match_rate: parameters[0],
            imbalance: parameters[1],
        })
    },
};

#[derive(Clone)]
struct Ray {
    match_rate: f64,
    imbalance: f64,
}

impl Ray {
    fn uneven(&self, known: &Known<'_>) -> Gate {
        known.load_difference(self.imbalance, "the shorter queue of two at random")
    }

    fn cold(&self, ask: &Ask<'_>, known: &Known<'_>) -> Gate {
        let matched = ask.matched_share(known.deepest());
        Gate {
            name: "longest match",
            value: matched,
            threshold: self.match_rate,
            unit: "share",
            fired: matched < self.match_rate,
            effect: "the smallest trees",
        }
    }

    fn is_candidate(&self, known: &Known<'_>, cold: bool, replica: ReplicaId) -> bool {
        if cold {
            let held = known.active().map(|s| s.held_blocks).min();
            Some(known.of(replica).held_blocks) == held
        } else {
            known.overlap(replica) == known.deepest()
        }
    }
}

impl Policy for Ray {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        let active = |replica| f64::from(known.of(replica).active);
        if self.uneven(known).fired {
            let count = known.candidates();
            let first = rng.below(count);
            let second = (first + 1 + rng.below(count.max(2) - 1)) % count.max(1);
            let two = [first, second].map(|place| known.candidate(place));
            return first_least(two.into_iter(), active);
        }
        let cold = self.cold(ask, known).fired;
        let least = known.active().map(|s| s.held_blocks).min().unwrap_or(0);
        let deepest = known.deepest();
        let candidates = all(known).filter(|&r| match cold {
            true => known.of(r).held_blocks == least,
            false => known.overlap(r) == deepest,
        });
        first_least(candidates, active)
    }

    fn terms(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let active = f64::from(known.of(replica).active);
        vec![Term::new("active", 1.0, active, "requests")]
    }

    fn gates(&self, ask: &Ask<'_>, known: &Known<'_>) -> Vec<Gate> {
        vec![self.uneven(known), self.cold(ask, known)]
    }

    fn excluded(
        &self,
        ask: &Ask<'_>,
        known: &Known<'_>,
        replica: ReplicaId,
    ) -> Option<&'static str> {
        let cold = self.cold(ask, known).fired;
        if self.uneven(known).fired || self.is_candidate(known, cold, replica) {
            None
        } else if cold {
            Some("does not have the smallest tree")
        } else {
            Some("does not hold the longest match")
        }
    }

    fn tie_rule(&self) -> &'static str {
        "the first in the router's own order; of two drawn at random the first drawn"
    }

    fn matches_characters(&self) -> bool {
        true
    }

    fn reads(&self) -> Reads {
        Reads {
            overlaps: true,
            held: true,
            ..Reads::default()
        }
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
