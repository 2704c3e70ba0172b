//! Two replicas at random, the less busy one (the power of two choices).
//!
//! The plain rule, on requests in flight. smg's policy of this name compares the same two by queued tokens and KV use.

use super::{Ask, Knowledge, Known, Made, Policy, Provenance, Term, UNRECORDED};
use crate::rng::Rng;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "power-of-two",
    about: "of two replicas drawn at random, the one with fewer requests in flight",
    source: "Mitzenmacher 2001; sgl-project/sglang sgl-router power_of_two",
    provenance: Provenance {
        product: "sglang-router",
        version: UNRECORDED,
        files: &["sgl-router/src/policies/power_of_two.rs"],
        read: UNRECORDED,
        left_out: "queued tokens and KV use, which smg compares: requests in flight count",
    },
    parameters: &[],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |_, _, _| Box::new(PowerOfTwo),
};

#[derive(Clone)]
struct PowerOfTwo;

impl Policy for PowerOfTwo {
    fn choose(&mut self, _: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        let count = known.replicas();
        let first = ReplicaId(rng.below(count));
        if count < 2 {
            return first;
        }
        // The second among the others, with equal chances.
        let second = ReplicaId((first.0 + 1 + rng.below(count - 1)) % count);
        if known.of(second).active < known.of(first).active {
            second
        } else {
            first
        }
    }

    fn terms(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let active = f64::from(known.of(replica).active);
        vec![Term::new("active", 1.0, active, "requests")]
    }

    fn tie_rule(&self) -> &'static str {
        "the less busy of two drawn at random; of equals the first drawn"
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
