//! Each replica in turn. Knows nothing; the baseline.

use super::{Ask, Knowledge, Known, Made, Policy, Provenance, Term};
use crate::rng::Rng;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "round-robin",
    about: "each replica in turn, whatever it holds and however busy it is",
    source: "the default of most load balancers",
    provenance: Provenance::OWN,
    parameters: &[],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |_, _, _| Box::new(RoundRobin { next: 0 }),
};

#[derive(Clone)]
struct RoundRobin {
    next: u32,
}

impl Policy for RoundRobin {
    fn choose(&mut self, _: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        let count = known.replicas();
        let from_next = (0..count).map(|n| ReplicaId((self.next % count + n) % count));
        let replica = from_next.into_iter().find(|&it| known.may(it));
        let replica = replica.unwrap_or_default();
        self.next = replica.0 + 1;
        replica
    }

    fn terms(&self, _: &Ask<'_>, _: &Known<'_>, _: ReplicaId) -> Vec<Term> {
        Vec::new()
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
