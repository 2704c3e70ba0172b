//! The replica with the fewest requests in flight; ties at random (KubeAI's `LeastLoad`).
//!
//! A request counts 1 from the choice until its response has ended, whatever its size.

use super::{Ask, Knowledge, Known, Made, Policy, Provenance, Term};
use crate::rng::Rng;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "least-load",
    about: "the replica with the fewest requests in flight, ties at random",
    source: "KubeAI internal/loadbalancer, strategy LeastLoad",
    provenance: Provenance {
        product: "KubeAI",
        version: "main after chart 0.22.1, at f442a2cd620c",
        files: &[
            "internal/loadbalancer/balance_least_load.go",
            "internal/loadbalancer/group.go",
        ],
        read: "2026-11-28",
        left_out: "adapters; the chances of a tie, which are those of Go's map order and not quite equal",
    },
    parameters: &[],
    knowledge: Knowledge::Nothing,
    text: false,
    reference: false,
    build: |_, _, _| Box::new(LeastLoad),
};

#[derive(Clone)]
struct LeastLoad;

impl Policy for LeastLoad {
    fn choose(&mut self, _: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        let least = known.active().map(|s| s.active).min().unwrap_or(0);
        let ties = known.active().filter(|s| s.active == least).count() as u32;
        let pick = rng.below(ties) as usize;
        let chosen = known
            .signals
            .iter()
            .enumerate()
            .filter(|&(id, s)| s.active == least && known.may(ReplicaId(id as u32)))
            .nth(pick);
        ReplicaId(chosen.map_or(0, |(id, _)| id as u32))
    }

    fn terms(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let active = f64::from(known.signals[replica.index()].active);
        vec![Term {
            name: "active",
            weight: 1.0,
            value: active,
            unit: "requests",
        }]
    }

    fn tie_rule(&self) -> &'static str {
        "at random"
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
