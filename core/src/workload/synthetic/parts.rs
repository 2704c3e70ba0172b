//! Prompts as rows of parts, and the names of their prefixes.
//!
//! Parts are all different from each other, from their first token on. So two rows share what their first parts share, to
//! the token, and a row that grows by a part grows by blocks that no other row has: no token needs to exist, and nothing
//! has to be looked up.

use crate::block;
use crate::request::{Chain, Corpus, TextKeys};
use crate::units::BlockId;

/// The tokens of a text's first 100 characters, at 4 characters a token.
const KEY_TOKENS: u32 = 25;
/// The tokens that the prefix hash covers.
const HASH_TOKENS: u32 = 256;
/// The tokens of a 128-character chunk, at 4 characters a token.
const CHUNK_TOKENS: u32 = 32;

/// A piece of text that exists once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passage {
    id: u32,
    pub(super) tokens: u32,
}

/// A row of parts: a text, as far as blocks and keys tell it from others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// The length of the row \[tokens\].
    pub(super) tokens: u32,
    /// The full blocks of the row.
    pub(super) blocks: Chain,
    /// The full chunks of the row, as far as the corpus has them.
    chunks: Chain,
    /// The name of the whole row, and of its first 256 tokens.
    name: BlockId,
    tokens_256: BlockId,
    /// The first user message in the row.
    user: Message,
}

/// A message that a row consists of or contains.
#[derive(Clone, Copy, Debug)]
struct Message {
    tokens: u32,
    /// The name of the whole message, and of its first 25 tokens.
    name: BlockId,
    chars_100: BlockId,
    /// Whether the message has ended, so that what is appended to the row is no part of it.
    ended: bool,
}

impl Message {
    const NONE: Self = Self {
        tokens: 0,
        name: block::ROOT,
        chars_100: block::ROOT,
        ended: false,
    };

    fn append(self, part: Passage) -> Self {
        if self.ended {
            return self;
        }
        Self {
            tokens: self.tokens + part.tokens,
            name: block::chain(self.name, &[part.id, part.tokens]),
            chars_100: first(KEY_TOKENS, self.chars_100, (self.tokens, self.name), part),
            ended: false,
        }
    }
}

/// The name of the first `most` tokens of a row that has `tokens`, is called `name` and is continued by `part`; `before` is the
/// name of its first tokens so far, which changes until there are `most`.
fn first(most: u32, before: BlockId, (tokens, name): (u32, BlockId), part: Passage) -> BlockId {
    match most.checked_sub(tokens) {
        None | Some(0) => before,
        Some(rest) => block::chain(name, &[part.id, rest.min(part.tokens)]),
    }
}

impl Row {
    /// The same row as a system prompt: the first user message begins after it.
    pub(super) fn as_system_prompt(mut self) -> Self {
        self.user = Message::NONE;
        self
    }

    /// The same row with the first user message at its end.
    pub(super) fn asked(mut self) -> Self {
        self.user.ended = true;
        self
    }
}

impl Default for Row {
    /// The empty row, with which every prompt begins.
    fn default() -> Self {
        Self {
            tokens: 0,
            blocks: Chain::default(),
            chunks: Chain::default(),
            name: block::ROOT,
            tokens_256: block::ROOT,
            user: Message::NONE,
        }
    }
}

/// A row that several others begin with. Its blocks are numbered when the first of them needs it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shared {
    /// No request has needed it so far: the part that it will consist of.
    Ahead(Passage),
    /// It has been needed: the row with its numbered blocks.
    Known(Row),
}

/// Makes parts, and rows of them.
#[derive(Debug)]
pub(super) struct Parts {
    block_size: u32,
    made: u32,
    blocks: Corpus,
    chunks: Corpus,
}

impl Parts {
    pub(super) fn new(block_size: u32) -> Self {
        Self {
            block_size,
            made: 0,
            blocks: Corpus::default(),
            chunks: Corpus::default(),
        }
    }

    pub(super) fn part(&mut self, tokens: u32) -> Passage {
        self.made = self.made.wrapping_add(1);
        Passage {
            id: self.made,
            tokens,
        }
    }

    /// The row that begins with `row` and goes on with `part`, which has followed no other row of that beginning.
    pub(super) fn append(&mut self, row: Row, part: Passage) -> Row {
        if part.tokens == 0 {
            return row;
        }
        let tokens = row.tokens + part.tokens;
        let more = tokens / self.block_size - row.blocks.depth;
        Row {
            tokens,
            blocks: self.blocks.extend(row.blocks, more),
            chunks: row.chunks,
            name: block::chain(row.name, &[part.id, part.tokens]),
            tokens_256: first(HASH_TOKENS, row.tokens_256, (row.tokens, row.name), part),
            user: row.user.append(part),
        }
    }

    /// The row that several others begin with, numbered now if it was not before.
    pub(super) fn shared(&mut self, shared: &mut Shared) -> Row {
        match *shared {
            Shared::Known(row) => row,
            Shared::Ahead(part) => {
                let mut row = self.append(Row::default(), part);
                self.full_chunks(&mut row);
                *shared = Shared::Known(row);
                row
            }
        }
    }

