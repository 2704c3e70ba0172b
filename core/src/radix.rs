//! Which replica has how much of a prefix: a compressed radix tree over chained block ids.
//!
//! A router that wants to send a prompt where its prefix is warm asks, for every replica at once, how many leading
//! blocks of the prompt it holds. The index answers that in one walk, and is kept up to date by what replicas report:
//! blocks stored after a block they have, blocks evicted.
//!
//! ```
//! use warmpath_core::block::{ROOT, chained};
//! use warmpath_core::radix::{Depths, Index};
//! use warmpath_core::units::ReplicaId;
//!
//! let prompt = chained(&[1, 2, 3, 4, 5, 6, 7, 8], 2); // four blocks of two tokens
//! let mut index = Index::new(2);
//! index.store(ReplicaId(0), ROOT, &prompt[..3])?;
//! index.store(ReplicaId(1), ROOT, &prompt[..1])?;
//! let mut depths = Depths::new();
//! index.matches(&prompt, &mut depths);
//! assert_eq!(depths.as_slice(), [3, 1]);
//!
//! index.remove(ReplicaId(0), &prompt[1..2]); // evicted in the middle: the third block is there, but out of reach
//! index.matches(&prompt, &mut depths);
//! assert_eq!(depths.as_slice(), [1, 1]);
//! index.store(ReplicaId(0), prompt[0], &prompt[1..2])?;
//! index.matches(&prompt, &mut depths);
//! assert_eq!(depths.as_slice(), [3, 1]);
//! # Ok::<(), warmpath_core::radix::StoreError>(())
//! ```
//!
//! **What makes it quick.** Blocks that follow each other lie in one node, and a leaf grows in place, so a conversation
//! is one node for each 224 of its blocks, however many turns it has. An id names its whole prefix: a node is matched by comparing
//! the one id at its end, and found by its first block in one table for the whole tree. A replica that holds less than a node, or
//! not all of it, does not split it as long as the node has at most 32 spans of blocks, one for each such replica as a rule. The
//! walk allocates nothing and nothing recurses.
//!
//! **What it asks of the caller.** Ids must be chained as in [`crate::block`]: equal ids, equal prefixes. With others
//! nothing panics, but depths are meaningless. That two prefixes share a 64-bit id is left out of the account.
//!
//! **What removal costs.** A replica goes on, and evicts, at the end of what it holds; those blocks are kept in a small
//! table, and a list of neighbouring blocks needs one of them. Where a look-up left a run is remembered too. A parent or
//! an eviction elsewhere in a run is searched for by scanning, and after a few scans all blocks are entered in the table
//! (9 to 18 bytes for each from then on, and slower stores): the index is small as long as evictions come from the
//! tail and prompts are looked up before they are stored, and correct anyway.
//!
//! **What it leaves out.** Runs that a branch once split are not joined again before they are freed.

mod audit;
mod change;
mod chunked;
mod depths;
mod holders;
mod lru;
mod meter;
mod places;
mod table;
mod tree;
mod view;

pub use change::StoreError;
pub use depths::Depths;
pub use meter::Visits;
pub use view::{NodeId, NodeView, Stats};

use crate::block::{ROOT, chain_hash, chain_hashes};
use crate::units::BlockId;
use lru::Lru;
use meter::Meter;
use tree::Tree;

/// An index takes replicas 0 to `MAX_REPLICAS - 1`.
pub const MAX_REPLICAS: u32 = 10_000;

/// Which replica holds which blocks. See the [module](self).
///
/// A clone shares with the original what neither changes, so a simulation can be forked.
#[derive(Clone, Debug)]
pub struct Index {
    tree: Tree,
    /// The number of blocks that each replica holds.
    held: Vec<usize>,
    /// The sum of what all replicas hold \[blocks\].
    pairs: usize,
    lru: Option<Lru>,
    /// The number of a node that has got too many spans.
    crowded: Option<u32>,
    /// The first block of each run that was added or dropped since they were last taken; `None` where that is not noted.
    changes: Option<Vec<BlockId>>,
}

