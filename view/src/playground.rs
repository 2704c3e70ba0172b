//! The teaching fleet behind the stations "tree" and "router": a few replicas with caches, typed prompts, one router.
//!
//! It uses `core` itself: `core`'s tokenizer cuts the prompt, `core`'s radix index says which replica holds how much of it,
//! and a router of `core` chooses by the policy `smart`: the same [`Instance`], with the same ledger of what is under way,
//! that chooses in a run and behind the command `route`. What is left out is time: a prompt that is sent is stored at once,
//! and a request stays active until the reader lets it finish.
//!
//! Unlike the command `route` with its router ([`OfflineRouter`](warmpath_core::router::offline::OfflineRouter)), it lets a
//! reader change the caches and the load themselves: a cache that evicts, a prompt stored on a chosen replica, a replica
//! made busier, and weights that change at any time. So the router is made anew for each decision, and given the requests
//! under way.
//!
//! ```
//! use warmpath_view::playground::Playground;
//! let mut fleet = Playground::new(2, 4);
//! fleet.store(1, "You are a support agent for Lumen.");
//! let look = fleet.look("You are a support agent for nobody.");
//! assert_eq!(look.depths, [0, 1]); // replica 1 holds the first block of four tokens
//! assert_eq!(look.decision.replica, 1);
//! ```

pub mod counts;
mod forest;
pub mod samples;
pub mod sent;

use counts::Counts;

use crate::chips::Prompt;
use crate::chips::cutter::Cutter;
use crate::tree::Node;
use warmpath_core::block;
use warmpath_core::radix::{Depths, Index};
use warmpath_core::request::{Arrival, Chain, Corpus, Request};
use warmpath_core::router::{self, Ask, Decision, Instance, cost};
use warmpath_core::units::{BlockId, Map, ReplicaId, VirtualTime};

/// The number of tokens that an answer is assumed to take if none is given: `smart`'s estimate, as in the command `route`.
pub const ESTIMATED_OUTPUT: u32 = router::ASSUMED_OUTPUT;
/// The number of tokens per block in the teaching figures, until the reader chooses another.
pub const BLOCK_SIZE: u32 = 4;
/// The largest weight on the sliders.
pub const LARGEST_WEIGHT: f64 = 2.0;
/// The largest number of replicas: as many as there are colours.
pub const MOST_REPLICAS: u32 = 8;

/// The two weights of the policy `smart`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// The cost of a block to prefill.
    pub overlap: f64,
    /// The cost of an active request, in blocks.
    pub load: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            overlap: 1.0,
            load: 0.5,
        }
    }
}

/// A small fleet of replicas with caches, and a router that chooses among them.
#[derive(Clone)]
pub struct Playground {
    cutter: Cutter,
    index: Index,
    /// The words of each stored block: the place in `prompts`, and the number of the block in that prompt.
    words: Map<BlockId, (u32, u32)>,
    prompts: Vec<Prompt>,
    block_size: u32,
    /// The number of requests active on each replica.
    pub active: Vec<u32>,
    /// The weights by which the router adds up costs.
    pub weights: Weights,
    /// The number of blocks that each replica has room for; `None` if it is unlimited.
    pub capacity: Option<u32>,
    stored: u64,
    counts: Counts,
}

/// What a prompt finds in the fleet, before it is sent.
#[derive(Clone, Debug)]
pub struct PromptLook {
    /// The prompt in blocks.
    pub prompt: Prompt,
    /// The number of leading blocks of the prompt that each replica holds.
    pub depths: Vec<u32>,
    /// The router's decision, with its explanation.
    pub decision: Decision,
    /// The tree of cached prefixes with the prompt's path marked; after them what the prompt would add.
    pub nodes: Vec<Node>,
}

impl PromptLook {
    /// The largest number of leading blocks that any replica holds.
    pub fn deepest(&self) -> u32 {
        self.depths.iter().copied().max().unwrap_or(0)
    }

    /// Whether it looks different from another, apart from the prompt's own blocks: a keystroke within a word
    /// leaves the tree, the costs and the sentences about them as they are.
    pub fn differs(&self, other: &Self) -> bool {
        let lengths = |it: &Self| (it.prompt.tokens.len(), it.prompt.block_size);
        lengths(self) != lengths(other)
            || self.decision != other.decision
            || self.nodes != other.nodes
    }

    /// The number of leading blocks that the chosen replica holds.
    pub fn reused(&self) -> u32 {
        self.depths[self.decision.replica as usize]
    }
}

impl Playground {
    /// A fleet of 1 to [`MOST_REPLICAS`] replicas with empty caches and blocks of `block_size` tokens.
    pub fn new(replicas: u32, block_size: u32) -> Self {
        Self::with(replicas, block_size, Cutter::default())
    }

    /// A fleet with empty caches whose texts are cut by `cutter`.
    pub fn with(replicas: u32, block_size: u32, cutter: Cutter) -> Self {
        let replicas = replicas.clamp(1, MOST_REPLICAS);
        Self {
            cutter,
            index: Index::with_stamps(replicas),
            words: Map::default(),
            prompts: Vec::new(),
            block_size: block_size.max(1),
            active: vec![0; replicas as usize],
            weights: Weights::default(),
            capacity: None,
            stored: 0,
            counts: Counts::new(replicas),
        }
    }

    /// Finishes one request on each replica that has any, and returns the numbers of these replicas.
    pub fn finish_one_each(&mut self) -> Vec<u32> {
        let mut finished = Vec::new();
        for (replica, active) in (0u32..).zip(&mut self.active) {
            if *active > 0 {
                *active -= 1;
                finished.push(replica);
            }
        }
        finished
    }

