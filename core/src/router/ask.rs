//! What a router sees of a request.

use super::setup::Unit;
use crate::request::keys::KEY_CHARS;
use crate::request::{Chain, Corpus, Heads, Request};
use crate::units::VirtualTime;

/// A request as a router sees it.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The request.
    pub request: &'a Request,
    /// The blocks its chains are made of.
    pub corpus: &'a Corpus,
    /// The chunks its text is made of; empty where there is no text.
    pub chunks: &'a Corpus,
    /// The characters its text is made of, where they are kept.
    pub characters: Option<&'a Corpus>,
    /// The tokens of prompts, where they are kept one by one.
    pub tokens: Option<&'a Corpus>,
    /// The beginnings of prompts; none where the workload keeps none.
    pub heads: &'a Heads,
    /// Tokens a block.
    pub block_size: u32,
    /// The limit the client asked for, or 100 \[tokens\].
    pub estimated_output: u32,
    /// When it is routed.
    pub now: VirtualTime,
}

impl<'a> Ask<'a> {
    /// A request without text at the beginning of time; set the other fields where there is more to say.
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

    /// The prompt by the piece, where a product compares pieces of this kind and they are kept.
    pub(super) fn pieces(&self, unit: Unit) -> Option<(&'a Corpus, Chain)> {
        let keys = self.request.keys.unwrap_or_default();
        match unit {
            Unit::Blocks => None,
            Unit::Characters => Some((self.characters?, keys.characters)),
            Unit::Tokens => Some((self.tokens?, keys.tokens)),
        }
    }

    /// The hash of the first user message's first `chars` characters. Where only 100 characters are known they stand in
    /// for any other number; without texts, the blocks that hold so many characters at 4 characters a token do.
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

    /// Prompt tokens a replica must compute if it holds `overlap` full blocks.
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

/// Of a workload that keeps no beginnings.
static NO_HEADS: Heads = Heads::none();

/// Spreads dense ids over 64 bits (the golden ratio's fraction, as in Fibonacci hashing).
pub(super) const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
