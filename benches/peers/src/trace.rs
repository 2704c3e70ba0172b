//! The trace: conversations that grow turn by turn, mostly on one replica each.
//!
//! Blocks of 16 tokens, named by a hash of their own tokens. 16 system prompts of 16 blocks are shared; each turn adds
//! 8 prompt and 8 answer blocks. Every round all conversations take a turn, in shuffled order; one turn in ten goes to
//! a random replica instead of the conversation's own. A turn looks its prompt's blocks up and then stores what its
//! replica lacks of prompt and answer.

use warmpath_core::block::{ROOT, chain_hashes};
use warmpath_core::units::BlockId;

const SYSTEM_PROMPTS: u64 = 16;
const SYSTEM: usize = 16;
const PROMPT: usize = 8;
const ANSWER: usize = 8;
const TURNS: usize = 10;

/// A prompt of a conversation with its answer, as the replica that serves it stores both.
pub struct Turn {
    pub conversation: usize,
    pub replica: u32,
    /// Blocks of the prompt, history included.
    pub prompt: usize,
    /// Blocks of prompt and answer.
    pub full: usize,
    /// Of those, leading blocks the replica held before.
    pub held: usize,
}

pub struct Trace {
    pub replicas: u32,
    /// By conversation: the blocks' own hashes.
    pub locals: Vec<Vec<u64>>,
    /// By conversation: the ids of these blocks, each of which stands for all blocks before it too.
    pub ids: Vec<Vec<BlockId>>,
    pub turns: Vec<Turn>,
}

impl Trace {
    pub fn new(conversations: usize, replicas: u32, seed: u64) -> Self {
        let mut rng = SplitMix(seed);
        let locals: Vec<Vec<u64>> = (0..conversations)
            .map(|_| {
                let system = rng.below(SYSTEM_PROMPTS);
                let shared = (0..SYSTEM as u64).map(|at| hash(system << 32 | at));
                let own = (0..TURNS * (PROMPT + ANSWER)).map(|_| rng.next());
                shared.chain(own).collect()
            })
            .collect();
        let ids: Vec<Vec<BlockId>> = locals.iter().map(|locals| chained(locals)).collect();
        let homes: Vec<u32> = locals
            .iter()
            .map(|_| rng.below(replicas as u64) as u32)
            .collect();
        let mut turns = Vec::new();
        // Depth by conversation and replica, and whether a replica has a system prompt at all.
        let mut depths = vec![0; conversations * replicas as usize];
        let mut systems = std::collections::BTreeSet::new();
        let mut order: Vec<usize> = (0..conversations).collect();
        for turn in 0..TURNS {
            for last in (1..order.len()).rev() {
                order.swap(last, rng.below(last as u64 + 1) as usize);
            }
            for &conversation in &order {
                let astray = rng.below(10) == 0;
                let replica = if astray {
                    rng.below(replicas as u64) as u32
                } else {
                    homes[conversation]
                };
                let depth = &mut depths[conversation * replicas as usize + replica as usize];
                let system = (locals[conversation][0], replica);
                let at_least = if systems.insert(system) { 0 } else { SYSTEM };
                let held = (*depth).max(at_least);
                let prompt = SYSTEM + turn * (PROMPT + ANSWER) + PROMPT;
                let full = prompt + ANSWER;
                *depth = full;
                turns.push(Turn {
                    conversation,
                    replica,
                    prompt,
                    full,
                    held,
                });
            }
        }
        Self {
            replicas,
            locals,
            ids,
            turns,
        }
    }

    pub fn prompt(&self, turn: &Turn) -> &[u64] {
        &self.locals[turn.conversation][..turn.prompt]
    }

    pub fn new_blocks(&self, turn: &Turn) -> &[u64] {
        &self.locals[turn.conversation][turn.held..turn.full]
    }

    pub fn new_ids(&self, turn: &Turn) -> &[BlockId] {
        &self.ids[turn.conversation][turn.held..turn.full]
    }

    /// The chained id the new blocks follow.
    pub fn parent(&self, turn: &Turn) -> BlockId {
        match turn.held {
            0 => ROOT,
            held => self.ids[turn.conversation][held - 1],
        }
    }
}

fn chained(locals: &[u64]) -> Vec<BlockId> {
    let mut ids = Vec::new();
    chain_hashes(ROOT, locals, &mut ids);
    ids
}

fn hash(x: u64) -> u64 {
    SplitMix(x).next()
}

struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }
    fn below(&mut self, bound: u64) -> u64 {
        ((self.next() as u128 * bound as u128) >> 64) as u64
    }
}
