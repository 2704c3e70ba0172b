//! llm-d's endpoint picker (Gateway API inference extension): filters, weighted scores from 0 to 1, and a picker.
//!
//! Scores are relative to the replicas the filter left. As shipped queue 2, KV 2, prefix 3 and nothing else:
//!
//! - queue: `(most − waiting) / (most − least)`, 1 if all are equal; KV: `1 − usage`. Both as engines report them.
//! - prefix: matched blocks over the prompt's. As shipped the picker itself remembers what it sent where, in blocks of 64
//!   tokens (here of whole engine blocks, as few as come to that), the part-filled last one included, at most 131,072 tokens of a
//!   prompt, and of each server as many such blocks as its pool has blocks of its own. With `@events` (the precise
//!   producer) the engine's full blocks count.
//! - no-hit-LRU: a request that no replica has a match for prefers a replica that never took such a request, then the one that
//!   took one longest ago: 1 for the first in that order, 0 for the last; 0.5 for all where any replica has a match.
//! - active: `(most − active) / most` of what the picker has in flight, 1 for an idle replica.
//! - session: 1 for the replica that took the conversation's last turn, 0 for others.
//! - token load: `1 − tokens / 4,194,304`, at least 0, of prompt tokens in flight whose first token has not come back and
//!   that were not believed cached, this request's included.
//! - the prefix-cache affinity filter: only replicas with at least `sticky` of the prompt, if there are any, unless the
//!   best of them would answer more than `max_penalty_ms` later than the best of the others, by tokens in flight at
//!   `prefill_rate`; a share `explore` of requests skips it.
//! - the picker takes the best, ties shuffled, or draws with the score as weight (the largest U^(1/score)).
//!
//! The board takes costs, so a score is entered as its weight times its distance from 1.

use super::{
    Board, Engine, Forget, Knowledge, Ledger, Own, OwnBlocks, Parameter, Policy, PolicyDef,
    Provenance, View, grow,
};
use crate::router::Scale;
use crate::units::{Map, ReplicaId, VirtualTime};

const fn weight(name: &'static str, default: f64, about: &'static str) -> Parameter {
    Parameter::new(name, default, (0.0, 1000.0), "", about)
}

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "endpoint-picker",
    about: "best weighted score of queue, KV use and prefix",
    source: "llm-d/llm-d-router pkg/epp/framework/plugins/scheduling",
    provenance: Provenance {
        product: "llm-d router",
        version: "0.10.0-rc.1 and later, at ebab687927f5",
        files: &[
            "pkg/epp/config/loader/defaults.go",
            "config/charts/routerlib/templates/_config.yaml",
            "pkg/epp/framework/plugins/requestcontrol/dataproducer/approximateprefix/plugin.go",
            "pkg/epp/framework/plugins/requestcontrol/dataproducer/approximateprefix/indexer.go",
            "pkg/epp/framework/plugins/requestcontrol/dataproducer/prefixhash/hashing.go",
            "pkg/epp/framework/plugins/requestcontrol/dataproducer/preciseprefixcache/producer.go",
            "pkg/epp/framework/plugins/requestcontrol/dataproducer/inflightload/producer.go",
            "pkg/epp/framework/plugins/scheduling/filter/prefixcacheaffinity/plugin.go",
            "pkg/epp/framework/plugins/scheduling/scorer",
            "pkg/epp/framework/plugins/scheduling/picker",
        ],
        read: "2026-11-28",
        left_out: "LoRA; predicted latency; disaggregation; flow control and admission; tokens counted as four bytes of \
                   the request, roles included; rounding what is uncached up to the picker's blocks in the token load",
    },
    parameters: &[
        weight("queue", 2.0, "weight of the queue score"),
        weight("kv", 2.0, "weight of the KV-utilisation score"),
        weight("prefix", 3.0, "weight of the prefix score"),
        weight("no_hit_lru", 0.0, "weight of the no-hit-LRU score"),
        weight("active", 0.0, "weight of the active-request score"),
        weight("session", 0.0, "weight of the session-affinity score"),
        weight("token_load", 0.0, "weight of the token-load score"),
        Parameter::new(
            "sticky",
            0.0,
            (0.0, 1.0),
            "share of the prompt's blocks",
            "only replicas that match so much, if there are any; 0: off (affinityThreshold of the filter, there 0.8)",
        ),
        Parameter::new(
            "explore",
            0.0,
            (0.0, 1.0),
            "share of requests",
            "how many skip that filter (explorationProbability)",
        ).searched(0.0, 0.3, Scale::Linear),
        Parameter::new(
            "max_penalty_ms",
            18_000.0,
            (0.0, 1e9),
            "ms",
            "the filter gives way if it would cost more; 0: never (maxTTFTPenaltyMs)",
        ),
        Parameter::new(
            "prefill_rate",
            15_928.0,
            (1.0, 1e9),
            "tokens per s",
            "by which that is estimated from tokens in flight (peakPrefillThroughput)",
        ),
        Parameter::new(
            "speculative_s",
            0.0,
            (0.0, 3600.0),
            "s",
            "with @events: how long a prompt counts as cached as soon as it is routed; 0: off (speculativeTTL, there 2)",
        ).searched(0.0, 10.0, Scale::Linear),
        Parameter::switch(
            "weighted_random",
            false,
            "1: drawn with the score as weight; 0: the best score",
        ),
    ],
    knowledge: Knowledge::Routed {
        forget: Forget::Lru {
            tokens: None,
            every: VirtualTime::ZERO,
            shared: false,
        },
    },
    text: true,
    reference: false,
    build: |it| {
        let weights = NAMES.map(|name| it.real(name));
        let (sticky, max_penalty_ms) = (it.real("sticky"), it.real("max_penalty_ms"));
        let filters = sticky > 0.0 && max_penalty_ms > 0.0;
        let speculative = it.seconds("speculative_s");
        it.predict(speculative);
        Box::new(EndpointPicker {
            weights,
            sticky,
            explore: it.real("explore"),
            max_penalty_ms,
            prefill_rate: it.real("prefill_rate"),
            weighted_random: it.switch("weighted_random"),
            own: it.own(OWN),
            engine: it.engine(),
            ledger: (filters || weights[6] > 0.0).then(|| it.ledger()),
            cold: Vec::new(),
            colds: 0,
            sessions: Map::default(),
        })
    },
};

