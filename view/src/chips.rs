//! A prompt as its reader sees it: tokens, gathered into blocks, each block named by a hash of everything up to its end.
//!
//! Tokens, their places in the text and the chained ids all come from `core`. The last block has no id if it is not full:
//! it cannot be cached.
//!
//! ```
//! use warmpath_core::token::Tokenizer;
//! use warmpath_view::chips::Prompt;
//! let prompt = Prompt::read(&mut Tokenizer::default(), "What is machine learning? It depends.", 4);
//! assert_eq!((prompt.tokens.len(), prompt.ids.len()), (8, 2));
//! assert_eq!(prompt.words(1), "? It depends .");
//! ```

pub mod cutter;

use core::ops::Range;
use warmpath_core::block;
use warmpath_core::token::{Tokenizer, spans};
use warmpath_core::units::BlockId;

/// A prompt cut into tokens and blocks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prompt {
    /// The text as it was typed.
    pub text: String,
    /// Each token's id, in the order of the text.
    pub tokens: Vec<u32>,
    /// Each token's place in the text \[bytes\].
    pub spans: Vec<Range<usize>>,
    /// The ids of the full blocks, in order.
    pub ids: Vec<BlockId>,
    /// The size of the blocks that the prompt is cut into \[tokens\].
    pub block_size: u32,
    /// Whether tokens include the spaces between words, as those of a real tokenizer do.
    pub gapless: bool,
}

/// Whether a block is found in a cache, and if not, whether it can be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warmth {
    /// The block is in the cache: it need not be computed.
    Hit,
    /// The block is full but not in the cache: it is computed and then stored.
    Miss,
    /// The block is not full: it is computed each time and never stored.
    Tail,
}

impl Warmth {
    /// The block's class in the style sheets.
    pub fn class(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Tail => "tail",
        }
    }

    /// The words beside a block, which a screen reader reads as well.
    pub fn words(self) -> &'static str {
        match self {
            Self::Hit => "cached",
            Self::Miss => "to compute, then cached",
            Self::Tail => "not full, never cached",
        }
    }
}

/// A block, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The number of the block, from 1.
    pub number: u32,
    /// The id of the block; `None` if it is not full.
    pub id: Option<BlockId>,
    /// The id of the block at the same place of the prompt that is compared with, if that is another.
    pub was: Option<BlockId>,
    /// Whether the block is in the cache.
    pub warmth: Warmth,
    /// The texts of the block's tokens, in order.
    pub chips: Vec<String>,
    /// Notes on the block: for each the number of a token in the block, and the number of the note.
    pub notes: Vec<(usize, u32)>,
    /// How the block differs from the one at the same place of the prompt that is compared with.
    pub renamed: Renamed,
}

/// How a block differs from the one at the same place of another prompt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Renamed {
    /// It has the same id, or there is no block to compare it with.
    #[default]
    No,
    /// It has another id although its own words are the same, because something before it differs.
    Alone,
    /// It has another id and other words.
    Reworded,
}

impl Renamed {
    /// The classes in the style sheets, with a space before them.
    pub fn classes(self) -> &'static str {
        match self {
            Self::No => "",
            Self::Alone => " renamed",
            Self::Reworded => " renamed reworded",
        }
    }
}

impl Prompt {
    /// Cuts a text into tokens, and the tokens into blocks of `block_size`.
    pub fn read(tokenizer: &mut Tokenizer, text: &str, block_size: u32) -> Self {
        let mut tokens = Vec::new();
        tokenizer.encode(text, &mut tokens);
        Self::of(text, tokens, spans(text).collect(), block_size)
    }

    /// A prompt of given tokens, each with its place in the text \[bytes\].
    pub fn of(text: &str, tokens: Vec<u32>, spans: Vec<Range<usize>>, block_size: u32) -> Self {
        let ids = block::chained(&tokens, block_size);
        Self {
            text: text.to_owned(),
            spans,
            tokens,
            ids,
            block_size,
            gapless: false,
        }
    }

    /// The number of full blocks; only these can be cached.
    pub fn full_blocks(&self) -> u32 {
        self.ids.len() as u32
    }

    /// The number of tokens after the last full block.
    pub fn tail_tokens(&self) -> u32 {
        self.tokens.len() as u32 - self.full_blocks() * self.block_size
    }

    /// The places in the text of the tokens of block `index`, counted from 0.
    fn places(&self, index: usize) -> &[Range<usize>] {
        let size = self.block_size.max(1) as usize;
        let from = (index * size).min(self.spans.len());
        let to = (from + size).min(self.spans.len());
        &self.spans[from..to]
    }

    /// The texts of the tokens of block `index`, counted from 0; U+FFFD for a token that is only part of a character.
    pub fn chips(&self, index: usize) -> impl Iterator<Item = &str> {
        let places = self.places(index).iter();
        places.map(|span| self.text.get(span.clone()).unwrap_or("\u{fffd}"))
    }

    /// The words of block `index`, from 0, as one line.
    pub fn words(&self, index: usize) -> String {
        if self.gapless {
            let places = self.places(index);
            let ends = places.first().zip(places.last());
            let bytes =
                ends.and_then(|(first, last)| self.text.as_bytes().get(first.start..last.end));
            return String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
        }
        self.chips(index).collect::<Vec<_>>().join(" ")
    }

