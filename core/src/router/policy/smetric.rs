//! smetric of vllm-project/router: a conversation stays while its replica answers in time.
//!
//! It stays with the replica that holds the longest prefix (of several the one with the fewest tokens queued, of equal ones the
//! last) if it is not the first turn, the match is more than `hit` of the previous turn's prompt, and that replica meets the budget
//! for this prompt's length, or none does. Otherwise the replica with the least product of tokens queued, with this request's, and
//! requests in flight, without it, is taken; ties in turn. Tokens queued are the uncached prompt tokens of requests that have no first
//! token yet. The prefill rate of each replica is learned (a sample is a request's uncached tokens over its time to first token; the
//! 90th percentile of the last 64 counts, once there are 8), and until then the replica meets every budget. With a `crossover` above 0,
//! n uncached of t prompt tokens count as n + n·(t − n/2)/crossover, for attention.
//!
//! It matches the characters of what it sent to each replica, in a tree cut to 67,108,864 characters a replica every 120 s, and
//! takes four characters for a token. Without texts full blocks stand in for them.
//!
//! Read: src/policies/smetric.rs as its documentation describes it, with the options --smetric-ttft-slo-secs and
//! --smetric-attention-crossover-tokens, on 28 November 2026. It is in no release up to 0.1.17; the main branch at 8bef7312 has a
//! later form that counts a cost per character and, if set, a fixed rate. Left out: that the attention of what is queued counts
//! too, and that a router reads the previous turn in the request itself (of several routers, each knows the turns that it sent).

use std::collections::VecDeque;

use super::{
    Board, Forget, Knowledge, Ledger, Matches, Parameter, Policy, PolicyDef, Provenance, View, grow,
};
use crate::router::Reply;
use crate::units::{Map, ReplicaId, VirtualTime};

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "smetric",
    about: "stay with the longest prefix while it meets the TTFT budget; else least tokens queued x requests",
    source: "vllm-project/router src/policies, smetric",
    provenance: Provenance {
        product: "vllm-project/router",
        version: "in no release; the form with --smetric-ttft-slo-secs",
        files: &["src/policies/smetric.rs"],
        read: "2026-11-28",
        left_out: "the attention of what is queued; the previous turn as the request tells it (of several routers each knows what it sent)",
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
    knowledge: Knowledge::Routed {
        forget: Forget::Lru {
            tokens: Some(67_108_864 / 4),
            every: VirtualTime(120_000_000_000),
            shared: false,
        },
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
            own: Map::default(),
            prompts: Map::default(),
            turn: 0,
            matches: it.characters(),
            ledger: it.ledger(),
        })
    },
};

/// How many samples of the prefill rate are kept, and how many are needed before it counts as learned.
const SAMPLES: (usize, usize) = (64, 8);

#[derive(Clone, Default)]
struct Rate {
    /// The prefill rates of the latest requests \[tokens/s\].
    samples: VecDeque<f64>,
    learned: Option<f64>,
}

/// A request under way: its conversation and turn, and where and when it was sent, since several clients may have one conversation.
type Sent = (u32, u32, ReplicaId, VirtualTime);

#[derive(Clone)]
struct Smetric {
    hit: f64,
    budget_s: f64,
    budget_s_per_token: f64,
    crossover: f64,
    rates: Vec<Rate>,
    /// The tokens that its replica has to compute for each request under way, as known at the decision \[tokens\].
    own: Map<Sent, f64>,
    /// For each conversation and turn the length of its prompt \[tokens\].
    prompts: Map<(u32, u32), f64>,
    /// The number of decisions by the product so far; it picks among those tied.
    turn: u32,
    matches: Matches,
    ledger: Ledger,
}

impl Smetric {
    /// What a request would have to compute on a replica \[tokens\].
    fn own(&self, view: &View<'_>, replica: ReplicaId) -> f64 {
        let all = view.prompt_tokens(self.matches);
        let new = (all - view.matched_tokens(self.matches, replica)).max(0.0);
        match self.crossover > 0.0 {
            true => new + new * (all - new / 2.0) / self.crossover,
            false => new,
        }
    }

