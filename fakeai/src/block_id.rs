//! The names FakeAI gives its blocks: CPython's hash of the tuple of all tokens up to the block's end.
//!
//! The algorithm is xxHash64's round over the items, as in CPython 3.8 and later; small integers hash to themselves.

const PRIME_1: u64 = 11_400_714_785_074_694_791;
const PRIME_2: u64 = 14_029_467_366_897_019_727;
const PRIME_5: u64 = 2_870_177_450_012_600_261;

/// The hash of a tuple to which items are appended one by one.
#[derive(Clone, Copy, Debug)]
struct TupleHash {
    state: u64,
    length: u64,
}

impl TupleHash {
    const EMPTY: Self = Self {
        state: PRIME_5,
        length: 0,
    };

    fn push(&mut self, item: u32) {
        self.state = self
            .state
            .wrapping_add(u64::from(item).wrapping_mul(PRIME_2))
            .rotate_left(31)
            .wrapping_mul(PRIME_1);
        self.length += 1;
    }

    fn value(self) -> i64 {
        let hash = self.state.wrapping_add(self.length ^ (PRIME_5 ^ 3_527_539));
        // -1 tells of an error in CPython, so no hash may be -1.
        if hash == u64::MAX {
            1_546_275_796
        } else {
            hash.cast_signed()
        }
    }
}

/// The hashes of the prefixes that end at each multiple of `block_size` (0 counts as 1) and at the very end.
pub(crate) fn prefix_hashes(tokens: &[u32], block_size: u32) -> impl Iterator<Item = i64> {
    let mut hash = TupleHash::EMPTY;
    tokens.chunks(block_size.max(1) as usize).map(move |block| {
        block.iter().for_each(|&token| hash.push(token));
        hash.value()
    })
}

/// The ids of all whole blocks of `tokens`, as FakeAI spells them; `block_size` 0 counts as 1.
pub fn block_ids(tokens: &[u32], block_size: u32) -> Vec<String> {
    let whole = tokens.len() / block_size.max(1) as usize;
    prefix_hashes(tokens, block_size)
        .take(whole)
        .map(|hash| format!("block_{hash}"))
        .collect()
}
