//! Two replicas at random, the less busy one (the power of two choices); of equal ones the first drawn.
//!
//! As shipped here, in vllm-router, and in Ray Serve, whose default router it is, by requests in flight. sglang-router asks its
//! engines every 30 s and compares the tokens in their KV pools, as last reported; before the first report the first of the two
//! takes it. That is `report_s=30`, with the share of the pool in place of tokens: where pools are of one size, they are in the same
//! order. smg's policy of this name is `smg-power-of-two`.
//!
//! Read: the running vllm-router 0.1.17 and sglang-router 0.3.2 (wheels from PyPI, 28 November 2026); sgl-project/sglang at 065f331f,
//! sgl-model-gateway/src/policies/power_of_two.rs.
//!
//! Of Ray: ray 2.60.0, python/ray/serve/_private/request_router/pow_2_router.py, and the wheel (docs/parity.md).
//!
//! Left out: Ray's full queues and their back-off, and its replicas in the same node or zone first; a report that one of the two
//! fails to give.

use super::{Ask, Knowledge, Known, Made, Parameter, Policy, Provenance, Reads, Term};
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "power-of-two",
    about: "of two replicas drawn at random, the one with fewer requests in flight",
    source: "Mitzenmacher 2001; vllm-router 0.1.17, sglang-router 0.3.2, Ray 2.60.0",
    provenance: Provenance {
        product: "vllm-router 0.1.17, sglang-router 0.3.2, Ray Serve 2.60.0",
        version: "those",
        files: &[
            "the wheels: their choices",
            "sgl-project/sglang at 065f331f: sgl-model-gateway/src/policies/power_of_two.rs",
            "ray 2.60.0: python/ray/serve/_private/request_router/pow_2_router.py",
        ],
        read: "2026-11-28",
        left_out: "Ray's full queues and their back-off, and its replicas in the same node or zone first; a report that one of the two fails to give",
    },
    parameters: &[Parameter::new(
        "report_s",
        0.0,
        (0.0, 3600.0),
        "s",
        "compares the KV pools' use, reported so often (sglang-router: 30); 0: requests in flight",
    )],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |parameters, _, _| {
        Box::new(PowerOfTwo {
            every: VirtualTime::from_secs(parameters[0]),
        })
    },
};

#[derive(Clone)]
struct PowerOfTwo {
    /// Zero: engines report nothing.
    every: VirtualTime,
}

impl PowerOfTwo {
    fn term(&self, known: &Known<'_>, replica: ReplicaId) -> Option<Term> {
        let there = known.of(replica);
        let reports = self.every > VirtualTime::ZERO;
        if reports && known.reported > VirtualTime::ZERO {
            Some(Term::new("kv_usage", 1.0, there.kv_usage, "share"))
        } else if reports {
            None
        } else {
            let active = f64::from(there.active);
            Some(Term::new("active", 1.0, active, "requests"))
        }
    }

    fn load(&self, known: &Known<'_>, replica: ReplicaId) -> f64 {
        let term = self.term(known, replica);
        term.map_or(0.0, |term| term.value)
    }
}

impl Policy for PowerOfTwo {
    fn choose(&mut self, _: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        let count = known.candidates();
        let first = rng.below(count);
        if count < 2 {
            return known.candidate(first);
        }
        // The second among the others, with equal chances.
        let second = known.candidate((first + 1 + rng.below(count - 1)) % count);
        let first = known.candidate(first);
        if self.load(known, second) < self.load(known, first) {
            second
        } else {
            first
        }
    }

    fn terms(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        self.term(known, replica).into_iter().collect()
    }

    fn reads(&self) -> Reads {
        let reports = self.every > VirtualTime::ZERO;
        Reads {
            engine: reports,
            age: reports.then_some(self.every),
            ..Reads::default()
        }
    }

    fn tie_rule(&self) -> &'static str {
        "the less busy of two drawn at random; of equals the first drawn"
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
