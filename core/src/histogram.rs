//! A histogram of spans of time with bins of constant relative width, for what is too many to keep.
//!
//! 1,024 bins an octave: a bin is at most 0.1 % wide, so a percentile read from it is off by at most that. Recording
//! is integer arithmetic, the same everywhere. [`percentile`] reads what was kept instead.

use crate::units::VirtualTime;

const SUB_BITS: u32 = 10;

/// Counts of time spans by size.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    /// Bins from `first` on; empty until something is recorded.
    counts: Vec<u64>,
    first: usize,
    total: u64,
    sum_ns: u128,
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
        if times == 0 {
            return;
        }
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
                self.record(VirtualTime(ns), count);
                self.sum_ns -= u128::from(ns) * u128::from(count);
            }
        }
        self.sum_ns += other.sum_ns;
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

    /// The percentile `q` in 0..=100 \[ms\], to the bin's width; 0 when empty.
    pub fn percentile_ms(&self, q: f64) -> f64 {
        if self.total == 0 {
            return 0.0;
        }
        let rank = q / 100.0 * (self.total - 1) as f64;
        let mut below = 0u64;
        for (index, &count) in self.counts.iter().enumerate() {
            below += count;
            if below as f64 > rank {
                return middle(self.first + index) / 1e6;
            }
        }
        middle(self.first + self.counts.len() - 1) / 1e6
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
}
