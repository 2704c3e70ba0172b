//! FakeAI's routers in a fleet: the one that its server uses, and the five strategies of its advanced library.
//!
//! FakeAI remembers the prompts that were completed, never the answers, and forgets nothing. What sets it apart is that a match is
//! tree-wide: every worker that has the first block is credited with the longest match that any worker has. The advanced strategies
//! also keep each worker's health (after [`crate::router::advanced`]) and the worker of each conversation. Of requests that
//! fail the policy hears nothing, so a worker is flagged only for its mean latency; then it is passed over while others are healthy.
//!
//! Here a match counts in whole blocks; FakeAI's counts tokens. Memory pressure is 0: the router itself never sets it.

use super::{Board, Knowledge, Parameter, Policy, PolicyDef, Provenance, Setup, View, grow};
use crate::block::ROOT;
use crate::radix::{Depths, Index};
use crate::router::Reply;
use crate::router::advanced::{CostWeights, Health, Strategy};
use crate::units::{BlockId, Map, ReplicaId};

const fn entry(
    name: &'static str,
    about: &'static str,
    parameters: &'static [Parameter],
    build: super::Build,
) -> PolicyDef {
    PolicyDef {
        name,
        about,
        source: "FakeAI 0.3.2, kv_cache.py and smart_router_advanced.py",
        provenance: Provenance {
            product: "FakeAI",
            version: "0.3.2",
            files: &["fakeai/kv_cache.py", "fakeai/smart_router_advanced.py"],
            read: "2026-11-29",
            left_out: "matches in tokens: whole blocks count here; memory pressure, which FakeAI never sets",
        },
        parameters,
        knowledge: Knowledge::Nothing,
        text: false,
        reference: false,
        build,
    }
}

const OVERLAP: Parameter = Parameter::new(
    "kv_overlap_weight",
    1.0,
    (0.0, 1000.0),
    "per block to prefill",
    "what a block that must be computed costs",
);
const BALANCE: Parameter = Parameter::new(
    "load_balance_weight",
    0.5,
    (0.0, 1000.0),
    "blocks per active request",
    "what a request already there costs",
);
const QUEUE: Parameter = Parameter::new(
    "queue_depth",
    0.4,
    (0.0, 1000.0),
    "blocks per queued request",
    "what a queued request costs, beside being active",
);

/// The router of FakeAI's server.
pub(super) const SMART: PolicyDef = entry(
    "fakeai",
    "least of prefill + decode + weighted active requests, whoever has the first block credited with the longest match",
    &[OVERLAP, BALANCE],
    |it| {
        let weights = CostWeights {
            kv_overlap: it.real(OVERLAP.name),
            load_balance: it.real(BALANCE.name),
            ..CostWeights::default()
        };
        Box::new(FakeAi::new(None, weights, it))
    },
);
/// The advanced library's strategy `round_robin`.
pub(super) const ROUND_ROBIN: PolicyDef = entry(
    "fakeai-round-robin",
    "the next healthy one, beginning with the second",
    &[],
    |it| Box::new(FakeAi::advanced(Strategy::RoundRobin, it)),
);
/// The advanced library's strategy `least_loaded`.
pub(super) const LEAST_LOADED: PolicyDef = entry(
    "fakeai-least-loaded",
    "the fewest active requests, the first of equals",
    &[],
    |it| Box::new(FakeAi::advanced(Strategy::LeastLoaded, it)),
);
/// The advanced library's strategy `cache_aware`.
pub(super) const CACHE_AWARE: PolicyDef = entry(
    "fakeai-cache-aware",
    "the fewest active of those that have the first block; without any, of all",
    &[],
    |it| Box::new(FakeAi::advanced(Strategy::CacheAware, it)),
);
/// The advanced library's strategy `hybrid`, which is its default.
pub(super) const HYBRID: PolicyDef = entry(
    "fakeai-hybrid",
    "the conversation's worker; at its start the least comprehensive cost",
    &[OVERLAP, BALANCE, QUEUE],
    |it| {
        let weights = CostWeights {
            kv_overlap: it.real(OVERLAP.name),
            load_balance: it.real(BALANCE.name),
            queue_depth: it.real(QUEUE.name),
            ..CostWeights::default()
        };
        Box::new(FakeAi::new(Some(Strategy::Hybrid), weights, it))
    },
);
/// The advanced library's strategy `learned`.
pub(super) const LEARNED: PolicyDef = entry(
    "fakeai-learned",
    "the best record of success and latency, whatever the cache and the load",
    &[],
    |it| Box::new(FakeAi::advanced(Strategy::Learned, it)),
);

/// The credit of a worker that served this model before \[blocks\].
const SERVED_BEFORE: f64 = 0.1;

#[derive(Clone)]
struct FakeAi {
    /// The strategy of the advanced library; `None`: the server's router.
    strategy: Option<Strategy>,
    weights: CostWeights,
    completed: Index,
    ids: Vec<BlockId>,
    depths: Depths,
    health: Vec<Health>,
    served: Vec<bool>,
    conversations: Map<u32, ReplicaId>,
    turn: usize,
}

