//! Prefixes of traces that give ids of larger or smaller blocks than the cache has.
//!
//! A trace's id names `unit` tokens and all before them. A cache of smaller blocks splits each unit (so two prompts
//! share whole units or nothing of them); one of larger blocks joins several, and the last id names the whole. Sizes
//! that neither divide the unit nor are a multiple of it do not fit.

use crate::block;
use crate::request::{Chain, Corpus};
use crate::units::{BlockId, Map};
use crate::workload::WorkloadError;

/// Finds the prefixes that lists of ids share.
#[derive(Debug)]
pub(super) struct IdChains {
    unit: u32,
    /// The number of tokens of a block of `corpus`: the cache's, or the unit where that is smaller.
    block: u32,
    join: u32,
    corpus: Corpus,
    known: Map<BlockId, Chain>,
}

impl IdChains {
    /// For ids that stand for `unit` tokens, and a cache with `block` tokens in a block.
    pub(super) fn new(unit: u32, block: u32) -> Result<Self, WorkloadError> {
        if !unit.is_multiple_of(block) && !block.is_multiple_of(unit) {
            let fits = |size: &u32| unit.is_multiple_of(*size) || size.is_multiple_of(unit);
            return Err(WorkloadError::BlockSize {
                asked: block,
                what: format!("a trace with ids of {unit} tokens"),
                allowed: sizes(fits),
            });
        }
        Ok(Self {
            unit,
            block: block.min(unit),
            join: (block / unit).max(1),
            corpus: Corpus::default(),
            known: Map::default(),
        })
    }

    /// The full blocks of a prompt of `tokens` with these ids, in the corpus's own block size.
    pub(super) fn intern(&mut self, ids: &[u64], tokens: u32) -> Chain {
        let full = tokens / self.block;
        let (mut chain, mut name) = (Chain::default(), block::ROOT);
        for id in ids {
            name = block::chain(name, &[*id as u32, (*id >> 32) as u32]);
            let end = full.min(chain.depth + self.unit / self.block);
            let known = self.known.get(&name).copied().unwrap_or(chain);
            // A prompt that ended inside this unit may have left it part-filled.
            let missing = end.saturating_sub(known.depth);
            let longest = self.corpus.extend(known, missing);
            if missing > 0 {
                self.known.insert(name, longest);
            }
            chain = self.corpus.prefix(longest, end);
        }
        // Tokens that no id names are shared with no other prompt.
        self.corpus.extend(chain, full.saturating_sub(chain.depth))
    }

    /// The chain continued to the full blocks of `tokens`, which are shared with no other prompt.
    pub(super) fn go_on(&mut self, chain: Chain, tokens: u32) -> Chain {
        let missing = (tokens / self.block).saturating_sub(chain.depth);
        self.corpus.extend(chain, missing)
    }

    /// The corpus, and how many of its blocks make one of the cache's.
    pub(super) fn finish(self) -> (Corpus, u32) {
        (self.corpus, self.join)
    }
}

/// The common block sizes that fit, for a message.
fn sizes(fits: impl Fn(&u32) -> bool) -> String {
    let fitting: Vec<String> = (0..=12)
        .map(|power| 1 << power)
        .filter(fits)
        .map(|size: u32| size.to_string())
        .collect();
    fitting.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(chains: &IdChains, chain: Chain) -> Vec<u64> {
        let mut out = Vec::new();
        chains.corpus.ids(chain, &mut out);
        out.into_iter().map(|id| id.0).collect()
    }

    #[test]
    fn units_are_split() {
        for (block, depths, shared) in [(16, [4, 3, 6], 2), (32, [2, 1, 3], 1), (64, [2, 1, 3], 1)]
        {
            let mut chains = IdChains::new(32, block).unwrap();
            let a = chains.intern(&[7, 8], 64);
            let b = chains.intern(&[7, 9], 48);
            let c = chains.intern(&[7, 9, 10], 96);
            assert_eq!([a.depth, b.depth, c.depth], depths);
            let [a, b, c] = [a, b, c].map(|chain| ids(&chains, chain));
            let common = a.iter().zip(&c).take_while(|(x, y)| x == y).count();
            assert_eq!(common, shared);
            assert!(c.starts_with(&b), "the part-filled unit is the same one");
            assert_eq!(chains.intern(&[7], 50).depth, 50 / block.min(32));
        }
    }

    #[test]
    fn an_id_in_another_place_is_another_block() {
        let mut chains = IdChains::new(16, 16).unwrap();
        let a = chains.intern(&[1, 2], 32);
        let b = chains.intern(&[2, 1], 32);
        assert_ne!(ids(&chains, a)[1], ids(&chains, b)[0]);
        assert_eq!(chains.finish().0.blocks(), 4);
    }

    #[test]
    fn sizes_that_do_not_fit_are_refused_with_those_that_do() {
        let error = IdChains::new(512, 48).unwrap_err().to_string();
        assert_eq!(
            error,
            "block size 48 does not fit a trace with ids of 512 tokens; allowed: \
             1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096"
        );
    }
}
