//! Reading a real number from text.
//!
//! The standard library's way brings ten kilobytes of powers of five that no compressor makes smaller, and the JSON reader
//! has its own already. Both round to the nearest double, so the value is the same; the page comes over the network.

/// The nearest double to a decimal number such as `3`, `-0.5`, `.5`, `2.` or `1e-3`; nothing for any other text, for words
/// such as `inf`, and for what is too large for a double.
///
/// ```
/// use warmpath_core::decimal::real;
/// assert_eq!(real(".5e1"), Some(5.0));
/// assert_eq!(real("five"), None);
/// ```
pub fn real(text: &str) -> Option<f64> {
    let bare = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match bare.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (bare, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() + fraction.len() == 0 {
        return None;
    }
    // As JSON spells it: no plus, no leading zeros, a digit on both sides of the point.
    let mut json = String::with_capacity(text.len() + 3);
    if text.starts_with('-') {
        json.push('-');
    }
    let whole = whole.trim_start_matches('0');
    json.push_str(if whole.is_empty() { "0" } else { whole });
    json.push('.');
    json.push_str(if fraction.is_empty() { "0" } else { fraction });
    if let Some(exponent) = exponent {
        json.push('e');
        json.push_str(exponent);
    }
    serde_json::from_str(&json).ok()
}

#[cfg(test)]
mod tests {
    use super::real;
    use proptest::prelude::*;

    #[test]
    fn spellings_that_json_does_not_know() {
        for (text, value) in [
            ("7", 7.0),
            ("+7", 7.0),
            ("007", 7.0),
            ("7.", 7.0),
            (".25", 0.25),
            ("-.25", -0.25),
            ("1E+2", 100.0),
            ("0", 0.0),
            ("18446744073709551617", 18_446_744_073_709_551_616.0),
        ] {
            assert_eq!(real(text), Some(value), "{text}");
        }
        assert!(real("-0").is_some_and(f64::is_sign_negative));
    }

    #[test]
    fn what_is_no_number() {
        for text in [
            "", ".", "-", "e5", "1e", "1e+", "1e5.0", "inf", "NaN", "0x1", "1 ", " 1", "1_0",
            "--1", "1e400", "1\"", "١",
        ] {
            assert_eq!(real(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn the_same_double_as_the_standard_library(text in "[+-]?[0-9]{0,24}\\.?[0-9]{0,24}(e[+-]?[0-9]{1,3})?") {
            let std = text.parse::<f64>().ok().filter(|value| value.is_finite());
            prop_assert_eq!(real(&text).map(f64::to_bits), std.map(f64::to_bits));
        }

        #[test]
        fn every_double_comes_back(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            prop_assert_eq!(real(&format!("{value}")).map(f64::to_bits), Some(bits));
            prop_assert_eq!(real(&format!("{value:e}")).map(f64::to_bits), Some(bits));
        }
    }
}
