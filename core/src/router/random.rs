//! Any replica, with equal chances.

use super::{Ask, Knowledge, Known, Made, Policy, Provenance, Term};
use crate::rng::Rng;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "random",
    about: "any replica, with equal chances",
    source: "the second baseline of most load balancers",
    provenance: Provenance::OWN,
    parameters: &[],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |_, _, _| Box::new(Random),
};

#[derive(Clone)]
struct Random;

impl Policy for Random {
    fn choose(&mut self, _: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        known.candidate(rng.below(known.candidates()))
    }

    fn terms(&self, _: &Ask<'_>, _: &Known<'_>, _: ReplicaId) -> Vec<Term> {
        Vec::new()
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
