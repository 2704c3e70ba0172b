//! llm-d's endpoint picker (Gateway API inference extension): weighted scores from 0 to 1, and a picker.
//!
//! - queue: `(most − queue) / (most − least)`, 1 if all are equal; KV: `1 − usage`; prefix: matched blocks / blocks, of at
//!   most 256 blocks. All as engines report them, but for the prefix, which is what the picker itself routed: the 31,250
//!   blocks of 16 tokens least recently routed to each server.
//! - no-hit-LRU, off as shipped: a request nobody has a match for prefers who took such a one longest ago (1, falling to
//!   0 for the last); 0.5 for all others.
//! - the sticky filter, off as shipped: only replicas whose prefix score reaches it, if there are any; one in a hundred
//!   requests skips it.
//! - the picker takes the best, ties shuffled, or draws with the score as weight (the largest U^(1/score)).
//!
//! Told as a cost: each weight times what its score lacks to 1. Left out: LoRA, predicted latency, disaggregation.

use super::pick::{all, any_least};
use super::{Ask, Forget, Gate, Knowledge, Known, Made, Parameter, Policy, Reads, Term};
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
    name: "endpoint-picker",
    about: "best weighted score of queue, KV use and prefix",
    source: "llm-d/llm-d-inference-scheduler pkg/epp/framework/plugins/scheduling",
    parameters: &[
        Parameter::new("queue", 2.0, (0.0, 1000.0), "", "weight of the queue score"),
        Parameter::new(
            "kv",
            2.0,
            (0.0, 1000.0),
            "",
            "weight of the KV-utilisation score",
        ),
        Parameter::new(
            "prefix",
            3.0,
            (0.0, 1000.0),
            "",
            "weight of the prefix score",
        ),
        Parameter::new(
            "no_hit_lru",
            0.0,
            (0.0, 1000.0),
            "",
            "weight of the no-hit-LRU score",
        ),
        Parameter::new(
            "sticky",
            0.0,
            (0.0, 1.0),
            "share of the prompt's blocks",
            "only replicas that match so much, if there are any; 0: off",
        ),
        Parameter::switch(
            "weighted_random",
            false,
            "1: drawn with the score as weight; 0: the best score",
        ),
    ],
    knowledge: Knowledge::Routed {
        forget: Forget::Lru {
            tokens: Some(500_000),
            every: VirtualTime::ZERO,
            shared: false,
        },
    },
    text: false,
    reference: false,
    build: |parameters, replicas, _| {
        Box::new(EndpointPicker {
            queue: parameters[0],
            kv: parameters[1],
            prefix: parameters[2],
            no_hit_lru: parameters[3],
            sticky: parameters[4],
            weighted_random: parameters[5] > 0.5,
            cold: vec![0; replicas as usize],
            colds: 0,
        })
    },
};

/// Blocks of a prompt that are looked at.
const MOST_BLOCKS: u32 = 256;
/// One request in so many skips the sticky filter.
const EXPLORE: u32 = 100;

#[derive(Clone)]
struct EndpointPicker {
    queue: f64,
    kv: f64,
    prefix: f64,
    no_hit_lru: f64,
    sticky: f64,
    weighted_random: bool,
    /// By replica: which of the cold requests it took last, counted from 1; 0: none.
    cold: Vec<u64>,
    colds: u64,
}

/// What the scores are relative to.
struct Frame {
    blocks: u32,
    queues: (u32, u32),
    is_cold: bool,
}

impl EndpointPicker {
    fn frame(ask: &Ask<'_>, known: &Known<'_>) -> Frame {
        let queues = || known.active().map(|s| s.waiting);
        Frame {
            blocks: ask.request.prompt.depth.min(MOST_BLOCKS),
            queues: (queues().min().unwrap_or(0), queues().max().unwrap_or(0)),
            is_cold: known.deepest() == 0,
        }
    }

    fn prefix_score(frame: &Frame, known: &Known<'_>, replica: ReplicaId) -> f64 {
        let matched = known.overlap(replica).min(frame.blocks);
        f64::from(matched) / f64::from(frame.blocks.max(1))
    }

