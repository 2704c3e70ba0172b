//! The prompts of a workload as chains of pieces, for products that keep trees over characters or tokens.
//!
//! The blocks of the resulting [`Corpus`] are single pieces: Unicode scalar values, as in Rust's and Python's strings, or tokens.
//! Two prompts share exactly the pieces that both begin with. Prompts are kept only while a workload is read (or by a router
//! without a fleet, as long as it runs), each distinct one once.

use core::hash::Hash;

use crate::request::corpus::SegmentId;
use crate::request::{Chain, Corpus};
use crate::units::Map;

/// A run of pieces: a text or a list of tokens.
pub(crate) trait Pieces {
    /// One piece of a prompt: a character or a token.
    type Piece: Copy + Eq + Hash;
    /// The form in which a run is kept.
    type Kept: Clone + core::fmt::Debug + Default;

    fn first(&self) -> Option<Self::Piece>;
    fn count(&self) -> usize;
    /// How many pieces both begin with, and how much of each that is, in the unit of [`Self::after`].
    fn shared(&self, other: &Self) -> (u32, usize);
    /// The run without its beginning.
    fn after(&self, shared: usize) -> &Self;
    /// What a kept run has after this many pieces.
    fn rest(kept: &Self::Kept, pieces: usize) -> &Self;
    fn keep(&self, kept: &mut Self::Kept);
}

impl Pieces for str {
    type Piece = char;
    type Kept = String;

    fn first(&self) -> Option<char> {
        self.chars().next()
    }

    fn count(&self) -> usize {
        self.chars().count()
    }

    fn shared(&self, other: &Self) -> (u32, usize) {
        let same = self.chars().zip(other.chars()).take_while(|(a, b)| a == b);
        same.fold((0, 0), |(count, bytes), (it, _)| {
            (count + 1, bytes + it.len_utf8())
        })
    }

    fn after(&self, bytes: usize) -> &Self {
        &self[bytes..]
    }

    fn rest(kept: &String, pieces: usize) -> &Self {
        let start = kept.char_indices().nth(pieces);
        start.map_or("", |(start, _)| &kept[start..])
    }

    fn keep(&self, kept: &mut String) {
        kept.push_str(self);
    }
}

impl Pieces for [u32] {
    type Piece = u32;
    type Kept = Vec<u32>;

    fn first(&self) -> Option<u32> {
        self.iter().next().copied()
    }

    fn count(&self) -> usize {
        self.len()
    }

    fn shared(&self, other: &Self) -> (u32, usize) {
        let same = self.iter().zip(other).take_while(|(a, b)| a == b).count();
        (u32::try_from(same).unwrap_or(u32::MAX), same)
    }

    fn after(&self, count: usize) -> &Self {
        &self[count..]
    }

    fn rest(kept: &Vec<u32>, pieces: usize) -> &Self {
        kept.get(pieces..).unwrap_or_default()
    }

    fn keep(&self, kept: &mut Vec<u32>) {
        kept.extend_from_slice(self);
    }
}

/// A builder of the prompts' chains of characters.
pub(crate) type Characters = Tree<str>;
/// A builder of the prompts' chains of tokens.
pub(crate) type Tokens = Tree<[u32]>;

/// A builder of a corpus whose blocks are single pieces.
#[derive(Clone, Debug)]
pub(crate) struct Tree<P: Pieces + ?Sized> {
    corpus: Corpus,
    /// The pieces of each segment; empty for the root.
    runs: Vec<P::Kept>,
    /// The segment in which a prompt goes on that leaves another segment: by that segment, the number of pieces from the root, and
    /// the next piece.
    branches: Map<(SegmentId, u32, P::Piece), SegmentId>,
}

impl<P: Pieces + ?Sized> Default for Tree<P> {
    fn default() -> Self {
        Self {
            corpus: Corpus::default(),
            runs: Vec::new(),
            branches: Map::default(),
        }
    }
}

impl<P: Pieces + ?Sized> Tree<P> {
    /// The chain of a prompt that begins as `from` (the chain of another, or the empty one) and goes on with `more`.
    pub(crate) fn go_on(&mut self, from: Chain, more: &P) -> Chain {
        let (mut at, mut rest) = (from, more);
        while let Some(first) = rest.first() {
            let (count, length) = self.ahead(at).map_or((0, 0), |ahead| ahead.shared(rest));
            if count > 0 {
                at.depth += count;
                rest = rest.after(length);
                continue;
            }
            let Some(&branch) = self.branches.get(&(at.leaf, at.depth, first)) else {
                return self.add(at, first, rest);
            };
            let (count, length) = P::rest(&self.runs[branch.0 as usize], 0).shared(rest);
            (at.leaf, at.depth) = (branch, at.depth + count);
            rest = rest.after(length);
        }
        at
    }