impl Index {
    /// An empty index for this many replicas (at most [`MAX_REPLICAS`]); it grows when one with a higher number stores.
    pub fn new(replicas: u32) -> Self {
        Self {
            tree: Tree::new(),
            held: vec![0; replicas.min(MAX_REPLICAS) as usize],
            pairs: 0,
            lru: None,
            crowded: None,
            changes: None,
        }
    }

    /// Begins to note which blocks it adds and drops, for [`Index::changes`].
    pub fn note_changes(&mut self) {
        self.changes = Some(Vec::new());
    }

    /// Takes what was noted: the first block, or one before it, of each run of blocks that a replica came to hold or holds no
    /// longer. Empty unless [`Index::note_changes`] was called.
    pub fn changes(&mut self) -> impl Iterator<Item = BlockId> {
        self.changes.iter_mut().flat_map(|it| it.drain(..))
    }

    /// Like [`Index::new`], and remembers when each block was last used: for [`Index::evict`] and [`Index::expire`].
    pub fn with_stamps(replicas: u32) -> Self {
        Self {
            lru: Some(Lru::default()),
            ..Self::new(replicas)
        }
    }

    fn grow(&mut self, replicas: u32) {
        self.held.resize(replicas as usize, 0);
    }

    /// The number of replicas it knows of: those it was made for, and those up to the highest that stored.
    pub fn replicas(&self) -> u32 {
        self.held.len() as u32
    }

    /// Every replica's matched depth: how many leading blocks of the prompt it holds without a gap.
    pub fn matches(&self, blocks: &[BlockId], depths: &mut Depths) {
        self.walk(blocks, depths, &mut ());
    }

    /// As [`Index::matches`], and adds what the walk visited to `visits`.
    pub fn matches_counted(&self, blocks: &[BlockId], depths: &mut Depths, visits: &mut Visits) {
        self.walk(blocks, depths, visits);
    }

    #[inline]
    fn walk(&self, blocks: &[BlockId], depths: &mut Depths, meter: &mut impl Meter) {
        let depths = depths.reset(self.held.len());
        let mut start = 0;
        while let Some(&first) = blocks.get(start as usize) {
            let Some(node) = self.tree.beginning(first, start, meter) else {
                return;
            };
            meter.node();
            let common = self.tree.common(node, 0, &blocks[start as usize..], meter);
            if 0 < common && common < node.len {
                let last = blocks[start as usize + common as usize - 1];
                self.tree.leave_at(node, common - 1, last);
            }
            if !node.holders.match_into(depths, start, common) || common < node.len {
                return;
            }
            start += common as u32;
        }
    }

    /// As [`Index::matches`], for a prompt whose blocks are not chained yet: `locals` are hashes of each block's own tokens, and
    /// `ids` becomes the chained ids, for storing later. It is quicker than chaining first, because the index is read while the
    /// next ids are computed.
    pub fn matches_hashes(&self, locals: &[u64], ids: &mut Vec<BlockId>, depths: &mut Depths) {
        let depths = depths.reset(self.held.len());
        ids.clear();
        let mut last = ROOT;
        while let Some(&local) = locals.get(ids.len()) {
            let start = ids.len();
            let Some(node) = self
                .tree
                .beginning(chain_hash(last, local), start as u32, &mut ())
            else {
                break;
            };
            let most = (locals.len() - start).min(node.len as usize);
            let end = self.tree.id(node, most as u16 - 1);
            chain_hashes(last, &locals[start..start + most], ids);
            last = ids[ids.len() - 1];
            let common = if end == last {
                most as u16
            } else {
                self.tree.common(node, 0, &ids[start..], &mut ())
            };
            if 0 < common && common < node.len {
                let last = ids[start + common as usize - 1];
                self.tree.leave_at(node, common - 1, last);
            }
            if !node.holders.match_into(depths, start as u32, common) || common < node.len {
                break;
            }
        }
        chain_hashes(last, &locals[ids.len()..], ids);
    }
}
