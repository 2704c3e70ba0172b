//! SGLang's cache-aware rule in its first form, which two routers still have.
//!
//! If the requests in flight differ by more than `balance_abs` and the most is above `balance_rel` times the least, the least
//! loaded replica is taken, and there is no affinity. Otherwise, with a match of more than `threshold` of the prompt, a replica
//! that holds it; else the least loaded (its description says "the smallest tree"; its code has not asked for that since 2025). Of
//! equal replicas the first is taken.
//!
//! Which replica of those that hold a match: in sglang-router the one that the node of the tree was made for, whatever its load; in
//! vllm-router the least loaded of those that hold the node.
//!
//! Read: sglang-router 0.3.2 and vllm-router 0.1.17 (wheels from PyPI, 28 November 2026), run, with the defaults that their
//! launchers print; sgl-project/sglang at 053b63ff, sgl-model-gateway/src/policies/cache_aware.rs, and vllm-project/router at
//! 16917f49, src/policies/cache_aware.rs.
//!
//! A tree is cut to 67,108,864 characters for each worker (sglang-router) or 33,554,432 (vllm-router). vllm-router has its workers
//! turn a prompt into tokens and matches those; one takes about 10 characters of its tree (what it forgot of 300 prompts fits 9 to
//! 12, and no other).
//!
//! sglang-router's tree is over characters and vllm-router's over tokens, as here where a workload has texts; without them, blocks
//! stand in, and the report says so. Left out: vllm-router's map of sessions; the random choice of a node's replica after the one
//! that it was made for was evicted from it (here: the first that holds it).

use super::{
    Board, Forget, Knowledge, Matches, Parameter, Policy, PolicyDef, Provenance, Setup, THRESHOLD,
    View, load_difference, longest_match,
};
use crate::units::{ReplicaId, VirtualTime};

const PARAMETERS: &[Parameter] = &[
    THRESHOLD,
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

/// The knowledge of a router whose tree holds `characters` of each replica, at `token` characters a token, and is cut every `seconds`.
const fn tree(characters: u32, token: u32, seconds: u64) -> Knowledge {
    Knowledge::Routed {
        forget: Forget::Lru {
            tokens: Some(characters / token),
            every: VirtualTime(seconds * 1_000_000_000),
            shared: false,
        },
    }
}

/// The entry of sglang-router's policy in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
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
        left_out: "characters where a workload has no texts (a tree over blocks stands in, at 4 characters a token); the random choice of a node's replica after the one of note was evicted from it",
    },
    parameters: PARAMETERS,
    knowledge: tree(67_108_864, 4, 60),
    text: false,
    reference: false,
    build: |it| {
        let matches = it.characters();
        Box::new(Original::new(it, matches, true))
    },
};

/// The entry of vllm-router's policy in the table of policies.
pub(super) const VLLM: PolicyDef = PolicyDef {
    name: "cache-aware-vllm",
    about: "uneven load: the shortest queue; a long match: the least loaded that hold it; else the shortest queue",
    source: "vllm-router 0.1.17, cache_aware",
    provenance: Provenance {
        product: "vllm-router",
        version: "0.1.17",
        files: &[
            "the wheel's binary: its help and its choices",
            "vllm-project/router at 16917f49: src/policies/cache_aware.rs",
        ],
        read: "2026-11-28",
        left_out: "the map of sessions; single tokens where a workload has no texts (a tree over blocks stands in)",
    },
    parameters: PARAMETERS,
    knowledge: tree(33_554_432, 10, 120),
    text: false,
    reference: false,
    build: |it| {
        let matches = it.tokens();
        Box::new(Original::new(it, matches, false))
    },
};

#[derive(Clone)]
struct Original {
    threshold: f64,
    balance_abs: f64,
    balance_rel: f64,
    /// For each block or character, by its id, the replica that it was first sent to, plus 1; 0: none. `None`: the rule does not
    /// need it.
    makers: Option<Vec<u16>>,
    matches: Matches,
}

impl Original {
    fn new(setup: &mut Setup<'_>, matches: Matches, makers: bool) -> Self {
        Self {
            threshold: setup.real("threshold"),
            balance_abs: setup.real("balance_abs"),
            balance_rel: setup.real("balance_rel"),
            makers: makers.then(Vec::new),
            matches,
        }
    }

    /// The replica that the longest match was made for, if it still holds it; else the first that does.
    fn maker(&self, makers: &[u16], view: &View<'_>, deepest: u32) -> Option<ReplicaId> {
        let (corpus, prompt) = view.in_unit(self.matches);
        let holds = |it: &ReplicaId| view.matched(self.matches, *it) == deepest;
        let at = corpus.last_id(corpus.prefix(prompt, deepest)).0 as usize;
        let number = makers
            .get(at)
            .and_then(|&maker| u32::from(maker).checked_sub(1));
        let maker = number.map(ReplicaId).filter(holds);
        maker.or_else(|| view.all().find(holds))
    }
}

impl Policy for Original {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let spread @ (least, _, most) = view.active_spread();
        // Both conditions must hold for load to be uneven.
        let effect = "with the other: the least loaded replica of all";
        let apart = load_difference(board, spread, self.balance_abs, effect);
        let limit = self.balance_rel * f64::from(least);
        let above = board.gate("largest load", f64::from(most), limit, "requests", effect);
        let (deepest, matched) = longest_match(view, self.matches, self.threshold, board);
        if matched && !(apart && above) {
            match &self.makers {
                Some(makers) => {
                    let maker = self.maker(makers, view, deepest);
                    board.keep(view, "the longest match was not made for it", |it| {
                        Some(it) == maker
                    });
                }
                None => board.keep(view, "does not hold the longest match", |it| {
                    view.matched(self.matches, it) == deepest
                }),
            }
        }
        board.term("active", 1.0, "requests", |it| f64::from(view.active(it)));
    }

    fn sent(&mut self, view: &View<'_>, replica: ReplicaId) {
        let Some(makers) = &mut self.makers else {
            return;
        };
        let (corpus, prompt) = view.in_unit(self.matches);
        // A block that has a maker is preceded by blocks that have.
        for (segment, covered) in corpus.runs(prompt) {
            let first = corpus.segment(segment).first as usize;
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
}
