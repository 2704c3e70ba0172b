//! How numbers are written, in one place for every picture, table and sentence.
//!
//! Counts have thousands separators, measured figures three significant digits, and a unit follows its number after a
//! no-break space. A minus is U+2212. A share short of the whole is never rounded up to it: 99.97 % is not written "100 %".
//!
//! ```
//! use warmpath_view::format;
//! assert_eq!(format::count(8000), "8,000");
//! assert_eq!(format::seconds(0.1964), "196\u{a0}ms");
//! assert_eq!(format::share(6.0 / 9.0), "67\u{a0}%");
//! ```

/// The no-break space between a number and its unit.
pub const GAP: char = '\u{a0}';
/// The text in place of a figure that has no value.
pub const NONE: &str = "–";

/// A count with thousands separators: `8,000`.
pub fn count(n: u64) -> String {
    group(&n.to_string())
}

/// A count with its noun, in the plural if needed: `1 block`, `9 blocks`.
pub fn plural(n: u64, noun: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{}{GAP}{noun}{s}", count(n))
}

/// A part of a whole, never broken between lines: `11 of 12`.
pub fn of(part: impl core::fmt::Display, whole: impl core::fmt::Display) -> String {
    format!("{part}{GAP}of{GAP}{whole}")
}

/// A count of blocks: `1 block`, `9 blocks`.
pub fn blocks(n: u32) -> String {
    plural(u64::from(n), "block")
}

/// An ordinal number: `1st`, `2nd`, `11th`, `1,023rd`.
pub fn ordinal(n: u32) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{}{ending}", count(n.into()))
}

/// A number with three significant digits, or more if its whole part has more: `0.194`, `11.9`, `10,579`.
pub fn figure(x: f64) -> String {
    significant(x, 3)
}

/// A number with `digits` significant digits, or more if its whole part has more; trailing zeros stay, as they were
/// measured too.
pub fn significant(x: f64, digits: i32) -> String {
    if !x.is_finite() {
        return NONE.to_owned();
    }
    if x == 0.0 {
        return "0".to_owned();
    }
    let magnitude = libm::floor(libm::log10(x.abs())) as i32;
    if magnitude < -9 {
        return "≈ 0".to_owned();
    }
    let decimals = (digits - 1 - magnitude).max(0);
    // If rounding makes the whole part longer (0.9996), one decimal less keeps the number of digits.
    let step = libm::pow(10.0, f64::from(-decimals));
    let longer = x.abs() + step / 2.0 >= libm::pow(10.0, f64::from(magnitude + 1));
    fixed(x, (decimals - i32::from(longer)).max(0) as usize)
}

/// A number with a fixed number of decimals, thousands grouped, and a real minus: `27.00`, `−1.5`.
pub fn fixed(x: f64, decimals: usize) -> String {
    if !x.is_finite() {
        return NONE.to_owned();
    }
    let text = warmpath_core::decimal::fixed(x.abs(), decimals);
    let negative = x < 0.0 && text.bytes().any(|b| matches!(b, b'1'..=b'9'));
    let sign = if negative { "−" } else { "" };
    format!("{sign}{}", group(&text))
}

/// How many of something there are, or a mean of such counts: a whole number has no decimals (`4`), a mean has three significant
/// digits (`22.1`).
pub fn amount(x: f64) -> String {
    // A mean of equal counts may be off by what is lost in adding them up.
    match (x - libm::round(x)).abs() < 1e-9 {
        true => fixed(x, 0),
        false => figure(x),
    }
}

/// A weight or another number that a reader sets, with as few decimals as it needs, four at most: `0.5`, `1.25`.
pub fn setting(x: f64) -> String {
    let text = fixed(x, 4);
    let text = text.trim_end_matches('0');
    let text = text.trim_end_matches('.');
    if text.is_empty() { "0" } else { text }.to_owned()
}

/// A span of time \[s\] in a suitable unit: `850 µs`, `196 ms`, `11.9 s`, `153 s`.
pub fn seconds(s: f64) -> String {
    let size = s.abs();
    let (value, unit) = match size {
        _ if !s.is_finite() => return NONE.to_owned(),
        _ if size == 0.0 => return format!("0{GAP}s"),
        _ if size < 0.000_999_5 => (s * 1e6, "µs"),
        _ if size < 0.9995 => (s * 1e3, "ms"),
        _ => (s, "s"),
    };
    format!("{}{GAP}{unit}", figure(value))
}

