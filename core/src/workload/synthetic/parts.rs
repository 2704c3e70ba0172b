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
    row: Row,
}

impl Parts {
    pub(super) fn new(block_size: u32) -> Self {
        Self {
            block_size,
            made: 0,
            blocks: Interner::default(),
            chunks: Interner::default(),
            row: Row::default(),
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
        self.row.set(row);
        let (row, size) = (&self.row, self.block_size);
        let count = row.tokens / size;
        self.blocks
            .intern_named(count, &|at| row.prefix((at + 1) * size))
    }

    /// The row's text keys; `user` are those parts that the first user message is made of.
    pub(super) fn keys(&mut self, row: &[Part], user: &[Part]) -> TextKeys {
        self.row.set(user);
        let chars_100 = self.row.prefix(KEY_TOKENS).0;
        self.row.set(row);
        let row = &self.row;
        // The last chunk may be a part of one.
        let count = row.tokens.div_ceil(CHUNK_TOKENS);
        let chunks = self.chunks.intern_named(count, &|at| {
            row.prefix(((at + 1) * CHUNK_TOKENS).min(row.tokens))
        });
        TextKeys {
            chars_100,
            head: 0,
            tokens_256: row.prefix(HASH_TOKENS).0,
            chunks,
        }
    }

    pub(super) fn finish(self) -> (Corpus, Corpus) {
        (self.blocks.finish(), self.chunks.finish())
    }
}

/// A row of parts, ready to name any of its prefixes.
#[derive(Debug, Default)]
struct Row {
    /// Each part that is not empty: the tokens and the name of all before it, and the part.
    parts: Vec<(u32, BlockId, Part)>,
    tokens: u32,
}

impl Row {
    fn set(&mut self, row: &[Part]) {
        self.parts.clear();
        let (mut start, mut before) = (0, block::ROOT);
        for &part in row.iter().filter(|part| part.tokens > 0) {
            self.parts.push((start, before, part));
            start += part.tokens;
            before = block::chain(before, &[part.id, part.tokens]);
        }
        self.tokens = start;
    }

    /// The name of its first `tokens` tokens, of all where there are fewer.
    fn prefix(&self, tokens: u32) -> BlockId {
        let past = self.parts.partition_point(|&(start, ..)| start < tokens);
        match past.checked_sub(1).map(|at| self.parts[at]) {
            None => block::ROOT,
            Some((start, before, part)) => {
                let covered = (tokens - start).min(part.tokens);
                block::chain(before, &[part.id, covered])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_share_what_their_first_parts_share() {
        let mut parts = Parts::new(16);
        let [system, a, b, none] = [40, 30, 90, 0].map(|tokens| parts.part(tokens));
        let rows = |parts: &[Part]| {
            let mut row = Row::default();
            row.set(parts);
            row
        };
        let ids = |parts: &[Part], step| {
            let row = rows(parts);
            let steps = 1..=row.tokens / step;
            steps.map(|n| row.prefix(n * step)).collect::<Vec<_>>()
        };
        let prefix = |parts: &[Part], tokens| rows(parts).prefix(tokens);
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
