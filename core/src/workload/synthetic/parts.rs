//! Prompts as rows of parts, and the names of their prefixes.
//!
//! Parts are all different from each other, from their first token on. So the first `n` tokens of a row are named by the
//! parts before and how far it reaches into the last one: no token needs to exist.

use crate::block;
use crate::request::corpus::Interner;
use crate::request::{Chain, Corpus, TextKeys};
use crate::units::BlockId;

/// Tokens of the first 100 characters.
const KEY_TOKENS: u32 = 25;
/// Tokens of the prefix hash.
const HASH_TOKENS: u32 = 256;
/// Tokens of a 128-character chunk.
const CHUNK_TOKENS: u32 = 32;

/// A piece of text that exists once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    id: u32,
    pub(super) tokens: u32,
}

/// Makes parts and finds what rows of them share.
#[derive(Debug)]
pub(super) struct Parts {
    block_size: u32,
    made: u32,
    blocks: Interner,
    chunks: Interner,
    ids: Vec<BlockId>,
}

impl Parts {
    pub(super) fn new(block_size: u32) -> Self {
        Self {
            block_size,
            made: 0,
            blocks: Interner::default(),
            chunks: Interner::default(),
            ids: Vec::new(),
        }
    }

    pub(super) fn part(&mut self, tokens: u32) -> Part {
        self.made = self.made.wrapping_add(1);
        Part {
            id: self.made,
            tokens,
        }
    }

    /// The row's full blocks.
    pub(super) fn blocks(&mut self, row: &[Part]) -> Chain {
        boundaries(row, self.block_size, &mut self.ids);
        self.blocks.intern(&self.ids)
    }

    /// The row's text keys.
    pub(super) fn keys(&mut self, row: &[Part]) -> TextKeys {
        let total: u32 = row.iter().map(|part| part.tokens).sum();
        boundaries(row, CHUNK_TOKENS, &mut self.ids);
        if !total.is_multiple_of(CHUNK_TOKENS) {
            self.ids.push(prefix(row, total));
        }
        TextKeys {
            chars_100: prefix(row, KEY_TOKENS.min(total)).0,
            tokens_256: prefix(row, HASH_TOKENS.min(total)).0,
            chunks: self.chunks.intern(&self.ids),
        }
    }

    pub(super) fn finish(self) -> (Corpus, Corpus) {
        (self.blocks.finish(), self.chunks.finish())
    }
}

/// The names of the row's prefixes of `step`, 2 × `step`, … tokens.
fn boundaries(row: &[Part], step: u32, out: &mut Vec<BlockId>) {
    out.clear();
    let (mut before, mut start, mut next) = (block::ROOT, 0, step);
    for part in row {
        while next <= start + part.tokens {
            out.push(block::chain(before, &[part.id, next - start]));
            next += step;
        }
        if part.tokens > 0 {
            before = block::chain(before, &[part.id, part.tokens]);
            start += part.tokens;
        }
    }
}

/// The name of the row's first `tokens` tokens.
fn prefix(row: &[Part], tokens: u32) -> BlockId {
    let (mut before, mut left) = (block::ROOT, tokens);
    for part in row {
        if left == 0 {
            break;
        }
        let covered = left.min(part.tokens);
        if covered > 0 {
            before = block::chain(before, &[part.id, covered]);
            left -= covered;
        }
    }
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_share_what_their_first_parts_share() {
        let mut parts = Parts::new(16);
        let [system, a, b, none] = [40, 30, 90, 0].map(|tokens| parts.part(tokens));
        let ids = |row: &[Part], step| {
            let mut out = Vec::new();
            boundaries(row, step, &mut out);
            out
        };
        let (x, y) = (ids(&[system, a], 16), ids(&[none, system, b], 16));
        assert_eq!((x.len(), y.len()), (4, 8));
        // 40 shared tokens are two full blocks of 16; the third is half the question's.
        assert_eq!(x[..2], y[..2]);
        assert_ne!(x[2], y[2]);
        // A block's name is its prefix's, wherever the steps fall.
        assert_eq!(ids(&[system, a], 8)[7], x[3]);
        assert_eq!(prefix(&[system, a], 64), x[3]);
        assert_eq!(prefix(&[system, a], 40), prefix(&[system, b], 40));
    }
}
