//! All the block prefixes of a workload, each once: a tree of runs of blocks.
//!
//! A workload repeats itself: turns extend turns, questions share a system prompt. The corpus interns every distinct
//! chain of blocks as [`Segment`]s. A segment hangs off its parent after any number of the parent's blocks, so adding a
//! chain never splits what is there, and a request is just a leaf and a depth. Blocks get dense ids, consecutive within
//! a segment: like a chained hash, an id names its whole prefix, and it costs nothing to store.
//!
//! Replica caches and routers work on whole runs through this, instead of block by block.

use xxhash_rust::xxh3::Xxh3;

use crate::units::{BlockId, Map};

/// The number of a segment in the corpus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentId(pub u32);

/// The root segment: it has no blocks, and all others hang off it.
pub const ROOT: SegmentId = SegmentId(0);

/// A run of blocks that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The segment that it hangs off. The root is its own parent.
    pub parent: SegmentId,
    /// The number of blocks before it on its path from the root; it leaves its parent at block `before - parent.before`.
    pub before: u32,
    /// How many blocks the segment itself holds.
    pub len: u32,
    /// The dense id of its first block; those of the others follow.
    pub first: u64,
}

/// A path from the root: its first `depth` blocks, the last of which lie in segment `leaf`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Chain {
    /// The segment the path ends in (the root if `depth` is 0).
    pub leaf: SegmentId,
    /// The number of full blocks from the root \[blocks\].
    pub depth: u32,
}

/// Every distinct block chain of a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corpus {
    segments: Vec<Segment>,
    next_block: u64,
}

impl Default for Corpus {
    fn default() -> Self {
        let root = Segment {
            parent: ROOT,
            before: 0,
            len: 0,
            first: 0,
        };
        Self {
            segments: vec![root],
            next_block: 1,
        }
    }
}

impl Corpus {
    /// The segment of that number, which the corpus must have given out.
    pub fn segment(&self, id: SegmentId) -> Segment {
        self.segments[id.0 as usize]
    }

    /// The number of segments, the root included.
    pub fn len(&self) -> usize {
        self.segments.len()
    }

    /// Whether the corpus has no block.
    pub fn is_empty(&self) -> bool {
        self.blocks() == 0
    }

    /// The number of distinct blocks that the corpus holds.
    pub fn blocks(&self) -> u64 {
        self.next_block - 1
    }

    /// A chain that is `more` blocks longer than `from`; these blocks are new and shared with no other chain.
    pub fn extend(&mut self, from: Chain, more: u32) -> Chain {
        if more == 0 {
            return from;
        }
        let end = self.segment(from.leaf);
        let at_end = from.leaf != ROOT
            && end.before + end.len == from.depth
            && end.first + u64::from(end.len) == self.next_block;
        let leaf = if at_end {
            self.segments[from.leaf.0 as usize].len += more;
            from.leaf
        } else {
            let id = SegmentId(self.segments.len() as u32);
            let first = self.next_block;
            self.segments.push(Segment {
                parent: from.leaf,
                before: from.depth,
                len: more,
                first,
            });
            id
        };
        self.next_block += u64::from(more);
        Chain {
            leaf,
            depth: from.depth + more,
        }
    }

    /// The first `depth` blocks of `chain`.
    pub fn prefix(&self, chain: Chain, depth: u32) -> Chain {
        let depth = depth.min(chain.depth);
        let mut leaf = chain.leaf;
        while leaf != ROOT && self.segment(leaf).before >= depth {
            leaf = self.segment(leaf).parent;
        }
        Chain { leaf, depth }
    }

