//! When open requests arrive: gaps of mean 1, to be divided by the rate.
//!
//! ```
//! use warmpath_core::workload::arrivals::Process;
//! let mean: f64 = Process::Poisson.gaps(1).take(10_000).sum::<f64>() / 10_000.0;
//! assert!((mean - 1.0).abs() < 0.05);
//! ```

use super::mersenne::MersenneTwister;
use crate::rng::Rng;

/// How the gaps between arrivals are distributed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Process {
    /// All gaps are equal.
    Constant,
    /// Exponentially distributed gaps: arrivals are independent of each other.
    Poisson,
    /// Gamma gaps with this coefficient of variation (above 1: bursts), see [`Process::GAMMA_CV`].
    Gamma {
        /// The coefficient of variation: standard deviation over mean.
        cv: f64,
    },
    /// The exponential gaps the KubeAI benchmark drew: NumPy's `random.exponential` with seed 12345, whatever the
    /// scenario's seed. Gap `n` follows request `n`.
    KubeAi,
    /// No gaps: all requests arrive at once.
    AllAtOnce,
}

impl Process {
    /// The coefficients of variation that can be asked for.
    pub const GAMMA_CV: core::ops::RangeInclusive<f64> = 0.01..=10.0;

    /// The gaps after each arrival, mean 1 (0 for all at once), without end. A coefficient of variation outside
    /// [`Process::GAMMA_CV`] counts as the nearest inside.
    pub fn gaps(self, seed: u64) -> Gaps {
        Gaps(match self {
            Process::Constant => Source::Constant(1.0),
            Process::AllAtOnce => Source::Constant(0.0),
            Process::Poisson => Source::Exponential(Rng::new(seed, "arrivals")),
            Process::Gamma { cv } => {
                let cv = cv.max(*Self::GAMMA_CV.start()).min(*Self::GAMMA_CV.end());
                Source::Gamma(Rng::new(seed, "arrivals"), 1.0 / (cv * cv))
            }
            Process::KubeAi => Source::KubeAi(Box::new(MersenneTwister::new(12345))),
        })
    }
}

/// The gaps of a process, without end.
#[derive(Clone, Debug)]
pub struct Gaps(Source);

#[derive(Clone, Debug)]
enum Source {
    Constant(f64),
    Exponential(Rng),
    Gamma(Rng, f64),
    KubeAi(Box<MersenneTwister>),
}

impl Iterator for Gaps {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        Some(match &mut self.0 {
            Source::Constant(gap) => *gap,
            Source::Exponential(rng) => rng.exponential(),
            Source::Gamma(rng, shape) => rng.gamma(*shape),
            Source::KubeAi(twister) => -libm::log(1.0 - twister.uniform()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::fmt::Write as _;

    #[test]
    fn gamma_gaps_have_the_asked_spread() {
        let n = 200_000;
        for cv in [0.5, 1.0, 2.0] {
            let gaps: Vec<f64> = Process::Gamma { cv }.gaps(5).take(n).collect();
            let mean = gaps.iter().sum::<f64>() / n as f64;
            let variance = gaps.iter().map(|g| (g - mean).powi(2)).sum::<f64>() / n as f64;
            assert!((mean - 1.0).abs() < 0.02, "{mean}");
            assert!((libm::sqrt(variance) / cv - 1.0).abs() < 0.03, "{variance}");
        }
        assert!(
            Process::Gamma { cv: f64::NAN }
                .gaps(1)
                .take(9)
                .all(|g| g >= 0.0)
        );
    }

    #[test]
    fn the_benchmarks_gaps_are_the_ones_it_drew() {
        // The 8,000 gaps as NumPy printed them with nine decimals, one a line: their hash, and both ends.
        let mut text = String::new();
        for gap in Process::KubeAi.gaps(7).take(8000) {
            writeln!(text, "{gap:.9}").unwrap();
        }
        assert!(text.starts_with("2.653790633\n0.380346569\n"));
        assert!(text.ends_with("\n0.415512136\n"));
        assert_eq!(
            xxhash_rust::xxh3::xxh3_64(text.as_bytes()),
            0x268c_29cf_3c2a_aa44
        );
    }
}
