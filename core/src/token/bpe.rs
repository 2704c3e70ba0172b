//! Byte-pair tokenizers, which current models use.
//!
//! Text is split into pieces by a pattern; within a piece, which begins as single bytes (or characters), the two neighbours that
//! merge first in the tokenizer's table are joined, again and again, until none can be. Tables are `o200k` and `cl100k`
//! ([`super::tables`]) or a model's own `tokenizer.json` ([`Bpe::hugging_face`]).
//!
//! Source of the method: Sennrich et al. 2016 and tiktoken (openai/tiktoken, MIT), whose results the tests hold this to, token by
//! token. Left out: special tokens inside a text (they are text here, as in `encode_ordinary`) and normalisation (NFC) before.

mod hugging_face;
mod memory;
mod merge;
mod pattern;
mod table;
mod vocabulary;

use core::ops::Range;
use std::borrow::Cow;

pub use memory::Memory;

use crate::units::Map;
use pattern::Split;
use vocabulary::Vocabulary;

/// A tokenizer of byte pairs: its vocabulary, its merges and its pattern.
#[derive(Clone, Debug)]
pub struct Bpe {
    name: String,
    vocabulary: Vocabulary,
    /// The steps by which a text is split, one after the other; empty: it is not split.
    splits: Vec<Split>,
    merges: Merges,
    symbols: Symbols,
    /// Whether a piece that is itself a token is not merged from its parts.
    whole_first: bool,
}

/// Which neighbouring parts may be joined, and in which order.
#[derive(Clone, Debug)]
enum Merges {
    /// Parts that together make a token; lower token numbers first.
    ByToken,
    /// Parts that are listed, by the numbers of both: the place in the list, and the token that they make.
    Listed(Map<(u32, u32), (u32, u32)>),
}

/// The parts with which a piece begins.
#[derive(Clone, Debug)]
enum Symbols {
    /// Bytes, with the token of each.
    Bytes(Box<[u32; 256]>),
    /// Characters, with spaces written as U+2581; a character that is no token falls back to its bytes, or to the unknown token.
    Characters {
        /// The tokens `<0x00>` to `<0xFF>`; `None` if the vocabulary lacks them.
        bytes: Option<Box<[u32; 256]>>,
        unknown: u32,
        /// Whether a U+2581 comes before the text.
        prefix: bool,
    },
}

/// Why a file is no tokenizer that can be used, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TokenizerError(pub(super) String);

impl Bpe {
    /// The tokenizer's name: `o200k`, or the name of the file it was read from.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of tokens of the vocabulary.
    pub fn len(&self) -> usize {
        self.vocabulary.len()
    }

    /// Whether the vocabulary has no token.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of a token; empty for a number that is none.
    pub fn bytes(&self, token: u32) -> &[u8] {
        self.vocabulary.bytes(token)
    }

    /// Appends the tokens of `text` to `out`, in order.
    pub fn encode(&self, text: &str, memory: &mut Memory, out: &mut Vec<u32>) {
        let text = self.prepared(text);
        let (mut at, mut ends) = (0, Vec::new());
        while at < text.len() {
            let end = pattern::piece(&self.splits, &text, at, &mut ends);
            let piece = &text.as_bytes()[at..end];
            // Most pieces of most texts are tokens themselves, and need not be remembered.
            match self.whole(piece) {
                Some(token) => out.push(token),
                None => memory.tokens(piece, out, |out| {
                    self.merge_parts(piece, &mut |token, _| out.push(token))
                }),
            }
            at = end;
        }
    }

    /// The tokens of `text` with the bytes that each stands for. (Where a tokenizer writes spaces in its own way, the ranges are of
    /// the text so written.)
    pub fn spans(&self, text: &str) -> Vec<(Range<usize>, u32)> {
        let text = self.prepared(text);
        let (mut at, mut out, mut ends) = (0, Vec::new(), Vec::new());
        while at < text.len() {
            let end = pattern::piece(&self.splits, &text, at, &mut ends);
            self.merge(&text.as_bytes()[at..end], &mut |token, part| {
                out.push((at + part.start..at + part.end, token));
            });
            at = end;
        }
        out
    }

    /// The tokens of `text` with where each ends in it \[bytes\], also where the tokenizer writes spaces in its own way.
    pub fn ends(&self, text: &str) -> Vec<(u32, u32)> {
        let spans = self.spans(text);
        let ends = spans.into_iter().map(|(span, token)| (token, span.end));
        let Symbols::Characters { prefix, .. } = self.symbols else {
            return ends.map(|(token, end)| (token, end as u32)).collect();
        };
        // A place in the text as the tokenizer writes it is turned into a place in the text as it was given.
        let marked = '\u{2581}'.len_utf8();
        let mut written = if prefix && !text.is_empty() {
            marked
        } else {
            0
        };
        let mut given = 0;
        let mut letters = text.chars();
        let at = ends.map(|(token, end)| {
            while written < end
                && let Some(letter) = letters.next()
            {
                written += if letter == ' ' {
                    marked
                } else {
                    letter.len_utf8()
                };
                given += letter.len_utf8();
            }
            (token, given as u32)
        });
        at.collect()
    }

    /// The text as the tokenizer writes it.
    fn prepared<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.symbols {
            Symbols::Characters { prefix, .. } if !text.is_empty() => {
                let mut out = String::with_capacity(text.len() + 3);
                if prefix {
                    out.push('\u{2581}');
                }
                let written = |it| if it == ' ' { '\u{2581}' } else { it };
                out.extend(text.chars().map(written));
                out.into()
            }
            _ => text.into(),
        }
    }
}

#[cfg(test)]
mod tests;
