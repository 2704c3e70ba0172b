//! One interface for all tokenizers: FakeAI's words, or byte pairs with their memory of pieces.

use std::sync::Arc;

use super::Tokenizer;
use super::bpe::{Bpe, Memory};

/// A tokenizer with its memory, which turns text into token ids.
#[derive(Clone, Debug)]
pub struct Encoder {
    name: String,
    kind: EncoderKind,
}

#[derive(Clone, Debug)]
enum EncoderKind {
    Words(Box<Tokenizer>),
    Pairs(Arc<Bpe>, Box<Memory>),
}

impl Default for Encoder {
    fn default() -> Self {
        Self {
            name: "words".to_owned(),
            kind: EncoderKind::Words(Box::default()),
        }
    }
}

impl Encoder {
    /// An encoder with these tables of byte pairs.
    pub fn pairs(bpe: Arc<Bpe>) -> Self {
        Self {
            name: bpe.name().to_owned(),
            kind: EncoderKind::Pairs(bpe, Box::default()),
        }
    }

    /// The tokenizer's name: `words`, `o200k`, `cl100k`, or a file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Appends the ids of `text`'s tokens to `out`, in order.
    pub fn encode(&mut self, text: &str, out: &mut Vec<u32>) {
        match &mut self.kind {
            EncoderKind::Words(words) => words.encode(text, out),
            EncoderKind::Pairs(bpe, memory) => bpe.encode(text, memory, out),
        }
    }
}
