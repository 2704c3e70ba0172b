//! FakeAI's routers in a fleet: the one its server uses, and the five strategies of its advanced library.
//!
//! FakeAI remembers the prompts that were completed, never what they were answered, and forgets nothing. Its mark is
//! that a match is tree-wide: whoever has the first block is credited with the longest match anybody has. The advanced
//! strategies also keep each worker's health (after [`super::advanced`]) and a conversation's worker. Nothing
//! fails in a fleet, so a worker is flagged only when its mean latency is; then it is passed over while others are well.
//!
//! Here a match counts in whole blocks; FakeAI's counts tokens. Memory pressure is 0: the router itself never sets it.

use super::advanced::{CostWeights, Health, Strategy};
use super::cost::{Weights, cost};
use super::pick::{all, first_least};
use super::{
    Ask, Knowledge, Known, Made, Parameter, Policy, Provenance, Reads, Reply, Term, UNRECORDED,
};
use crate::block::ROOT;
use crate::radix::{Depths, Index};
use crate::rng::Rng;
use crate::units::{BlockId, Map, ReplicaId};

const fn entry(
    name: &'static str,
    about: &'static str,
    parameters: &'static [Parameter],
    build: super::Build,
) -> Made {
    Made {
        name,
        about,
        source: "FakeAI, smart_router.py and advanced_router.py",
        provenance: Provenance {
            product: "FakeAI",
            version: UNRECORDED,
            files: &["smart_router.py", "advanced_router.py"],
            read: UNRECORDED,
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

/// The server's router.
pub(super) const SMART: Made = entry(
    "fakeai",
    "least of prefill + decode + weighted active requests, whoever has the first block credited with the longest match",
    &[OVERLAP, BALANCE],
    |parameters, replicas, _| {
        let weights = CostWeights {
            kv_overlap: parameters[0],
            load_balance: parameters[1],
            ..CostWeights::default()
        };
        Box::new(FakeAi::new(None, weights, replicas))
    },
);
/// Advanced, `round_robin`.
pub(super) const ROUND_ROBIN: Made = entry(
    "fakeai-round-robin",
    "the next healthy one, beginning with the second",
    &[],
    |_, replicas, _| Box::new(FakeAi::advanced(Strategy::RoundRobin, replicas)),
);
/// Advanced, `least_loaded`.
pub(super) const LEAST_LOADED: Made = entry(
    "fakeai-least-loaded",
    "the fewest active requests, the first of equals",
    &[],
    |_, replicas, _| Box::new(FakeAi::advanced(Strategy::LeastLoaded, replicas)),
);
/// Advanced, `cache_aware`.
pub(super) const CACHE_AWARE: Made = entry(
    "fakeai-cache-aware",
    "the fewest active of those that have the first block; without any, of all",
    &[],
    |_, replicas, _| Box::new(FakeAi::advanced(Strategy::CacheAware, replicas)),
);
/// Advanced, `hybrid`, its default.
pub(super) const HYBRID: Made = entry(
    "fakeai-hybrid",
    "the conversation's worker; at its start the least comprehensive cost",
    &[OVERLAP, BALANCE, QUEUE],
    |parameters, replicas, _| {
        let weights = CostWeights {
            kv_overlap: parameters[0],
            load_balance: parameters[1],
            queue_depth: parameters[2],
            ..CostWeights::default()
        };
        Box::new(FakeAi::new(Some(Strategy::Hybrid), weights, replicas))
    },
);
/// Advanced, `learned`.
pub(super) const LEARNED: Made = entry(
    "fakeai-learned",
    "the best record of success and latency, whatever the cache and the load",
    &[],
    |_, replicas, _| Box::new(FakeAi::advanced(Strategy::Learned, replicas)),
);

/// What a worker that served this model before is credited with \[blocks\].
const SERVED_BEFORE: f64 = 0.1;

#[derive(Clone)]
struct FakeAi {
    /// `None`: the server's router.
    strategy: Option<Strategy>,
    weights: CostWeights,
    completed: Index,
    ids: Vec<BlockId>,
    health: Vec<Health>,
    served: Vec<bool>,
    conversations: Map<u32, ReplicaId>,
    turn: usize,
}

/// What its tree says of a prompt.
struct Match {
    /// The longest match anybody has \[blocks\].
    deepest: u32,
    /// Who has the first block.
    holders: Vec<bool>,
}

impl FakeAi {
    fn new(strategy: Option<Strategy>, weights: CostWeights, replicas: u32) -> Self {
        Self {
            strategy,
            weights,
            completed: Index::new(replicas),
            ids: Vec::new(),
            health: vec![Health::default(); replicas as usize],
            served: vec![false; replicas as usize],
            conversations: Map::default(),
            turn: 0,
        }
    }

    fn advanced(strategy: Strategy, replicas: u32) -> Self {
        Self::new(Some(strategy), CostWeights::default(), replicas)
    }

    fn find(&self, ask: &Ask<'_>) -> Match {
        let (mut ids, mut depths) = (Vec::new(), Depths::new());
        ask.corpus.ids(ask.request.prompt, &mut ids);
        self.completed.matches(&ids, &mut depths);
        let depths = depths.as_slice();
        Match {
            deepest: depths.iter().copied().max().unwrap_or(0),
            holders: depths.iter().map(|&depth| depth > 0).collect(),
        }
    }

    /// Those that are well, or all if none is.
    fn candidates(&self, known: &Known<'_>) -> Vec<ReplicaId> {
        let healthy = |replica: &ReplicaId| self.health[replica.index()].healthy;
        let well: Vec<ReplicaId> = all(known).filter(healthy).collect();
        match (self.strategy, well.is_empty()) {
            (Some(_), false) => well,
            _ => all(known).collect(),
        }
    }

    fn terms_of(
        &self,
        ask: &Ask<'_>,
        known: &Known<'_>,
        matched: &Match,
        replica: ReplicaId,
    ) -> Vec<Term> {
        let weights = &self.weights;
        let size = f64::from(ask.block_size);
        let credited = match matched.holders[replica.index()] {
            true => matched.deepest,
            false => 0,
        };
        let active = f64::from(known.of(replica).active);
        let mut terms = vec![
            Term::new(
                "prefill_blocks",
                weights.kv_overlap,
                f64::from(ask.uncached_tokens(credited)) / size,
                "blocks",
            ),
            Term::new(
                "decode_blocks",
                1.0,
                f64::from(ask.estimated_output) / size,
                "blocks",
            ),
            Term::new("active", weights.load_balance, active, "requests"),
        ];
        if self.strategy.is_some() {
            let health = &self.health[replica.index()];
            let penalty = match (health.healthy, health.degraded) {
                (false, _) => 2.0,
                (true, true) => 1.0,
                (true, false) => 0.0,
            };
            let served = -f64::from(u8::from(self.served[replica.index()]));
            let failures = 1.0 - health.success_rate();
            let history = weights.historical_performance;
            terms.push(Term::new("queue", weights.queue_depth, active, "requests"));
            terms.push(Term::new("failures", history, failures, "share"));
            terms.push(Term::new(
                "degraded",
                weights.slo_violation_penalty,
                penalty,
                "",
            ));
            terms.push(Term::new("served before", SERVED_BEFORE, served, ""));
        }
        terms
    }

    fn cost(&self, ask: &Ask<'_>, known: &Known<'_>, matched: &Match, replica: ReplicaId) -> f64 {
        if self.strategy.is_none() {
            let size = f64::from(ask.block_size);
            let held = matched.holders[replica.index()];
            let credited = if held { matched.deepest } else { 0 };
            let weights = Weights {
                kv_overlap: self.weights.kv_overlap,
                load_balance: self.weights.load_balance,
            };
            let prefill = f64::from(ask.uncached_tokens(credited)) / size;
            let decode = f64::from(ask.estimated_output) / size;
            let active = f64::from(known.of(replica).active);
            return cost(weights, prefill, decode, active).total();
        }
        let terms = self.terms_of(ask, known, matched, replica);
        let sum = terms
            .iter()
            .fold(0.0, |sum, term| sum + term.weight * term.value);
        sum.max(0.0)
    }

    fn score(&self, replica: ReplicaId) -> f64 {
        let health = &self.health[replica.index()];
        let speed = 1.0 - (health.average_latency_ms() / 10_000.0).min(1.0);
        health.success_rate() * 0.7 + speed * 0.3
    }

    /// The conversation's worker, if the strategy asks for it and it is well.
    fn home(&self, ask: &Ask<'_>) -> Option<ReplicaId> {
        let home = *self.conversations.get(&ask.request.conversation)?;
        let well = self.health[home.index()].healthy;
        (self.strategy == Some(Strategy::Hybrid) && well).then_some(home)
    }
}

impl Policy for FakeAi {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        let candidates = self.candidates(known);
        let active = |replica: ReplicaId| f64::from(known.of(replica).active);
        match self.strategy {
            Some(Strategy::RoundRobin) => {
                self.turn = (self.turn + 1) % candidates.len();
                candidates[self.turn]
            }
            Some(Strategy::LeastLoaded) => first_least(candidates.into_iter(), active),
            Some(Strategy::CacheAware) => {
                let matched = self.find(ask);
                let holds = |replica: &ReplicaId| matched.holders[replica.index()];
                let mut holders = candidates.iter().copied().filter(holds).peekable();
                match holders.peek() {
                    Some(_) => first_least(holders, active),
                    None => first_least(candidates.into_iter(), active),
                }
            }
            Some(Strategy::Learned) => first_least(candidates.into_iter(), |r| -self.score(r)),
            Some(Strategy::Hybrid) | None => match self.home(ask) {
                Some(home) => home,
                None => {
                    let matched = self.find(ask);
                    let cost = |replica| self.cost(ask, known, &matched, replica);
                    first_least(candidates.into_iter(), cost)
                }
            },
        }
    }

    fn sent(&mut self, ask: &Ask<'_>, _: &Known<'_>, replica: ReplicaId) {
        self.conversations.insert(ask.request.conversation, replica);
        self.served[replica.index()] = true;
    }

    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let active = f64::from(known.of(replica).active);
        match self.strategy {
            Some(Strategy::RoundRobin) => Vec::new(),
            Some(Strategy::LeastLoaded | Strategy::CacheAware) => {
                vec![Term::new("active", 1.0, active, "requests")]
            }
            Some(Strategy::Learned) => {
                vec![Term::new(
                    "missing to a perfect record",
                    1.0,
                    1.0 - self.score(replica),
                    "",
                )]
            }
            Some(Strategy::Hybrid) | None => self.terms_of(ask, known, &self.find(ask), replica),
        }
    }

    fn excluded(
        &self,
        ask: &Ask<'_>,
        known: &Known<'_>,
        replica: ReplicaId,
    ) -> Option<&'static str> {
        if !self.candidates(known).contains(&replica) {
            return Some("not healthy");
        }
        if self.home(ask).is_some_and(|home| home != replica) {
            return Some("not the conversation's worker");
        }
        let matched = self.find(ask);
        let by_cache = self.strategy == Some(Strategy::CacheAware) && matched.deepest > 0;
        (by_cache && !matched.holders[replica.index()]).then_some("does not have the first block")
    }

    fn listens(&self) -> bool {
        true
    }

    fn reads(&self) -> Reads {
        Reads {
            latency: self.strategy == Some(Strategy::Learned),
            ..Reads::default()
        }
    }

    fn finished(&mut self, reply: &Reply<'_>) {
        let ask = &reply.ask;
        ask.corpus.ids(ask.request.prompt, &mut self.ids);
        let stored = self.completed.store(reply.replica, ROOT, &self.ids);
        debug_assert!(stored.is_ok(), "every replica may follow the root");
        self.health[reply.replica.index()].update(true, reply.after.millis(), false);
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
