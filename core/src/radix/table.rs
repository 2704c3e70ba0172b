//! An open-addressed table from block ids to 32-bit places, which does not store the ids.
//!
//! A cell holds 32 bits of the id's hash and the place; the caller, who has the id there, decides whether the place is the right
//! one. 8 bytes a cell, linear probing, and deletion closes the gap, so there are no tombstones.

use super::meter::Meter;
use crate::units::BlockId;

const EMPTY: u64 = u64::MAX;
const SMALLEST: usize = 16;

#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The cells, each with the hash in the upper half and the place in the lower. Their number is a power of two.
    cells: Vec<u64>,
    len: usize,
    /// How full the table may get, in eighths.
    eighths: usize,
}

#[inline]
fn hash(id: BlockId) -> u32 {
    // Fibonacci hashing; ids are hashes already, but small numbers must do as well.
    ((id.0 ^ (id.0 >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

impl Table {
    /// A table with room for `places` without growing, filled to at most this many eighths.
    pub(super) fn with_capacity(places: usize, eighths: usize) -> Self {
        let cells = (places * 8 / eighths + 1).next_power_of_two();
        Self {
            cells: vec![EMPTY; cells.max(SMALLEST)],
            len: 0,
            eighths,
        }
    }

    #[inline]
    fn home(&self, hash: u32) -> usize {
        // cells.len() is 2^bits, so this keeps the hash's top bits.
        ((hash as u64 * self.cells.len() as u64) >> 32) as usize
    }

    /// The place of `id` that `is_right` confirms.
    #[inline]
    pub(super) fn find(&self, id: BlockId, is_right: impl FnMut(u32) -> bool) -> Option<u32> {
        self.find_counted(id, is_right, &mut ())
    }

    /// As [`Self::find`], and `meter` counts the cells that are read.
    #[inline]
    pub(super) fn find_counted(
        &self,
        id: BlockId,
        mut is_right: impl FnMut(u32) -> bool,
        meter: &mut impl Meter,
    ) -> Option<u32> {
        let (hash, mask) = (hash(id), self.cells.len() - 1);
        let mut at = self.home(hash);
        loop {
            let cell = self.cells[at & mask];
            meter.cell();
            if cell == EMPTY {
                return None;
            }
            if (cell >> 32) as u32 == hash && is_right(cell as u32) {
                return Some(cell as u32);
            }
            at += 1;
        }
    }

    /// Whether there is no room for one more place without growing.
    pub(super) fn is_full(&self) -> bool {
        (self.len + 1) * 8 > self.cells.len() * self.eighths
    }

    /// Adds a place; the caller knows that `id` is not in the table at this place.
    pub(super) fn insert(&mut self, id: BlockId, place: u32) {
        if self.is_full() {
            self.grow();
        }
        self.put((hash(id) as u64) << 32 | place as u64);
        self.len += 1;
    }

    #[inline]
    fn put(&mut self, cell: u64) {
        let mask = self.cells.len() - 1;
        let mut at = self.home((cell >> 32) as u32);
        while self.cells[at & mask] != EMPTY {
            at += 1;
        }
        self.cells[at & mask] = cell;
    }

    fn grow(&mut self) {
        let doubled = vec![EMPTY; self.cells.len() * 2];
        for cell in core::mem::replace(&mut self.cells, doubled) {
            if cell != EMPTY {
                self.put(cell);
            }
        }
    }

    /// Takes `id` at this place out of the table; `false` if it was not in it.
    pub(super) fn remove(&mut self, id: BlockId, place: u32) -> bool {
        let mask = self.cells.len() - 1;
        let wanted = (hash(id) as u64) << 32 | place as u64;
        let mut hole = self.home(hash(id));
        loop {
            match self.cells[hole & mask] {
                EMPTY => return false,
                cell if cell == wanted => break,
                _ => hole += 1,
            }
        }
        hole &= mask;
        let mut next = hole;
        loop {
            next = (next + 1) & mask;
            let cell = self.cells[next];
            if cell == EMPTY {
                break;
            }
            // The cell may move back into the hole unless its home lies after the hole.
            let home = self.home((cell >> 32) as u32);
            if next.wrapping_sub(home) & mask >= next.wrapping_sub(hole) & mask {
                self.cells[hole] = cell;
                hole = next;
            }
        }
        self.cells[hole] = EMPTY;
        self.len -= 1;
        true
    }

    /// The number of places in the table, counted, and whether it equals the number kept and leaves room; for tests.
    pub(super) fn census(&self) -> (usize, bool) {
        let places = self.cells.iter().filter(|&&cell| cell != EMPTY).count();
        let fits = self.len * 8 <= self.cells.len() * self.eighths;
        (places, places == self.len && fits)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.cells.capacity() * size_of::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// It grows when it is as full as it may get, and not before.
    #[test]
    fn it_is_filled_to_its_share() {
        for eighths in [4, 6, 7] {
            let mut table = Table::with_capacity(1000, eighths);
            let cells = table.cells.len();
            assert!(cells * eighths / 8 >= 1000, "{eighths} eighths");
            for place in 0..(cells * eighths / 8) as u32 {
                table.insert(BlockId(place.into()), place);
            }
            assert_eq!(table.cells.len(), cells, "{eighths} eighths");
            table.insert(BlockId(u64::MAX), 0);
            assert!(table.cells.len() > cells, "{eighths} eighths");
        }
    }

    #[test]
    fn what_is_not_there_cannot_be_taken_out() {
        let mut table = Table::with_capacity(10, 6);
        table.insert(BlockId(3), 1);
        assert!(!table.remove(BlockId(3), 2));
        assert!(!table.remove(BlockId(4), 1));
        assert!(table.remove(BlockId(3), 1));
        assert!(!table.remove(BlockId(3), 1));
        assert_eq!(table.census(), (0, true));
    }

    #[test]
    fn a_census_finds_what_is_miscounted_or_overfull() {
        let mut table = Table::with_capacity(10, 6);
        for place in 0..10 {
            table.insert(BlockId(place.into()), place);
        }
        assert_eq!(table.census(), (10, true));
        table.len = 9;
        assert_eq!(table.census(), (10, false));
        table.cells.fill(0);
        table.len = table.cells.len();
        assert_eq!(table.census(), (table.len, false));
    }
}
