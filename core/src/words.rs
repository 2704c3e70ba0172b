//! Numbers and quoted texts as messages write them: a typed text is cut before it fills the screen, large numbers have their
//! thousands apart.

use std::borrow::Cow;

/// The most characters of a user's text that a message repeats.
const LONGEST: usize = 60;

/// The beginning of a text, short enough for a message: 60 characters.
///
/// ```
/// use warmpath_core::words::excerpt;
/// assert_eq!(excerpt("smrt"), "smrt");
/// assert_eq!(excerpt(&"x".repeat(61)), "x".repeat(60) + "…");
/// ```
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

/// A text whose control characters are written out, so that it moves nothing on a terminal: `\x1b` for an escape. So are the
/// characters that turn the direction of writing.
///
/// ```
/// use warmpath_core::words::visible;
/// assert_eq!(visible("a\u{1b}[31m b"), "a\\x1b[31m b");
/// assert_eq!(visible("two\nlines"), "two\\nlines");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |letter: char| {
        letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if hidden(letter) => {
                let code = u32::from(letter);
                out.push_str(&match code {
                    ..0x100 => format!("\\x{code:02x}"),
                    _ => format!("\\u{{{code:x}}}"),
                });
            }
            letter => out.push(letter),
        }
    }
    Cow::Owned(out)
}

/// A count with a comma between groups of three digits.
pub fn grouped(count: u64) -> String {
    with_commas(&count.to_string())
}

/// A count, and behind it the words for one or for several.
pub fn counted(count: u64, one: &str, several: &str) -> String {
    let words = if count == 1 { one } else { several };
    format!("{} {words}", grouped(count))
}

/// The end of a range, with commas between thousands from five digits on: shorter numbers such as 1024 are read as a whole.
pub(crate) fn limit(end: f64) -> String {
    limit_text(&end.to_string())
}

/// As [`limit`], for a whole number, to its last digit.
pub(crate) fn whole_limit(end: u64) -> String {
    limit_text(&end.to_string())
}

fn limit_text(text: &str) -> String {
    let whole = text.split('.').next().unwrap_or(text);
    let rest = text.strip_prefix(whole).unwrap_or_default();
    match whole.len() {
        ..=4 => text.to_owned(),
        _ => with_commas(whole) + rest,
    }
}

/// The digits of a whole number, with commas between thousands.
fn with_commas(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A change with its sign and one decimal; a change that rounds to nothing has no sign.
///
/// ```
/// use warmpath_core::words::signed;
/// assert_eq!([2.04, 0.04, 0.0, -0.04].map(signed), ["+2.0", "0.0", "0.0", "0.0"]);
/// ```
pub fn signed(change: f64) -> String {
    unsigned_zero(format!("{change:+.1}"))
}

/// A number as printed, without the sign of a value that was rounded to zero.
pub(crate) fn unsigned_zero(text: String) -> String {
    match text.strip_prefix(['-', '+']) {
        Some(rest) if !rest.contains(|letter: char| matches!(letter, '1'..='9')) => rest.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped() {
        let text = [0, 7, 999, 1000, 17_672, 1_234_567].map(grouped);
        assert_eq!(text, ["0", "7", "999", "1,000", "17,672", "1,234,567"]);
    }

    #[test]
    fn limits_are_grouped_from_five_digits_on() {
        let text = [0.000001, 1.5, 1024.0, 65_536.0, 1e6].map(limit);
        assert_eq!(text, ["0.000001", "1.5", "1024", "65,536", "1,000,000"]);
        assert_eq!(whole_limit(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(excerpt("smrt"), "smrt");
        let cut = excerpt(&"ü".repeat(300));
        assert_eq!(cut, format!("{}…", "ü".repeat(60)));
    }
}