    /// The size of the fleet's blocks \[tokens\].
    pub fn block_size(&self) -> u32 {
        self.block_size
    }

    /// Cuts a text into blocks; a text whose tokens are not known yet has none.
    pub fn read(&mut self, text: &str) -> Prompt {
        let read = self.cutter.cut(text, self.block_size);
        read.unwrap_or_default()
    }

    /// Stores the full blocks of a prompt on a replica; beyond its capacity it evicts what was used longest ago, deepest
    /// first. Returns the number of evicted blocks.
    pub fn store(&mut self, replica: u32, text: &str) -> u32 {
        let prompt = self.read(text);
        self.store_read(replica, prompt)
    }

    /// Stores a prompt that is already cut into blocks of this fleet's size. Returns the number of evicted blocks.
    pub fn store_read(&mut self, replica: u32, prompt: Prompt) -> u32 {
        let id = ReplicaId(replica);
        self.stored += 1;
        self.index.advance(VirtualTime(self.stored));
        let number = self.prompts.len() as u32;
        for (at, block) in (0..).zip(&prompt.ids) {
            self.words.entry(*block).or_insert((number, at));
        }
        self.index.touch(id, &prompt.ids);
        // This cannot fail: the parent is the root, which every replica holds, and the replica's number is in range.
        let _ = self.index.store(id, block::ROOT, &prompt.ids);
        self.prompts.push(prompt);
        match self.capacity {
            Some(room) => {
                let over = self.index.held(id).saturating_sub(room as usize);
                self.index.evict(id, over) as u32
            }
            None => 0,
        }
    }

    /// The number of blocks that a replica holds.
    pub fn held(&self, replica: u32) -> usize {
        self.index.held(ReplicaId(replica))
    }

    /// The number of leading blocks of a prompt that a replica holds.
    pub fn holds(&self, replica: u32, prompt: &Prompt) -> u32 {
        let mut depths = Depths::new();
        self.index.matches(&prompt.ids, &mut depths);
        let depths = depths.as_slice();
        depths.get(replica as usize).copied().unwrap_or(0)
    }

    /// What a prompt finds in the fleet.
    pub fn look(&mut self, text: &str) -> PromptLook {
        let prompt = self.read(text);
        self.look_read(prompt, self.weights)
    }

    /// What a prompt that is already cut into blocks of this fleet's size finds, with the router's decision under these
    /// weights.
    pub fn look_read(&self, prompt: Prompt, weights: Weights) -> PromptLook {
        let mut depths = Depths::new();
        self.index.matches(&prompt.ids, &mut depths);
        let mut depths = depths.as_slice().to_vec();
        depths.resize(self.active.len(), 0);
        let decision = self.decide(&prompt, &depths, weights);
        let mut nodes = forest::grow(&self.index, |id| self.words_of(id), &prompt);
        if self.active.len() == 1 {
            // With a single replica, the tree does not show who holds a node.
            nodes.iter_mut().for_each(|node| node.replicas = 0);
        }
        PromptLook {
            prompt,
            depths,
            decision,
            nodes,
        }
    }

    /// Sends a prompt: the chosen replica stores it and has one more active request. Returns its number.
    pub fn send(&mut self, text: &str) -> u32 {
        let prompt = self.read(text);
        self.send_read(prompt)
    }

    /// Sends a prompt that is already cut into blocks of this fleet's size. Returns the number of the chosen replica.
    pub fn send_read(&mut self, prompt: Prompt) -> u32 {
        let look = self.look_read(prompt, self.weights);
        let replica = look.decision.replica;
        self.answer_read(replica, look.prompt);
        self.active[replica as usize] += 1;
        replica
    }

    /// Lets a replica answer a prompt, whichever one the router would choose: it is looked up, counted and stored.
    pub fn answer(&mut self, replica: u32, text: &str) {
        let prompt = self.read(text);
        self.answer_read(replica, prompt);
    }

    fn answer_read(&mut self, replica: u32, prompt: Prompt) {
        let held = self.holds(replica, &prompt);
        let tokens = prompt.tokens.len() as u64;
        self.counts
            .add(replica, tokens, u64::from(held * self.block_size));
        self.store_read(replica, prompt);
    }

    /// The decision of a router with the policy `smart` and these weights, given the fleet's state.
    fn decide(&self, prompt: &Prompt, depths: &[u32], weights: Weights) -> Decision {
        let request = Request {
            conversation: 0,
            turn: 0,
            prompt_tokens: prompt.tokens.len() as u32,
            output_tokens: ESTIMATED_OUTPUT,
            max_tokens: None,
            prompt: Chain::default(),
            answered: Chain::default(),
            arrival: Arrival::Open,
            keys: None,
            served_by: None,
            label: Default::default(),
        };
        let corpus = Corpus::default();
        let ask = Ask::new(&request, &corpus, self.block_size, ESTIMATED_OUTPUT);
        let weights = cost::Weights {
            kv_overlap: weights.overlap,
            load_balance: weights.load,
        };
        let mut router = Instance::smart(weights, self.active.len() as u32, self.block_size);
        // Only the number of the other requests under way matters, not which they are.
        let mut number = 0;
        for (replica, &active) in (0..).map(ReplicaId).zip(&self.active) {
            for _ in 0..active {
                router.place(number, &ask, replica);
                number += 1;
            }
        }
        router.overlaps_mut().copy_from_slice(depths);
        router.explain(&ask)
    }

    /// The words of a stored block; `None` if it is not stored.
    fn words_of(&self, id: BlockId) -> Option<String> {
        let (prompt, at) = self.words.get(&id)?;
        Some(self.prompts[*prompt as usize].words(*at as usize))
    }
}

#[cfg(test)]
mod tests;
