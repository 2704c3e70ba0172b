//! A router at a desk: prompts go in as text, decisions come out, and no fleet stands behind it.
//!
//! A [`Desk`] tokenizes a prompt, chains its blocks, asks its policy and lays the choice out. A request sent counts as
//! active on its replica until it is completed; then the replica is taken to hold all full blocks of its prompt, and
//! keeps them for ever. That is all the desk knows: there is no clock (so no delay, no loss, no time to live), no answer
//! text, no eviction. Clones go their own ways. [`State`] is a desk without texts, to be stored and resumed.
//!
//! ```
//! use warmpath_core::router::{PolicySpec, desk::Desk};
//! let mut desk = Desk::new(PolicySpec::parse("smart")?, 4, 2, 1)?;
//! let first = desk.send("You are a helpful assistant. What is prefill?", None);
//! desk.complete(first.number);
//! let second = desk.send("You are a helpful assistant. What is decode?", None);
//! assert_eq!(second.decision.replica, first.decision.replica);
//! assert_eq!(second.overlaps, [4, 0, 0, 0]); // blocks of two tokens; "decode" is another block
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod state;

use std::sync::Arc;

use thiserror::Error;

pub use state::{State, StateError};

use super::{Ask, Decision, Forget, Knowledge, Known, Policy, PolicySpec, Signals, explain};
use crate::block;
use crate::radix::{Depths, Index};
use crate::request::{Arrival, Request, corpus::Interner, heads::HeadMaker, keys::Growing};
use crate::rng::Rng;
use crate::token::Tokenizer;
use crate::units::{BlockId, ReplicaId, VirtualTime};

/// The output length a router assumes where the client names no limit \[tokens\].
pub const ASSUMED_OUTPUT: u32 = 100;
/// The replicas a desk may have.
pub const REPLICAS: core::ops::RangeInclusive<u32> = 1..=1024;

/// Why there is no such desk.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum DeskError {
    /// Too few or too many replicas.
    #[error("replicas is {found}, but must be a whole number from {} to {}", REPLICAS.start(), REPLICAS.end())]
    Replicas {
        /// What was asked for.
        found: u32,
    },
    /// Not a block size.
    #[error("block-size is {found}, but must be a whole number from {} to {}", block::SIZES.start(), block::SIZES.end())]
    BlockSize {
        /// What was asked for.
        found: u32,
    },
    /// A knowledge that needs a clock.
    #[error(
        "policy {policy}: without a fleet no time passes and no event is lost; write {name} without \"@{found}\""
    )]
    Clock {
        /// The policy, as typed.
        policy: String,
        /// Its name.
        name: &'static str,
        /// The knowledge.
        found: String,
    },
}

/// A prompt's way through the desk.
#[derive(Clone, Debug, PartialEq)]
pub struct Routed {
    /// The request's number, counted from 0 in the order sent.
    pub number: u32,
    /// The prompt's token ids.
    pub tokens: Vec<u32>,
    /// The chained ids of its full blocks.
    pub blocks: Vec<BlockId>,
    /// By replica: leading full blocks it held before this request, whether the policy looks at them or not.
    pub overlaps: Vec<u32>,
    /// The choice, with every candidate's terms.
    pub decision: Decision,
}

/// A request that was sent, without its text.
#[derive(Clone, Debug, PartialEq)]
struct Sent {
    request: Request,
    blocks: Arc<[BlockId]>,
    chunks: Arc<[BlockId]>,
}

/// What happened at a desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The next request went to this replica.
    Sent(ReplicaId),
    /// This request was completed.
    Completed(u32),
}

/// The router at its desk. See the [module](self).
#[derive(Clone)]
pub struct Desk {
    spec: PolicySpec,
    policy: Box<dyn Policy>,
    block_size: u32,
    seed: u64,
    ties: Rng,
    tokenizer: Tokenizer,
    prompts: Interner,
    chunks: Interner,
    heads: HeadMaker,
    index: Index,
    signals: Vec<Signals>,
    sent: Vec<Sent>,
    /// By request: where it runs; `None` once completed.
    running: Vec<Option<ReplicaId>>,
    steps: Vec<Step>,
}

