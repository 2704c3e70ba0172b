//! A router without a fleet: prompts go in as text, decisions come out.
//!
//! An [`OfflineRouter`] tokenizes a prompt, chains its blocks, and asks an [`Instance`], which is the router of a run: its
//! ledger, what it believes of caches and what its policy remembers are kept as a run keeps them. What stands in for the
//! replicas is simple, and said here because a policy decides on it:
//!
//! - A request sent is computed, and holds blocks, from then until it is completed. Its first token comes back when it is
//!   completed, not before: until then its prompt is prefill under way.
//! - A replica that completed a request holds all full blocks of its prompt, for ever.
//! - Every engine takes a request into its batch at once: none waits, `running` is what is active, and the share of the
//!   pool in use is the distinct blocks of active prompts, the part-filled last ones not counted.
//! - Nothing takes time. There is no delay, no loss, no time to live, and nothing is known of how long a request took: a
//!   policy that decides on nothing else is refused ([`OfflineError::Latency`]), and so is a formula that reads `ttft`. One
//!   that learns from times beside other things learns nothing. Rules that estimate times do so with [`Speed::default`].
//!
//! Products that match characters, or single tokens, are shown those.
//!
//! Clones go their own ways. [`StoredRouter`] is a router without texts, to be stored and resumed; what it has of a prompt for such a
//! product are the hashes of its beginnings. A state that lacks them (of a policy that matches blocks) is resumed on blocks.
//!
//! ```
//! use warmpath_core::router::{PolicySpec, offline::{OfflineRouter, Replicas}};
//! let replicas = Replicas { count: 4, block_size: 2, pool_blocks: 1000 };
//! let mut router = OfflineRouter::new(PolicySpec::parse("smart")?, replicas, 1)?;
//! let first = router.send("You are a helpful assistant. What is prefill?", None);
//! router.complete(first.number);
//! let second = router.send("You are a helpful assistant. What is decode?", None);
//! assert_eq!(second.decision.replica, first.decision.replica);
//! assert_eq!(second.overlaps, [4, 0, 0, 0]); // blocks of two tokens; "decode" is another block
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod state;

use std::sync::Arc;

use thiserror::Error;

pub use state::{StateError, StoredRouter};

use super::{
    ASSUMED_OUTPUT, Ask, Columns, Decision, EngineLoads, Forget, Instance, Knowledge, PolicySpec,
    Speed, Unit,
};
use crate::block;
use crate::radix::{Depths, Index};
use crate::replica::Pool;
use crate::request::{Arrival, Chain, Corpus, Request, TextKeys};
use crate::request::{corpus::Interner, heads::HeadMaker, keys::Growing};
use crate::token::Tokenizer;
use crate::units::{BlockId, ReplicaId, VirtualTime};
use crate::words::excerpt;

/// How many replicas there may be.
pub const REPLICAS: core::ops::RangeInclusive<u32> = 1..=1024;

/// The replicas that an offline router chooses among.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replicas {
    /// How many replicas there are, in [`REPLICAS`].
    pub count: u32,
    /// Tokens per block, in [`block::SIZES`].
    pub block_size: u32,
    /// The size of each replica's KV pool \[blocks\], for policies that look at how full it is.
    pub pool_blocks: u32,
}

/// Why an offline router cannot be made.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum OfflineError {
    /// There are too few or too many replicas.
    #[error("replicas is {found}, but must be a whole number from {} to {}", REPLICAS.start(), REPLICAS.end())]
    Replicas {
        /// The number of replicas asked for.
        found: u32,
    },
    /// The block size is not in [`block::SIZES`].
    #[error("block-size is {found}, but must be a whole number from {} to {}", block::SIZES.start(), block::SIZES.end())]
    BlockSize {
        /// The block size asked for \[tokens\].
        found: u32,
    },
    /// The user asked for a knowledge that forgets (by time or by a capacity), hears late or loses messages. A policy's own default
    /// is accepted, and no time passes for it.
    #[error(
        "policy {policy}: without a fleet no time passes, no event is lost and no memory is cut; write {name} without \"@{found}\""
    )]
    Clock {
        /// The policy, as it was typed.
        policy: String,
        /// The policy's name, without parameters and knowledge.
        name: &'static str,
        /// That knowledge, as it was typed.
        found: String,
    },
    /// The policy decides on nothing but how long requests took, or is a formula that reads it.
    #[error(
        "policy {policy} decides on how long requests took; without a fleet nothing takes time (\"warmpath replay\" has a fleet)"
    )]
    Latency {
        /// The policy, as it was typed.
        policy: String,
    },
}

