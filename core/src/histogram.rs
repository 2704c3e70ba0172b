//! A histogram of spans of time with bins of constant relative width, for what is too many to keep.
//!
//! 1,024 bins an octave: a bin is at most 0.1 % wide, so a percentile read from it is off by at most that. Recording
//! is integer arithmetic, the same everywhere. While there are few different spans they are kept one by one instead, and
//! percentiles are exact ([`Histogram::is_exact`]). [`percentile`] and [`mean`] are for values that were kept in a list.

mod spans;

use crate::units::VirtualTime;
use spans::Spans;

/// Counts of time spans by their lengths.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    spans: Spans,
    total: u64,
    sum_ns: u128,
}

impl Histogram {
    /// Counts `span` `times` times.
    #[inline]
    pub fn record(&mut self, span: VirtualTime, times: u64) {
        if times > 0 {
            self.spans.add(span.0, times);
            self.total += times;
            self.sum_ns += u128::from(span.0) * u128::from(times);
        }
    }

    /// Adds all that `other` counted.
    pub fn merge(&mut self, other: &Self) {
        if self.total == 0 {
            return self.clone_from(other);
        }
        self.total += other.total;
        self.sum_ns += other.sum_ns;
        self.spans.merge(&other.spans);
    }

    /// Whether percentiles are exact, because there were few different spans.
    pub fn is_exact(&self) -> bool {
        self.spans.are_few()
    }

    /// The number of spans that were counted.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The exact mean of the spans \[ms\]; 0 if there are none.
    pub fn mean_ms(&self) -> f64 {
        if self.total == 0 {
            0.0
        } else {
            self.sum_ns as f64 / self.total as f64 / 1e6
        }
    }

    /// The percentile `q` in 0..=100 \[ms\], interpolated linearly between neighbours; exact, or each neighbour to its bin's width;
    /// 0 if there are no spans.
    pub fn percentile_ms(&self, q: f64) -> f64 {
        let [value] = self.percentiles_ms([q]);
        value
    }

    /// Several percentiles at once, as [`Histogram::percentile_ms`].
    pub fn percentiles_ms<const N: usize>(&self, qs: [f64; N]) -> [f64; N] {
        let Some(last) = self.total.checked_sub(1) else {
            return [0.0; N];
        };
        let values = self.spans.in_order();
        let value = |rank: u64| values.get(place(&values, rank)).map_or(0.0, |it| it.0);
        qs.map(|q| {
            let rank = q / 100.0 * last as f64;
            let below = (rank as u64).min(last);
            let (a, b) = (value(below), value((below + 1).min(last)));
            (a + (b - a) * (rank - below as f64)) / 1e6
        })
    }
}

/// The place of the value that has this rank.
fn place(values: &[(f64, u64)], rank: u64) -> usize {
    values.partition_point(|&(_, below)| below <= rank)
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

/// The mean of values; 0 if there are none. Sums depend on the order in their last bits: given from the least on, values always
/// have the same mean.
///
/// ```
/// assert_eq!(warmpath_core::histogram::mean(&[1.0, 2.0, 6.0]), 3.0);
/// assert!(warmpath_core::histogram::mean(&[]).is_sign_positive());
/// ```
pub fn mean(values: &[f64]) -> f64 {
    // The sum begins at zero: the standard library's sum of nothing is a negative zero.
    values.iter().fold(0.0, |sum, value| sum + value) / values.len().max(1) as f64
}

/// What `of` makes of samples; NaN of none, where it would give 0, which reads as the best of all times.
pub(crate) fn of_some(samples: &[f64], of: impl Fn(&[f64]) -> f64) -> f64 {
    match samples {
        [] => f64::NAN,
        some => of(some),
    }
}

#[cfg(test)]
mod tests {
    use super::spans::KEPT;
    use super::*;

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
