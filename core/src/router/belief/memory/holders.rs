//! Which replicas are remembered to hold a block: a few by their numbers, many as a set of bits.
//!
//! Most blocks belong to one conversation and are held by a replica or two; those of a shared beginning are held by all. A prompt's
//! shared blocks mostly have the same holders, so equal sets that follow each other are counted at once.

use smallvec::SmallVec;

/// The most holders that are kept by number.
const FEW: usize = 4;

/// The holders of a block. See the [module](self).
#[derive(Clone, Debug, PartialEq)]
pub(super) enum BlockHolders {
    /// The numbers of the holders, in no order.
    Few(SmallVec<[u32; FEW]>),
    /// The set of the holders, a bit for each replica.
    Many(Box<[u64]>),
}

impl Default for BlockHolders {
    fn default() -> Self {
        Self::Few(SmallVec::new())
    }
}

impl BlockHolders {
    /// Whether no replica holds the block.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Few(numbers) => numbers.is_empty(),
            Self::Many(words) => words.iter().all(|&word| word == 0),
        }
    }

    /// Adds `replica`, one of `replicas`, to the holders; `false` if it was one already.
    pub(super) fn add(&mut self, replica: u32, replicas: usize) -> bool {
        match self {
            Self::Few(numbers) if numbers.contains(&replica) => false,
            Self::Few(numbers) if numbers.len() < FEW => {
                numbers.push(replica);
                true
            }
            Self::Few(numbers) => {
                let mut words = vec![0; replicas.div_ceil(64)].into_boxed_slice();
                for &number in numbers.iter().chain([&replica]) {
                    words[number as usize / 64] |= 1 << (number % 64);
                }
                *self = Self::Many(words);
                true
            }
            Self::Many(words) => {
                let (word, bit) = (&mut words[replica as usize / 64], 1 << (replica % 64));
                let is_new = *word & bit == 0;
                *word |= bit;
                is_new
            }
        }
    }

    /// Removes `replica` from the holders. A set of bits stays one, however few are left.
    pub(super) fn remove(&mut self, replica: u32) {
        match self {
            Self::Few(numbers) => numbers.retain(|number| *number != replica),
            Self::Many(words) => words[replica as usize / 64] &= !(1 << (replica % 64)),
        }
    }

    /// Adds `times` to the count of each holder.
    pub(super) fn count(&self, times: u32, counts: &mut [u32]) {
        match self {
            Self::Few(numbers) => {
                for &number in numbers {
                    counts[number as usize] += times;
                }
            }
            Self::Many(words) => {
                for (&word, counts) in words.iter().zip(counts.chunks_mut(64)) {
                    // Where most bits are set, a loop without branches is quicker than going from bit to bit.
                    if word.count_ones() > 16 {
                        for (bit, count) in counts.iter_mut().enumerate() {
                            *count += times * (word >> bit & 1) as u32;
                        }
                        continue;
                    }
                    let mut left = word;
                    while left != 0 {
                        counts[left.trailing_zeros() as usize] += times;
                        left &= left - 1;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    /// Against a plain list, as replicas come and go in any order, until there are many holders and then few again.
    #[test]
    fn they_are_what_a_plain_list_says() {
        let (mut rng, replicas) = (Rng::new(1, "holders"), 130);
        let (mut holders, mut plain) = (BlockHolders::default(), Vec::new());
        for round in 0..5_000u32 {
            let replica = rng.below(replicas as u32);
            // Mostly some are added, then mostly some are dropped.
            if rng.below(4) > u32::from(round % 1_000 > 500) * 2 {
                assert_eq!(holders.add(replica, replicas), !plain.contains(&replica));
                plain.retain(|&it| it != replica);
                plain.push(replica);
            } else {
                holders.remove(replica);
                plain.retain(|&it| it != replica);
            }
            assert_eq!(holders.is_empty(), plain.is_empty());
            let mut counts = vec![1; replicas];
            holders.count(3, &mut counts);
            let held = |at: usize| u32::from(plain.contains(&(at as u32)));
            let expected: Vec<u32> = (0..replicas).map(|at| 1 + 3 * held(at)).collect();
            assert_eq!(counts, expected);
        }
    }
}