/// A prompt's way through the router.
#[derive(Clone, Debug, PartialEq)]
pub struct Routed {
    /// The request's number, counted from 0 in the order sent.
    pub number: u32,
    /// The ids of the prompt's tokens.
    pub tokens: Vec<u32>,
    /// The chained ids of its full blocks.
    pub blocks: Vec<BlockId>,
    /// The leading full blocks of the prompt that each replica held before this request, whether the policy looks at them or not.
    pub overlaps: Vec<u32>,
    /// The choice, with every candidate's terms.
    pub decision: Decision,
    /// Whether the policy lets the request go to that replica; otherwise it was rejected and leaves no trace.
    pub admitted: bool,
}

/// The prompts seen so far, as the chains that requests refer to.
#[derive(Clone, Default)]
struct Prompts {
    /// The prompts as chains of blocks.
    blocks: Interner,
    /// The 128-character chunks of the prompts' texts.
    chunks: Interner,
    /// The beginnings of the prompts' texts; empty for a router that was stored and resumed.
    heads: HeadMaker,
    /// The unit in which the policy's product matches prompts, and the prompts in that unit.
    unit: Unit,
    pieces: Interner,
}

/// A request as the router keeps it.
#[derive(Clone, Debug, PartialEq)]
struct KeptRequest {
    request: Request,
    blocks: Arc<[BlockId]>,
    chunks: Arc<[BlockId]>,
    /// The chained ids of the prompt's pieces in the unit that the policy's product matches; empty where that is blocks.
    pieces: Arc<[BlockId]>,
    /// The text, for a policy that matches in another unit; `None` for a router that was stored and resumed.
    text: Option<Arc<str>>,
}

/// Something that happened to the router, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The next request was sent to this replica; `None`: it was rejected.
    Sent(Option<ReplicaId>),
    /// The request of this number was completed.
    Completed(u32),
}

/// A router without a fleet. See the [module](self).
#[derive(Clone)]
pub struct OfflineRouter {
    spec: PolicySpec,
    replicas: Replicas,
    seed: u64,
    router: Instance,
    tokenizer: Tokenizer,
    prompts: Prompts,
    /// The blocks that each replica's cache holds.
    index: Index,
    /// For each replica the blocks of the requests that run there.
    pools: Vec<Pool>,
    kept: Vec<KeptRequest>,
    /// For each request the replica where it runs; `None` once it is completed, or if it was rejected.
    running: Vec<Option<ReplicaId>>,
    steps: Vec<Step>,
}

impl OfflineRouter {
    /// A router before its first request. `seed` decides ties and what the policy hashes.
    ///
    /// # Errors
    /// What is out of range, or a policy that is refused here ([`OfflineError`]).
    pub fn new(spec: PolicySpec, replicas: Replicas, seed: u64) -> Result<Self, OfflineError> {
        if !REPLICAS.contains(&replicas.count) {
            return Err(OfflineError::Replicas {
                found: replicas.count,
            });
        }
        if !block::SIZES.contains(&replicas.block_size) {
            return Err(OfflineError::BlockSize {
                found: replicas.block_size,
            });
        }
        let router = instance(&spec, replicas, seed)?;
        let prompts = Prompts {
            unit: router.reads().unit,
            ..Prompts::default()
        };
        Ok(Self {
            router,
            spec,
            replicas,
            seed,
            tokenizer: Tokenizer::default(),
            prompts,
            index: Index::new(replicas.count),
            pools: vec![Pool::new(u32::MAX, false); replicas.count as usize],
            kept: Vec::new(),
            running: Vec::new(),
            steps: Vec::new(),
        })
    }

    /// The policy, with its parameters and its knowledge.
    pub fn spec(&self) -> &PolicySpec {
        &self.spec
    }

    /// The replicas that the router chooses among.
    pub fn replicas(&self) -> Replicas {
        self.replicas
    }

    /// Whether full blocks stand in for what the policy's product matches, because the stored state has nothing finer.
    pub fn stands_in(&self) -> bool {
        self.prompts.unit != self.router.reads().unit
    }

