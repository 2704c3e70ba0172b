//! smetric of vllm-project/router: a conversation stays while its replica answers in time.
//!
//! It stays with whoever holds the longest prefix if it is not the first turn, the match is more than `hit` of the
//! previous turn's prompt, and that replica meets the budget for this prompt's length, or nobody does. Else the least of
//! tokens queued × requests in flight, both with this one. Tokens queued are uncached prompt tokens without a first
//! token yet; the prefill rate of each replica is learned (the 90th percentile of its last 64 samples, once there are
//! 8), and until then it meets every budget. The term for attention needs a crossover length; it is off at 0.

use std::collections::VecDeque;

use super::pick::{all, first_least, holders};
use super::{
    Ask, Gate, Knowledge, Known, Made, Parameter, Policy, Provenance, Reads, Reply, Term,
    UNRECORDED,
};
use crate::rng::Rng;
use crate::units::{Map, ReplicaId, VirtualTime};

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "smetric",
    about: "stay with the longest prefix while it meets the TTFT budget; else least tokens queued x requests",
    source: "vllm-project/router src/policies, smetric",
    provenance: Provenance {
        product: "vllm-project/router",
        version: UNRECORDED,
        files: &["src/policies/smetric.rs"],
        read: UNRECORDED,
        left_out: "nothing",
    },
    parameters: &[
        Parameter::new(
            "hit",
            0.5,
            (0.0, 1.0),
            "share of the previous turn",
            "a shorter match does not hold a conversation",
        ),
        Parameter::new(
            "budget_s",
            1.0,
            (0.0, 1e6),
            "s",
            "the budget of a prompt without length",
        ),
        Parameter::new(
            "budget_ms_per_1k",
            62.5,
            (0.0, 1e6),
            "ms per 1,000 tokens",
            "what its length adds",
        ),
        Parameter::new(
            "crossover",
            0.0,
            (0.0, 1e9),
            "tokens",
            "context at which attention costs as much as the rest; 0: left out",
        ),
    ],
    knowledge: Knowledge::Events {
        delay: VirtualTime::ZERO,
        loss: 0.0,
    },
    text: false,
    reference: false,
    build: |parameters, replicas, _| {
        Box::new(Smetric {
            hit: parameters[0],
            budget_s: parameters[1],
            budget_s_per_token: parameters[2] / 1e6,
            crossover: parameters[3],
            rates: vec![Rate::default(); replicas as usize],
            queued: Map::default(),
            turns: Map::default(),
        })
    },
};

/// Samples kept, and samples needed.
const SAMPLES: (usize, usize) = (64, 8);

#[derive(Clone, Default)]
struct Rate {
    /// Tokens a second.
    samples: VecDeque<f64>,
    learned: Option<f64>,
}

#[derive(Clone)]
struct Smetric {
    hit: f64,
    budget_s: f64,
    budget_s_per_token: f64,
    crossover: f64,
    rates: Vec<Rate>,
    /// By conversation and turn: tokens queued at the decision, this one's included.
    queued: Map<(u32, u32), f64>,
    /// By conversation: the last turn's prompt.
    turns: Map<u32, u32>,
}

impl Smetric {
    /// This request's cost \[tokens\] on a replica.
    fn own(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> f64 {
        let new = f64::from(ask.uncached_tokens(known.overlap(replica)));
        let all = f64::from(ask.request.prompt_tokens);
        match self.crossover > 0.0 {
            true => new + new * (all - new / 2.0) / self.crossover,
            false => new,
        }
    }

    fn queued(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> f64 {
        known.of(replica).prefill_tokens as f64 + self.own(ask, known, replica)
    }

    fn meets(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> bool {
        let length = f64::from(ask.request.prompt_tokens);
        let budget = self.budget_s + self.budget_s_per_token * length;
        let rate = self.rates[replica.index()].learned;
        rate.is_none_or(|rate| self.queued(ask, known, replica) / rate <= budget)
    }

    /// Who holds the longest prefix: of several, who has the fewest tokens queued.
    fn home(&self, ask: &Ask<'_>, known: &Known<'_>) -> ReplicaId {
        first_least(holders(known), |r| self.queued(ask, known, r))
    }

    fn conditions(&self, ask: &Ask<'_>, known: &Known<'_>) -> [Gate; 2] {
        let history = self.turns.get(&ask.request.conversation);
        let history = match ask.request.turn {
            0 => None,
            _ => history,
        };
        let matched = f64::from(known.deepest()) * f64::from(ask.block_size);
        let wanted = history.map_or(f64::INFINITY, |&tokens| self.hit * f64::from(tokens));
        let wanted = wanted.min(f64::from(u32::MAX));
        let in_time = self.meets(ask, known, self.home(ask, known))
            || !all(known).any(|replica| self.meets(ask, known, replica));
        [
            Gate::above(
                "match with the previous turn",
                matched,
                wanted,
                "tokens",
                "with the next: it stays",
            ),
            Gate {
                name: "its replica meets the budget, or nobody does",
                value: f64::from(u8::from(in_time)),
                threshold: 1.0,
                unit: "",
                fired: in_time,
                effect: "with the one before: it stays",
            },
        ]
    }

    fn stays(&self, ask: &Ask<'_>, known: &Known<'_>) -> bool {
        self.conditions(ask, known).iter().all(|gate| gate.fired)
    }

    fn cost(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> f64 {
        self.queued(ask, known, replica) * (f64::from(known.of(replica).active) + 1.0)
    }
}

impl Policy for Smetric {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        if self.stays(ask, known) {
            self.home(ask, known)
        } else {
            first_least(all(known), |replica| self.cost(ask, known, replica))
        }
    }

    fn sent(&mut self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) {
        let request = ask.request;
        let name = (request.conversation, request.turn);
        self.queued.insert(name, self.queued(ask, known, replica));
        self.turns
            .insert(request.conversation, request.prompt_tokens);
    }

    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let queued = self.queued(ask, known, replica);
        let active = f64::from(known.of(replica).active) + 1.0;
        if self.stays(ask, known) {
            vec![Term::new("queued", 1.0, queued, "tokens")]
        } else {
            vec![Term::new(
                "queued x requests",
                1.0,
                queued * active,
                "token requests",
            )]
        }
    }

    fn gates(&self, ask: &Ask<'_>, known: &Known<'_>) -> Vec<Gate> {
        self.conditions(ask, known).into()
    }

    fn excluded(
        &self,
        ask: &Ask<'_>,
        known: &Known<'_>,
        replica: ReplicaId,
    ) -> Option<&'static str> {
        let out = self.stays(ask, known) && known.overlap(replica) < known.deepest();
        out.then_some("does not hold the longest match")
    }

    fn listens(&self) -> bool {
        true
    }

    fn first_token(&mut self, reply: &Reply<'_>) {
        let request = reply.ask.request;
        let name = (request.conversation, request.turn);
        let Some(queued) = self.queued.remove(&name) else {
            return;
        };
        if reply.after == VirtualTime::ZERO || queued == 0.0 {
            return;
        }
        let rate = &mut self.rates[reply.replica.index()];
        if rate.samples.len() == SAMPLES.0 {
            rate.samples.pop_front();
        }
        rate.samples.push_back(queued / reply.after.secs());
        if rate.samples.len() >= SAMPLES.1 {
            let mut sorted: Vec<f64> = rate.samples.iter().copied().collect();
            crate::order::numbers(&mut sorted);
            rate.learned = sorted.get((sorted.len() * 9).div_ceil(10) - 1).copied();
        }
    }

    fn reads(&self) -> Reads {
        Reads {
            overlaps: true,
            ledger: true,
            ..Reads::default()
        }
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
