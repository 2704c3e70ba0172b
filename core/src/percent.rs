//! Percent-encoding of UTF-8 text (RFC 3986): bytes that mean something in an address become `%` and two hexadecimal digits.
//! The page's links and the scenario's text are written and read here.
//!
//! ```
//! use warmpath_core::percent::{UNRESERVED, decode, encode};
//! let mut link = String::from("q=");
//! encode("100 % ü", &UNRESERVED, &mut link);
//! assert_eq!(link, "q=100%20%25%20%C3%BC");
//! assert_eq!(decode("100%20%25%20%C3%BC").as_deref(), Some("100 % ü"));
//! // A code that is cut off, one that is not hexadecimal, and a byte that is no UTF-8.
//! assert!(["%2", "%zz", "%FF"].into_iter().all(|text| decode(text).is_none()));
//! ```

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The bytes to encode so that a text can stand anywhere in an address: all but letters, digits and `-._~`.
pub const UNRESERVED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The bytes to encode in a query: those of [`UNRESERVED`] without `:`, `@`, `,` and `;`, which mean nothing there, so that a
/// policy or a list stays readable.
pub const QUERY: AsciiSet = UNRESERVED
    .remove(b':')
    .remove(b'@')
    .remove(b',')
    .remove(b';');

/// The `name=value` pairs of a query, still encoded.
pub fn pairs(query: &str) -> impl Iterator<Item = &str> {
    let pairs = query.trim_start_matches('?').split('&');
    pairs.filter(|pair| !pair.is_empty())
}

/// Appends `text` to `out`, with the bytes of `set` encoded.
pub fn encode(text: &str, set: &'static AsciiSet, out: &mut String) {
    out.extend(utf8_percent_encode(text, set));
}

/// The decoded text; `None` if a `%` is not followed by two hexadecimal digits, or the bytes are not UTF-8.
pub fn decode(text: &str) -> Option<String> {
    let mut codes = text.split('%').skip(1);
    let whole = |code: &str| {
        let digits = code.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let decoded = codes.all(whole).then(|| percent_decode_str(text));
    Some(decoded?.decode_utf8().ok()?.into_owned())
}