    /// What the replicas' caches hold, as a tree of blocks.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// What the router knows of each replica, apart from its cache.
    pub fn signals(&self) -> &Columns {
        self.router.signals()
    }

    /// Requests sent and not completed, with their replicas.
    pub fn active(&self) -> impl Iterator<Item = (u32, ReplicaId)> + '_ {
        let with_number = (0u32..).zip(&self.running);
        with_number.filter_map(|(number, at)| at.map(|replica| (number, replica)))
    }

    /// Changes the policy (a weight, say); what the replicas hold and run stays. The new policy sees what was sent where and what
    /// was completed, but made none of those choices: the turn of a round-robin, for one, starts at replica 0.
    ///
    /// # Errors
    /// A policy that is refused here ([`OfflineError`]); the router is then unchanged.
    pub fn set_policy(&mut self, spec: PolicySpec) -> Result<(), OfflineError> {
        let mut other = Self::new(spec, self.replicas, self.seed)?;
        // Requests refer to their beginnings by number, so the new router needs the same beginnings.
        other.prompts.heads = self.prompts.heads.clone();
        other.choose_unit(&self.kept, self.prompts.unit);
        other.follow(&self.kept, &self.steps, false);
        *self = other;
        Ok(())
    }

    /// Forgets all requests.
    ///
    /// # Errors
    /// None in practice: a router like this was made with the same policy before.
    pub fn reset(&mut self) -> Result<(), OfflineError> {
        *self = Self::new(self.spec.clone(), self.replicas, self.seed)?;
        Ok(())
    }

    /// Where this prompt would go, without sending it. `max_tokens` is the output limit that the client asks for.
    pub fn look(&mut self, text: &str, max_tokens: Option<u32>) -> Routed {
        let (tokens, kept) = self.read(text, max_tokens);
        let before = self.router.clone();
        let routed = self.decide(tokens, &kept);
        self.router = before;
        routed
    }

    /// Sends a prompt: it is active on the chosen replica until it is completed, unless the policy rejects it.
    pub fn send(&mut self, text: &str, max_tokens: Option<u32>) -> Routed {
        let (tokens, kept) = self.read(text, max_tokens);
        let routed = self.decide(tokens, &kept);
        let to = routed
            .admitted
            .then_some(ReplicaId(routed.decision.replica));
        self.place(kept, to);
        routed
    }

    /// Completes a request: its first and its last token have come back, and its replica holds the full blocks of its
    /// prompt. `false`: there is no such request, or it is not active.
    pub fn complete(&mut self, number: u32) -> bool {
        let Some(replica) = self.running.get_mut(number as usize).and_then(Option::take) else {
            return false;
        };
        let kept = &self.kept[number as usize];
        // The request as of when it was sent: nothing is known of how long it took.
        let ask = ask(&self.prompts, self.replicas, number, kept);
        self.router.first_token(number, &ask, replica);
        self.router.finished(number, &ask, replica);
        self.pools[replica.index()].release(self.prompts.blocks.corpus(), kept.request.prompt);
        let stored = self.index.store(replica, block::ROOT, &kept.blocks);
        debug_assert!(stored.is_ok(), "every replica may follow the root");
        self.steps.push(Step::Completed(number));
        true
    }

    fn read(&mut self, text: &str, max_tokens: Option<u32>) -> (Vec<u32>, KeptRequest) {
        let mut tokens = Vec::new();
        self.tokenizer.encode(text, &mut tokens);
        let blocks: Arc<[BlockId]> = block::chained(&tokens, self.replicas.block_size).into();
        let mut text_so_far = Growing::default();
        text_so_far.push(text);
        let keys = text_so_far.keys(
            &tokens,
            &mut self.prompts.chunks,
            Some(&mut self.prompts.heads),
        );
        let prompt = self.prompts.blocks.intern(&blocks);
        let pieces: Arc<[BlockId]> = pieces(self.prompts.unit, text, &tokens).into();
        let mut keys = keys;
        self.prompts.enter(&pieces, &mut keys);
        let request = Request {
            conversation: self.kept.len() as u32,
            turn: 0,
            prompt_tokens: u32::try_from(tokens.len()).unwrap_or(u32::MAX),
            output_tokens: max_tokens.unwrap_or(ASSUMED_OUTPUT),
            max_tokens,
            prompt,
            answered: prompt,
            arrival: Arrival::Open,
            keys: Some(keys),
            served_by: None,
            label: Default::default(),
        };
        let chunks = text_so_far.with_chunks(|ids| Arc::from(ids));
        let kept = KeptRequest {
            request,
            blocks,
            chunks,
            pieces,
            text: Some(text.into()),
        };
        (tokens, kept)
    }

    /// Updates what the router knows of the replicas, and returns the blocks of the prompt that each of them holds.
    fn show(&mut self, kept: &KeptRequest) -> Vec<u32> {
        let mut depths = Depths::new();
        self.index.matches(&kept.blocks, &mut depths);
        if self.router.asks_pools() {
            self.router
                .overlaps_mut()
                .copy_from_slice(depths.as_slice());
        }
        if self.router.asks_held() {
            for (id, held) in (0..).map(ReplicaId).zip(self.router.held_mut()) {
                *held = u32::try_from(self.index.held(id)).unwrap_or(u32::MAX);
            }
        }
        if self.router.reads().engine {
            let room = f64::from(self.replicas.pool_blocks.max(1));
            let usage = |pool: &Pool| (f64::from(pool.referenced()) / room).min(1.0);
            let loads = EngineLoads {
                waiting: vec![0; self.pools.len()],
                running: self.signals().active.clone(),
                kv_usage: self.pools.iter().map(usage).collect(),
            };
            self.router.report(moment(self.kept.len()), &loads);
        }
        depths.as_slice().to_vec()
    }

    /// Lets the router choose; what it remembers of its own choices is written down by [`Self::place`].
    fn decide(&mut self, tokens: Vec<u32>, kept: &KeptRequest) -> Routed {
        let overlaps = self.show(kept);
        let number = self.kept.len() as u32;
        let ask = ask(&self.prompts, self.replicas, number, kept);
        let decision = self.router.explain(&ask);
        let admitted = self.router.choose(&ask).is_some();
        Routed {
            number,
            tokens,
            blocks: kept.blocks.to_vec(),
            overlaps,
            decision,
            admitted,
        }
    }

    fn place(&mut self, kept: KeptRequest, to: Option<ReplicaId>) {
        let number = self.kept.len() as u32;
        if let Some(replica) = to {
            let ask = ask(&self.prompts, self.replicas, number, &kept);
            self.router.place(number, &ask, replica);
            let (corpus, prompt) = (self.prompts.blocks.corpus(), kept.request.prompt);
            self.pools[replica.index()].refer(corpus, Chain::default(), prompt, true);
        }
        self.kept.push(kept);
        self.running.push(to);
        self.steps.push(Step::Sent(to));
    }

    /// Goes through what happened to another router with these replicas. If `same`, that router had the same policy, so every
    /// choice is made again; else the policy only sees where requests went.
    fn follow(&mut self, kept: &[KeptRequest], steps: &[Step], same: bool) {
        let mut kept = kept.iter();
        for step in steps {
            match *step {
                Step::Completed(number) => {
                    self.complete(number);
                }
                Step::Sent(to) => {
                    let Some(kept) = kept.next() else {
                        return;
                    };
                    let kept = self.adopt(kept);
                    self.replay(&kept, same);
                    self.place(kept, to);
                }
            }
        }
    }

    /// Chooses the unit in which prompts are matched: the policy's, unless one of the requests is known neither in that unit nor as
    /// a text; then blocks. `unit` is the unit in which the requests are known.
    fn choose_unit(&mut self, kept: &[KeptRequest], unit: Unit) {
        let known = |kept: &KeptRequest| kept.text.is_some() || self.prompts.unit == unit;
        if !kept.iter().all(known) {
            self.prompts.unit = Unit::Blocks;
        }
    }

    /// The same request, with its prompt entered into this router's chains.
    fn adopt(&mut self, kept: &KeptRequest) -> KeptRequest {
        let prompt = self.prompts.blocks.intern(&kept.blocks);
        let cut = kept.text.as_deref().map(|text| {
            let mut tokens = Vec::new();
            self.tokenizer.encode(text, &mut tokens);
            pieces(self.prompts.unit, text, &tokens).into()
        });
        let pieces = cut.unwrap_or_else(|| Arc::clone(&kept.pieces));
        let mut request = kept.request.clone();
        (request.prompt, request.answered) = (prompt, prompt);
        if let Some(keys) = &mut request.keys {
            keys.chunks = self.prompts.chunks.intern(&kept.chunks);
            self.prompts.enter(&pieces, keys);
        }
        KeptRequest {
            request,
            blocks: Arc::clone(&kept.blocks),
            chunks: Arc::clone(&kept.chunks),
            pieces,
            text: kept.text.clone(),
        }
    }

    /// Shows the policy a request that goes where it went before. If `same`, the policy makes its choice again, so that what it
    /// remembers and draws is as it was.
    fn replay(&mut self, kept: &KeptRequest, same: bool) {
        self.show(kept);
        let number = self.kept.len() as u32;
        let ask = ask(&self.prompts, self.replicas, number, kept);
        if same {
            self.router.choose(&ask);
        } else {
            self.router.believed(&ask);
        }
    }
}

