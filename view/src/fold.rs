//! A long prompt's blocks in little room: in full where something happens, and as a wall of bricks elsewhere.
//!
//! A reader of 4,000 characters looks at three places: where the prompt begins, where it differs from what is cached, and
//! where it was edited. The blocks between are folded into runs that say how many there are and whether they are cached, a
//! brick per block; each run can be unfolded. Short prompts are never folded.
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

/// The largest number of tokens of a prompt that is never folded.
pub const SHORT: usize = 256;
/// The smallest number of blocks in a row that are folded.
const FEWEST: usize = 4;
/// The number of blocks shown in full at each end of the prompt, then on each side of a place where something happens.
const ENDS: usize = 2;
const AROUND: usize = 2;
/// The bricks in a row of a wall, the most bricks in a wall, and the size of a brick with its gap \[px\].
const ROW: usize = 80;
const MOST_BRICKS: usize = 600;
const BRICK: (usize, usize) = (6, 10);

/// Which blocks are folded and which the reader has unfolded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fold {
    /// The number of the block that was edited last, from 0.
    pub edit: usize,
    /// The blocks that the reader has unfolded.
    pub open: Vec<Range<usize>>,
    /// The prompt that this one is compared with; `None` without a comparison.
    pub before: Option<Prompt>,
}

/// A piece of the picture of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A block that is shown in full, by its number from 0.
    Block(usize),
    /// Blocks that are folded: all full, all alike in being cached or not, and in having a new id or not.
    Run(Range<usize>),
}

impl Fold {
    /// The pieces in order, with those blocks folded that are far from where something happens, if the first `cached`
    /// blocks are in the cache and `notes` are shown.
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

    /// Whether a block has another id than the one at its place in the prompt before.
    fn renamed(&self, prompt: &Prompt, at: usize) -> bool {
        let before = self.before.as_ref();
        before.is_some_and(|before| {
            let id = prompt.ids.get(at);
            id.is_some() && !before.tokens.is_empty() && before.ids.get(at) != id
        })
    }

    /// A block in full, if the first `cached` blocks are in the cache and `notes` are shown.
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

    /// A run of folded blocks, if the first `cached` blocks are in the cache.
    pub fn run(&self, prompt: &Prompt, cached: u32, run: &Range<usize>) -> Run {
        let renamed = self.renamed(prompt, run.start);
        Run::new(prompt.warmth(run.start, cached), run, renamed)
    }
}

/// The number of the block with the first token in which two prompts differ; `None` if their tokens are the same.
pub fn edited(before: &Prompt, now: &Prompt) -> Option<usize> {
    let both = before.tokens.iter().zip(&now.tokens);
    let same = both.take_while(|(a, b)| a == b).count();
    let last = now.tokens.len().saturating_sub(1);
    let differs = same < before.tokens.len().max(now.tokens.len());
    differs.then(|| same.min(last) / now.block_size.max(1) as usize)
}

/// A folded run, ready to be drawn: its texts, and a wall with a brick for each block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Whether its blocks are in the cache.
    pub warmth: Warmth,
    /// Whether its blocks have other ids than in the prompt that is compared with.
    pub renamed: bool,
    /// The numbers of its blocks, from 0.
    pub blocks: Range<usize>,
    /// The numbers of the run's first and last block, as its button shows them.
    pub numbers: String,
    /// The wall as an SVG path of horizontal lines, one per row of bricks.
    pub path: String,
    /// The width of the wall \[px\].
    pub width: usize,
    /// The height of the wall \[px\].
    pub height: usize,
    /// The number of blocks in words, and how many a brick stands for if that is more than one.
    pub words: String,
}

impl Run {
    fn new(warmth: Warmth, run: &Range<usize>, renamed: bool) -> Self {
        let blocks = run.len();
        // In a long run a brick stands for several blocks, and the run's words say so.
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
