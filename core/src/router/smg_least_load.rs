//! smg's least_load: the replica that is soonest done with what it has, as far as the router knows. And its power_of_two, which compares two
//! replicas drawn at random by the same figures.
//!
//! Requests in flight, or what engines report and what was sent since, and the KV pool's use: [`super::smg`] has the figures and
//! where they were read. Ties are broken at random.

use super::pick::any_least;
use super::smg::{KV_WEIGHT, Loads, OVERLOAD_KV, OVERLOAD_WAITING, REPORT_S};
use super::{Ask, Knowledge, Known, Made, Policy, Provenance, Reads, Term};
use crate::rng::Rng;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "smg-least-load",
    about: "the fewest requests, as engines report them with those sent since, and the least full KV pool",
    source: "smg 1.13.0, least_load",
    provenance: Provenance {
        product: "smg",
        version: "1.13.0",
        files: &[
            "the wheel's binary: its help and its choices",
            "lightseekorg/smg at 73da68ca, older: model_gateway/src/policies/least_load.rs",
        ],
        read: "2026-11-28",
        left_out: "reported throughput and waiting tokens; health checks and breakers; several data-parallel ranks",
    },
    parameters: &[REPORT_S, KV_WEIGHT, OVERLOAD_WAITING, OVERLOAD_KV],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |parameters, _, _| {
        Box::new(SmgLeastLoad {
            loads: Loads::new(parameters),
            two: false,
        })
    },
};

/// The line of its power_of_two.
pub(super) const TWO: Made = Made {
    name: "smg-power-of-two",
    about: "of two replicas drawn at random, the one that smg-least-load would take",
    source: "smg 1.13.0, power_of_two",
    provenance: Provenance {
        product: "smg",
        version: "1.13.0",
        files: &[
            "the wheel's binary: its help and its choices",
            "lightseekorg/smg at 73da68ca, older: model_gateway/src/policies/power_of_two.rs",
        ],
        read: "2026-11-28",
        left_out: "reported throughput and waiting tokens; health checks and breakers; several data-parallel ranks",
    },
    build: |parameters, _, _| {
        Box::new(SmgLeastLoad {
            loads: Loads::new(parameters),
            two: true,
        })
    },
    ..ENTRY
};

#[derive(Clone)]
struct SmgLeastLoad {
    loads: Loads,
    /// Only two are asked.
    two: bool,
}

impl SmgLeastLoad {
    /// Of two drawn the one that costs less, of equals the first drawn.
    fn of_two(&self, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        let eligible = || self.loads.eligible(known);
        let count = eligible().count() as u32;
        let draw = |at: u32| eligible().nth(at as usize).unwrap_or_default();
        let first = rng.below(count.max(1));
        if count < 2 {
            return draw(first);
        }
        let second = (first + 1 + rng.below(count - 1)) % count;
        let (first, second) = (draw(first), draw(second));
        if self.loads.cost(known, second) < self.loads.cost(known, first) {
            second
        } else {
            first
        }
    }
}

impl Policy for SmgLeastLoad {
    fn choose(&mut self, _: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        self.loads.hear(known);
        if self.two {
            return self.of_two(known, rng);
        }
        any_least(
            self.loads.eligible(known),
            |it| self.loads.cost(known, it),
            rng,
        )
    }

    fn sent(&mut self, _: &Ask<'_>, known: &Known<'_>, _: ReplicaId) {
        self.loads.hear(known);
    }

    fn terms(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        self.loads.terms(known, replica)
    }

    fn excluded(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Option<&'static str> {
        let out = self.loads.vetoed(known, replica);
        out.then_some("overloaded, as its engine reported")
    }

    fn tie_rule(&self) -> &'static str {
        if self.two {
            return "the less busy of two drawn at random; of equals the first drawn";
        }
        "at random"
    }

    fn reads(&self) -> Reads {
        self.loads.reads()
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
