//! Axes: they map values to places, and choose the values for grid lines.

/// An axis from the smallest to the largest value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// A scale of even steps.
    Linear {
        /// The value at the start.
        from: f64,
        /// The value at the end.
        to: f64,
    },
    /// A logarithmic scale, whose values must be above 0.
    Log {
        /// The value at the start.
        from: f64,
        /// The value at the end.
        to: f64,
    },
}

/// How many steps more than wanted are tried, so that an axis has two marks. Six are enough for any axis, since a step is rounded up
/// to at most two and a half times its length.
const MORE: usize = 6;

impl Scale {
    /// A linear axis from 0 to a round number at or above `largest`.
    pub fn from_zero(largest: f64) -> Self {
        let largest = if largest > 0.0 && largest.is_finite() {
            largest
        } else {
            1.0
        };
        let step = nice(largest / 4.0);
        let to = libm::ceil(largest / step - 1e-9) * step;
        Self::Linear { from: 0.0, to }
    }

    /// A logarithmic axis over the values, with half a step of room on both sides; values at or below 0 are ignored.
    pub fn log_over(values: impl Iterator<Item = f64>) -> Self {
        let (mut from, mut to) = (f64::INFINITY, 0.0f64);
        for value in values.filter(|v| *v > 0.0 && v.is_finite()) {
            from = from.min(value);
            to = to.max(value);
        }
        if from > to {
            (from, to) = (0.01, 1.0);
        }
        // The axis spans at least a factor of ten, so that noise does not fill the picture.
        let middle = libm::sqrt(from * to);
        let reach = libm::sqrt(to / from).max(libm::sqrt(10.0)) * 1.15;
        Self::Log {
            from: middle / reach,
            to: middle * reach,
        }
    }

    /// The place of a value: 0 at the start and 1 at the end of the axis.
    pub fn place(self, value: f64) -> f64 {
        match self {
            Self::Linear { from, to } => (value - from) / (to - from),
            Self::Log { from, to } => {
                libm::log(value.max(from * 1e-9) / from) / libm::log(to / from)
            }
        }
    }

    /// The value at a place, the inverse of [`Self::place`].
    pub fn value(self, place: f64) -> f64 {
        match self {
            Self::Linear { from, to } => from + place * (to - from),
            Self::Log { from, to } => from * libm::pow(to / from, place),
        }
    }

    /// Values for grid lines, about `wanted` of them, and on an axis of even steps at least two: one alone gives no measure.
    pub fn ticks(self, wanted: usize) -> Vec<f64> {
        match self {
            Self::Linear { from, to } => {
                let of = |count: usize| -> Vec<f64> {
                    let step = nice((to - from) / count as f64);
                    let first = libm::ceil(from / step - 1e-9) as i64;
                    let last = libm::floor(to / step + 1e-9) as i64;
                    (first..=last).map(|n| n as f64 * step).collect()
                };
                let wanted = wanted.max(1);
                // A round step can be longer than half the axis, and never than two and a half times what was asked for.
                let mut counts = (wanted..wanted + MORE).map(of);
                let enough = counts.find(|ticks| ticks.len() >= 2);
                enough.unwrap_or_else(|| of(wanted))
            }
            Self::Log { from, to } => {
                let decades = libm::log10(to / from);
                let parts: &[f64] = if decades < 1.6 {
                    &[1.0, 2.0, 5.0]
                } else {
                    &[1.0]
                };
                let first = libm::floor(libm::log10(from)) as i32;
                let last = libm::ceil(libm::log10(to)) as i32;
                let all: Vec<f64> = (first..=last)
                    .flat_map(|n| parts.iter().map(move |part| part * decade(n)))
                    .filter(|v| (from..=to).contains(v))
                    .collect();
                let skip = all.len().div_ceil(wanted.max(1)).max(1);
                all.into_iter().step_by(skip).collect()
            }
        }
    }
}

/// Ten to the power of `n`, exact where a float can be.
fn decade(n: i32) -> f64 {
    if n < 0 {
        1.0 / libm::pow(10.0, f64::from(-n))
    } else {
        libm::pow(10.0, f64::from(n))
    }
}

/// The round number (1, 2 or 5 times a power of ten) at or above `step`.
fn nice(step: f64) -> f64 {
    let base = decade(libm::floor(libm::log10(step)) as i32);
    let part = step / base;
    let round = [1.0, 2.0, 5.0].into_iter().find(|r| part <= r * 1.000_001);
    round.unwrap_or(10.0) * base
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_axes_end_on_round_numbers() {
        assert_eq!(
            Scale::from_zero(72.7),
            Scale::Linear {
                from: 0.0,
                to: 80.0
            }
        );
        assert_eq!(
            Scale::from_zero(80.0).ticks(4),
            [0.0, 20.0, 40.0, 60.0, 80.0]
        );
        assert_eq!(Scale::from_zero(0.0), Scale::Linear { from: 0.0, to: 1.0 });
    }

    /// On a phone there is room for one step, and a round one may be longer than the axis.
    #[test]
    fn a_linear_axis_has_two_marks_at_least() {
        for to in [1.0, 2.1, 4.02, 5.3, 9.9, 10.0, 24.0, 1_600.0] {
            let ticks = Scale::Linear { from: 0.0, to }.ticks(1);
            assert!((2..=4).contains(&ticks.len()), "{to}: {ticks:?}");
            let ticks = Scale::Linear {
                from: to * 0.3,
                to: to * 0.9,
            }
            .ticks(1);
            assert!((2..=6).contains(&ticks.len()), "{to}: {ticks:?}");
        }
    }

    #[test]
    fn log_axes_have_decades() {
        let scale = Scale::log_over([0.08, 0.2, 14.0].into_iter());
        assert_eq!(scale.ticks(6), [0.1, 1.0, 10.0]);
        assert!(scale.place(0.08) > 0.0 && scale.place(14.0) < 1.0);
        assert!(
            (scale.place(1.0) - scale.place(0.1) - scale.place(10.0) + scale.place(1.0)).abs()
                < 1e-9
        );
    }

    #[test]
    fn a_narrow_log_axis_has_steps_between() {
        let scale = Scale::log_over([0.2, 0.21].into_iter());
        assert!(scale.ticks(6).len() >= 2, "{:?}", scale.ticks(6));
    }
}
