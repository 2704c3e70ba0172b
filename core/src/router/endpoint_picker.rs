//! llm-d's endpoint picker (Gateway API inference extension): filters, weighted scores from 0 to 1, and a picker.
//!
//! Scores are relative to the replicas the filter left. As shipped queue 2, KV 2, prefix 3 and nothing else:
//!
//! - queue: `(most − waiting) / (most − least)`, 1 if all are equal; KV: `1 − usage`. Both as engines report them.
//! - prefix: matched blocks over the prompt's. As shipped the picker itself remembers what it sent where, in blocks of 64
//!   tokens (of the engine's size where that is larger), the part-filled last one included, at most 131,072 tokens of a
//!   prompt, and of each server as many such blocks as its pool has blocks of its own. With `@events` (the precise
//!   producer) the engine's full blocks count.
//! - no-hit-LRU: a request nobody has a match for prefers who never took such a one, then who took one longest ago: 1 for
//!   the first in that order, 0 for the last; 0.5 for all where anybody has a match.
//! - active: `(most − active) / most` of what the picker has in flight, 1 for an idle replica.
//! - session: 1 for the replica that took the conversation's last turn, 0 for others.
//! - token load: `1 − tokens / 4,194,304`, at least 0, of prompt tokens in flight whose first token has not come back and
//!   that were not believed cached, this request's included.
//! - the prefix-cache affinity filter: only replicas with at least `sticky` of the prompt, if there are any, unless the
//!   best of them would answer more than `max_penalty_ms` later than the best of the others, by tokens in flight at
//!   `prefill_rate`; a share `explore` of requests skips it.
//! - the picker takes the best, ties shuffled, or draws with the score as weight (the largest U^(1/score)).
//!
//! Told as a cost: each weight times what its score lacks to 1.

use super::pick::{all, any_least};
use super::{
    Ask, Forget, Gate, Knowledge, Known, Made, OwnBlocks, Parameter, Policy, Provenance, Reads,
    Term,
};
use crate::rng::Rng;
use crate::units::{Map, ReplicaId, VirtualTime};

const fn weight(name: &'static str, default: f64, about: &'static str) -> Parameter {
    Parameter::new(name, default, (0.0, 1000.0), "", about)
}

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
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
        ),
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
        ),
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
    build: |parameters, replicas, _| {
        let mut weights = [0.0; SCORES];
        weights.copy_from_slice(&parameters[..SCORES]);
        Box::new(EndpointPicker {
            weights,
            sticky: parameters[7],
            explore: parameters[8],
            max_penalty_ms: parameters[9],
            prefill_rate: parameters[10],
            speculative: VirtualTime::from_secs(parameters[11]),
            weighted_random: parameters[12] > 0.5,
            cold: vec![0; replicas as usize],
            colds: 0,
            sessions: Map::default(),
        })
    },
};

/// Scores there are, in the order of their weights among the parameters.
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
/// Tokens in flight at which the token-load score is 0.
const QUEUE_TOKENS: f64 = 4_194_304.0;
/// How the picker remembers what it sent where.
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
    speculative: VirtualTime,
    weighted_random: bool,
    /// By replica: which of the cold requests it took last, counted from 1; 0: none.
    cold: Vec<u64>,
    colds: u64,
    /// By conversation: who took its last turn.
    sessions: Map<u32, ReplicaId>,
}

/// What the scores are relative to: the replicas that the filter left.
struct Frame {
    /// Whether only replicas with enough of the prompt are left.
    sticks: bool,
    /// The least and the most requests waiting.
    waiting: (u32, u32),
    /// The most requests in flight.
    active: u32,
    /// Whether nobody has a match.
    is_cold: bool,
}