impl Prompts {
    /// Enters a prompt's pieces, and notes their chain in `keys`.
    fn enter(&mut self, pieces: &[BlockId], keys: &mut TextKeys) {
        let chain = match self.unit {
            Unit::Blocks => Chain::default(),
            _ => self.pieces.intern(pieces),
        };
        (keys.characters, keys.tokens) = (chain, chain);
    }

    /// The prompts as chains of pieces, if prompts are matched in this unit.
    fn by(&self, unit: Unit) -> Option<&Corpus> {
        (self.unit == unit).then(|| self.pieces.corpus())
    }
}

/// The chained ids of a prompt's pieces in this unit; empty where blocks are matched.
fn pieces(unit: Unit, text: &str, tokens: &[u32]) -> Vec<BlockId> {
    let single = |it: u32, parent: &mut BlockId| {
        *parent = block::chain(*parent, &[it]);
        *parent
    };
    let mut parent = block::ROOT;
    match unit {
        Unit::Blocks => Vec::new(),
        Unit::Characters => {
            let all = text.chars().map(u32::from);
            all.map(|it| single(it, &mut parent)).collect()
        }
        Unit::Tokens => tokens.iter().map(|&it| single(it, &mut parent)).collect(),
    }
}

/// The time at which request `number` came. Nothing takes time here, but each report must be later than the last.
fn moment(number: usize) -> VirtualTime {
    VirtualTime(number as u64)
}