impl Desk {
    /// A desk before its first request.
    ///
    /// # Errors
    /// What is out of range, or a knowledge that needs a clock.
    pub fn new(
        spec: PolicySpec,
        replicas: u32,
        block_size: u32,
        seed: u64,
    ) -> Result<Self, DeskError> {
        if !REPLICAS.contains(&replicas) {
            return Err(DeskError::Replicas { found: replicas });
        }
        if !block::SIZES.contains(&block_size) {
            return Err(DeskError::BlockSize { found: block_size });
        }
        timeless(&spec)?;
        Ok(Self {
            policy: spec.build(replicas, seed),
            spec,
            block_size,
            seed,
            ties: Rng::new(seed, "ties"),
            tokenizer: Tokenizer::default(),
            prompts: Interner::default(),
            chunks: Interner::default(),
            heads: HeadMaker::default(),
            index: Index::new(replicas),
            signals: vec![Signals::default(); replicas as usize],
            sent: Vec::new(),
            running: Vec::new(),
            steps: Vec::new(),
        })
    }

    /// The policy.
    pub fn spec(&self) -> &PolicySpec {
        &self.spec
    }

    /// Replicas.
    pub fn replicas(&self) -> u32 {
        self.signals.len() as u32
    }

    /// Tokens a block.
    pub fn block_size(&self) -> u32 {
        self.block_size
    }

    /// What the replicas hold, as a tree.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// By replica: what the router knows but for caches. Only `active` ever moves here.
    pub fn signals(&self) -> &[Signals] {
        &self.signals
    }

