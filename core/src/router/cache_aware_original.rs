//! SGLang's cache-aware rule as it was first, and as two routers still have it.
//!
//! If the requests in flight differ by more than `balance_abs` and the most is above `balance_rel` times the least, the least
//! loaded and no affinity. Else, on a match of more than `threshold` of the prompt, who holds it; else the least loaded (its
//! description says "the smallest tree"; its code has not asked for that since 2025). Ties take the first replica.
//!
//! On a match each node of the tree has one replica of note, the one it was made for, and a match goes there whatever the load
//! (sglang-router); vllm-router asks the least loaded of those who hold the node.
//!
//! Read: sglang-router 0.3.2 and vllm-router 0.1.17 (wheels from PyPI, 28 November 2026), run, with the defaults their launchers print;
//! sgl-project/sglang at 053b63ff, sgl-model-gateway/src/policies/cache_aware.rs, and vllm-project/router at 16917f49, src/policies/cache_aware.rs.
//!
//! A tree is cut to 67,108,864 characters for each worker (sglang-router) or 33,554,432 (vllm-router). vllm-router has its workers turn a prompt
//! into tokens and matches those; one takes about 10 characters of its tree (what it forgot of 300 prompts fits 9 to 12, and no other).
//!
//! Left out: sglang-router's tree over characters is replaced by one over blocks, at 4 characters a token; vllm-router's map of
//! sessions; the random choice of a node's replica after the one of note was evicted from it (here: the first who holds it).

use super::pick::{all, first_least, holders};
use super::{
    Ask, Forget, Gate, Knowledge, Known, Made, Parameter, Policy, Provenance, Reads, Term,
};
use crate::rng::Rng;
use crate::units::{ReplicaId, VirtualTime};

const PARAMETERS: &[Parameter] = &[
    Parameter::new(
        "threshold",
        0.3,
        (0.0, 1.0),
        "share of the prompt",
        "a match longer than this counts (--cache-threshold)",
    ),
    Parameter::new(
        "balance_abs",
        64.0,
        (0.0, 1e9),
        "requests",
        "load is uneven if most and least differ by more than this",
    ),
    Parameter::new(
        "balance_rel",
        1.5,
        (1.0, 1e9),
        "times the least",
        "… and the most is above this",
    ),
];

/// The tree of a replica: its characters, how many a token has, and cut every so many seconds.
const fn tree(characters: u32, token: u32, seconds: u64) -> Knowledge {
    Knowledge::Routed {
        forget: Forget::Lru {
            tokens: Some(characters / token),
            every: VirtualTime(seconds * 1_000_000_000),
            shared: false,
        },
    }
}

/// sglang-router's line in the table.
pub(super) const ENTRY: Made = Made {
    name: "cache-aware-original",
    about: "uneven load: the shortest queue; a long match: the one it was first sent to; else the shortest queue",
    source: "sglang-router 0.3.2, cache_aware",
    provenance: Provenance {
        product: "sglang-router",
        version: "0.3.2",
        files: &[
            "the wheel's binary: its help and its choices",
            "sgl-project/sglang at 053b63ff: sgl-model-gateway/src/policies/cache_aware.rs",
        ],
        read: "2026-11-28",
        left_out: "the tree over characters (one over blocks stands in for it, at 4 characters a token); the random choice of a node's replica after the one of note was evicted from it",
    },
    parameters: PARAMETERS,
    knowledge: tree(67_108_864, 4, 60),
    text: false,
    reference: false,
    build: |parameters, _, _| Box::new(Original::new(parameters, true)),
};

/// vllm-router's line in the table.
pub(super) const VLLM: Made = Made {
    name: "cache-aware-vllm",
    about: "uneven load: the shortest queue; a long match: the least loaded who hold it; else the shortest queue",
    source: "vllm-router 0.1.17, cache_aware",
    provenance: Provenance {
        product: "vllm-router",
        version: "0.1.17",
        files: &[
            "the wheel's binary: its help and its choices",
            "vllm-project/router at 16917f49: src/policies/cache_aware.rs",
        ],
        read: "2026-11-28",
        left_out: "the map of sessions; matches that end within a block",
    },
    parameters: PARAMETERS,
    knowledge: tree(33_554_432, 10, 120),
    text: false,
    reference: false,
    build: |parameters, _, _| Box::new(Original::new(parameters, false)),
};

