//! vLLM production-stack's prefix-aware router: a trie over 128-character chunks of the prompts that it routed.
//!
//! It walks down the trie while some replica was sent the whole prefix so far, and draws one of the replicas left at the end, or of
//! all where nothing matched; every prompt is then remembered at the replica chosen, for ever. Load is not considered, except for
//! matches shorter than `min_match`: those go to the first replica that was never sent a request, or to the one that was sent the
//! fewest requests within the last minute, of equal ones the first. A match is counted in chunks of 128 characters, even if its last
//! chunk, the end of a prompt, is shorter.
//!
//! Read: vllm-project/production-stack, src/vllm_router/routers/routing_logic.py, prefix/hashtrie.py and stats/request_stats.py (a
//! window of 60 s is the parser's default), main of August 2026. No package of it is published that could be run beside this one, so
//! its decisions in the tests are worked out by hand. Left out: what the product does about replicas that come and go (here one that
//! has left is forgotten); how a chat becomes one text.
//!
//! Without texts, full blocks stand in for chunks, at 4 characters a token, and the report says so.

use super::lately::Lately;
use super::{Board, Knowledge, Parameter, Policy, PolicyDef, Provenance, View};
use crate::block::ROOT;
use crate::radix::{Depths, Index};
use crate::router::Ask;
use crate::router::Scale;
use crate::units::{BlockId, ReplicaId};

/// The policy's entry in the table of policies.
pub(super) const ENTRY: PolicyDef = PolicyDef {
    name: "prefix-aware",
    about: "any of those it sent the longest prefix to, in 128-character chunks, whatever the load",
    source: "vllm-project/production-stack src/vllm_router/routers/routing_logic.py, prefix/hashtrie.py",
    provenance: Provenance {
        product: "vLLM production-stack",
        version: "main of August 2026",
        files: &[
            "src/vllm_router/routers/routing_logic.py",
            "src/vllm_router/prefix/hashtrie.py",
            "src/vllm_router/stats/request_stats.py",
        ],
        read: "2026-11-28",
        left_out: "replicas that come and go; how a chat becomes one text",
    },
    parameters: &[Parameter::new(
        "min_match",
        0.0,
        (0.0, 1e9),
        "characters",
        "shorter matches go where the fewest requests of the last minute went (prefix_min_match_length)",
    ).searched(0.0, 8192.0, Scale::Linear)],
    knowledge: Knowledge::Nothing,
    text: true,
    reference: false,
    build: |it| {
        Box::new(PrefixAware {
            min_match: it.real("min_match"),
            trie: Index::new(0),
            lately: Lately::default(),
            ids: Vec::new(),
            depths: Depths::new(),
        })
    },
};

/// The number of characters of a chunk.
const CHUNK: f64 = 128.0;
/// The number of characters that a token counts as, where there is no text.
const CHARACTERS_A_TOKEN: f64 = 4.0;

#[derive(Clone)]
struct PrefixAware {
    min_match: f64,
    trie: Index,
    lately: Lately,
    ids: Vec<BlockId>,
    depths: Depths,
}

/// Writes the prompt's chunks to `ids`, and returns how many characters one of them holds.
fn chunks(ask: &Ask<'_>, ids: &mut Vec<BlockId>) -> f64 {
    match &ask.request.keys {
        Some(keys) => {
            ask.chunks.ids(keys.chunks, ids);
            CHUNK
        }
        None => {
            ask.corpus.ids(ask.request.prompt, ids);
            CHARACTERS_A_TOKEN * f64::from(ask.block_size)
        }
    }
}

impl Policy for PrefixAware {
    fn score(&mut self, view: &View<'_>, board: &mut Board) {
        let characters = chunks(view.ask, &mut self.ids);
        self.trie.matches(&self.ids, &mut self.depths);
        let matched = |it: ReplicaId| f64::from(self.depths.of(it)) * characters;
        let longest = view.all().map(matched).fold(0.0, f64::max);
        board.term(
            "characters short of the longest match",
            1.0,
            "characters",
            |it| longest - matched(it),
        );
        board.always_draws();
        if board.condition(
            longest < self.min_match,
            "longest match",
            (longest, self.min_match),
            "characters",
            "where the fewest requests of the last minute went",
        ) {
            board.take(self.lately.fewest(view));
        }
        board.ties("at random; after a short match the first");
    }

    fn sent(&mut self, view: &View<'_>, replica: ReplicaId) {
        self.lately.sent(view.ask.now, replica);
        chunks(view.ask, &mut self.ids);
        let stored = self.trie.store(replica, ROOT, &self.ids);
        debug_assert!(stored.is_ok(), "every replica may follow the root");
    }

    fn joined(&mut self, replicas: &[ReplicaId]) {
        self.lately.joined(replicas);
    }

    fn left(&mut self, replica: ReplicaId) {
        self.trie.drop_replica(replica);
        self.lately.left(replica);
    }
}
