//! Cuts a typed prompt into tokens: into FakeAI's words, or by a real tokenizer whose tables the page does not contain.
//!
//! Byte pairs are cut by a program of its own, which has the tables; its results are kept here, text by text. A text
//! without a result cannot be shown yet, so its figure waits for the result.

use super::Prompt;
use core::ops::Range;
use std::sync::{Arc, Mutex};
use warmpath_core::token::Tokenizer;

/// A tokenizer that the page offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offered {
    /// The name of the tokenizer, as for `--tokenizer`.
    pub name: &'static str,
    /// The models that use the tokenizer.
    pub about: &'static str,
    /// The size of the tables that have to be fetched \[bytes\]; 0 if there are none.
    pub bytes: u64,
}

/// The tokenizers that the page offers; any other has to be opened as a file.
pub const OFFERED: [Offered; 3] = [
    Offered {
        name: "words",
        about: "FakeAI's",
        bytes: 0,
    },
    Offered {
        name: "o200k",
        about: "GPT-4o, gpt-oss",
        bytes: 728_312,
    },
    Offered {
        name: "cl100k",
        about: "GPT-4",
        bytes: 341_434,
    },
];

/// The tokens of a text: the id of each, and the byte at which it ends.
type Cut = Vec<(u32, u32)>;
/// The texts that were cut so far, each with its tokens.
type CutTexts = Arc<Mutex<Vec<(String, Cut)>>>;

/// The number of texts that are kept; once it is reached, all but the first [`STORED`] are dropped.
const MOST: usize = 100;
/// The number of texts that are never dropped: the first ones, which a station has stored.
const STORED: usize = 16;

/// Cuts texts into tokens. Copies share their results.
#[derive(Clone, Debug)]
pub enum Cutter {
    /// Cuts FakeAI's words at once, in the page itself.
    Words(Box<Tokenizer>),
    /// Looks up the results of another program.
    Lookup(CutTexts),
}

impl Default for Cutter {
    fn default() -> Self {
        Self::Words(Box::default())
    }
}

impl Cutter {
    /// A cutter whose results come from another program.
    pub fn lookup() -> Self {
        Self::Lookup(CutTexts::default())
    }

    /// Stores the result for a text: the id of each token, followed by the byte at which it ends.
    pub fn tell(&self, text: &str, numbers: &[u32]) {
        let Self::Lookup(known) = self else { return };
        let (pairs, _) = numbers.as_chunks::<2>();
        let cut = pairs.iter().map(|[id, end]| (*id, *end)).collect();
        if let Ok(mut known) = known.lock() {
            if known.len() >= MOST {
                known.truncate(STORED);
            }
            known.push((text.to_owned(), cut));
        }
    }

    /// A text cut into blocks of `block_size` tokens; `None` if its result is not known yet.
    pub fn cut(&mut self, text: &str, block_size: u32) -> Option<Prompt> {
        let known = match self {
            Self::Words(tokenizer) => return Some(Prompt::read(tokenizer, text, block_size)),
            Self::Lookup(known) => known.lock().ok()?,
        };
        let (_, cut) = known.iter().find(|it| it.0 == text)?;
        let mut from = 0;
        let span = |(_, end): &(u32, u32)| {
            let end = *end as usize;
            let span: Range<usize> = from..end;
            from = end;
            span
        };
        let spans = cut.iter().map(span).collect();
        let tokens = cut.iter().map(|it| it.0).collect();
        let mut prompt = Prompt::of(text, tokens, spans, block_size);
        prompt.gapless = true;
        Some(prompt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_fetched_is_as_large_as_is_said() {
        for it in OFFERED.iter().filter(|it| it.bytes > 0) {
            let path = format!("../assets/tokenizers/{}.bpe.gz", it.name);
            let size = std::fs::metadata(&path).map(|it| it.len()).unwrap();
            assert_eq!(size, it.bytes, "{}", it.name);
        }
    }

    #[test]
    fn a_text_is_known_once_it_was_told_of() {
        let mut cutter = Cutter::lookup();
        assert_eq!(cutter.cut("What is 水?", 2), None);
        // The character of three bytes consists of two tokens.
        let copy = cutter.clone();
        copy.tell("What is 水?", &[1, 4, 2, 7, 3, 9, 4, 11, 5, 12]);
        let prompt = cutter.cut("What is 水?", 2).unwrap();
        assert_eq!(prompt.tokens, [1, 2, 3, 4, 5]);
        let chips: Vec<&str> = (0..3).flat_map(|at| prompt.chips(at)).collect();
        assert_eq!(chips, ["What", " is", "\u{fffd}", "\u{fffd}", "?"]);
        assert_eq!(prompt.words(0), "What is");
        assert_eq!(prompt.words(1), " 水");
        assert_eq!((prompt.full_blocks(), prompt.tail_tokens()), (2, 1));
        assert_eq!(
            Cutter::default().cut("What is", 4).unwrap().words(0),
            "What is"
        );
    }
}
