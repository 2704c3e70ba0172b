//! Consistent hashing with bounded loads on the start of the prompt (KubeAI's `PrefixHash`).
//!
//! Each replica stands on a ring at `replication` points. The key is the XXH64 of the prompt's first 100 characters; from
//! the first point at or after it, clockwise, the first replica whose load is at most `load_factor` times its share
//! (total in flight + 1) / n takes the request; if none does, the first one does. A replica's name is random in a real
//! cluster, so the ring is: its seed is the run's.
//!
//! A workload without texts gives the key's id instead; where it has no keys at all, the first blocks that hold 100
//! characters at 4 characters a token stand in, and the report says so.

use super::ring::Ring;
use super::{Ask, Knowledge, Known, Made, Parameter, Policy, Term};
use crate::rng::Rng;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "chwbl",
    about: "hash ring on the prompt's first 100 characters, skipping replicas above their share of the load",
    source: "KubeAI internal/loadbalancer/balance_chwbl.go, strategy PrefixHash",
    parameters: &[
        Parameter::new(
            "load_factor",
            1.25,
            (1.0, 1e9),
            "times the mean load",
            "how far above its share a replica may be loaded and still accept",
        ),
        Parameter::new(
            "replication",
            256.0,
            (1.0, 4096.0),
            "points per replica",
            "points on the ring",
        )
        .whole(),
    ],
    knowledge: Knowledge::Nothing,
    text: true,
    reference: false,
    build: |parameters, replicas, seed| {
        Box::new(Chwbl::new(
            parameters[0],
            parameters[1] as u32,
            replicas,
            seed,
        ))
    },
};

#[derive(Clone)]
struct Chwbl {
    load_factor: f64,
    ring: Ring,
}

impl Chwbl {
    fn new(load_factor: f64, replication: u32, replicas: u32, seed: u64) -> Self {
        Self {
            load_factor,
            ring: Ring::new(replication, replicas, seed),
        }
    }

    fn accepts(&self, known: &Known<'_>, replica: u32, total: u32) -> bool {
        let share = (f64::from(total) + 1.0) / f64::from(known.candidates());
        total == 0 || f64::from(known.signals[replica as usize].active) <= share * self.load_factor
    }
}

impl Policy for Chwbl {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        let key = ask.prefix_key();
        let total = known.active().map(|s| s.active).sum();
        let accepting =
            |replica: &ReplicaId| known.may(*replica) && self.accepts(known, replica.0, total);
        let found = self.ring.clockwise(key).find(accepting);
        found.unwrap_or_else(|| self.ring.owner(key, known))
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

    fn excluded(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Option<&'static str> {
        let total = known.active().map(|s| s.active).sum();
        (!self.accepts(known, replica.0, total)).then_some("above its share of the load")
    }

    fn tie_rule(&self) -> &'static str {
        "the first on the ring that is not above its share"
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
