//! The texts of a workload, character by character, as products that keep trees over characters see them.
//!
//! The blocks of the resulting [`Corpus`] are characters (Unicode scalar values, as in Rust's and Python's strings): two texts
//! share exactly the characters that both begin with. Texts are kept only while a workload is read, each distinct one once.

use crate::request::corpus::SegmentId;
use crate::request::{Chain, Corpus};
use crate::units::Map;

/// Builds a corpus of characters.
#[derive(Debug, Default)]
pub(crate) struct Characters {
    corpus: Corpus,
    /// By segment, its text; none of the root.
    texts: Vec<String>,
    /// Where texts leave a segment: after so many characters from the root, with this one, to go on in that segment.
    branches: Map<(SegmentId, u32, char), SegmentId>,
}

impl Characters {
    /// The chain of a text that begins as `from` says (the chain of another, or the empty one) and goes on with `more`.
    pub(crate) fn go_on(&mut self, from: Chain, more: &str) -> Chain {
        let (mut at, mut rest) = (from, more);
        while let Some(first) = rest.chars().next() {
            let (count, bytes) = shared(self.ahead(at), rest);
            if count > 0 {
                at.depth += count;
                rest = &rest[bytes..];
                continue;
            }
            let Some(&branch) = self.branches.get(&(at.leaf, at.depth, first)) else {
                return self.add(at, first, rest);
            };
            let (count, bytes) = shared(&self.texts[branch.0 as usize], rest);
            (at.leaf, at.depth) = (branch, at.depth + count);
            rest = &rest[bytes..];
        }
        at
    }

    /// What comes after `at` in its own segment.
    fn ahead(&self, at: Chain) -> &str {
        let segment = self.corpus.segment(at.leaf);
        let offset = at.depth - segment.before;
        let text = self.texts.get(at.leaf.0 as usize);
        let Some(text) = text.filter(|_| offset < segment.len) else {
            return "";
        };
        let start = text.char_indices().nth(offset as usize);
        start.map_or("", |(start, _)| &text[start..])
    }

    /// Enters what no text before has at this place.
    fn add(&mut self, at: Chain, first: char, rest: &str) -> Chain {
        let count = u32::try_from(rest.chars().count()).unwrap_or(u32::MAX);
        let chain = self.corpus.extend(at, count);
        self.texts.resize(self.corpus.len(), String::new());
        self.texts[chain.leaf.0 as usize].push_str(rest);
        if chain.leaf != at.leaf {
            self.branches.insert((at.leaf, at.depth, first), chain.leaf);
        }
        chain
    }

    /// The corpus; the texts are forgotten.
    pub(crate) fn finish(self) -> Corpus {
        self.corpus
    }
}

/// How many characters, and bytes, both texts begin with.
fn shared(a: &str, b: &str) -> (u32, usize) {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b);
    same.fold((0, 0), |(count, bytes), (it, _)| {
        (count + 1, bytes + it.len_utf8())
    })
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

    proptest! {
        /// Ids are equal as far as texts are, and no further, however they were cut.
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
                    prop_assert_eq!(same, shared(a, b).0 as usize);
                }
            }
        }
    }
}
