//! What cuts a typed prompt into tokens: FakeAI's words, or a real tokenizer, whose tables the page does not hold.
//!
//! Byte pairs are cut by a program of its own, which has the tables; here is kept what it said of each text. A text that it has not
//! cut yet is not known, and whoever asks waits for it.

use super::Prompt;
use core::ops::Range;
use std::sync::{Arc, Mutex};
use warmpath_core::token::Tokenizer;

/// A tokenizer that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Its name, as in `--tokenizer`.
    pub name: &'static str,
    /// What it is of.
    pub about: &'static str,
    /// What is fetched for it \[bytes\]; 0: nothing.
    pub bytes: u64,
}

/// The tokenizers that are offered; another is a file.
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

/// A text's tokens: each one's id, and where it ends \[bytes\].
type Cut = Vec<(u32, u32)>;
/// What texts were cut into, by text.
type Known = Arc<Mutex<Vec<(String, Cut)>>>;

/// Texts that are kept; when there are so many, all are forgotten but the first few, which a station has stored.
const MOST: usize = 100;
/// So many at most.
const STORED: usize = 16;

/// What cuts texts. A copy of one that was told of texts knows what the other is told.
#[derive(Clone, Debug)]
pub enum Cutter {
    /// FakeAI's words, which the page cuts itself.
    Words(Box<Tokenizer>),
    /// What somebody else cuts, as far as it is known.
    Told(Known),
}

impl Default for Cutter {
    fn default() -> Self {
        Self::Words(Box::default())
    }
}

impl Cutter {
    /// One that is to be told.
    pub fn told() -> Self {
        Self::Told(Known::default())
    }

    /// Tells of a text: ids and ends in turn.
    pub fn tell(&self, text: &str, numbers: &[u32]) {
        let Self::Told(known) = self else { return };
        let (pairs, _) = numbers.as_chunks::<2>();
        let cut = pairs.iter().map(|[id, end]| (*id, *end)).collect();
        if let Ok(mut known) = known.lock() {
            if known.len() >= MOST {
                known.truncate(STORED);
            }
            known.push((text.to_owned(), cut));
        }
    }

    /// A text in blocks of so many tokens; nothing if it is to be told of it first.
    pub fn cut(&mut self, text: &str, block_size: u32) -> Option<Prompt> {
        let known = match self {
            Self::Words(tokenizer) => return Some(Prompt::read(tokenizer, text, block_size)),
            Self::Told(known) => known.lock().ok()?,
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
        let mut cutter = Cutter::told();
        assert_eq!(cutter.cut("What is 水?", 2), None);
        // The character of three bytes is two tokens.
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