/// The number of scores; their weights come in this order among the parameters.
const SCORES: usize = 7;
const NAMES: [&str; SCORES] = [
    "queue",
    "kv",
    "prefix",
    "no_hit_lru",
    "active",
    "session",
    "token_load",
];
/// Tokens in flight at which the token-load score is 0 \[tokens\].
const QUEUE_TOKENS: f64 = 4_194_304.0;
/// The unit of all terms of the cost.
const UNIT: &str = "1 - score";
/// How the picker remembers what it sent to each replica.
const OWN: OwnBlocks = OwnBlocks {
    at_least: 64,
    most: 131_072,
};

#[derive(Clone)]
struct EndpointPicker {
    weights: [f64; SCORES],
    sticky: f64,
    explore: f64,
    max_penalty_ms: f64,
    prefill_rate: f64,
    weighted_random: bool,
    own: Own,
    engine: Engine,
    /// The handle for the ledger's tokens; `None` if neither the token load nor the affinity filter needs them.
    ledger: Option<Ledger>,
    /// For each replica, which of the requests without a match it took last, counted from 1; 0: none.
    cold: Vec<u64>,
    colds: u64,
    /// For each conversation, the replica that took its last turn.
    sessions: Map<u32, ReplicaId>,
}

impl EndpointPicker {
    #[inline]
    fn prefix(&self, view: &View<'_>, replica: ReplicaId) -> f64 {
        let (matched, blocks) = view.own_blocks(self.own, replica);
        f64::from(matched) / f64::from(blocks.max(1))
    }

    fn queued(&self, view: &View<'_>, replica: ReplicaId) -> u64 {
        let ledger = self.ledger;
        ledger.map_or(0, |ledger| view.prefill_tokens(ledger, replica))
    }

    /// The shortest time until a first token \[ms\], of the replicas with at least `sticky` of the prompt, or of the others.
    fn soonest(&self, view: &View<'_>, sticky: bool) -> Option<f64> {
        let those = view
            .all()
            .filter(|&it| (self.prefix(view, it) >= self.sticky) == sticky);
        let tokens = those.map(|it| self.queued(view, it)).min()?;
        Some(tokens as f64 / self.prefill_rate * 1000.0)
    }

    /// The prefix-cache affinity filter: keeps only the replicas with at least `sticky` of the prompt.
    fn filter(&self, view: &View<'_>, board: &mut Board) {
        if self.sticky == 0.0 {
            return;
        }
        let explores = self.explore > 0.0 && board.chance(self.explore);
        let best = view.all().map(|it| self.prefix(view, it));
        let best = best.fold(0.0, f64::max);
        board.condition(
            best >= self.sticky,
            "affinity filter",
            (best, self.sticky),
            "share",
            "only those that match so much, unless they are too slow",
        );
        // How much later the best of the replicas with enough of the prompt would answer. There is nothing to filter where no
        // replica has enough, or every one does.
        let (Some(sticky), Some(other)) = (self.soonest(view, true), self.soonest(view, false))
        else {
            return;
        };
        let late = sticky - other;
        let too_late = self.max_penalty_ms > 0.0
            && board.gate(
                "later than the others",
                late,
                self.max_penalty_ms,
                "ms",
                "all replicas, whatever they match",
            );
        if !too_late && !explores {
            board.keep(view, "below the affinity filter", |it| {
                self.prefix(view, it) >= self.sticky
            });
        }
    }

