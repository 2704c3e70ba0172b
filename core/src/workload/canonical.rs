//! One numbering for equal workloads: blocks are numbered in the order in which requests first have them.
//!
//! A corpus numbers blocks as they were found, which depends on what was read and sorted before. Renumbering makes two readings of
//! the same requests equal, drops blocks that no request has, and joins several small blocks to one.

use crate::request::corpus::SegmentId;
use crate::request::{Chain, Corpus};
use smallvec::SmallVec;

/// A new corpus that is built from the chains of an old one.
#[derive(Debug)]
pub(super) struct Renumber {
    join: u32,
    corpus: Corpus,
    /// For each old segment, the new chains that end in it, deeper ones later.
    known: Vec<SmallVec<[Chain; 1]>>,
    /// The runs of the chain that is translated; kept so that its memory is used again.
    runs: Vec<(SegmentId, u32)>,
}

/// A chain in the new corpus, and how much of it was there before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Translated {
    pub(super) chain: Chain,
    pub(super) known: Chain,
}

impl Renumber {
    /// A new corpus in which every `join` old blocks become one.
    pub(super) fn new(join: u32) -> Self {
        Self {
            join: join.max(1),
            corpus: Corpus::default(),
            known: Vec::new(),
            runs: Vec::new(),
        }
    }

    /// The new chain for `chain` of the corpus `old`.
    pub(super) fn translate(&mut self, old: &Corpus, chain: Chain) -> Translated {
        self.runs.clear();
        self.runs.extend(old.runs(chain));
        self.known
            .resize_with(old.len().max(self.known.len()), SmallVec::new);
        let (mut here, mut known) = (Chain::default(), Chain::default());
        for &(segment, covered) in self.runs.iter().rev() {
            // A joined block belongs to the segment its last part lies in.
            let end = (old.segment(segment).before + covered) / self.join;
            if end == here.depth {
                continue;
            }
            let chains = &mut self.known[segment.0 as usize];
            let deep_enough = chains.partition_point(|chain| chain.depth < end);
            here = match chains.get(deep_enough) {
                Some(&longer) => {
                    known = self.corpus.prefix(longer, end);
                    known
                }
                None => {
                    if let Some(&longest) = chains.last() {
                        (here, known) = (longest, longest);
                    }
                    let longer = self.corpus.extend(here, end - here.depth);
                    chains.push(longer);
                    longer
                }
            };
        }
        Translated { chain: here, known }
    }

    /// The new corpus so far.
    pub(super) fn corpus(&self) -> &Corpus {
        &self.corpus
    }

    pub(super) fn finish(self) -> Corpus {
        self.corpus
    }
}

/// The chain that ends with the block of this dense id; `None` if there is no such block.
pub(super) fn ending_in(corpus: &Corpus, block: u64) -> Option<Chain> {
    if block == 0 {
        return Some(Chain::default());
    }
    if block > corpus.blocks() {
        return None;
    }
    // Segments are numbered like their blocks: a later segment has later blocks.
    let (mut low, mut high) = (1, corpus.len());
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if corpus.segment(SegmentId(middle as u32)).first <= block {
            low = middle;
        } else {
            high = middle;
        }
    }
    let leaf = SegmentId(low as u32);
    let segment = corpus.segment(leaf);
    Some(Chain {
        leaf,
        depth: segment.before + (block - segment.first) as u32 + 1,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Chains grown from earlier ones at any depth.
    fn grow(steps: &[(usize, u32, u32)]) -> (Corpus, Vec<Chain>) {
        let (mut corpus, mut chains) = (Corpus::default(), vec![Chain::default()]);
        for &(from, depth, more) in steps {
            let from = chains[from % chains.len()];
            let from = corpus.prefix(from, depth % (from.depth + 1));
            chains.push(corpus.extend(from, more));
        }
        (corpus, chains)
    }

    fn ids(corpus: &Corpus, chain: Chain) -> Vec<u64> {
        let mut out = Vec::new();
        corpus.ids(chain, &mut out);
        out.into_iter().map(|id| id.0).collect()
    }

    proptest! {
        #[test]
        fn what_is_shared_stays_shared(
            steps in prop::collection::vec((0..20usize, 0..40u32, 0..9u32), 1..20),
            join in 1..4u32,
        ) {
            let (old, chains) = grow(&steps);
            let mut renumber = Renumber::new(join);
            let new: Vec<Chain> = chains.iter().map(|&c| renumber.translate(&old, c).chain).collect();
            let corpus = renumber.finish();
            let shared = |a: &[u64], b: &[u64]| a.iter().zip(b).take_while(|(x, y)| x == y).count();
            for (i, &a) in chains.iter().enumerate() {
                prop_assert_eq!(new[i].depth, a.depth / join);
                prop_assert_eq!(ending_in(&corpus, corpus.last_id(new[i]).0), Some(new[i]));
                for (j, &b) in chains.iter().enumerate() {
                    let before = shared(&ids(&old, a), &ids(&old, b)) / join as usize;
                    prop_assert_eq!(shared(&ids(&corpus, new[i]), &ids(&corpus, new[j])), before);
                }
            }
            // A corpus that is renumbered again stays the same.
            let mut again = Renumber::new(1);
            for &chain in &new {
                prop_assert_eq!(again.translate(&corpus, chain).chain, chain);
            }
            prop_assert_eq!(again.finish(), corpus);
        }
    }
}