    /// Requests sent and not completed, with their replicas.
    pub fn active(&self) -> impl Iterator<Item = (u32, ReplicaId)> + '_ {
        let with_number = (0u32..).zip(&self.running);
        with_number.filter_map(|(number, at)| at.map(|replica| (number, replica)))
    }

    /// Changes the policy (a weight, say); what the replicas hold and run stays. The new policy begins afresh: a
    /// round-robin's turn, for one, starts at replica 0.
    ///
    /// # Errors
    /// A knowledge that needs a clock; the desk is as it was.
    pub fn set_policy(&mut self, spec: PolicySpec) -> Result<(), DeskError> {
        timeless(&spec)?;
        self.policy = spec.build(self.replicas(), self.seed);
        self.ties = Rng::new(self.seed, "ties");
        self.spec = spec;
        Ok(())
    }

    /// Forgets all requests.
    pub fn reset(&mut self) {
        let replicas = self.replicas();
        self.policy = self.spec.build(replicas, self.seed);
        self.ties = Rng::new(self.seed, "ties");
        (self.prompts, self.chunks) = (Interner::default(), Interner::default());
        self.heads = HeadMaker::default();
        self.index = Index::new(replicas);
        self.signals.fill(Signals::default());
        self.sent.clear();
        self.running.clear();
        self.steps.clear();
    }

    /// Where this prompt would go, sending nothing. `max_tokens`: the limit the client asks for.
    pub fn look(&mut self, text: &str, max_tokens: Option<u32>) -> Routed {
        let (tokens, sent) = self.read(text, max_tokens);
        let (mut policy, mut ties) = (self.policy.boxed(), self.ties.clone());
        self.decide(tokens, &sent, policy.as_mut(), &mut ties)
    }

    /// Sends a prompt: it is active on the chosen replica until it is completed.
    pub fn send(&mut self, text: &str, max_tokens: Option<u32>) -> Routed {
        let (tokens, sent) = self.read(text, max_tokens);
        let (mut policy, mut ties) = (self.policy.boxed(), self.ties.clone());
        let routed = self.decide(tokens, &sent, policy.as_mut(), &mut ties);
        (self.policy, self.ties) = (policy, ties);
        self.place(sent, ReplicaId(routed.decision.replica));
        routed
    }

    /// Completes a request: it is no longer active, and its replica holds the full blocks of its prompt. `false`: there
    /// is no such request, or it was completed before.
    pub fn complete(&mut self, number: u32) -> bool {
        let Some(replica) = self.running.get_mut(number as usize).and_then(Option::take) else {
            return false;
        };
        self.signals[replica.index()].active -= 1;
        let blocks = &self.sent[number as usize].blocks;
        let stored = self.index.store(replica, block::ROOT, blocks);
        debug_assert!(stored.is_ok(), "every replica may follow the root");
        self.steps.push(Step::Completed(number));
        true
    }

    fn read(&mut self, text: &str, max_tokens: Option<u32>) -> (Vec<u32>, Sent) {
        let mut tokens = Vec::new();
        self.tokenizer.encode(text, &mut tokens);
        let blocks: Arc<[BlockId]> = block::chained(&tokens, self.block_size).into();
        let mut text_so_far = Growing::default();
        text_so_far.push(text);
        let keys = text_so_far.keys(&tokens, &mut self.chunks, &mut self.heads);
        let prompt = self.prompts.intern(&blocks);
        let request = Request {
            conversation: self.sent.len() as u32,
            turn: 0,
            prompt_tokens: u32::try_from(tokens.len()).unwrap_or(u32::MAX),
            output_tokens: max_tokens.unwrap_or(ASSUMED_OUTPUT),
            max_tokens,
            prompt,
            answered: prompt,
            arrival: Arrival::Open,
            keys: Some(keys),
        };
        let chunks = text_so_far.with_chunks(|ids| Arc::from(ids));
        let sent = Sent {
            request,
            blocks,
            chunks,
        };
        (tokens, sent)
    }

    fn decide(
        &self,
        tokens: Vec<u32>,
        sent: &Sent,
        policy: &mut dyn Policy,
        ties: &mut Rng,
    ) -> Routed {
        let mut depths = Depths::new();
        self.index.matches(&sent.blocks, &mut depths);
        let overlaps = depths.as_slice().to_vec();
        let believed = match self.spec.knowledge {
            Knowledge::Nothing => vec![0; overlaps.len()],
            _ => overlaps.clone(),
        };
        let ask = Ask {
            chunks: self.chunks.corpus(),
            heads: self.heads.heads(),
            ..Ask::new(
                &sent.request,
                self.prompts.corpus(),
                self.block_size,
                sent.request.max_tokens.unwrap_or(ASSUMED_OUTPUT),
            )
        };
        let known = Known::new(&self.signals, &believed);
        // Choosing may change what the policy remembers; it is explained by what it remembered.
        let before = policy.boxed();
        let replica = policy.choose(&ask, &known, ties);
        policy.sent(&ask, &known, replica);
        Routed {
            number: self.sent.len() as u32,
            tokens,
            blocks: sent.blocks.to_vec(),
            overlaps,
            decision: explain(before.as_ref(), &ask, &known, replica),
        }
    }

    fn place(&mut self, sent: Sent, replica: ReplicaId) {
        self.signals[replica.index()].active += 1;
        self.sent.push(sent);
        self.running.push(Some(replica));
        self.steps.push(Step::Sent(replica));
    }
}

/// Refuses a knowledge in which time passes or events are lost.
fn timeless(spec: &PolicySpec) -> Result<(), DeskError> {
    let fine = match spec.knowledge {
        Knowledge::Nothing | Knowledge::Truth => true,
        Knowledge::Routed { forget } => forget == Forget::Never,
        Knowledge::Events { delay, loss } => delay == VirtualTime::ZERO && loss == 0.0,
    };
    // A policy's own default (events with a usual delay, say) is no wish for a clock.
    if fine || spec.knowledge == spec.entry().knowledge {
        return Ok(());
    }
    Err(DeskError::Clock {
        policy: spec.to_string(),
        name: spec.entry().name,
        found: spec.knowledge.to_string(),
    })
}

#[cfg(test)]
mod tests;
