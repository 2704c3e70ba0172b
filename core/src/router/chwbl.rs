//! Consistent hashing with bounded loads on the start of the prompt (KubeAI's `PrefixHash`).
//!
//! Each replica stands on a ring at `replication` points. The key is the XXH64 of the first `chars` characters of a chat's
//! first user message (not of its system prompt), or of a completion's prompt; from the first point at or after it, clockwise, the first replica whose load is at most `load_factor` times its share
//! (total in flight + 1) / n takes the request; if none does, the first one does. A replica's name is random in a real
//! cluster, so the ring is: its seed is the run's.
//!
//! A workload without texts gives the key's id instead, of 100 characters whatever `chars` is; where it has no keys at all,
//! the first blocks that hold so many characters at 4 characters a token stand in, and the report says both. A request
//! counts from the choice until its response has ended.

use super::ring::Ring;
use super::{Ask, Knowledge, Known, Made, Parameter, Policy, Provenance, Term};
use crate::request::HEAD_CHARS;
use crate::rng::Rng;
use crate::units::ReplicaId;

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "chwbl",
    about: "hash ring on the first characters of the first user message, skipping replicas above their share of the load",
    source: "KubeAI internal/loadbalancer/balance_chwbl.go, strategy PrefixHash",
    provenance: Provenance {
        product: "KubeAI",
        version: "main after chart 0.22.1, at f442a2cd620c",
        files: &[
            "internal/loadbalancer/balance_chwbl.go",
            "internal/loadbalancer/group.go",
            "internal/apiutils/request.go",
            "api/openai/v1/chat_completions.go",
            "api/openai/v1/completions.go",
            "api/k8s/v1/model_types.go",
        ],
        read: "2026-11-28",
        left_out: "adapters, which are part of the key and narrow the candidates; prefixes of more than 512 characters",
    },
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
        Parameter::new(
            "chars",
            100.0,
            (1.0, HEAD_CHARS as f64),
            "characters",
            "how much of the first user message is hashed (prefixCharLength)",
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
            parameters[2] as u32,
            replicas,
            seed,
        ))
    },
};

#[derive(Clone)]
struct Chwbl {
    load_factor: f64,
    ring: Ring,
    chars: u32,
}

impl Chwbl {
    fn new(load_factor: f64, replication: u32, chars: u32, replicas: u32, seed: u64) -> Self {
        Self {
            load_factor,
            ring: Ring::new(replication, replicas, seed),
            chars,
        }
    }

    fn accepts(&self, known: &Known<'_>, replica: u32, total: u32) -> bool {
        let share = (f64::from(total) + 1.0) / f64::from(known.candidates());
        total == 0 || f64::from(known.signals[replica as usize].active) <= share * self.load_factor
    }
}

impl Policy for Chwbl {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        let key = ask.prefix_key(self.chars);
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