#[derive(Clone)]
struct Original {
    threshold: f64,
    balance_abs: f64,
    balance_rel: f64,
    /// By block id: the replica it was first sent to, plus 1; 0: none. `None`: the rule does not ask.
    makers: Option<Vec<u16>>,
}

impl Original {
    fn new(parameters: &[f64], makers: bool) -> Self {
        Self {
            threshold: parameters[0],
            balance_abs: parameters[1],
            balance_rel: parameters[2],
            makers: makers.then(Vec::new),
        }
    }

    fn matches(&self, ask: &Ask<'_>, known: &Known<'_>) -> Gate {
        Gate::above(
            "longest match",
            ask.matched_share(known.deepest()),
            self.threshold,
            "share",
            "only who holds it",
        )
    }

    /// Both must fire: load is uneven.
    fn uneven(&self, known: &Known<'_>) -> [Gate; 2] {
        let (least, _, most) = known.active_spread();
        let effect = "with the other: the least loaded replica of all";
        let (most, limit) = (f64::from(most), self.balance_rel * f64::from(least));
        [
            known.load_difference(self.balance_abs, effect),
            Gate::above("largest load", most, limit, "requests", effect),
        ]
    }

    fn follows(&self, ask: &Ask<'_>, known: &Known<'_>) -> bool {
        let uneven = self.uneven(known).iter().all(|gate| gate.fired);
        !uneven && self.matches(ask, known).fired
    }

    /// The replica that the longest match was made for, if it still holds it.
    fn maker(&self, ask: &Ask<'_>, known: &Known<'_>) -> Option<ReplicaId> {
        let makers = self.makers.as_ref()?;
        let deepest = known.deepest();
        let prefix = ask.corpus.prefix(ask.request.prompt, deepest);
        let at = ask.corpus.last_id(prefix).0 as usize;
        let maker = ReplicaId(u32::from(*makers.get(at)?).checked_sub(1)?);
        (known.overlap(maker) == deepest).then_some(maker)
    }

    /// Who holds the match, as far as it may go there.
    fn may_follow(&self, ask: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> bool {
        match (&self.makers, self.maker(ask, known)) {
            (Some(_), Some(maker)) => maker == replica,
            (Some(_), None) => holders(known).next() == Some(replica),
            (None, _) => known.overlap(replica) == known.deepest(),
        }
    }
}

impl Policy for Original {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, _: &mut Rng) -> ReplicaId {
        let active = |it: ReplicaId| f64::from(known.of(it).active);
        if self.follows(ask, known) {
            let among = all(known).filter(|&it| self.may_follow(ask, known, it));
            first_least(among, active)
        } else {
            first_least(all(known), active)
        }
    }

    fn sent(&mut self, ask: &Ask<'_>, _: &Known<'_>, replica: ReplicaId) {
        let Some(makers) = &mut self.makers else {
            return;
        };
        // A block that has a maker is preceded by blocks that have.
        for (segment, covered) in ask.corpus.runs(ask.request.prompt) {
            let first = ask.corpus.segment(segment).first as usize;
            let end = first + covered as usize;
            if makers.len() < end {
                makers.resize(end, 0);
            }
            let run = makers.get_mut(first..end).unwrap_or_default();
            for maker in run.iter_mut().rev().take_while(|maker| **maker == 0) {
                *maker = replica.0 as u16 + 1;
            }
        }
    }

    fn terms(&self, _: &Ask<'_>, known: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let active = f64::from(known.of(replica).active);
        vec![Term::new("active", 1.0, active, "requests")]
    }

    fn gates(&self, ask: &Ask<'_>, known: &Known<'_>) -> Vec<Gate> {
        let [a, b] = self.uneven(known);
        vec![a, b, self.matches(ask, known)]
    }

    fn excluded(
        &self,
        ask: &Ask<'_>,
        known: &Known<'_>,
        replica: ReplicaId,
    ) -> Option<&'static str> {
        let out = self.follows(ask, known) && !self.may_follow(ask, known, replica);
        out.then_some(match self.makers {
            Some(_) => "the longest match was not made for it",
            None => "does not hold the longest match",
        })
    }

    fn reads(&self) -> Reads {
        Reads {
            overlaps: true,
            ..Reads::default()
        }
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