    /// Adds what a score lacks to 1 as a term, with the scores of all replicas in order.
    #[inline]
    fn lacks_each(&self, at: usize, board: &mut Board, scores: impl Iterator<Item = f64> + Clone) {
        let lacks = scores.map(|score| 1.0 - score);
        board.column(NAMES[at], self.weights[at], UNIT, lacks);
    }

    /// Adds what a score lacks to 1 as a term; a score that is off as shipped, and off here, gets no term.
    fn lacks(&self, at: usize, board: &mut Board, score: impl Fn(ReplicaId) -> f64) {
        if self.weights[at] > 0.0 {
            board.term(NAMES[at], self.weights[at], UNIT, |it| 1.0 - score(it));
        }
    }

    /// The no-hit-LRU score of each replica: from 1 for the first of those left to 0 for the last, in the order of those that never
    /// took a request without a match, then those that took one longest ago; 0.5 for all where any replica has a match.
    fn coldness(&self, view: &View<'_>, board: &Board) -> Vec<f64> {
        let is_cold = !board.open().any(|it| self.prefix(view, it) > 0.0);
        let place = |it: ReplicaId| (self.cold[it.index()], it.0);
        let others = board.open().count().saturating_sub(1).max(1);
        let replicas = (0..view.replicas() as u32).map(ReplicaId);
        let score = |it| {
            let before = board.open().filter(|&r| place(r) < place(it)).count();
            1.0 - before as f64 / others as f64
        };
        let scores = replicas.map(|it| if is_cold { score(it) } else { 0.5 });
        scores.collect()
    }
}

impl Policy for EndpointPicker {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        self.filter(view, board);
        let (ask, engine) = (view.ask, self.engine);
        let waiting = view.all_waiting(engine);
        let (least, most) = board.extremes(waiting);
        let range = f64::from(most.saturating_sub(least));
        let divisor = if range > 0.0 { range } else { 1.0 };
        let queue = waiting.iter().map(|&waiting| match range > 0.0 {
            true => f64::from(most.saturating_sub(waiting)) / divisor,
            false => 1.0,
        });
        self.lacks_each(0, board, queue);
        let usage = view.all_kv_usage(engine);
        self.lacks_each(1, board, usage.iter().map(|usage| 1.0 - usage));
        let (matched, blocks) = view.all_own_blocks(self.own);
        let blocks = f64::from(blocks.max(1));
        let prefix = matched.iter().map(|&matched| f64::from(matched) / blocks);
        self.lacks_each(2, board, prefix);
        if self.weights[3] > 0.0 {
            let scores = self.coldness(view, board);
            self.lacks(3, board, |it| scores[it.index()]);
        }
        if self.weights[4] > 0.0 {
            let (_, busiest) = board.extremes(view.actives());
            let active = view.actives().iter().map(|&active| match active {
                0 => 1.0,
                active => f64::from(busiest.saturating_sub(active)) / f64::from(busiest.max(1)),
            });
            self.lacks_each(4, board, active);
        }
        let home = self.sessions.get(&ask.request.conversation).copied();
        self.lacks(5, board, |it| f64::from(u8::from(home == Some(it))));
        self.lacks(6, board, |it| {
            let own = ask.uncached_tokens(view.overlap(self.own.overlaps(), it));
            let tokens = (self.queued(view, it) + u64::from(own)) as f64;
            (1.0 - tokens / QUEUE_TOKENS).max(0.0)
        });
        if self.weighted_random {
            board.weighted(self.weights.iter().sum());
        } else {
            board.at_random();
        }
    }

    fn sent(&mut self, view: &View<'_>, replica: ReplicaId) {
        let is_cold = !view.all().any(|it| self.prefix(view, it) > 0.0);
        if is_cold {
            self.colds += 1;
            self.cold[replica.index()] = self.colds;
        }
        if self.weights[5] > 0.0 {
            self.sessions.insert(view.ask.request.conversation, replica);
        }
    }

    fn joined(&mut self, replicas: &[ReplicaId]) {
        grow(&mut self.cold, replicas);
    }

    fn left(&mut self, replica: ReplicaId) {
        self.cold[replica.index()] = 0;
        self.sessions.retain(|_, at| *at != replica);
    }
}
