//! How often each span of time was counted: exactly while there are few different spans, by bin when there are many.
//!
//! Most spans are recorded once a step of an engine and read once a run, so recording only appends to a list. When the list is
//! full, equal spans in it are put together; if more than [`KEPT`] different ones are left, all go to bins. When spans were last
//! put together changes neither what is read from a list nor whether two lists are equal.

use crate::order;
use crate::units::Map;

/// Each power of two is cut into 2 to this power bins.
const SUB_BITS: u32 = 10;
/// The largest number of different spans that are kept one by one.
pub(super) const KEPT: usize = 1024;
/// The length of a list at which equal spans in it are put together.
const FULL: usize = 2 * KEPT;

/// Spans \[ns\], each with how often it was counted. See the [module](self).
#[derive(Clone, Debug)]
pub(super) enum Spans {
    /// In the order in which they came; a span may stand there several times.
    Few(Vec<(u64, u64)>),
    Many(Bins),
}

impl Default for Spans {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl PartialEq for Spans {
    fn eq(&self, other: &Self) -> bool {
        self.are_few() == other.are_few() && self.in_order() == other.in_order()
    }
}

/// How often each span of a list was counted; `None` if there are more than [`KEPT`] different ones.
fn put_together(list: &[(u64, u64)]) -> Option<Map<u64, u64>> {
    let most = list.len().min(KEPT + 1);
    let mut each: Map<u64, u64> = Map::with_capacity_and_hasher(most, Default::default());
    for &(ns, times) in list {
        *each.entry(ns).or_default() += times;
        if each.len() > KEPT {
            return None;
        }
    }
    Some(each)
}

impl Spans {
    #[inline]
    pub(super) fn add(&mut self, ns: u64, times: u64) {
        match self {
            Self::Few(list) if list.len() < FULL => list.push((ns, times)),
            Self::Few(_) => self.add_to_full(ns, times),
            Self::Many(bins) => bins.add(bin(ns), times),
        }
    }

    #[cold] // once in a thousand
    fn add_to_full(&mut self, ns: u64, times: u64) {
        if let Self::Few(list) = self {
            match put_together(list) {
                Some(each) => *list = each.into_iter().collect(),
                None => *self = Self::Many(core::mem::take(self).into_bins()),
            }
        }
        self.add(ns, times);
    }

    /// Adds all that `other` counted.
    pub(super) fn merge(&mut self, other: &Self) {
        match other {
            Self::Few(list) => list.iter().for_each(|&(ns, times)| self.add(ns, times)),
            Self::Many(others) => {
                let mut bins = core::mem::take(self).into_bins();
                for (at, &times) in (others.first..).zip(&others.counts) {
                    if times > 0 {
                        bins.add(at, times);
                    }
                }
                *self = Self::Many(bins);
            }
        }
    }

    /// Whether at most [`KEPT`] different spans were counted, so that they are exact.
    pub(super) fn are_few(&self) -> bool {
        match self {
            Self::Few(list) => list.len() <= KEPT || put_together(list).is_some(),
            Self::Many(_) => false,
        }
    }

    /// The spans \[ns\], or the middles of their bins, from the shortest on, each with how many were counted up to and including it.
    pub(super) fn in_order(&self) -> Vec<(f64, u64)> {
        let mut below = 0;
        let mut up_to = |times: u64| {
            below += times;
            below
        };
        if let Self::Few(list) = self
            && let Some(spans) = put_together(list)
        {
            let each = spans.keys().map(|&ns| (ns, 0));
            let mut sorted: Vec<(u64, u32)> = each.collect();
            order::keys(&mut sorted);
            let each = sorted.iter().map(|&(ns, _)| (ns as f64, up_to(spans[&ns])));
            return each.collect();
        }
        let bins = self.clone().into_bins();
        let counted = (bins.first..).zip(&bins.counts);
        let counted = counted.filter(|&(_, &times)| times > 0);
        let each = counted.map(|(at, &times)| (middle(at), up_to(times)));
        each.collect()
    }

    fn into_bins(self) -> Bins {
        match self {
            Self::Many(bins) => bins,
            Self::Few(list) => {
                let spans = || list.iter().map(|&(ns, _)| ns);
                let (least, most) = (spans().min().unwrap_or(0), spans().max().unwrap_or(0));
                let first = bin(least);
                let mut counts = vec![0; bin(most) - first + 1];
                for &(ns, times) in &list {
                    counts[bin(ns) - first] += times;
                }
                Bins { counts, first }
            }
        }
    }
}

/// The count of each bin from the bin `first` on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Bins {
    counts: Vec<u64>,
    first: usize,
}

impl Bins {
    #[inline]
    fn add(&mut self, at: usize, times: u64) {
        match self.counts.get_mut(at.wrapping_sub(self.first)) {
            Some(count) => *count += times,
            None => self.widen(at, times),
        }
    }

    /// Counts in a bin that has no place in `counts` yet.
    fn widen(&mut self, at: usize, times: u64) {
        if self.counts.is_empty() {
            self.first = at;
        }
        if at < self.first {
            let grow = self.first - at;
            self.counts.splice(0..0, core::iter::repeat_n(0, grow));
            self.first = at;
        }
        let index = at - self.first;
        if index >= self.counts.len() {
            self.counts.resize(index + 1, 0);
        }
        self.counts[index] += times;
    }
}

fn bin(ns: u64) -> usize {
    if ns >> SUB_BITS == 0 {
        return ns as usize;
    }
    let shift = 63 - SUB_BITS - ns.leading_zeros();
    (((shift + 1) as usize) << SUB_BITS) + ((ns >> shift) as usize - (1 << SUB_BITS))
}

fn middle(bin: usize) -> f64 {
    let octave = bin >> SUB_BITS;
    if octave == 0 {
        return bin as f64;
    }
    let (low, width) = (
        (((bin & ((1 << SUB_BITS) - 1)) | (1 << SUB_BITS)) as u64) << (octave - 1),
        1u64 << (octave - 1),
    );
    low as f64 + (width - 1) as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_within_a_thousandth() {
        for ns in [1u64, 1023, 1024, 1025, 999_999, 1_000_000_007, u64::MAX / 3] {
            let error = (middle(bin(ns)) - ns as f64).abs() / ns as f64;
            assert!(error < 0.001, "{ns}: {error}");
        }
    }

    /// A list to which `times` spans were added, of `different` lengths, in no order.
    fn counted(times: usize, different: u64) -> Spans {
        let mut spans = Spans::default();
        (0..times as u64).for_each(|n| spans.add(n * 7919 % different, 1));
        spans
    }

    #[test]
    fn they_are_few_as_long_as_different_ones_are_whenever_they_were_put_together() {
        for times in [KEPT, FULL - 1, FULL, FULL + 1, 5 * FULL] {
            assert!(counted(times, KEPT as u64).are_few(), "{times}");
            assert_eq!(counted(times, KEPT as u64 + 1).are_few(), times <= KEPT);
        }
    }

    #[test]
    fn those_that_were_counted_alike_are_equal_and_others_are_not() {
        // The other was put together once more, and counted in another order.
        let (few, mut other) = (counted(FULL, 100), counted(1, 100));
        other.merge(&counted(FULL, 100));
        assert_ne!(few, other);
        let mut few = few;
        few.add(0, 1);
        assert_eq!(few, other);
        other.add(1, 1);
        assert_ne!(few, other);
        assert_ne!(few, counted(FULL, KEPT as u64 + 1));
    }
}
