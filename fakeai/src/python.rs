//! Python's rounding and formatting of numbers, where they show in results.

use warmpath_core::decimal::{fixed, real};

/// Python's `round(x, decimals)`: the exact binary value is rounded to the nearest decimal, ties to even.
pub(crate) fn round(x: f64, decimals: usize) -> f64 {
    // Like Python, write the decimal correctly rounded and read back the nearest double.
    real(&fixed(x, decimals)).unwrap_or(x)
}

/// A share as Python's format `{:.1%}` writes it: per cent with one decimal.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_the_binary_value() {
        // 2.675 lies below its decimal spelling, 0.125 is exact and goes to the even neighbour.
        for (x, decimals, rounded) in [
            (2.675, 2, 2.67),
            (0.125, 2, 0.12),
            (0.375, 2, 0.38),
            (1e300, 3, 1e300),
        ] {
            assert_eq!(round(x, decimals), rounded);
        }
        assert!(round(-0.001, 2) == 0.0 && round(-0.001, 2).is_sign_negative());
        assert!(round(f64::NAN, 1).is_nan() && round(f64::INFINITY, 1).is_infinite());
        assert_eq!(percent(0.875), "87.5%");
    }
}
