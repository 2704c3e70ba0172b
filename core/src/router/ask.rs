//! What a router sees of a request.

use super::setup::Unit;
use crate::request::keys::KEY_CHARS;
use crate::request::{Chain, Corpus, Heads, Request};
use crate::units::VirtualTime;

/// The output length that a router assumes where the client names no limit \[tokens\].
pub const ASSUMED_OUTPUT: u32 = 100;

/// A request as a router sees it, with the chains that its prompt refers to.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The request as the workload has it.
    pub request: &'a Request,
    /// The blocks that the chains of requests are made of.
    pub corpus: &'a Corpus,
    /// The 128-character chunks that prompts' texts are made of; empty where there is no text.
    pub chunks: &'a Corpus,
    /// The characters that prompts' texts are made of; `None` where they are not kept.
    pub characters: Option<&'a Corpus>,
    /// The tokens that prompts are made of, one by one; `None` where they are not kept.
    pub tokens: Option<&'a Corpus>,
    /// The beginnings of the first user messages; empty where the workload keeps none.
    pub heads: &'a Heads,
    /// The number of tokens of a block \[tokens\].
    pub block_size: u32,
    /// The output limit that the client asked for; [`ASSUMED_OUTPUT`] where it asked for none \[tokens\].
    pub estimated_output: u32,
    /// The moment at which it is routed.
    pub now: VirtualTime,
}

impl<'a> Ask<'a> {
    /// A request without text at time 0; callers set the other fields where they have more.
    pub fn new(
        request: &'a Request,
        corpus: &'a Corpus,
        block_size: u32,
        estimated_output: u32,
    ) -> Self {
        Self {
            request,
            corpus,
            chunks: corpus,
            characters: None,
            tokens: None,
            heads: &NO_HEADS,
            block_size,
            estimated_output,
            now: VirtualTime::ZERO,
        }
    }

    /// The prompt as a chain of pieces of this unit; `None` where the unit is blocks, or its pieces are not kept.
    pub(super) fn pieces(&self, unit: Unit) -> Option<(&'a Corpus, Chain)> {
        let keys = self.request.keys.unwrap_or_default();
        match unit {
            Unit::Blocks => None,
            Unit::Characters => Some((self.characters?, keys.characters)),
            Unit::Tokens => Some((self.tokens?, keys.tokens)),
        }
    }

    /// The hash of the first user message's first `chars` characters. Where only 100 characters are known they stand in
    /// for any other number; without texts, the blocks that hold this many characters at 4 characters a token do.
    pub fn prefix_key(&self, chars: u32) -> u64 {
        match &self.request.keys {
            Some(keys) if chars as usize == KEY_CHARS => keys.chars_100,
            Some(keys) => {
                let kept = self.heads.key(keys.head, chars as usize);
                kept.unwrap_or(keys.chars_100)
            }
            None => self.blocks_key(chars.div_ceil(4)),
        }
    }

    /// The hash of the prompt's first 256 tokens. Without texts, their blocks stand in for them.
    pub fn tokens_key(&self) -> u64 {
        match &self.request.keys {
            Some(keys) => keys.tokens_256,
            None => self.blocks_key(256),
        }
    }

    fn blocks_key(&self, tokens: u32) -> u64 {
        let depth = tokens
            .div_ceil(self.block_size)
            .min(self.request.prompt.depth);
        self.corpus
            .last_id(self.corpus.prefix(self.request.prompt, depth))
            .0
            .wrapping_mul(SPREAD)
    }

    /// The prompt tokens that a replica must compute if it holds `overlap` full blocks \[tokens\].
    pub fn uncached_tokens(&self, overlap: u32) -> u32 {
        let cached = u64::from(overlap) * u64::from(self.block_size);
        u32::try_from(u64::from(self.request.prompt_tokens).saturating_sub(cached)).unwrap_or(0)
    }

    /// The share of the prompt that `overlap` full blocks hold, 0 to 1.
    pub fn matched_share(&self, overlap: u32) -> f64 {
        let all = self.request.prompt_tokens.max(1);
        f64::from(all - self.uncached_tokens(overlap).min(all)) / f64::from(all)
    }
}

/// The beginnings of a workload that keeps none.
static NO_HEADS: Heads = Heads::none();

/// Spreads dense ids over 64 bits (the golden ratio's fraction, as in Fibonacci hashing).
pub(super) const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
