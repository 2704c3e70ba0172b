//! A histogram of spans of time with bins of constant relative width, for what is too many to keep.
//!
//! 1,024 bins an octave: a bin is at most 0.1 % wide, so a percentile read from it is off by at most that. Recording
//! is integer arithmetic, the same everywhere. While there are few different spans they are kept one by one beside the
//! bins, and percentiles are exact; [`Histogram::is_exact`] tells. [`percentile`] reads what was kept instead.

use std::collections::BTreeMap;

use crate::units::VirtualTime;

const SUB_BITS: u32 = 10;
/// Most different spans that are kept one by one.
const KEPT: usize = 1024;

/// Counts of time spans by size.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// Bins from `first` on; empty until something is recorded.
    counts: Vec<u64>,
    first: usize,
    total: u64,
    sum_ns: u128,
    /// How often each span was counted, while those are few.
    spans: Spans,
}

/// Spans one by one, until there are too many.
#[derive(Clone, Debug, PartialEq)]
enum Spans {
    Few(BTreeMap<u64, u64>),
    Many,
}

impl Default for Spans {
    fn default() -> Self {
        Self::Few(BTreeMap::new())
    }
}

impl Spans {
    fn add(&mut self, ns: u64, times: u64) {
        if let Self::Few(spans) = self {
            *spans.entry(ns).or_default() += times;
            if spans.len() > KEPT {
                *self = Self::Many;
            }
        }
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

impl Histogram {
    /// Counts `span` `times` times.
    pub fn record(&mut self, span: VirtualTime, times: u64) {
        if times > 0 {
            self.spans.add(span.0, times);
            self.bin(span, times);
        }
    }

    fn bin(&mut self, span: VirtualTime, times: u64) {
        let at = bin(span.0);
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
        self.total += times;
        self.sum_ns += u128::from(span.0) * u128::from(times);
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &Self) {
        for (index, &count) in other.counts.iter().enumerate() {
            if count > 0 {
                // Any value of the bin does: the sum is carried over exactly below.
                let ns = middle(other.first + index) as u64;
                self.bin(VirtualTime(ns), count);
                self.sum_ns -= u128::from(ns) * u128::from(count);
            }
        }
        self.sum_ns += other.sum_ns;
        match &other.spans {
            Spans::Few(spans) => spans
                .iter()
                .for_each(|(ns, times)| self.spans.add(*ns, *times)),
            Spans::Many => self.spans = Spans::Many,
        }
    }

    /// Whether percentiles are exact, as different spans were few.
    pub fn is_exact(&self) -> bool {
        matches!(self.spans, Spans::Few(_))
    }

    /// How many were counted.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Exact mean \[ms\]; 0 when empty.
    pub fn mean_ms(&self) -> f64 {
        if self.total == 0 {
            0.0
        } else {
            self.sum_ns as f64 / self.total as f64 / 1e6
        }
    }

    /// The percentile `q` in 0..=100 \[ms\], interpolated linearly between neighbours; exact, or each neighbour to its bin's
    /// width; 0 when empty.
    pub fn percentile_ms(&self, q: f64) -> f64 {
        let Some(last) = self.total.checked_sub(1) else {
            return 0.0;
        };
        let rank = q / 100.0 * last as f64;
        let below = (rank as u64).min(last);
        let (a, b) = (self.value(below), self.value((below + 1).min(last)));
        (a + (b - a) * (rank - below as f64)) / 1e6
    }

    /// The span of that rank from 0 \[ns\].
    fn value(&self, rank: u64) -> f64 {
        let mut below = 0;
        let mut up_to = |count: u64| {
            below += count;
            below > rank
        };
        match &self.spans {
            Spans::Few(spans) => {
                let found = spans.iter().find(|(_, times)| up_to(**times));
                found.map_or(0.0, |(ns, _)| *ns as f64)
            }
            Spans::Many => {
                let found = self.counts.iter().position(|&count| up_to(count));
                found.map_or(0.0, |index| middle(self.first + index))
            }
        }
    }
}

/// The percentile `q` (0 to 100) of sorted values, interpolated linearly between neighbours; 0 of none.
///
/// ```
/// assert_eq!(warmpath_core::histogram::percentile(&[1.0, 2.0, 4.0], 75.0), 3.0);
/// ```
pub fn percentile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let rank = last as f64 * (q / 100.0);
    let below = (rank as usize).min(last);
    let (a, b) = (sorted[below], sorted[(below + 1).min(last)]);
    a + (b - a) * (rank - below as f64)
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

    #[test]
    fn merging_equals_recording_together() {
        let (mut a, mut b, mut both) = (
            Histogram::default(),
            Histogram::default(),
            Histogram::default(),
        );
        for i in 1..500u64 {
            let (span, times) = (VirtualTime(i * i * 1_000), i % 7);
            if i % 2 == 0 {
                a.record(span, times)
            } else {
                b.record(span, times)
            }
            both.record(span, times);
        }
        a.merge(&b);
        assert_eq!(a, both);
        assert!((both.percentile_ms(0.0) - 0.001).abs() < 1e-5);
    }

    #[test]
    fn few_gaps_have_the_percentiles_that_numpy_gives() {
        let mut gaps = Histogram::default();
        gaps.record(VirtualTime(32_000_000), 1);
        gaps.record(VirtualTime(1_688_000_000), 1);
        assert!((gaps.percentile_ms(99.0) - 1671.44).abs() < 1e-9);
        assert!((gaps.percentile_ms(50.0) - 860.0).abs() < 1e-9);
        assert!(gaps.is_exact());
    }

    #[test]
    fn many_gaps_are_read_from_bins_and_merging_keeps_that() {
        let mut many = Histogram::default();
        for ns in 0..=KEPT as u64 {
            many.record(VirtualTime(1_000_000 + ns * 1_000), 1);
        }
        assert!(!many.is_exact());
        assert!((many.percentile_ms(50.0) - 1.512).abs() < 0.002);
        let mut merged = Histogram::default();
        merged.record(VirtualTime(5), 1);
        merged.merge(&many);
        assert!(!merged.is_exact());
        assert_eq!(merged.total(), many.total() + 1);
    }
}
