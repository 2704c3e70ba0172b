//! vLLM production-stack's prefix-aware router: a trie over 128-character chunks of what it routed.
//!
//! It walks down while some replica was sent the whole prefix so far, and draws one of those left at the end, or of all where
//! nothing matched; every prompt is then remembered at the one chosen, for ever. Load is not looked at, but for matches
//! shorter than `min_match`: those go to the first replica that was never asked, or the one that was sent the fewest requests
//! within the last minute, of equal ones the first. A chunk counts 128 characters, the last and shorter one too.
//!
//! Read: vllm-project/production-stack, src/vllm_router/routers/routing_logic.py, prefix/hashtrie.py and
//! stats/request_stats.py (a window of 60 s is the parser's default), main of August 2026; no package of it is published, so
//! tests worked by hand stand in for its decisions. Left out: replicas that come and go; how a chat becomes one text.
//!
//! Without texts, full blocks stand in for chunks, at 4 characters a token, and the report says so.

use std::collections::VecDeque;

use super::pick::{all, first_least};
use super::{Ask, Gate, Knowledge, Known, Made, Parameter, Policy, Provenance, Term};
use crate::block::ROOT;
use crate::radix::{Depths, Index};
use crate::rng::Rng;
use crate::units::{BlockId, ReplicaId, VirtualTime};

/// Its line in the table.
pub(super) const ENTRY: Made = Made {
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
    )],
    knowledge: Knowledge::Nothing,
    text: true,
    reference: false,
    build: |parameters, replicas, _| {
        Box::new(PrefixAware {
            min_match: parameters[0],
            trie: Index::new(replicas),
            recent: VecDeque::new(),
            lately: vec![None; replicas as usize],
            ids: Vec::new(),
            depths: Depths::new(),
        })
    },
};

/// Characters a chunk.
const CHUNK: f64 = 128.0;
/// How long a request counts for the rate of requests.
const WINDOW: VirtualTime = VirtualTime(60_000_000_000);
/// Characters a token, where there is no text.
const CHARACTERS: f64 = 4.0;

#[derive(Clone)]
struct PrefixAware {
    min_match: f64,
    trie: Index,
    /// When and where the requests of the window went.
    recent: VecDeque<(VirtualTime, ReplicaId)>,
    /// By replica: how many of them; `None` where none ever went.
    lately: Vec<Option<u32>>,
    ids: Vec<BlockId>,
    depths: Depths,
}

/// Writes the prompt's chunks to `ids` and says how many characters one holds.
fn chunks(ask: &Ask<'_>, ids: &mut Vec<BlockId>) -> f64 {
    match &ask.request.keys {
        Some(keys) => {
            ask.chunks.ids(keys.chunks, ids);
            CHUNK
        }
        None => {
            ask.corpus.ids(ask.request.prompt, ids);
            CHARACTERS * f64::from(ask.block_size)
        }
    }
}

impl PrefixAware {
    fn expire(&mut self, now: VirtualTime) {
        while let Some(&(at, replica)) = self.recent.front()
            && now - at > WINDOW
        {
            self.recent.pop_front();
            if let Some(lately) = &mut self.lately[replica.index()] {
                *lately -= 1;
            }
        }
    }

    /// Matched characters by replica.
    fn matched(&self, ask: &Ask<'_>) -> Vec<f64> {
        let (mut ids, mut depths) = (Vec::new(), Depths::new());
        let characters = chunks(ask, &mut ids);
        self.trie.matches(&ids, &mut depths);
        let depths = depths.as_slice().iter();
        depths.map(|&depth| f64::from(depth) * characters).collect()
    }
}

impl Policy for PrefixAware {
    fn choose(&mut self, ask: &Ask<'_>, known: &Known<'_>, rng: &mut Rng) -> ReplicaId {
        let characters = chunks(ask, &mut self.ids);
        self.trie.matches(&self.ids, &mut self.depths);
        let depths = self.depths.as_slice();
        // A prefix that nobody holds who may be chosen is as if unknown.
        let deepest = all(known).map(|r| depths[r.index()]).max().unwrap_or(0);
        if f64::from(deepest) * characters < self.min_match {
            self.expire(ask.now);
            first_least(all(known), |replica| {
                self.lately[replica.index()].map_or(-1.0, f64::from)
            })
        } else {
            let holders = || all(known).filter(|r| depths[r.index()] == deepest);
            let pick = rng.below(holders().count() as u32) as usize;
            holders().nth(pick).unwrap_or_default()
        }
    }

    fn sent(&mut self, ask: &Ask<'_>, _: &Known<'_>, replica: ReplicaId) {
        self.expire(ask.now);
        self.recent.push_back((ask.now, replica));
        *self.lately[replica.index()].get_or_insert(0) += 1;
        chunks(ask, &mut self.ids);
        let stored = self.trie.store(replica, ROOT, &self.ids);
        debug_assert!(stored.is_ok(), "every replica may follow the root");
    }

    fn terms(&self, ask: &Ask<'_>, _: &Known<'_>, replica: ReplicaId) -> Vec<Term> {
        let matched = self.matched(ask);
        let longest = matched.iter().copied().fold(0.0, f64::max);
        let missing = longest - matched[replica.index()];
        vec![Term::new(
            "characters short of the longest match",
            1.0,
            missing,
            "characters",
        )]
    }

    fn gates(&self, ask: &Ask<'_>, _: &Known<'_>) -> Vec<Gate> {
        let longest = self.matched(ask).into_iter().fold(0.0, f64::max);
        vec![Gate {
            name: "longest match",
            value: longest,
            threshold: self.min_match,
            unit: "characters",
            fired: longest < self.min_match,
            effect: "where the fewest requests of the last minute went",
        }]
    }

    fn tie_rule(&self) -> &'static str {
        "at random; after a short match the first"
    }

    fn boxed(&self) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
}
