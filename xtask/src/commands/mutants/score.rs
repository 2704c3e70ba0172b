//! Estimates the share of faults that tests notice from a sample, with a confidence interval.

/// The number of standard deviations within which 95 % of a normal distribution lie.
const Z: f64 = 1.959_964;

/// The number of faults in a sample, and of those that were noticed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Score {
    pub(super) caught: usize,
    pub(super) tried: usize,
}

impl Score {
    pub(super) fn share(self) -> f64 {
        self.caught as f64 / self.tried.max(1) as f64
    }

    /// The 95 % confidence interval for the share of all faults that would be noticed (Wilson's, which is right also for
    /// small samples and for shares near 1).
    pub(super) fn interval(self) -> (f64, f64) {
        if self.tried == 0 {
            return (0.0, 1.0);
        }
        let n = self.tried as f64;
        let share = self.share();
        let middle = share + Z * Z / (2.0 * n);
        let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        let all = 1.0 + Z * Z / n;
        (
            ((middle - half) / all).max(0.0),
            ((middle + half) / all).min(1.0),
        )
    }
}

/// The share of all faults, from a sample of each module, and half the width of its interval.
pub(super) fn together(modules: &[(Score, usize)]) -> (f64, f64) {
    let tried: Vec<_> = modules
        .iter()
        .filter(|(score, _)| score.tried > 0)
        .collect();
    let all: usize = tried.iter().map(|(_, all)| all).sum();
    let mut share = 0.0;
    let mut variance = 0.0;
    for (score, its) in tried {
        let weight = *its as f64 / all as f64;
        let (low, high) = score.interval();
        share += weight * score.share();
        variance += (weight * (high - low) / 2.0).powi(2);
    }
    (share, variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        let (low, high) = Score {
            caught: 45,
            tried: 50,
        }
        .interval();
        assert!((low - 0.786_4).abs() < 1e-4, "{low}");
        assert!((high - 0.956_5).abs() < 1e-4, "{high}");
        let (low, high) = Score {
            caught: 10,
            tried: 10,
        }
        .interval();
        assert!(low > 0.7 && low < 0.75 && high > 0.999_999, "{low} {high}");
    }

    #[test]
    fn a_large_module_counts_for_more() {
        let all = Score {
            caught: 20,
            tried: 20,
        };
        let none = Score {
            caught: 0,
            tried: 20,
        };
        let (share, half) = together(&[
            (all, 300),
            (none, 100),
            (
                Score {
                    caught: 0,
                    tried: 0,
                },
                9,
            ),
        ]);
        assert!((share - 0.75).abs() < 1e-12);
        assert!(half > 0.0 && half < 0.2);
    }
}