/// A span of time \[ms\] in a suitable unit.
pub fn millis(ms: f64) -> String {
    seconds(ms / 1e3)
}

/// A share between 0 and 1 in per cent: `67 %`, `0.4 %`. Short of the whole it is never written as the whole.
pub fn share(x: f64) -> String {
    if !x.is_finite() {
        return NONE.to_owned();
    }
    let percent = x * 100.0;
    let text = match percent {
        0.0 => "0".to_owned(),
        p if p < 0.1 => "< 0.1".to_owned(),
        p if p < 9.95 => fixed(p, 1),
        p if p < 99.5 => fixed(p, 0),
        p if p < 99.95 => fixed(p, 1),
        p if p < 100.0 => "> 99.9".to_owned(),
        p => fixed(p, 0),
    };
    format!("{text}{GAP}%")
}

/// The relative difference of `value` from `base`, in per cent with a sign: `−1 %`, `+2 %`, `0 %`; beyond tenfold as a
/// factor: `54×`.
pub fn delta(value: f64, base: f64) -> String {
    if value == base && base.is_finite() {
        return format!("0{GAP}%");
    }
    if !value.is_finite() || !base.is_finite() || base == 0.0 {
        return NONE.to_owned();
    }
    let ratio = value / base;
    if ratio >= 10.0 {
        return format!("{}×", figure(ratio));
    }
    let percent = (ratio - 1.0) * 100.0;
    let mut decimals = usize::from(percent.abs() < 9.95);
    // Of what is left of a value something is told: −100 % says that nothing is.
    while value != 0.0 && decimals < 3 && fixed(percent, decimals).starts_with("−100") {
        decimals += 1;
    }
    let text = fixed(percent, decimals);
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let sign = if percent > 0.0 && text != "0" {
        "+"
    } else {
        ""
    };
    format!("{sign}{text}{GAP}%")
}

/// A relative error to a tenth of a per cent with its sign, for columns of them: `+3.0 %`, `−12.4 %`, `0.0 %`.
pub fn error(x: f64) -> String {
    if !x.is_finite() {
        return NONE.to_owned();
    }
    let text = fixed(x * 100.0, 1);
    match text.as_str() {
        "0.0" | "−0.0" => format!("0.0{GAP}%"),
        _ if x > 0.0 => format!("+{text}{GAP}%"),
        _ => format!("{text}{GAP}%"),
    }
}

/// The difference of one share from another in percentage points with a sign: `+14 points`, `−0.4 points`. It is never in
/// per cent: "+16 %" beside "82 % to 96 %" would be read as the difference between them.
pub fn points(value: f64, base: f64) -> String {
    let points = (value - base) * 100.0;
    if !points.is_finite() {
        return NONE.to_owned();
    }
    // Whole points are only written if the two percentages beside them, rounded, differ by as many.
    let whole = |x: f64| libm::round(x);
    let agree = whole(points) == whole(value * 100.0) - whole(base * 100.0);
    let decimals = usize::from(points.abs() < 9.95 || !agree);
    let text = fixed(points, decimals);
    let text = text.strip_suffix(".0").unwrap_or(&text);
    match (text, points > 0.0) {
        ("0" | "−0", _) => format!("0{GAP}points"),
        (text, true) => format!("+{text}{GAP}points"),
        (text, false) => format!("{text}{GAP}points"),
    }
}

/// The first four hexadecimal digits of a block's id: enough to see that it changed.
pub fn short_id(id: u64) -> String {
    format!("{:04x}", id >> 48)
}

/// A small whole number as a word, for use in a sentence.
pub fn word(n: u32) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    match WORDS.get(n as usize) {
        Some(word) => (*word).to_owned(),
        None => count(u64::from(n)),
    }
}

/// A number of bytes in a suitable unit: `125 MB`.
pub fn bytes(n: u64) -> String {
    let size = n as f64;
    let (value, unit) = match n {
        0..1_000 => return format!("{n}{GAP}B"),
        1_000..1_000_000 => (size / 1e3, "KB"),
        1_000_000..1_000_000_000 => (size / 1e6, "MB"),
        _ => (size / 1e9, "GB"),
    };
    format!("{}{GAP}{unit}", figure(value))
}

