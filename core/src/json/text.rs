//! A JSON string whose escapes are resolved only on demand.

use std::borrow::Cow;

/// The text between the quotes of a JSON string, its escapes not yet resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    written: &'a str,
    escaped: bool,
    halved: bool,
}

impl<'a> Text<'a> {
    /// A text that contains no escapes.
    pub fn plain(text: &'a str) -> Self {
        Self {
            written: text,
            escaped: false,
            halved: false,
        }
    }

    /// The text between two quotes, with or without escapes; `None` if an escape is not valid.
    pub(super) fn between(written: &'a str, escaped: bool) -> Option<Self> {
        let mut text = Self {
            escaped,
            ..Self::plain(written)
        };
        if text.escaped {
            text.halved = text.resolve(&mut |_| {})?;
        }
        Some(text)
    }

    /// The text itself, with its escapes resolved.
    pub fn read(&self) -> Cow<'a, str> {
        if !self.escaped {
            return Cow::Borrowed(self.written);
        }
        let mut out = String::with_capacity(self.written.len());
        self.resolve(&mut |part| out.push_str(part));
        Cow::Owned(out)
    }

    /// Whether it contains half of a surrogate pair, which programs write that cut strings between the halves.
    pub fn halved(&self) -> bool {
        self.halved
    }

    /// Passes the text on in parts and returns whether it has half of a surrogate pair; `None` if an escape is not valid.
    fn resolve(&self, out: &mut dyn FnMut(&str)) -> Option<bool> {
        let mut halved = false;
        let mut rest = self.written;
        while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
            out(&rest[..at]);
            let escape = &rest[at + 1..];
            let (one, length) = match *escape.as_bytes().first()? {
                b'b' => ('\u{8}', 1),
                b'f' => ('\u{c}', 1),
                b'n' => ('\n', 1),
                b'r' => ('\r', 1),
                b't' => ('\t', 1),
                b'u' => match unit(escape)? {
                    first @ 0xd800..0xdc00 => match second(&escape[5..]) {
                        Some(second) => (pair(first, second), 11),
                        None => (char::REPLACEMENT_CHARACTER, 5),
                    },
                    // Half of a surrogate pair is no character.
                    unit => (
                        char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER),
                        5,
                    ),
                },
                other @ (b'"' | b'\\' | b'/') => (char::from(other), 1),
                _ => return None,
            };
            halved |=
                one == char::REPLACEMENT_CHARACTER && !escape[1..5].eq_ignore_ascii_case("fffd");
            out(one.encode_utf8(&mut [0; 4]));
            rest = &escape[length..];
        }
        out(rest);
        Some(halved)
    }
}

/// The UTF-16 unit that the escape `uXXXX` names; `None` if it is not valid.
fn unit(escape: &str) -> Option<u32> {
    let digits = escape.get(1..5)?;
    let hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    hex.then(|| u32::from_str_radix(digits, 16).ok())?
}

/// The second half of a surrogate pair, if `rest` begins with one.
fn second(rest: &str) -> Option<u32> {
    let second = unit(
        rest.strip_prefix('\\')
            .filter(|rest| rest.starts_with('u'))?,
    );
    second.filter(|unit| (0xdc00..0xe000).contains(unit))
}

fn pair(first: u32, second: u32) -> char {
    let character = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
    char::from_u32(character).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// A text as a JSON string, with its quotes and escapes.
///
/// ```
/// assert_eq!(warmpath_core::json::quoted("a \"b\"\n\u{1}é"), r#""a \"b\"\n\u0001é""#);
/// ```
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        let short = match character {
            '"' | '\\' => character,
            '\u{8}' => 'b',
            '\u{c}' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\0'..' ' => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
                continue;
            }
            _ => {
                out.push(character);
                continue;
            }
        };
        out.push('\\');
        out.push(short);
    }
    out.push('"');
    out
}