    /// The row's text keys. Rows that continue it later share its full chunks.
    pub(super) fn keys(&mut self, row: &mut Row) -> TextKeys {
        self.full_chunks(row);
        // The last chunk may be part of a chunk only.
        let rest = row.tokens.div_ceil(CHUNK_TOKENS) - row.chunks.depth;
        TextKeys {
            chars_100: row.user.chars_100.0,
            head: 0,
            tokens_256: row.tokens_256.0,
            chunks: self.chunks.extend(row.chunks, rest),
            characters: Chain::default(),
            tokens: Chain::default(),
        }
    }

    fn full_chunks(&mut self, row: &mut Row) {
        let more = row.tokens / CHUNK_TOKENS - row.chunks.depth;
        row.chunks = self.chunks.extend(row.chunks, more);
    }

    pub(super) fn finish(self) -> (Corpus, Corpus) {
        (self.blocks, self.chunks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The name of a row's first `tokens` tokens, from its definition: the parts before the one they end in, and how far
    /// they reach into that.
    fn prefix(row: &[Passage], tokens: u32) -> BlockId {
        let (mut start, mut before, mut name) = (0, block::ROOT, block::ROOT);
        for part in row.iter().filter(|part| part.tokens > 0) {
            if start < tokens {
                name = block::chain(before, &[part.id, (tokens - start).min(part.tokens)]);
            }
            before = block::chain(before, &[part.id, part.tokens]);
            start += part.tokens;
        }
        name
    }

    fn ids(corpus: &Corpus, chain: Chain) -> Vec<BlockId> {
        let mut out = Vec::new();
        corpus.ids(chain, &mut out);
        out
    }

    #[test]
    fn the_key_is_the_first_user_messages() {
        let mut parts = Parts::new(16);
        let [system, a, b, answer] = [40, 10, 30, 50].map(|tokens| parts.part(tokens));
        let row = parts.shared(&mut Shared::Ahead(system)).as_system_prompt();
        let row = parts.append(row, a);
        let mut question = parts.append(row, b).asked();
        let keys = parts.keys(&mut question);
        assert_eq!(keys.chars_100, prefix(&[a, b], 25).0);
        assert_eq!(keys.tokens_256, prefix(&[system, a, b], 256).0);
        // A short question ends where it ends, whatever follows it.
        let short = parts.append(Row::default(), a).asked();
        let mut next = parts.append(short, answer);
        assert_eq!(parts.keys(&mut next).chars_100, prefix(&[a], 25).0);
    }

    proptest! {
        /// Two blocks (or chunks) of any two rows are one exactly where the prefixes that end with them have one name. A question
        /// and an answer have a token at least, as every workload makes them.
        #[test]
        fn rows_share_what_their_first_parts_share(
            system in 0..300u32,
            lengths in prop::collection::vec((any::<bool>(), 1..200u32, 1..200u32), 1..8),
        ) {
            let mut parts = Parts::new(16);
            let part = parts.part(system);
            let mut system = Shared::Ahead(part);
            let (mut row, mut of) = (Row::default(), vec![]);
            let mut rows = Vec::new();
            for (begins, question, answer) in lengths {
                if begins {
                    (row, of) = (parts.shared(&mut system), vec![part]);
                }
                for tokens in [question, answer] {
                    let next = parts.part(tokens);
                    row = parts.append(row, next);
                    of.push(next);
                }
                let keys = parts.keys(&mut row);
                rows.push((of.clone(), row, keys));
            }
            let (blocks, chunks) = parts.finish();
            let mut names = std::collections::BTreeMap::new();
            for (of, row, keys) in &rows {
                prop_assert_eq!(row.tokens, of.iter().map(|part| part.tokens).sum::<u32>());
                prop_assert_eq!(keys.chars_100, prefix(of, 25).0);
                prop_assert_eq!(keys.tokens_256, prefix(of, 256).0);
                prop_assert_eq!(row.blocks.depth, row.tokens / 16);
                prop_assert_eq!(keys.chunks.depth, row.tokens.div_ceil(32));
                for (kind, step, found) in [
                    (0, 16, ids(&blocks, row.blocks)),
                    (1, 32, ids(&chunks, keys.chunks)),
                ] {
                    for (id, n) in found.into_iter().zip(1..) {
                        let name = prefix(of, (n * step).min(row.tokens));
                        prop_assert_eq!(*names.entry((kind, id)).or_insert(name), name);
                    }
                }
            }
            // And no two ids have the same name.
            let distinct = |kind| {
                let named = names.iter().filter(move |((of, _), _)| *of == kind);
                named.map(|(_, name)| name.0).collect::<std::collections::BTreeSet<_>>().len() as u64
            };
            prop_assert_eq!((distinct(0), distinct(1)), (blocks.blocks(), chunks.blocks()));
        }
    }
}
