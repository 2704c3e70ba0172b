//! A long prompt's blocks without its length: in full where something happens, and a wall of bricks for the rest.
//!
//! A reader of 4,000 characters looks at three places: where the prompt begins, where it parts from what is cached, and
//! where it was edited. The blocks between are folded into runs that say how many there are and what they are to the
//! cache, a brick a block; each run unfolds. Short prompts are never folded.
//!
//! ```
//! use warmpath_core::token::Tokenizer;
//! use warmpath_view::chips::Prompt;
//! use warmpath_view::fold::{Fold, Piece};
//! let prompt = Prompt::read(&mut Tokenizer::default(), &"a lamp ".repeat(200), 4);
//! let fold = Fold { edit: 50, ..Fold::default() };
//! assert_eq!(fold.pieces(&prompt, 0, &[])[..3], [Piece::Block(0), Piece::Block(1), Piece::Run(2..48)]);
//! ```

use crate::chips::{Block, Prompt, Renamed, Warmth};
use crate::format;
use crate::lint::{self, Note};
use core::ops::Range;

/// Prompts of up to so many tokens are shown in full.
pub const SHORT: usize = 256;
/// Fewer blocks than this in a row are not worth folding.
const FEWEST: usize = 4;
/// Blocks in full at the beginning, and at the end; before a place where something happens, and from it on.
const ENDS: usize = 2;
const AROUND: usize = 2;
/// Bricks in a row of a run's wall, the most bricks of a wall, and a brick's room and height \[px\].
const ROW: usize = 80;
const MOST_BRICKS: usize = 600;
const BRICK: (usize, usize) = (6, 10);

/// What is folded and what the reader has unfolded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fold {
    /// The block that was edited last, from 0.
    pub edit: usize,
    /// The blocks that the reader has unfolded.
    pub open: Vec<Range<usize>>,
    /// The prompt that this one is compared with, if it is.
    pub before: Option<Prompt>,
}

/// A piece of the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A block in full, from 0.
    Block(usize),
    /// Blocks that are folded: all full, all the same to the cache, all renamed or none.
    Run(Range<usize>),
}

impl Fold {
    /// The blocks in order, those folded that are far from where something happens: when the first `cached` are in the
    /// cache and these notes stand at them.
    pub fn pieces(&self, prompt: &Prompt, cached: u32, notes: &[Note]) -> Vec<Piece> {
        let all = prompt.pieces();
        if prompt.tokens.len() <= SHORT {
            return (0..all).map(Piece::Block).collect();
        }
        let size = prompt.block_size.max(1) as usize;
        let mut full = vec![false; all];
        let mut show =
            |range: Range<usize>| full[range.start.min(all)..range.end.min(all)].fill(true);
        show(0..ENDS);
        show(all.saturating_sub(ENDS)..all);
        let noted = notes.iter().map(|note| note.tokens.start / size);
        for place in [self.edit, cached as usize].into_iter().chain(noted) {
            show(place.saturating_sub(AROUND)..place + AROUND);
        }
        self.open.iter().cloned().for_each(show);

        let kind = |at: usize| (prompt.warmth(at, cached), self.renamed(prompt, at));
        let mut pieces = Vec::new();
        let mut at = 0;
        while at < all {
            let same = |next: &usize| !full[*next] && kind(*next) == kind(at);
            let end = at + (at..all).take_while(same).count();
            if end - at < FEWEST {
                let end = end.max(at + 1);
                pieces.extend((at..end).map(Piece::Block));
                at = end;
            } else {
                pieces.push(Piece::Run(at..end));
                at = end;
            }
        }
        pieces
    }

    /// Whether a block has another id than the prompt before had in its place.
    fn renamed(&self, prompt: &Prompt, at: usize) -> bool {
        let before = self.before.as_ref();
        before.is_some_and(|before| {
            let id = prompt.ids.get(at);
            id.is_some() && !before.tokens.is_empty() && before.ids.get(at) != id
        })
    }

    /// A block in full, when the first `cached` are in the cache and these notes stand at them.
    pub fn block(&self, prompt: &Prompt, cached: u32, notes: &[Note], at: usize) -> Block {
        let same = |before: &Prompt| before.ids.len() > at && prompt.chips(at).eq(before.chips(at));
        let renamed = match self.before.as_ref() {
            Some(before) if self.renamed(prompt, at) => match same(before) {
                true => Renamed::Alone,
                false => Renamed::Reworded,
            },
            _ => Renamed::No,
        };
        let before = self.before.as_ref().filter(|_| renamed != Renamed::No);
        Block {
            notes: lint::at_block(notes, prompt, at),
            was: before.and_then(|before| before.ids.get(at).copied()),
            renamed,
            ..prompt.block(at, cached)
        }
    }

    /// A run of blocks that are folded.
    pub fn run(&self, prompt: &Prompt, cached: u32, run: &Range<usize>) -> Run {
        let renamed = self.renamed(prompt, run.start);
        Run::new(prompt.warmth(run.start, cached), run, renamed)
    }
}

/// The block of the first token in which two prompts differ; none if their tokens are the same.
pub fn edited(before: &Prompt, now: &Prompt) -> Option<usize> {
    let both = before.tokens.iter().zip(&now.tokens);
    let same = both.take_while(|(a, b)| a == b).count();
    let last = now.tokens.len().saturating_sub(1);
    let differs = same < before.tokens.len().max(now.tokens.len());
    differs.then(|| same.min(last) / now.block_size.max(1) as usize)
}

/// A folded run, ready to be drawn: what it is called, and a wall with a brick for each block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// What its blocks are to the cache.
    pub warmth: Warmth,
    /// Whether they have other ids than in the prompt that is compared with.
    pub renamed: bool,
    /// Its blocks, from 0.
    pub blocks: Range<usize>,
    /// The numbers of the run's first and last block, as its button shows them.
    pub numbers: String,
    /// The wall's path, its width and its height \[px\].
    pub path: String,
    /// The wall's width \[px\].
    pub width: usize,
    /// The wall's height \[px\].
    pub height: usize,
    /// How many blocks there are, and what a brick stands for if that is more than one.
    pub words: String,
}

impl Run {
    fn new(warmth: Warmth, run: &Range<usize>, renamed: bool) -> Self {
        let blocks = run.len();
        // Past a wall's size a brick stands for several blocks, and the run says so.
        let each = blocks.div_ceil(MOST_BRICKS);
        let bricks = blocks.div_ceil(each.max(1));
        let mut path = String::new();
        for row in 0..bricks.div_ceil(ROW) {
            let width = (bricks - row * ROW).min(ROW) * BRICK.0;
            path += &format!("M0 {}H{width}", row * BRICK.1 + BRICK.1 / 2);
        }
        let ids = if renamed { " with new ids" } else { "" };
        let scale = match each {
            0 | 1 => String::new(),
            each => format!(", {each} a brick"),
        };
        Self {
            warmth,
            renamed,
            blocks: run.clone(),
            numbers: format!(
                "{}–{}",
                format::count(run.start as u64 + 1),
                format::count(run.end as u64)
            ),
            path,
            width: bricks.min(ROW) * BRICK.0,
            height: bricks.div_ceil(ROW) * BRICK.1,
            words: format!("{}{ids}{scale}", format::blocks(blocks as u32)),
        }
    }
}

#[cfg(test)]
mod tests;