impl FakeAi {
    fn new(strategy: Option<Strategy>, weights: CostWeights, setup: &mut Setup<'_>) -> Self {
        setup.replies();
        if strategy == Some(Strategy::Learned) {
            setup.latency();
        }
        Self {
            strategy,
            weights,
            completed: Index::new(0),
            ids: Vec::new(),
            depths: Depths::new(),
            health: Vec::new(),
            served: Vec::new(),
            conversations: Map::default(),
            turn: 0,
        }
    }

    fn advanced(strategy: Strategy, setup: &mut Setup<'_>) -> Self {
        Self::new(Some(strategy), CostWeights::default(), setup)
    }

    /// Looks a prompt up in the tree, and credits every worker that has the first block with the longest match that any worker has.
    fn find(&mut self, view: &View<'_>) -> u32 {
        view.ask.corpus.ids(view.ask.request.prompt, &mut self.ids);
        self.completed.matches(&self.ids, &mut self.depths);
        self.depths.deepest().map_or(0, |(_, depth)| depth)
    }

    fn holds(&self, replica: ReplicaId) -> bool {
        self.depths.of(replica) > 0
    }

    /// A worker's record of success and latency, from 0 to 1 (best).
    fn record(&self, replica: ReplicaId) -> f64 {
        let health = &self.health[replica.index()];
        let speed = 1.0 - (health.average_latency_ms() / 10_000.0).min(1.0);
        health.success_rate() * 0.7 + speed * 0.3
    }

    /// Adds the comprehensive cost; that of the server's router has the terms up to the load only.
    fn add_cost(&self, view: &View<'_>, deepest: u32, board: &mut Board) {
        let (ask, weights) = (view.ask, &self.weights);
        let size = f64::from(ask.block_size);
        let output = f64::from(ask.estimated_output) / size;
        let active = |it: ReplicaId| f64::from(view.active(it));
        board.term("prefill_blocks", weights.kv_overlap, "blocks", |it| {
            let credited = if self.holds(it) { deepest } else { 0 };
            f64::from(ask.uncached_tokens(credited)) / size
        });
        board.term("decode_blocks", 1.0, "blocks", |_| output);
        board.term("active", weights.load_balance, "requests", active);
        if self.strategy.is_none() {
            return;
        }
        let health = |it: ReplicaId| &self.health[it.index()];
        board.term("queue", weights.queue_depth, "requests", active);
        let history = weights.historical_performance;
        board.term("failures", history, "share", |it| {
            1.0 - health(it).success_rate()
        });
        board.term("degraded", weights.slo_violation_penalty, "", |it| {
            match (health(it).healthy, health(it).degraded) {
                (false, _) => 2.0,
                (true, true) => 1.0,
                (true, false) => 0.0,
            }
        });
        board.term("served before", SERVED_BEFORE, "", |it| {
            -f64::from(u8::from(self.served[it.index()]))
        });
        board.at_least(0.0);
    }
}

impl Policy for FakeAi {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let well = |it: ReplicaId| self.health[it.index()].healthy;
        // If no worker is healthy, all count as healthy.
        if self.strategy.is_some() && view.all().any(well) {
            board.keep(view, "not healthy", well);
        }
        let active = |it: ReplicaId| f64::from(view.active(it));
        match self.strategy {
            Some(Strategy::RoundRobin) => {
                self.turn = (self.turn + 1) % board.open().count().max(1);
                let next = board.open().nth(self.turn);
                board.take(next.unwrap_or_default());
            }
            Some(Strategy::LeastLoaded) => board.term("active", 1.0, "requests", active),
            Some(Strategy::CacheAware) => {
                self.find(view);
                if board.open().any(|it| self.holds(it)) {
                    board.keep(view, "does not have the first block", |it| self.holds(it));
                }
                board.term("active", 1.0, "requests", active);
            }
            Some(Strategy::Learned) => {
                board.term("missing to a perfect record", 1.0, "", |it| {
                    1.0 - self.record(it)
                });
            }
            Some(Strategy::Hybrid) => {
                let home = self.conversations.get(&view.ask.request.conversation);
                if let Some(&home) = home.filter(|&&home| board.is_open(home) && well(home)) {
                    board.keep(view, "not the conversation's worker", |it| it == home);
                }
                let deepest = self.find(view);
                self.add_cost(view, deepest, board);
            }
            None => {
                let deepest = self.find(view);
                self.add_cost(view, deepest, board);
            }
        }
    }

    fn sent(&mut self, view: &View<'_>, replica: ReplicaId) {
        let conversation = view.ask.request.conversation;
        self.conversations.insert(conversation, replica);
        self.served[replica.index()] = true;
    }

    fn finished(&mut self, reply: &Reply<'_>) {
        let ask = &reply.ask;
        ask.corpus.ids(ask.request.prompt, &mut self.ids);
        let stored = self.completed.store(reply.replica, ROOT, &self.ids);
        debug_assert!(stored.is_ok(), "every replica may follow the root");
        self.health[reply.replica.index()].update(true, reply.after.millis(), false);
    }

    fn joined(&mut self, replicas: &[ReplicaId]) {
        grow(&mut self.health, replicas);
        grow(&mut self.served, replicas);
    }

    fn left(&mut self, replica: ReplicaId) {
        self.completed.drop_replica(replica);
        self.health[replica.index()] = Health::default();
        self.served[replica.index()] = false;
        self.conversations.retain(|_, at| *at != replica);
    }
}
