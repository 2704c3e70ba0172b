//! How good was it: a run's figures, by the definitions of vLLM's serving benchmark where it has them.
//!
//! Every figure is a row of [`FIGURES`]: key, title, unit, which way is better. TTFT, TPOT and E2E percentiles are
//! exact (linear interpolation between order statistics, as numpy does); ITL's are read from a histogram whose bins are
//! at most 0.1 % wide. A run with several seeds is told by the median and the range of each figure.

mod figures;
mod summary;

pub use figures::{Better, FIGURES, Figure, figure};
pub use summary::{ReplicaFigures, Summary, ecdf, summarise, throughput};

/// The percentile `q` (0 to 100) of sorted values, interpolated linearly between neighbours; 0 of none.
///
/// ```
/// assert_eq!(warmpath_core::metrics::percentile(&[1.0, 2.0, 4.0], 75.0), 3.0);
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
