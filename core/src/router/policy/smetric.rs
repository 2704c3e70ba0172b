//! smetric of vllm-project/router: a conversation stays while its replica answers in time.
//!
//! It stays with whoever holds the longest prefix if it is not the first turn, the match is more than `hit` of the
//! previous turn's prompt, and that replica meets the budget for this prompt's length, or nobody does. Else the least of
//! tokens queued × requests in flight, both with this one. Tokens queued are uncached prompt tokens without a first
//! token yet; the prefill rate of each replica is learned (the 90th percentile of its last 64 samples, once there are
//! 8), and until then it meets every budget. The term for attention needs a crossover length; it is off at 0.

use std::collections::VecDeque;

use super::{
    Board, Knowledge, Ledger, Overlaps, Parameter, Policy, PolicyDef, Provenance, UNRECORDED, View,
    grow,
};
use crate::router::Reply;
use crate::units::{Map, ReplicaId, VirtualTime};

/// Its line in the table.
pub(super) const ENTRY: PolicyDef = PolicyDef {
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
    build: |it| {
        it.replies();
        Box::new(Smetric {
            hit: it.real("hit"),
            budget_s: it.real("budget_s"),
            budget_s_per_token: it.real("budget_ms_per_1k") / 1e6,
            crossover: it.real("crossover"),
            rates: Vec::new(),
            queued: Map::default(),
            turns: Map::default(),
            overlaps: it.overlaps(),
            ledger: it.ledger(),
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
    overlaps: Overlaps,
    ledger: Ledger,
}

impl Smetric {
    /// Tokens queued on a replica, this request's cost included.
    fn queued(&self, view: &View<'_>, replica: ReplicaId) -> f64 {
        let ask = view.ask;
        let new = f64::from(ask.uncached_tokens(view.overlap(self.overlaps, replica)));
        let all = f64::from(ask.request.prompt_tokens);
        let own = match self.crossover > 0.0 {
            true => new + new * (all - new / 2.0) / self.crossover,
            false => new,
        };
        view.prefill_tokens(self.ledger, replica) as f64 + own
    }

    fn meets(&self, view: &View<'_>, replica: ReplicaId) -> bool {
        let length = f64::from(view.ask.request.prompt_tokens);
        let budget = self.budget_s + self.budget_s_per_token * length;
        let rate = self.rates[replica.index()].learned;
        rate.is_none_or(|rate| self.queued(view, replica) / rate <= budget)
    }

    /// Who holds the longest prefix: of several, who has the fewest tokens queued.
    fn home(&self, view: &View<'_>, deepest: u32) -> Option<ReplicaId> {
        let holders = view
            .all()
            .filter(|&it| view.overlap(self.overlaps, it) == deepest);
        let queued = |it: ReplicaId| self.queued(view, it);
        holders.reduce(|best, it| if queued(it) < queued(best) { it } else { best })
    }

    /// Whether the request stays where its prefix is.
    fn stays(&self, view: &View<'_>, deepest: u32, board: &mut Board) -> bool {
        let request = view.ask.request;
        let history = match request.turn {
            0 => None,
            _ => self.turns.get(&request.conversation),
        };
        let wanted = history.map_or(f64::INFINITY, |&tokens| self.hit * f64::from(tokens));
        let follows = board.gate(
            "match with the previous turn",
            f64::from(deepest) * f64::from(view.ask.block_size),
            wanted.min(f64::from(u32::MAX)),
            "tokens",
            "with the next: it stays",
        );
        if !follows && !board.explains() {
            return false;
        }
        let home = self.home(view, deepest);
        let in_time = home.is_some_and(|home| self.meets(view, home))
            || !view.all().any(|it| self.meets(view, it));
        let in_time = board.condition(
            in_time,
            "its replica meets the budget, or nobody does",
            (f64::from(u8::from(in_time)), 1.0),
            "",
            "with the one before: it stays",
        );
        follows && in_time
    }
}

impl Policy for Smetric {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let deepest = view.deepest(self.overlaps);
        if self.stays(view, deepest, board) {
            board.keep(view, "does not hold the longest match", |it| {
                view.overlap(self.overlaps, it) == deepest
            });
            board.term("queued", 1.0, "tokens", |it| self.queued(view, it));
        } else {
            board.term("queued x requests", 1.0, "token requests", |it| {
                self.queued(view, it) * (f64::from(view.active(it)) + 1.0)
            });
        }
    }

    fn sent(&mut self, view: &View<'_>, replica: ReplicaId) {
        let request = view.ask.request;
        let name = (request.conversation, request.turn);
        self.queued.insert(name, self.queued(view, replica));
        self.turns
            .insert(request.conversation, request.prompt_tokens);
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

    fn joined(&mut self, replicas: &[ReplicaId]) {
        grow(&mut self.rates, replicas);
    }

    fn left(&mut self, replica: ReplicaId) {
        self.rates[replica.index()] = Rate::default();
    }
}
