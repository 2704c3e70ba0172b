//! The words seen so far and their ids, packed: all text in one buffer, nine bytes or so of index a word.

use crate::token::id_of;
use core::hash::{BuildHasher, Hasher};
use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

/// The longest words that are remembered \[bytes\]: longer ones are seldom seen twice, and a look-up costs as much as it saves.
const LONGEST: usize = 40;
/// The most words that are remembered.
const MOST_WORDS: usize = 1_000_000;
/// The most text that is remembered \[bytes\].
const MOST_TEXT: usize = 16 << 20;

#[derive(Clone, Copy, Debug)]
struct RememberedWord {
    start: u32,
    length: u16,
    id: u16,
}

#[derive(Clone, Debug, Default)]
pub(super) struct KnownWords {
    text: Vec<u8>,
    index: HashTable<RememberedWord>,
}

impl KnownWords {
    /// The id of `word`, from memory if it is there.
    pub(super) fn id(&mut self, word: &str) -> u32 {
        let word_bytes = word.as_bytes();
        if word_bytes.len() > LONGEST {
            return id_of(word);
        }
        let hash = hash(word_bytes);
        let text = &self.text;
        if let Some(seen) = self
            .index
            .find(hash, |seen| bytes(text, seen) == word_bytes)
        {
            return u32::from(seen.id);
        }
        let id = id_of(word);
        if self.index.len() < MOST_WORDS && self.text.len() + word_bytes.len() <= MOST_TEXT {
            let seen = RememberedWord {
                start: self.text.len() as u32,
                length: word_bytes.len() as u16,
                // An id is below 50 000, so it fits into 16 bits.
                id: id as u16,
            };
            self.text.extend_from_slice(word_bytes);
            let text = &self.text;
            self.index
                .insert_unique(hash, seen, |seen| self::hash(bytes(text, seen)));
        }
        id
    }
}

fn bytes<'a>(text: &'a [u8], seen: &RememberedWord) -> &'a [u8] {
    let start = seen.start as usize;
    &text[start..start + usize::from(seen.length)]
}

fn hash(word: &[u8]) -> u64 {
    let mut hasher = FxBuildHasher.build_hasher();
    hasher.write(word);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_and_stays_within_bounds() {
        let mut words = KnownWords::default();
        for _ in 0..2 {
            assert_eq!(words.id("machine"), 32275);
        }
        assert_eq!(words.index.len(), 1);
        let long = "a".repeat(LONGEST + 1);
        assert_eq!(words.id(&long), id_of(&long));
        assert_eq!(words.index.len(), 1, "a long word is not kept");
        words.text.resize(MOST_TEXT, b'x');
        assert_eq!(words.id("learning"), 26672);
        assert_eq!(words.index.len(), 1, "full, and still right");
    }
}