fn ask<'a>(
    prompts: &'a Prompts,
    replicas: Replicas,
    number: u32,
    kept: &'a KeptRequest,
) -> Ask<'a> {
    let output = kept.request.max_tokens.unwrap_or(ASSUMED_OUTPUT);
    Ask {
        chunks: prompts.chunks.corpus(),
        characters: prompts.by(Unit::Characters),
        tokens: prompts.by(Unit::Tokens),
        heads: prompts.heads.heads(),
        now: moment(number as usize),
        ..Ask::new(
            &kept.request,
            prompts.blocks.corpus(),
            replicas.block_size,
            output,
        )
    }
}

/// The router of a run that chooses among these replicas; refuses what [`OfflineError`] says of policies.
fn instance(spec: &PolicySpec, replicas: Replicas, seed: u64) -> Result<Instance, OfflineError> {
    let timeless = match spec.knowledge {
        Knowledge::Nothing | Knowledge::Truth => true,
        Knowledge::Routed { forget } => forget == Forget::Never,
        Knowledge::Events { delay, loss } => delay == VirtualTime::ZERO && loss == 0.0,
    };
    // A policy's own default (events with a usual delay, say) does not mean that the user wants a clock.
    if !timeless && spec.knowledge != spec.entry().knowledge {
        return Err(OfflineError::Clock {
            policy: spec.to_string(),
            name: spec.entry().name,
            found: spec.knowledge.to_string(),
        });
    }
    let mut at_once = spec.clone();
    if let Knowledge::Events { .. } = spec.knowledge {
        at_once.knowledge = Knowledge::Truth;
    }
    let router = Instance::new(
        &at_once,
        (replicas.count, replicas.count),
        replicas.pool_blocks,
        replicas.block_size,
        Speed::default(),
        (seed, 0),
    );
    match router.reads().latency {
        true => Err(OfflineError::Latency {
            policy: excerpt(&spec.to_string()),
        }),
        false => Ok(router),
    }
}

#[cfg(test)]
mod tests;
