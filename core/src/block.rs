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

/// The id that stands for the parent of every first block.
pub const ROOT: BlockId = BlockId(0);

/// The smallest and the largest block size there is \[tokens\].
pub const SIZES: core::ops::RangeInclusive<u32> = 1..=4096;

/// The id of the block of `tokens` that follows `parent`.
pub fn chain(parent: BlockId, tokens: &[u32]) -> BlockId {
    // The text is hashed in one piece: a hasher that takes pieces derives a secret from each seed, which takes several times as
    // long as a short hash.
    let mut short = [0; 4 * 64];
    let mut long = Vec::new();
    let bytes = match short.get_mut(..4 * tokens.len()) {
        Some(short) => short,
        None => {
            long.resize(4 * tokens.len(), 0);
            &mut long[..]
        }
    };
    for (out, token) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(tokens) {
        *out = token.to_le_bytes();
    }
    BlockId(xxhash_rust::xxh3::xxh3_64_with_seed(bytes, parent.0))
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

// The chain is a polynomial in BASE modulo 2^64 whose coefficients are the mixed local hashes. The powers of BASE are known, so
// several links are computed at once instead of one after the other. BASE is 5 modulo 8, which gives it the longest period.
const BASE: u64 = 0xd134_2543_de82_ef95;
const BASE_2: u64 = BASE.wrapping_mul(BASE);
const BASE_3: u64 = BASE_2.wrapping_mul(BASE);
const BASE_4: u64 = BASE_3.wrapping_mul(BASE);

#[inline]
fn mixed(local: u64) -> u64 {
    let x = local.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (x ^ (x >> 32)).wrapping_add(1)
}

/// The id of the block with `local` hash (of its tokens alone) that follows `parent`.
///
/// For engines' own block hashes, where [`chain`] hashes tokens. It is made for speed and does not resist a search for
/// collisions.
#[inline]
pub fn chain_hash(parent: BlockId, local: u64) -> BlockId {
    BlockId(parent.0.wrapping_mul(BASE).wrapping_add(mixed(local)))
}

/// Appends to `ids` the ids of the blocks with `locals` hashes that follow `parent`: [`chain_hash`] of each, quicker.
pub fn chain_hashes(parent: BlockId, locals: &[u64], ids: &mut Vec<BlockId>) {
    let begin = ids.len();
    ids.resize(begin + locals.len(), ROOT);
    let mut last = parent.0;
    let (fours, rest) = locals.as_chunks::<4>();
    let (out, out_rest) = ids[begin..].as_chunks_mut::<4>();
    for (four, out) in fours.iter().zip(out) {
        let a = mixed(four[0]);
        let b = a.wrapping_mul(BASE).wrapping_add(mixed(four[1]));
        let c = b.wrapping_mul(BASE).wrapping_add(mixed(four[2]));
        let d = c.wrapping_mul(BASE).wrapping_add(mixed(four[3]));
        let next = last.wrapping_mul(BASE_4).wrapping_add(d);
        out[0] = BlockId(last.wrapping_mul(BASE).wrapping_add(a));
        out[1] = BlockId(last.wrapping_mul(BASE_2).wrapping_add(b));
        out[2] = BlockId(last.wrapping_mul(BASE_3).wrapping_add(c));
        out[3] = BlockId(next);
        last = next;
    }
    for (&local, out) in rest.iter().zip(out_rest) {
        last = chain_hash(BlockId(last), local).0;
        *out = BlockId(last);
    }
}
