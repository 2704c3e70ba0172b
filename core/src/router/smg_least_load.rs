//! smg's least_load: the replica that is soonest done with what it has, as far as the router knows.
//!
//! Requests in flight, or what engines report and what was sent since, and the KV pool's use: [`super::smg`] has the figures and
//! where they were read. Ties are broken at random.

use super::pick::any_least;
use super::smg::{KV_WEIGHT, Loads, OVERLOAD_KV, OVERLOAD_WAITING, REPORT_S};
use super::{Ask, Knowledge, Known, Made, Policy, Reads, Term};
use crate::rng::Rng;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "smg-least-load",
    about: "the fewest requests, as engines report them with those sent since, and the least full KV pool",
    source: "smg 1.13.0, least_load",
    parameters: &[REPORT_S, KV_WEIGHT, OVERLOAD_WAITING, OVERLOAD_KV],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |parameters, _, _| Box::new(SmgLeastLoad(Loads::new(parameters))),
};

#[derive(Clone)]
struct SmgLeastLoad(Loads);

impl Policy for SmgLeastLoad {
    fn choose(&mut self, _: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        self.0.hear(known);
        any_least(self.0.eligible(known), |it| self.0.cost(known, it), rng)
    }

    fn sent(&mut self, _: &Ask<'_>, known: &Known<'_>, _: ReplicaId) {
        self.0.hear(known);
    }

    fn terms(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        self.0.terms(known, replica)
    }

    fn excluded(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Option<&'static str> {
        let out = self.0.vetoed(known, replica);
        out.then_some("overloaded, as its engine reported")
    }

    fn tie_rule(&self) -> &'static str {
        "at random"
    }

    fn reads(&self) -> Reads {
        self.0.reads()
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
