//! The pieces seen so far and their tokens, so that a known piece costs a look-up and no merging.

use hashbrown::HashTable;

use super::vocabulary::hash;

/// The shortest pieces that are remembered \[bytes\]: shorter ones are merged as quickly as they are found.
const SHORTEST: usize = 4;
/// The longest pieces that are remembered \[bytes, tokens\]: longer ones are seldom seen twice.
const LONGEST: usize = 24;
/// The most pieces that are remembered.
const MOST: usize = 400_000;

/// The pieces that a tokenizer remembers. Their number is bounded (about 30 MB); beyond it, new pieces are merged each time they
/// come.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    text: Vec<u8>,
    tokens: Vec<u32>,
    index: HashTable<RememberedPiece>,
}

#[derive(Clone, Copy, Debug)]
struct RememberedPiece {
    text: u32,
    tokens: u32,
    length: u8,
    count: u8,
}

impl RememberedPiece {
    fn text<'a>(&self, all: &'a [u8]) -> &'a [u8] {
        &all[self.text as usize..][..usize::from(self.length)]
    }

    fn tokens<'a>(&self, all: &'a [u32]) -> &'a [u32] {
        &all[self.tokens as usize..][..usize::from(self.count)]
    }
}

impl Memory {
    /// Appends the tokens of `piece` to `out`: those remembered, or those that `make` appends.
    pub(super) fn tokens(
        &mut self,
        piece: &[u8],
        out: &mut Vec<u32>,
        make: impl FnOnce(&mut Vec<u32>),
    ) {
        if !(SHORTEST..=LONGEST).contains(&piece.len()) {
            return make(out);
        }
        let hash_of = hash(piece);
        let text = &self.text;
        if let Some(kept) = self.index.find(hash_of, |kept| kept.text(text) == piece) {
            return out.extend_from_slice(kept.tokens(&self.tokens));
        }
        let before = out.len();
        make(out);
        let made = &out[before..];
        if self.index.len() < MOST && made.len() <= LONGEST {
            let kept = RememberedPiece {
                text: self.text.len() as u32,
                tokens: self.tokens.len() as u32,
                length: piece.len() as u8,
                count: made.len() as u8,
            };
            self.text.extend_from_slice(piece);
            self.tokens.extend_from_slice(made);
            let text = &self.text;
            let rehash = |kept: &RememberedPiece| hash(kept.text(text));
            self.index.insert_unique(hash_of, kept, rehash);
        }
    }
}
