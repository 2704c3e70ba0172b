//! Reading a real number from text, and writing one with a fixed number of decimals.
//!
//! The standard library's way brings ten kilobytes of powers of five that no compressor makes smaller, and JSON libraries bring
//! tables of their own; the page loads its program over the network. Here a number of up to 15 digits is one multiplication or
//! division of exact doubles, the rest is long division, bit by bit. Both give the nearest double, of two equally near ones the
//! even one.

mod division;
mod fixed;

pub use fixed::{fixed, short};

/// The nearest double to a decimal number such as `3`, `-0.5`, `.5`, `2.` or `1e-3`; `None` for any other text, for words such as
/// `inf`, and for what is too large for a double.
///
/// ```
/// use warmpath_core::decimal::real;
/// assert_eq!(real(".5e1"), Some(5.0));
/// assert_eq!(real("five"), None);
/// ```
pub fn real(text: &str) -> Option<f64> {
    let bare = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut significant: Vec<u8> = Vec::new();
    let (mut digits, mut point, mut exponent) = (0usize, None, 0);
    for (at, byte) in bare.bytes().enumerate() {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                if byte > b'0' || !significant.is_empty() {
                    significant.push(byte - b'0');
                }
            }
            b'.' if point.is_none() => point = Some(digits),
            b'e' | b'E' => {
                exponent = power(bare.get(at + 1..)?)?;
                break;
            }
            _ => return None,
        }
    }
    if digits == 0 {
        return None;
    }
    // Each digit after the point divides by ten.
    let after = digits - point.unwrap_or(digits);
    let exponent = i64::from(exponent) - i64::try_from(after).ok()?;
    let value = nearest(significant, exponent)?;
    Some(if text.starts_with('-') { -value } else { value })
}

/// The characters that may stand between groups of three digits: a comma, and the spaces of every width that are used for it.
const SEPARATORS: [char; 5] = [',', ' ', '\u{a0}', '\u{2009}', '\u{202f}'];

/// A whole number: digits, with or without separators between thousands, or with a power of ten such as `1e3` or `2.5e4`. `None`
/// for what could be read in two ways: `1.000` is one in some countries and a thousand in others.
///
/// ```
/// use warmpath_core::decimal::whole;
/// assert_eq!([whole("1000"), whole("1,000"), whole("1e3")], [Some(1000); 3]);
/// assert_eq!([whole("1.000"), whole("1,00"), whole("1.5")], [None; 3]);
/// ```
pub fn whole(text: &str) -> Option<u64> {
    if let Ok(value) = text.parse() {
        return Some(value);
    }
    if let Some(mark) = text.chars().find(|letter| SEPARATORS.contains(letter)) {
        let mut groups = text.split(mark);
        let first = groups.next()?;
        let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
        let begins = matches!(first.len(), 1..=3) && digits(first) && !first.starts_with('0');
        let fits = begins && groups.all(|group| group.len() == 3 && digits(group));
        return fits.then(|| text.replace(mark, "").parse().ok()).flatten();
    }
    // Beyond this a double may not be the number that was typed.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let value = real(text).filter(|_| text.contains(['e', 'E']))?;
    let whole = (0.0..=EXACT).contains(&value) && value == libm::floor(value);
    whole.then_some(value as u64)
}

/// The exponent after an `e`; one beyond every double's counts as a hundred million.
fn power(text: &str) -> Option<i32> {
    let bare = text.strip_prefix(['+', '-']).unwrap_or(text);
    if bare.is_empty() {
        return None;
    }
    let mut power = 0;
    for byte in bare.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        power = (power * 10 + i32::from(byte - b'0')).min(100_000_000);
    }
    Some(if text.starts_with('-') { -power } else { power })
}

/// The nearest double to `digits` times ten to the `exponent`, the first digit not being zero; `None` beyond the largest double.
fn nearest(mut digits: Vec<u8>, mut exponent: i64) -> Option<f64> {
    while digits.last() == Some(&0) {
        digits.pop();
        exponent += 1;
    }
    // Beyond these bounds of the first digit's place there is no double but zero.
    match exponent + digits.len() as i64 {
        _ if digits.is_empty() => return Some(0.0),
        310.. => return None,
        ..-325 => return Some(0.0),
        _ => {}
    }
    let exponent = exponent as i32;
    if digits.len() <= 15 && (-22..=22).contains(&exponent) {
        // Both the digits and the power are exact, so there is a single rounding.
        let whole = digits
            .iter()
            .fold(0.0, |sum, &digit| sum * 10.0 + f64::from(digit));
        let power = (0..exponent.abs()).fold(1.0, |power, _| power * 10.0);
        return Some(if exponent < 0 {
            whole / power
        } else {
            whole * power
        });
    }
    division::nearest(&digits, exponent)
}

#[cfg(test)]
mod tests {
    use super::{real, whole};
    use proptest::prelude::*;

    #[test]
    fn whole_numbers_as_people_write_them() {
        for (text, value) in [
            ("0", 0),
            ("007", 7),
            ("1,000", 1000),
            ("12,345,678", 12_345_678),
            ("1 000", 1000),
            ("1\u{a0}000", 1000),
            ("100\u{2009}000", 100_000),
            ("1\u{202f}000\u{202f}000", 1_000_000),
            ("1e3", 1000),
            ("2.5E4", 25_000),
            ("18446744073709551615", u64::MAX),
            ("18,446,744,073,709,551,615", u64::MAX),
        ] {
            assert_eq!(whole(text), Some(value), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_whole_or_could_be_two_numbers_is_none() {
        for text in [
            "",
            ",",
            "1,",
            ",000",
            "1,00",
            "1,0000",
            "1000,000",
            "0,100",
            "1,000 000",
            "1.000",
            "1.5",
            "2.0",
            "1e-1",
            "1.5e0",
            "-1",
            "-1e3",
            "1e30",
            "1,000e3",
            "1_000",
            "1'000",
            "18,446,744,073,709,551,616",
            "1,٠٠٠",
        ] {
            assert_eq!(whole(text), None, "{text:?}");
        }
    }

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
