//! NVIDIA Dynamo's KV router 1.6: least cost in blocks.
//!
//! `cost = prefill_scale × max(0, (prefill tokens under way there + prompt tokens) / block − credit × decay × overlap)
//! + decode blocks + active_weight × active requests`. Prefill tokens under way are the router's own ledger; decode
//! blocks are the distinct blocks of active prompts there, with this one's, shared blocks counted once. The decay is
//! `1 / (1 + decay × x)`, x how far the replica's prefill load is above the least, in prompts of this size. At
//! temperature 0 the least cost wins, else one is drawn by softmax of `−cost / (largest − least) / temperature`.
//!
//! Read: crates dynamo-kv-router 1.6.1 (src/scheduling, src/sequences) and dynamo-custom-policy-builtin 1.6.1 (src/default),
//! whose costs and choices agree to the last digit (docs/parity.md). Left out: blocks on host and disk, output blocks, the
//! router's own queue, taints. Its approximate mode is `@routed:120s`.

use super::pick::{all, any_least};
use super::{Ask, Knowledge, Known, Made, Parameter, Policy, Provenance, Reads, Term};
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "dynamo",
    about: "least of prefill blocks (load there + prompt - credit for overlap) + distinct decode blocks, ties at random",
    source: "NVIDIA Dynamo, crate dynamo-kv-router 1.6.1, scheduling/selector",
    provenance: Provenance {
        product: "NVIDIA Dynamo",
        version: "1.6.1",
        files: &[
            "dynamo-kv-router: src/scheduling, src/sequences",
            "dynamo-custom-policy-builtin: src/default",
        ],
        read: "2026-11-28",
        left_out: "blocks on host and disk; output blocks; the router's own queue; taints",
    },
    parameters: &[
        Parameter::new(
            "credit",
            1.0,
            (0.0, 1.0),
            "per block",
            "what a block in the cache saves (overlap_score_credit)",
        ),
        Parameter::new(
            "decay",
            0.0,
            (0.0, 1000.0),
            "per prompt of load",
            "how fast that credit fades with prefill load (overlap_score_credit_decay)",
        ),
        Parameter::new(
            "prefill_scale",
            1.0,
            (0.0, 1000.0),
            "per block",
            "what a block to prefill costs, against one to hold while decoding (prefill_load_scale)",
        ),
        Parameter::new(
            "temperature",
            0.0,
            (0.0, 100.0),
            "",
            "0: the least cost; above: drawn by softmax (router_temperature)",
        ),
        Parameter::new(
            "active_weight",
            0.0,
            (0.0, 1000.0),
            "blocks per request",
            "what an active request costs (decode_active_request_weight)",
        ),
        Parameter::new(
            "predicted_ttl",
            0.0,
            (0.0, 3600.0),
            "s",
            "how long a prompt counts as cached as soon as it is routed; 0: off (router_predicted_ttl_secs)",
        ),
    ],
    knowledge: Knowledge::Events {
        delay: VirtualTime::ZERO,
        loss: 0.0,
    },
    text: false,
    reference: false,
    build: |parameters, _, _| {
        Box::new(Dynamo {
            credit: parameters[0],
            decay: parameters[1],
            prefill_scale: parameters[2],
            temperature: parameters[3],
            active_weight: parameters[4],
            predicted_ttl: VirtualTime::from_secs(parameters[5]),
            costs: Vec::new(),
        })
    },
};

#[derive(Clone)]
struct Dynamo {
    credit: f64,
    decay: f64,
    prefill_scale: f64,
    temperature: f64,
    active_weight: f64,
    predicted_ttl: VirtualTime,
    costs: Vec<f64>,
}

/// The parts of a cost, in blocks and requests.
struct Parts {
    prefill: f64,
    decode: f64,
    active: f64,
}

impl Dynamo {
    fn least_load(known: &Known<'_>) -> u64 {
        let loads = known.active().map(|s| s.prefill_tokens);
        loads.min().unwrap_or(0)
    }

    fn parts(&self, ask: &Ask<'_>, known: &Known<'_>, least: u64, replica: ReplicaId) -> Parts {
        let there = known.of(replica);
        let size = f64::from(ask.block_size);
        let prompt = f64::from(ask.request.prompt_tokens);
        let raw = (there.prefill_tokens as f64 + prompt) / size;
        let blocks = f64::from(ask.request.prompt_tokens.div_ceil(ask.block_size)).max(1.0);
        let above = (there.prefill_tokens - least) as f64 / size / blocks;
        let decay = 1.0 / (1.0 + self.decay * above);
        let credit = self.credit * decay * f64::from(known.overlap(replica));
        let new = ask.request.prompt.depth.saturating_sub(there.shared_blocks);
        Parts {
            prefill: (raw - credit).max(0.0),
            decode: f64::from(there.active_blocks) + f64::from(new),
            active: f64::from(there.active),
        }
    }

    fn cost(&self, parts: &Parts) -> f64 {
        self.prefill_scale * parts.prefill + parts.decode + self.active_weight * parts.active
    }
}

/// Draws by softmax of the costs, spread to a range of 1; with equal chances if all are equal.
fn draw(costs: &[f64], temperature: f64, rng: &mut Rng) -> ReplicaId {
    let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
    let most = costs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most <= least {
        return ReplicaId(rng.below(costs.len() as u32));
    }
    let chance = |cost: f64| libm::exp(-(cost - least) / (most - least) / temperature);
    let sum: f64 = costs.iter().map(|&cost| chance(cost)).sum();
    let mut left = rng.uniform() * sum;
    for (id, &cost) in (0..).zip(costs) {
        left -= chance(cost);
        if left < 0.0 {
            return ReplicaId(id);
        }
    }
    ReplicaId(costs.len() as u32 - 1)
}

impl Policy for Dynamo {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        let least = Self::least_load(known);
        let mut costs = core::mem::take(&mut self.costs);
        costs.clear();
        costs.extend(all(known).map(|replica| self.cost(&self.parts(ask, known, least, replica))));
        let chosen = if self.temperature > 0.0 {
            let place = draw(&costs, self.temperature, rng);
            known.candidate(place.0)
        } else {
            let places = (0..costs.len() as u32).map(ReplicaId);
            let place = any_least(places, |place| costs[place.index()], rng);
            known.candidate(place.0)
        };
        self.costs = costs;
        chosen
    }

    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let parts = self.parts(ask, known, Self::least_load(known), replica);
        vec![
            Term::new(
                "prefill_blocks",
                self.prefill_scale,
                parts.prefill,
                "blocks",
            ),
            Term::new("decode_blocks", 1.0, parts.decode, "blocks"),
            Term::new("active", self.active_weight, parts.active, "requests"),
        ]
    }

    fn tie_rule(&self) -> &'static str {
        if self.temperature > 0.0 {
            "drawn by softmax"
        } else {
            "at random"
        }
    }

    fn reads(&self) -> Reads {
        Reads {
            overlaps: true,
            ledger: true,
            blocks: true,
            predict: (self.predicted_ttl > VirtualTime::ZERO).then_some(self.predicted_ttl),
            ..Reads::default()
        }
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
