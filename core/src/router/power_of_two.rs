//! Two replicas at random, the less busy one (the power of two choices); of equal ones the first drawn.
//!
//! The plain rule, on requests in flight, as Ray Serve has it: it is Ray's default router. Read: ray 2.60.0,
//! python/ray/serve/_private/request_router/pow_2_router.py; the released wheel agrees (docs/parity.md). Left out of Ray's: full
//! queues and their back-off, replicas in the same node or zone first. smg's and SGLang's policies of this name compare the
//! same two by what their backends report.

use super::{Ask, Knowledge, Known, Made, Policy, Term};
use crate::rng::Rng;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "power-of-two",
    about: "of two replicas drawn at random, the one with fewer requests in flight",
    source: "Mitzenmacher 2001; Ray 2.60.0, ray/serve pow_2_router.py",
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