    /// Queue, KV, prefix and no-hit-LRU.
    fn scores(&self, frame: &Frame, known: &Known<'_>, replica: ReplicaId) -> [f64; 4] {
        let there = known.of(replica);
        let (least, most) = frame.queues;
        let queue = match most - least {
            0 => 1.0,
            range => f64::from(most - there.waiting) / f64::from(range),
        };
        let lru = if frame.is_cold {
            let mine = self.cold[replica.index()];
            let later = self.cold.iter().filter(|&&other| other > mine).count();
            let others = self.cold.len().saturating_sub(1).max(1);
            if mine == 0 {
                1.0
            } else {
                later as f64 / others as f64
            }
        } else {
            0.5
        };
        [
            queue,
            1.0 - there.kv_usage,
            Self::prefix_score(frame, known, replica),
            lru,
        ]
    }

    fn weights(&self) -> [f64; 4] {
        [self.queue, self.kv, self.prefix, self.no_hit_lru]
    }

    fn cost(&self, frame: &Frame, known: &Known<'_>, replica: ReplicaId) -> f64 {
        let scores = self.scores(frame, known, replica);
        let parts = self.weights().into_iter().zip(scores);
        parts.fold(0.0, |sum, (weight, score)| sum + weight * (1.0 - score))
    }

    /// Whether the filter leaves anybody.
    fn sticks(&self, frame: &Frame, known: &Known<'_>) -> bool {
        self.sticky > 0.0 && all(known).any(|r| self.is_sticky(frame, known, r))
    }

    fn is_sticky(&self, frame: &Frame, known: &Known<'_>, replica: ReplicaId) -> bool {
        Self::prefix_score(frame, known, replica) >= self.sticky
    }
}

impl Policy for EndpointPicker {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        let frame = Self::frame(ask, known);
        let sticks = self.sticks(&frame, known) && rng.below(EXPLORE) > 0;
        let left = all(known).filter(|&r| !sticks || self.is_sticky(&frame, known, r));
        if self.weighted_random {
            let most: f64 = self.weights().iter().sum();
            let mut best = (ReplicaId(0), f64::NEG_INFINITY);
            for replica in left {
                let score = (most - self.cost(&frame, known, replica)).max(1e-12);
                // The logarithm of U^(1/score) has the same order.
                let key = libm::log(1.0 - rng.uniform()) / score;
                if key > best.1 {
                    best = (replica, key);
                }
            }
            best.0
        } else {
            any_least(left, |replica| self.cost(&frame, known, replica), rng)
        }
    }

    fn sent(&mut self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) {
        if known.deepest() == 0 {
            self.colds += 1;
            self.cold[replica.index()] = self.colds;
        }
    }

    fn terms(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let frame = Self::frame(ask, known);
        let names = ["queue", "kv", "prefix", "no_hit_lru"];
        let scores = self.scores(&frame, known, replica);
        let parts = names.into_iter().zip(self.weights()).zip(scores);
        let terms = parts.filter(|&((name, weight), _)| weight > 0.0 || name != "no_hit_lru");
        terms
            .map(|((name, weight), score)| Term::new(name, weight, 1.0 - score, "1 - score"))
            .collect()
    }

    fn gates(&self, ask: &Ask<'_>, known: &Known<'_>) -> Vec<Gate> {
        if self.sticky == 0.0 {
            return Vec::new();
        }
        let frame = Self::frame(ask, known);
        let best = all(known).map(|r| Self::prefix_score(&frame, known, r));
        let best = best.fold(0.0, f64::max);
        vec![Gate {
            name: "sticky filter",
            value: best,
            threshold: self.sticky,
            unit: "share",
            fired: best >= self.sticky,
            effect: "only who matches so much; one in a hundred requests skips this",
        }]
    }

    fn excluded(
        &self,
        ask: &Ask<'_>,
        known: &Known<'_>,
        replica: ReplicaId,
    ) -> Option<&'static str> {
        let frame = Self::frame(ask, known);
        let out = self.sticks(&frame, known) && !self.is_sticky(&frame, known, replica);
        out.then_some("below the sticky filter")
    }

    fn tie_rule(&self) -> &'static str {
        if self.weighted_random {
            "drawn with the score as weight"
        } else {
            "at random"
        }
    }

    fn reads(&self) -> Reads {
        Reads {
            overlaps: true,
            engine: true,
            ..Reads::default()
        }
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
