//! Writing a real number with a fixed number of decimals.

/// A number with exactly this many decimals (20 at most): its exact binary value to the nearest decimal, of two equally near
/// ones the even. The same text as the standard library's `{:.2}`, whose way brings eight kilobytes of code for numbers of
/// any length; this one is short, and slow only for numbers beyond 2^53.
///
/// ```
/// use warmpath_core::decimal::fixed;
/// assert_eq!([fixed(2.675, 2), fixed(0.125, 2), fixed(-3.0, 0)], ["2.67", "0.12", "-3"]);
/// ```
pub fn fixed(x: f64, decimals: usize) -> String {
    if !x.is_finite() {
        let sign = if x < 0.0 { "-" } else { "" };
        let word = if x.is_nan() { "NaN" } else { "inf" };
        return format!("{sign}{word}");
    }
    let decimals = decimals.min(MOST);
    let exponent = (x.to_bits() >> 52) as i32 & 0x7ff;
    let fraction = x.to_bits() & ((1 << 52) - 1);
    let mantissa = fraction | u64::from(exponent > 0) << 52;
    // The number is the mantissa times two to this power.
    let power = exponent.max(1) - 1075;
    let mut digits = match power {
        0.. => doubled(mantissa, power),
        _ => digits_of(mantissa.checked_shr(power.unsigned_abs()).unwrap_or(0)),
    };
    let whole = digits.len();
    let shift = power.min(0).unsigned_abs();
    // What is below a hundred and twenty binary places is nothing in twenty decimal ones.
    let mut rest = match shift {
        0 | 121.. => 0,
        _ => u128::from(mantissa) & ((1 << shift) - 1),
    };
    let shift = shift.min(120);
    for _ in 0..decimals {
        rest *= 10;
        digits.push((rest >> shift) as u8);
        rest &= (1 << shift) - 1;
    }
    let half = 1u128 << shift >> 1;
    let odd = digits.last().is_some_and(|last| last % 2 == 1);
    let up = shift > 0 && (rest > half || rest == half && odd);
    let longer = up && carried(&mut digits);
    let mut text = String::with_capacity(digits.len() + 3);
    if x.is_sign_negative() {
        text.push('-');
    }
    for (at, digit) in digits.iter().enumerate() {
        if at == whole + usize::from(longer) {
            text.push('.');
        }
        text.push(char::from(b'0' + digit));
    }
    text
}

/// The text of [`fixed`] without the zeros at its end, so with as few decimals as give the same number.
///
/// ```
/// use warmpath_core::decimal::short;
/// assert_eq!([short(0.5, 2), short(12.0, 2), short(0.001, 2)], ["0.5", "12", "0"]);
/// ```
pub fn short(x: f64, most: usize) -> String {
    let mut text = fixed(x, most);
    if text.contains('.') {
        let bare = text.trim_end_matches('0').trim_end_matches('.');
        text.truncate(bare.len());
    }
    text
}

/// The most decimals that are written.
const MOST: usize = 20;

fn digits_of(whole: u64) -> Vec<u8> {
    whole.to_string().bytes().map(|byte| byte - b'0').collect()
}

/// The digits of a whole number after this many doublings.
fn doubled(whole: u64, times: i32) -> Vec<u8> {
    let mut digits = digits_of(whole);
    for _ in 0..times {
        let mut carry = 0;
        for digit in digits.iter_mut().rev() {
            let sum = *digit * 2 + carry;
            (*digit, carry) = (sum % 10, sum / 10);
        }
        if carry > 0 {
            digits.insert(0, carry);
        }
    }
    digits
}

/// Adds one to the last digit; returns whether the number has one digit more by that.
fn carried(digits: &mut Vec<u8>) -> bool {
    for digit in digits.iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return false;
        }
        *digit = 0;
    }
    digits.insert(0, 1);
    true
}

#[cfg(test)]
mod tests {
    use super::fixed;
    use proptest::prelude::*;

    #[test]
    fn edges_are_written_as_the_standard_library_writes_them() {
        let edges = [
            0.0, -0.0, 0.5, 1.5, 2.5, 0.05, 0.95, 9.995, 99.5, 1e15, 1e22, -1e300,
        ];
        let small = [f64::MIN_POSITIVE, 5e-324, 4.9e-21, 1e-9, 2e-20, 7e-21];
        let words = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX];
        for x in edges.into_iter().chain(small).chain(words) {
            for decimals in [0, 1, 2, 3, 12, 20] {
                assert_eq!(fixed(x, decimals), format!("{x:.decimals$}"), "{x}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_number_is_written_as_the_standard_library_writes_it(bits in any::<u64>(), near in -1e6..1e6f64, decimals in 0..=20usize) {
            for x in [f64::from_bits(bits), near, (near * 8.0).round() / 8.0] {
                prop_assert_eq!(fixed(x, decimals), format!("{x:.decimals$}"));
            }
        }
    }
}
