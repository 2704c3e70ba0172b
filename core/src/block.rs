//! What can be reused: a prompt's full blocks, each named by everything up to its end.
//!
//! A prefix cache keeps whole blocks of `block_size` tokens. A block's id is a hash of its tokens *and* its parent's id,
//! so one changed token early on renames every later block, and equal ids mean equal prefixes. The last, part-filled
//! block has no id: it cannot be cached. (vLLM and Dynamo chain their blocks the same way; the hash here is XXH3.)
//!
//! ```
//! use warmpath_core::block::chained;
//! let (a, b) = (chained(&[1, 2, 3, 4, 5], 2), chained(&[9, 2, 3, 4], 2));
//! assert_eq!(a.len(), 2); // the fifth token fills no block
//! assert_ne!(a[1], b[1]); // same tokens 3, 4: another prefix, another block
//! ```

use crate::units::BlockId;

/// The parent of every first block.
pub const ROOT: BlockId = BlockId(0);

/// The smallest and the largest block size there is \[tokens\].
pub const SIZES: core::ops::RangeInclusive<u32> = 1..=4096;

/// The id of the block of `tokens` that follows `parent`.
pub fn chain(parent: BlockId, tokens: &[u32]) -> BlockId {
    let mut hasher = xxhash_rust::xxh3::Xxh3::with_seed(parent.0);
    for token in tokens {
        hasher.update(&token.to_le_bytes());
    }
    BlockId(hasher.digest())
}

/// The ids of all full blocks of a text's `tokens`; `block_size` 0 counts as 1.
pub fn chained(tokens: &[u32], block_size: u32) -> Vec<BlockId> {
    let mut parent = ROOT;
    tokens
        .chunks_exact(block_size.max(1) as usize)
        .map(|block| {
            parent = chain(parent, block);
            parent
        })
        .collect()
}