    /// Tokens queued on a replica, this request's included \[tokens\].
    fn queued(&self, view: &View<'_>, replica: ReplicaId) -> f64 {
        view.prefill_tokens(self.ledger, replica) as f64 + self.own(view, replica)
    }

    fn meets(&self, view: &View<'_>, replica: ReplicaId) -> bool {
        let budget = self.budget_s + self.budget_s_per_token * view.prompt_tokens(self.matches);
        let rate = self.rates[replica.index()].learned;
        rate.is_none_or(|rate| self.queued(view, replica) / rate <= budget)
    }

    /// The replica that holds the longest prefix: of several the one with the fewest tokens queued, of equal ones the last.
    fn home(&self, view: &View<'_>, deepest: u32) -> Option<ReplicaId> {
        let holders = view
            .all()
            .filter(|&it| view.matched(self.matches, it) == deepest);
        let queued = |it: ReplicaId| self.queued(view, it);
        holders.reduce(|best, it| if queued(it) <= queued(best) { it } else { best })
    }

    /// The replica that the request stays with, because its prefix is there.
    fn stays(&self, view: &View<'_>, board: &mut Board) -> Option<ReplicaId> {
        let request = view.ask.request;
        let before = request.turn.checked_sub(1);
        let history = before.and_then(|it| self.prompts.get(&(request.conversation, it)));
        let wanted = history.map_or(f64::INFINITY, |&tokens| self.hit * tokens);
        let deepest = view.longest(self.matches);
        let home = self.home(view, deepest)?;
        let follows = board.gate(
            "match with the previous turn",
            view.matched_tokens(self.matches, home),
            wanted.min(f64::from(u32::MAX)),
            "tokens",
            "it stays, if its replica is in time too",
        );
        if !follows && !board.explains() {
            return None;
        }
        let in_time = self.meets(view, home) || !view.all().any(|it| self.meets(view, it));
        let in_time = board.condition(
            in_time,
            "its replica meets the budget, or none does",
            (f64::from(u8::from(in_time)), 1.0),
            "",
            "it stays, if the match is long enough too",
        );
        (follows && in_time).then_some(home)
    }
}

impl Policy for Smetric {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        if let Some(home) = self.stays(view, board) {
            board.keep(view, "the conversation is elsewhere", |it| it == home);
            board.term("queued", 1.0, "tokens", |it| self.queued(view, it));
        } else {
            board.term("queued x requests", 1.0, "token requests", |it| {
                self.queued(view, it) * f64::from(view.active(it))
            });
            board.in_turn(self.turn);
            self.turn = self.turn.wrapping_add(1);
        }
    }

    fn sent(&mut self, view: &View<'_>, replica: ReplicaId) {
        let request = view.ask.request;
        let turn = (request.conversation, request.turn);
        let sent = (turn.0, turn.1, replica, view.ask.now);
        self.own.insert(sent, self.own(view, replica));
        self.prompts.insert(turn, view.prompt_tokens(self.matches));
    }

    fn first_token(&mut self, reply: &Reply<'_>) {
        let request = reply.ask.request;
        let at = reply.ask.now - reply.after;
        let sent = (request.conversation, request.turn, reply.replica, at);
        let Some(own) = self.own.remove(&sent) else {
            return;
        };
        if reply.after == VirtualTime::ZERO || own == 0.0 {
            return;
        }
        let rate = &mut self.rates[reply.replica.index()];
        if rate.samples.len() == SAMPLES.0 {
            rate.samples.pop_front();
        }
        rate.samples.push_back(own / reply.after.secs());
        if rate.samples.len() >= SAMPLES.1 {
            let mut sorted: Vec<f64> = rate.samples.iter().copied().collect();
            crate::order::numbers(&mut sorted);
            // The rank is rounded, half up: of 8 samples it is the seventh.
            let rank = (9 * (sorted.len() - 1) + 5) / 10;
            rate.learned = sorted.get(rank).copied();
        }
    }

    fn joined(&mut self, replicas: &[ReplicaId]) {
        grow(&mut self.rates, replicas);
    }

    fn left(&mut self, replica: ReplicaId) {
        self.rates[replica.index()] = Rate::default();
        self.own.retain(|sent, _| sent.2 != replica);
    }
}
