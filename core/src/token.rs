//! Which ids, and where does each token stand in the text: FakeAI's tokenizer.
//!
//! A maximal run of letters, numbers and `_` is one token, every other visible character is a token by itself, and
//! space separates. A token's id is the first four bytes of its MD5, read big-endian, modulo 50 000. Letters and
//! numbers are those of Unicode 14.0 (FakeAI runs on Python 3.11); combining marks are neither, so a decomposed "é" is
//! two tokens. Nothing is normalised, and different words may share an id.
//!
//! The rules and the ids are FakeAI 0.3.2's; the project's conformance vectors hold them. This is no model's real
//! tokenizer: a run of Chinese is one token however long, an English word is never split.
//!
//! ```
//! use warmpath_core::token::{Tokenizer, spans};
//! let text = "What is machine learning?";
//! let mut ids = Vec::new();
//! Tokenizer::default().encode(text, &mut ids);
//! assert_eq!(ids, [9504, 43334, 32275, 26672, 41730]);
//! assert_eq!(spans(text).map(|span| &text[span]).last(), Some("?"));
//! ```

pub mod bpe;
mod class;
mod encoder;
mod letters;
pub mod tables;
mod words;

pub use encoder::Encoder;

use crate::token::class::{Class, class_of};
use core::ops::Range;
use md5::{Digest, Md5};

/// The number of ids; they run from 0 to one below it.
pub const VOCABULARY: u32 = 50_000;

/// Turns text into token ids and remembers the words it has seen, so that a known word costs a look-up and no MD5.
///
/// The memory is bounded (about 40 MB): when it is full, new words are hashed each time they come.
#[derive(Clone, Debug, Default)]
pub struct Tokenizer {
    words: words::KnownWords,
}

impl Tokenizer {
    /// Appends the ids of `text`'s tokens to `out`, in order.
    pub fn encode(&mut self, text: &str, out: &mut Vec<u32>) {
        for span in spans(text) {
            out.push(self.words.id(text.get(span).unwrap_or_default()));
        }
    }
}

/// The id of one token, 0..[`VOCABULARY`]. (Any text has one; only a whole token's is meaningful.)
pub fn id_of(word: &str) -> u32 {
    let digest = Md5::digest(word.as_bytes());
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]) % VOCABULARY
}

/// The tokens of `text` as byte ranges, in order, never overlapping; between them there is only space.
pub fn spans(text: &str) -> Spans<'_> {
    Spans { text, at: 0 }
}

/// Iterates over the tokens of a text, see [`spans`].
#[derive(Clone, Debug)]
pub struct Spans<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Spans<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let start = loop {
            let (class, length) = class_of(self.text, self.at)?;
            let from = self.at;
            self.at += length;
            match class {
                Class::Space => {}
                Class::Other => return Some(from..self.at),
                Class::Word => break from,
            }
        };
        self.at += class::word_length(self.text.get(self.at..).unwrap_or_default());
        Some(start..self.at)
    }
}

/// FakeAI's other count, the one it bills as `prompt_tokens`: runs of non-space plus ASCII punctuation marks other than
/// `_`, at least 1 unless the text is empty. Not the number of ids: "don't" is one run and one mark, but three ids.
pub fn approximate_count(text: &str) -> u32 {
    let (mut at, mut count, mut in_run) = (0, 0u32, false);
    while let Some((class, length)) = class_of(text, at) {
        let visible = class != Class::Space;
        count = count.saturating_add(u32::from(visible && !in_run));
        // `_` is of class word, so ASCII punctuation that is not a word character is just the other 31.
        let mark = class == Class::Other && text.as_bytes()[at].is_ascii_punctuation();
        count = count.saturating_add(u32::from(mark));
        in_run = visible;
        at += length;
    }
    count.max(u32::from(!text.is_empty()))
}

#[cfg(test)]
mod tests;