fn prefix_score(ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> f64 {
    let (matched, blocks) = match known.own_blocks {
        (_, 0) => (known.overlap(replica), ask.request.prompt.depth),
        (matched, blocks) => (matched[replica.index()], blocks),
    };
    f64::from(matched) / f64::from(blocks.max(1))
}

impl EndpointPicker {
    fn is_sticky(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> bool {
        prefix_score(ask, known, replica) >= self.sticky
    }

    /// The least milliseconds until a first token, of the replicas with enough of the prompt, or of the others.
    fn soonest(&self, ask: &Ask<'_>, known: &Known<'_>, sticky: bool) -> Option<f64> {
        let those = all(known).filter(|&r| self.is_sticky(ask, known, r) == sticky);
        let tokens = those.map(|r| known.of(r).prefill_tokens).min()?;
        Some(tokens as f64 / self.prefill_rate * 1000.0)
    }

    /// How much later the best of the replicas with enough of the prompt would answer \[ms\]; `None` if the filter is off
    /// or leaves nobody, or everybody.
    fn penalty(&self, ask: &Ask<'_>, known: &Known<'_>) -> Option<f64> {
        if self.sticky == 0.0 {
            return None;
        }
        let (sticky, other) = (
            self.soonest(ask, known, true)?,
            self.soonest(ask, known, false)?,
        );
        Some(sticky - other)
    }

    /// Whether the filter takes anybody away.
    fn sticks(&self, ask: &Ask<'_>, known: &Known<'_>) -> bool {
        let penalty = self.penalty(ask, known);
        penalty.is_some_and(|late| self.max_penalty_ms == 0.0 || late <= self.max_penalty_ms)
    }

    fn left(
        &self,
        sticks: bool,
        ask: &Ask<'_>,
        known: &Known<'_>,
    ) -> impl Iterator<Item = ReplicaId> + Clone {
        all(known).filter(move |&r| !sticks || self.is_sticky(ask, known, r))
    }

    fn frame(&self, sticks: bool, ask: &Ask<'_>, known: &Known<'_>) -> Frame {
        let left = self.left(sticks, ask, known);
        let there = left.clone().map(|r| known.of(r));
        let waiting = there.clone().map(|there| there.waiting);
        Frame {
            sticks,
            waiting: (
                waiting.clone().min().unwrap_or(0),
                waiting.max().unwrap_or(0),
            ),
            active: there.map(|there| there.active).max().unwrap_or(0),
            is_cold: !left.into_iter().any(|r| prefix_score(ask, known, r) > 0.0),
        }
    }

    /// A replica's place among those left: who never took a cold request, then who took one longest ago.
    fn cold_score(
        &self,
        frame: &Frame,
        ask: &Ask<'_>,
        known: &Known<'_>,
        replica: ReplicaId,
    ) -> f64 {
        if !frame.is_cold || self.weights[3] == 0.0 {
            return 0.5;
        }
        let place = |r: ReplicaId| (self.cold[r.index()], r.0);
        let left = || self.left(frame.sticks, ask, known);
        let others = left().count().saturating_sub(1);
        let before = left().filter(|&r| place(r) < place(replica)).count();
        1.0 - before as f64 / others.max(1) as f64
    }

    /// In the order of [`NAMES`].
    fn scores(
        &self,
        frame: &Frame,
        ask: &Ask<'_>,
        known: &Known<'_>,
        replica: ReplicaId,
    ) -> [f64; SCORES] {
        let there = known.of(replica);
        let (least, most) = frame.waiting;
        let queue = match most - least {
            0 => 1.0,
            range => f64::from(most.saturating_sub(there.waiting)) / f64::from(range),
        };
        let active = match there.active {
            0 => 1.0,
            active => {
                f64::from(frame.active.saturating_sub(active)) / f64::from(frame.active.max(1))
            }
        };
        let home = self.sessions.get(&ask.request.conversation);
        let own = u64::from(ask.uncached_tokens(known.overlap(replica)));
        let tokens = (there.prefill_tokens + own) as f64;
        [
            queue,
            1.0 - there.kv_usage,
            prefix_score(ask, known, replica),
            self.cold_score(frame, ask, known, replica),
            active,
            f64::from(u8::from(home == Some(&replica))),
            (1.0 - tokens / QUEUE_TOKENS).max(0.0),
        ]
    }

    fn cost(&self, frame: &Frame, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> f64 {
        let scores = self.scores(frame, ask, known, replica);
        let parts = self.weights.into_iter().zip(scores);
        parts.fold(0.0, |sum, (weight, score)| sum + weight * (1.0 - score))
    }

    /// Draws with the score as weight; whoever has none only where nobody has any.
    fn draw(&self, frame: &Frame, ask: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        let most: f64 = self.weights.iter().sum();
        let mut best = (None, f64::NEG_INFINITY);
        for replica in self.left(frame.sticks, ask, known) {
            let score = most - self.cost(frame, ask, known, replica);
            if score > 0.0 {
                // The logarithm of U^(1/score) has the same order.
                let key = libm::log(1.0 - rng.uniform()) / score;
                if key > best.1 {
                    best = (Some(replica), key);
                }
            }
        }
        best.0
            .unwrap_or_else(|| any_least(self.left(frame.sticks, ask, known), |_| 0.0, rng))
    }
}

impl Policy for EndpointPicker {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        let explores = self.sticky > 0.0 && self.explore > 0.0 && rng.uniform() < self.explore;
        let sticks = !explores && self.sticks(ask, known);
        let frame = self.frame(sticks, ask, known);
        if self.weighted_random {
            self.draw(&frame, ask, known, rng)
        } else {
            let left = self.left(sticks, ask, known);
            any_least(left, |replica| self.cost(&frame, ask, known, replica), rng)
        }
    }

    fn sent(&mut self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) {
        let is_cold = !all(known).any(|r| prefix_score(ask, known, r) > 0.0);
        if is_cold {
            self.colds += 1;
            self.cold[replica.index()] = self.colds;
        }
        if self.weights[5] > 0.0 {
            self.sessions.insert(ask.request.conversation, replica);
        }
    }

    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let frame = self.frame(self.sticks(ask, known), ask, known);
        let scores = self.scores(&frame, ask, known, replica);
        let parts = NAMES.into_iter().zip(self.weights).zip(scores);
        // What is off as shipped and off here is not worth a line.
        let terms = parts.enumerate();
        terms
            .filter(|&(at, ((_, weight), _))| at < 3 || weight > 0.0)
            .map(|(_, ((name, weight), score))| Term::new(name, weight, 1.0 - score, "1 - score"))
            .collect()
    }

    fn gates(&self, ask: &Ask<'_>, known: &Known<'_>) -> Vec<Gate> {
        if self.sticky == 0.0 {
            return Vec::new();
        }
        let best = all(known).map(|r| prefix_score(ask, known, r));
        let best = best.fold(0.0, f64::max);
        let mut gates = vec![Gate {
            name: "affinity filter",
            value: best,
            threshold: self.sticky,
            unit: "share",
            fired: best >= self.sticky,
            effect: "only who matches so much, unless they are too slow",
        }];
        if let Some(late) = self.penalty(ask, known)
            && self.max_penalty_ms > 0.0
        {
            gates.push(Gate::above(
                "later than the others",
                late,
                self.max_penalty_ms,
                "ms",
                "all replicas, whatever they match",
            ));
        }
        gates
    }

    fn excluded(
        &self,
        ask: &Ask<'_>,
        known: &Known<'_>,
        replica: ReplicaId,
    ) -> Option<&'static str> {
        let out = self.sticks(ask, known) && !self.is_sticky(ask, known, replica);
        out.then_some("below the affinity filter")
    }

    fn tie_rule(&self) -> &'static str {
        if self.weighted_random {
            "drawn with the score as weight"
        } else {
            "at random"
        }
    }

    fn reads(&self) -> Reads {
        let filters = self.sticky > 0.0 && self.max_penalty_ms > 0.0;
        Reads {
            overlaps: true,
            engine: true,
            ledger: filters || self.weights[6] > 0.0,
            predict: (self.speculative > VirtualTime::ZERO).then_some(self.speculative),
            own_blocks: Some(OWN),
            ..Reads::default()
        }
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