    /// The number of blocks, full or not.
    pub fn pieces(&self) -> usize {
        self.tokens.len().div_ceil(self.block_size.max(1) as usize)
    }

    /// Whether block `index`, counted from 0, is in a cache that holds the first `cached` blocks.
    pub fn warmth(&self, index: usize, cached: u32) -> Warmth {
        match index {
            _ if index >= self.ids.len() => Warmth::Tail,
            _ if index < cached as usize => Warmth::Hit,
            _ => Warmth::Miss,
        }
    }

    /// Block `index`, counted from 0, if the first `cached` blocks are in the cache; without notes.
    pub fn block(&self, index: usize, cached: u32) -> Block {
        Block {
            number: index as u32 + 1,
            id: self.ids.get(index).copied(),
            was: None,
            warmth: self.warmth(index, cached),
            chips: self.chips(index).map(shown).collect(),
            notes: Vec::new(),
            renamed: Renamed::No,
        }
    }

    /// All blocks, if the first `cached` of them are in the cache.
    pub fn blocks(&self, cached: u32) -> Vec<Block> {
        let all = 0..self.pieces();
        all.map(|index| self.block(index, cached)).collect()
    }
}

/// The text of a token as it is shown: where none of its characters shows anything, their code points, such as `U+200D`.
fn shown(text: &str) -> String {
    if text.is_empty() || !text.chars().all(is_unseen) {
        return text.to_owned();
    }
    let codes = text.chars().map(|it| format!("U+{:04X}", u32::from(it)));
    codes.collect::<Vec<_>>().join(" ")
}

/// Whether a character shows nothing and takes no room: joiners, marks of direction, variation selectors and tags.
fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e01ef}'
    )
}

/// What an edit changed in the blocks of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The number of full blocks after the edit.
    pub blocks: u32,
    /// The number of full blocks, from the first on, that kept their id.
    pub kept: u32,
    /// The number of full blocks before the edit.
    pub before: u32,
    /// The number of full blocks after those that have the same words at the same place as before and yet another id.
    pub renamed_alone: u32,
}

/// Compares a prompt with its state before an edit.
pub fn change(before: &Prompt, now: &Prompt) -> Change {
    let kept = before
        .ids
        .iter()
        .zip(&now.ids)
        .take_while(|(a, b)| a == b)
        .count();
    let size = now.block_size as usize;
    let renamed_alone = (kept..now.ids.len().min(before.ids.len()))
        .filter(|&at| {
            let words = at * size..(at + 1) * size;
            before.block_size == now.block_size && before.tokens[words.clone()] == now.tokens[words]
        })
        .count();
    Change {
        blocks: now.full_blocks(),
        before: before.full_blocks(),
        kept: kept as u32,
        renamed_alone: renamed_alone as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, block_size: u32) -> Prompt {
        Prompt::read(&mut Tokenizer::default(), text, block_size)
    }

    #[test]
    fn the_tail_is_neither_hit_nor_miss() {
        let prompt = read("a b c d e f g", 3);
        let blocks = prompt.blocks(1);
        let kinds: Vec<Warmth> = blocks.iter().map(|b| b.warmth).collect();
        assert_eq!(kinds, [Warmth::Hit, Warmth::Miss, Warmth::Tail]);
        assert_eq!(blocks[2].chips, ["g"]);
        assert_eq!(prompt.tail_tokens(), 1);
        assert!(read("", 4).blocks(0).is_empty());
    }

    /// A joiner between two emoji takes no room, and is named; what can be seen is as it was typed.
    #[test]
    fn what_shows_nothing_is_named() {
        let text = "a\u{1f469}\u{200d}\u{1f680} b";
        let places = [(0, 1), (1, 5), (5, 8), (8, 12), (12, 14)].map(|(from, to)| from..to);
        let prompt = Prompt::of(text, vec![1, 2, 3, 4, 5], places.into(), 8);
        assert_eq!(
            prompt.block(0, 0).chips,
            ["a", "\u{1f469}", "U+200D", "\u{1f680}", " b"]
        );
        assert_eq!(shown("\u{200d}\u{fe0f}"), "U+200D U+FE0F");
        assert_eq!(shown("\n"), "\n");
    }

    #[test]
    fn an_early_edit_renames_what_follows() {
        let before = read(
            "You are a support agent for Lumen. Answer from the policy.",
            4,
        );
        let now = read(
            "You are a Support agent for Lumen. Answer from the policy.",
            4,
        );
        let change = change(&before, &now);
        assert_eq!(
            (change.blocks, change.kept, change.renamed_alone),
            (3, 0, 2)
        );
    }

    #[test]
    fn a_late_edit_keeps_what_comes_before() {
        let before = read("a b c d e f g h", 4);
        let now = read("a b c d e f g H i j k l", 4);
        assert_eq!(
            change(&before, &now),
            Change {
                blocks: 3,
                before: 2,
                kept: 1,
                renamed_alone: 0
            }
        );
    }
}