    /// The pieces that follow `at` in its own segment; `None` at its end.
    fn ahead(&self, at: Chain) -> Option<&P> {
        let segment = self.corpus.segment(at.leaf);
        let offset = at.depth - segment.before;
        let run = self.runs.get(at.leaf.0 as usize);
        let run = run.filter(|_| offset < segment.len)?;
        Some(P::rest(run, offset as usize))
    }

    /// Enters pieces that no earlier prompt has at this place.
    fn add(&mut self, at: Chain, first: P::Piece, rest: &P) -> Chain {
        let count = u32::try_from(rest.count()).unwrap_or(u32::MAX);
        let chain = self.corpus.extend(at, count);
        self.runs.resize(self.corpus.len(), P::Kept::default());
        rest.keep(&mut self.runs[chain.leaf.0 as usize]);
        if chain.leaf != at.leaf {
            self.branches.insert((at.leaf, at.depth, first), chain.leaf);
        }
        chain
    }

    /// The corpus so far.
    pub(crate) fn corpus(&self) -> &Corpus {
        &self.corpus
    }

    /// The corpus; the prompts' pieces are dropped.
    pub(crate) fn finish(self) -> Corpus {
        self.corpus
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::BlockId;
    use proptest::prelude::*;

    fn ids(corpus: &Corpus, chain: Chain) -> Vec<BlockId> {
        let mut ids = Vec::new();
        corpus.ids(chain, &mut ids);
        ids
    }

    #[test]
    fn texts_share_the_characters_they_begin_with() {
        let mut made = Characters::default();
        let system = made.go_on(Chain::default(), "Sei kurz. ");
        let why = made.go_on(system, "Warum?");
        let what = made.go_on(system, "Was ü");
        let whole = made.go_on(Chain::default(), "Sei kurz. Was ö");
        let corpus = made.finish();
        assert_eq!(
            [system, why, what, whole].map(|it| it.depth),
            [10, 16, 15, 15]
        );
        let [why, what, whole] = [why, what, whole].map(|it| ids(&corpus, it));
        assert_eq!(why[..12], what[..12]);
        assert_ne!(why[12], what[12]);
        assert_eq!(what[..14], whole[..14]);
        assert_ne!(what[14], whole[14]);
        assert_eq!(corpus.blocks(), 16 + 3 + 1);
    }

    #[test]
    fn tokens_are_shared_alike() {
        let mut made = Tokens::default();
        let one = made.go_on(Chain::default(), &[7, 8, 9]);
        let other = made.go_on(Chain::default(), &[7, 8, 1, 2]);
        let longer = made.go_on(one, &[5]);
        let again = made.go_on(Chain::default(), &[7, 8, 9, 5]);
        let corpus = made.finish();
        assert_eq!(longer, again);
        let [one, other] = [one, other].map(|it| ids(&corpus, it));
        assert_eq!(one[..2], other[..2]);
        assert_ne!(one[2], other[2]);
        assert_eq!(corpus.blocks(), 4 + 2);
    }

    proptest! {
        /// Ids are equal as far as texts are equal, and no further, however the texts were cut.
        #[test]
        fn equal_ids_are_equal_beginnings(
            texts in prop::collection::vec(prop::collection::vec("[abü]{0,4}", 0..4), 1..9),
        ) {
            let mut made = Characters::default();
            let chains: Vec<Chain> = texts
                .iter()
                .map(|pieces| pieces.iter().fold(Chain::default(), |at, it| made.go_on(at, it)))
                .collect();
            let corpus = made.finish();
            let whole: Vec<String> = texts.iter().map(|pieces| pieces.concat()).collect();
            for (a, &x) in whole.iter().zip(&chains) {
                for (b, &y) in whole.iter().zip(&chains) {
                    let (x, y) = (ids(&corpus, x), ids(&corpus, y));
                    prop_assert_eq!(x.len(), a.chars().count());
                    let same = x.iter().zip(&y).take_while(|(x, y)| x == y).count();
                    prop_assert_eq!(same, a.as_str().shared(b).0 as usize);
                }
            }
        }
    }
}