    /// The chain's runs, deepest first: each segment with how many of its blocks the chain covers (at least 1).
    pub fn runs(&self, chain: Chain) -> impl Iterator<Item = (SegmentId, u32)> + '_ {
        let (mut leaf, mut end) = (chain.leaf, chain.depth);
        core::iter::from_fn(move || {
            while leaf != ROOT {
                let here = self.segment(leaf);
                let (id, covered) = (leaf, end.saturating_sub(here.before));
                (leaf, end) = (here.parent, end.min(here.before));
                if covered > 0 {
                    return Some((id, covered));
                }
            }
            None
        })
    }

    /// The dense id of the chain's last block, which names the whole chain; 0 for the empty chain.
    pub fn last_id(&self, chain: Chain) -> BlockId {
        if chain.depth == 0 {
            return BlockId(0);
        }
        let leaf = self.segment(chain.leaf);
        BlockId(leaf.first + u64::from(chain.depth - 1 - leaf.before))
    }

    /// The blocks with dense ids `first` to `last` (from 1 to [`Corpus::blocks`]) as runs of segments: segment, first
    /// block and one past the last, counted within it.
    pub fn parts(&self, first: u64, last: u64) -> Vec<(SegmentId, u32, u32)> {
        let mut parts = Vec::new();
        let mut at = self.segments.partition_point(|it| it.first <= first);
        let mut from = first;
        while from <= last && at > 0 {
            let segment = self.segments[at - 1];
            let start = (from - segment.first) as u32;
            let end = segment.len.min((last - segment.first + 1) as u32);
            if start >= end {
                break; // beyond the last block
            }
            parts.push((SegmentId(at as u32 - 1), start, end));
            from = segment.first + u64::from(end);
            at += 1;
            if at > self.segments.len() {
                break;
            }
        }
        parts
    }

    /// A hash of the tree of prefixes, as far as its first `blocks` blocks go; the same for every corpus that begins with
    /// the same requests.
    pub fn fingerprint(&self, blocks: u64) -> u64 {
        let mut hash = Xxh3::with_seed(blocks);
        let begun = self.segments.iter().skip(1);
        for segment in begun.take_while(|segment| segment.first <= blocks) {
            let parent = self.last_id(Chain {
                leaf: segment.parent,
                depth: segment.before,
            });
            // A segment that begins right behind the last block of the one before may be part of that one in another corpus: only
            // branches count.
            if parent.0 + 1 != segment.first {
                hash.update(&segment.first.to_le_bytes());
                hash.update(&parent.0.to_le_bytes());
            }
        }
        hash.digest()
    }

    /// Writes the dense ids of the chain's blocks to `out`, first block first, replacing what it held.
    pub fn ids(&self, chain: Chain, out: &mut Vec<BlockId>) {
        out.clear();
        out.resize(chain.depth as usize, BlockId(0));
        for (id, covered) in self.runs(chain) {
            let segment = self.segment(id);
            let run = &mut out[segment.before as usize..][..covered as usize];
            for (offset, slot) in run.iter_mut().enumerate() {
                *slot = BlockId(segment.first + offset as u64);
            }
        }
    }
}

/// A builder of a corpus from chained block ids (hashes), which finds the prefixes that chains share.
#[derive(Clone, Debug, Default)]
pub struct Interner {
    corpus: Corpus,
    known: Map<BlockId, Chain>,
}

impl Interner {
    /// The chain of `blocks` (chained ids, first block first), sharing every prefix seen before.
    pub fn intern(&mut self, blocks: &[BlockId]) -> Chain {
        // If an id is known, all ids before it are known, so the last known one is found by bisection.
        let from = self.known(blocks);
        let new = &blocks[from.depth as usize..];
        let chain = self.corpus.extend(from, new.len() as u32);
        for (&block, depth) in new.iter().zip(from.depth + 1..) {
            let leaf = chain.leaf;
            self.known.insert(block, Chain { leaf, depth });
        }
        chain
    }

    /// The chain of the longest prefix of `blocks` known so far.
    pub fn known(&self, blocks: &[BlockId]) -> Chain {
        match blocks.partition_point(|block| self.known.contains_key(block)) {
            0 => Chain::default(),
            n => self.known[&blocks[n - 1]],
        }
    }

    /// The corpus so far.
    pub fn corpus(&self) -> &Corpus {
        &self.corpus
    }

    /// The corpus; the hashes are dropped.
    pub fn finish(self) -> Corpus {
        self.corpus
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::chained;

    #[test]
    fn shared_prefixes_are_interned_once() {
        let mut interner = Interner::default();
        let a = interner.intern(&chained(&[1, 2, 3, 4, 5, 6], 2));
        let b = interner.intern(&chained(&[1, 2, 3, 4, 7, 8, 9, 9], 2));
        let again = interner.intern(&chained(&[1, 2], 2));
        let corpus = interner.finish();
        assert_eq!(
            (a.depth, b.depth, again.depth, corpus.blocks()),
            (3, 4, 1, 5)
        );
        let (mut ids_a, mut ids_b) = (vec![], vec![]);
        corpus.ids(a, &mut ids_a);
        corpus.ids(b, &mut ids_b);
        assert_eq!(ids_a[..2], ids_b[..2]);
        assert_ne!(ids_a[2], ids_b[2]);
        assert_eq!(
            corpus.prefix(b, 2),
            Chain {
                leaf: a.leaf,
                depth: 2
            }
        );
        assert_eq!(corpus.runs(b).map(|(_, n)| n).collect::<Vec<_>>(), [2, 2]);
    }
}