/// Puts a comma between groups of three digits of the whole part of a plain decimal number.
fn group(text: &str) -> String {
    let whole = text.split('.').next().unwrap_or(text);
    let rest = text.strip_prefix(whole).unwrap_or_default();
    let mut out = String::with_capacity(text.len() + whole.len() / 3);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: String) -> String {
        text.replace(GAP, " ")
    }

    #[test]
    fn places_have_their_endings() {
        let texts = [1, 2, 3, 4, 11, 12, 13, 21, 101, 112, 1023].map(ordinal);
        assert_eq!(
            texts.join(" "),
            "1st 2nd 3rd 4th 11th 12th 13th 21st 101st 112th 1,023rd"
        );
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(count(12_345_678), "12,345,678");
        assert_eq!(plain(blocks(1)), "1 block");
        assert_eq!(plain(plural(1_600, "request")), "1,600 requests");
    }

    #[test]
    fn figures_keep_three_digits() {
        assert_eq!(figure(0.19444), "0.194");
        assert_eq!(figure(52.349), "52.3");
        assert_eq!(figure(10_579.4), "10,579");
        assert_eq!(figure(-2.7549), "−2.75");
        assert_eq!(figure(f64::NAN), NONE);
        assert_eq!(figure(1e-12), "≈ 0");
    }

    #[test]
    fn whole_amounts_have_no_decimals() {
        assert_eq!(amount(4.0), "4");
        assert_eq!(amount(1_600.0), "1,600");
        assert_eq!(amount(0.1 * 3.0 * 10.0), "3");
        assert_eq!(amount(22.14), "22.1");
        assert_eq!(amount(0.0), "0");
        assert_eq!(amount(f64::NAN), NONE);
    }

    #[test]
    fn spans_pick_their_unit() {
        assert_eq!(plain(seconds(0.00085)), "850 µs");
        assert_eq!(plain(seconds(0.9996)), "1.00 s");
        assert_eq!(plain(seconds(153.04)), "153 s");
        assert_eq!(plain(millis(196.2)), "196 ms");
        assert_eq!(plain(seconds(f64::INFINITY)), NONE);
    }

    #[test]
    fn a_share_is_the_whole_only_if_it_is() {
        assert_eq!(plain(share(1.0)), "100 %");
        assert_eq!(plain(share(0.9999)), "> 99.9 %");
        assert_eq!(plain(share(0.997)), "99.7 %");
        assert_eq!(plain(share(0.0004)), "< 0.1 %");
        assert_eq!(plain(share(0.0)), "0 %");
        assert_eq!(plain(share(0.914)), "91 %");
    }

    #[test]
    fn deltas_have_signs() {
        assert_eq!(plain(delta(99.0, 100.0)), "−1 %");
        assert_eq!(plain(delta(102.0, 100.0)), "+2 %");
        assert_eq!(plain(delta(100.0, 100.0)), "0 %");
        assert_eq!(plain(delta(100.01, 100.0)), "0 %");
        assert_eq!(plain(delta(0.152, 31.1)), "−99.5 %");
        assert_eq!(plain(delta(0.01, 100.0)), "−99.99 %");
        assert_eq!(plain(delta(0.0, 100.0)), "−100 %");
        assert_eq!(delta(5400.0, 100.0), "54.0×");
        assert_eq!(delta(1.0, 0.0), NONE);
    }

    #[test]
    fn shares_differ_in_points() {
        assert_eq!(plain(points(0.96, 0.82)), "+14 points");
        assert_eq!(plain(points(0.416, 0.42)), "−0.4 points");
        assert_eq!(plain(points(0.912, 0.716)), "+19.6 points");
        assert_eq!(plain(points(0.5, 0.5)), "0 points");
        assert_eq!(plain(points(0.50001, 0.5)), "0 points");
        assert_eq!(points(f64::NAN, 0.5), NONE);
    }

    #[test]
    fn settings_are_short() {
        assert_eq!(setting(1.0), "1");
        assert_eq!(setting(0.5), "0.5");
        assert_eq!(setting(0.0), "0");
        assert_eq!(setting(100.0), "100");
    }
}
