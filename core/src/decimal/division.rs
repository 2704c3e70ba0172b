//! The nearest double to any decimal number: a fraction of two whole numbers of any length, divided bit by bit.

/// The least mantissa of a double that is not subnormal, its leading one included.
const MANTISSA: u64 = 1 << 52;
/// The exponent of the least positive double, 2^-1074.
const LEAST: i32 = -1074;
/// More digits than decide a rounding: every double and every middle between two has fewer.
const DIGITS: usize = 800;

/// The nearest double to the whole number of these `digits` times ten to the `exponent`; `None` if it is too large. The digits are values
/// from 0 to 9, the most significant first; neither the first nor the last is 0.
pub(super) fn nearest(digits: &[u8], mut exponent: i32) -> Option<f64> {
    let (mut numerator, mut denominator) = (Natural::default(), Natural::default());
    denominator.times_plus(1, 1);
    for &digit in &digits[..digits.len().min(DIGITS)] {
        numerator.times_plus(10, digit.into());
    }
    if digits.len() > DIGITS {
        // A single 1 stands for all digits that are cut off: what counts of them is only that they are not all 0.
        exponent += (digits.len() - DIGITS) as i32 - 1;
        numerator.times_plus(10, 1);
    }
    let scaled = if exponent < 0 {
        &mut denominator
    } else {
        &mut numerator
    };
    for _ in 0..exponent.abs() {
        scaled.times_plus(10, 0);
    }
    // value = numerator / denominator · 2^power, the quotient less than one from here on.
    let mut power = numerator.bits() - denominator.bits() + 1;
    if power < LEAST {
        return Some(0.0);
    }
    if power > 0 {
        denominator.double(power);
    } else {
        numerator.double(-power);
    }
    let mut bits = 0u64;
    while bits < MANTISSA && power > LEAST {
        numerator.double(1);
        bits <<= 1;
        power -= 1;
        if numerator.at_least(&denominator) {
            numerator.subtract(&denominator);
            bits |= 1;
        }
    }
    numerator.double(1);
    if numerator.at_least(&denominator) {
        numerator.subtract(&denominator);
        bits += u64::from(!numerator.is_zero() || bits & 1 == 1);
    }
    // The mantissa's leading one carries into the exponent, and so does rounding up.
    let double = ((power - LEAST) as u64 * MANTISSA).checked_add(bits)?;
    (double < f64::INFINITY.to_bits()).then(|| f64::from_bits(double))
}

/// A whole number of any length, its least significant part first, without zeros at the end.
#[derive(Default)]
struct Natural(Vec<u32>);

impl Natural {
    /// Multiplies it by `factor` and adds `carry`.
    fn times_plus(&mut self, factor: u32, carry: u32) {
        let mut carry = u64::from(carry);
        for part in &mut self.0 {
            carry += u64::from(*part) * u64::from(factor);
            *part = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    /// Multiplies it by two, `times` times.
    fn double(&mut self, times: i32) {
        for _ in 0..times / 16 {
            self.times_plus(1 << 16, 0);
        }
        self.times_plus(1 << (times % 16), 0);
    }

    /// Its length in bits.
    fn bits(&self) -> i32 {
        match self.0.last() {
            None => 0,
            Some(last) => self.0.len() as i32 * 32 - last.leading_zeros() as i32,
        }
    }

    fn at_least(&self, other: &Self) -> bool {
        let order = self.0.len().cmp(&other.0.len());
        order
            .then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
            .is_ge()
    }

    /// Subtracts `other`, which must not be larger.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        for (at, part) in self.0.iter_mut().enumerate() {
            let (rest, first) = part.overflowing_sub(other.0.get(at).copied().unwrap_or(0));
            let (rest, second) = rest.overflowing_sub(borrow.into());
            (*part, borrow) = (rest, first || second);
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }
}
