//! The query string's letters: pairs split by `&`, percent-encoding of all but a few characters; `+` is itself.

use super::ScenarioError;
use crate::once::Once;
use crate::words::excerpt;

/// Key and value pairs, decoded, each key once.
pub(super) fn pairs(query: &str) -> Result<Vec<(String, String)>, ScenarioError> {
    let (mut pairs, mut keys) = (Vec::new(), Once::default());
    for piece in pieces(query) {
        let (key, value) = pair(piece)?;
        if !keys.first(&key) {
            return Err(ScenarioError::Twice { key: excerpt(&key) });
        }
        pairs.push((key, value));
    }
    Ok(pairs)
}

/// The pairs as they stand in the query.
pub(super) fn pieces(query: &str) -> impl Iterator<Item = &str> {
    let pieces = query.trim_start_matches('?').split('&');
    pieces.filter(|piece| !piece.is_empty())
}

/// One of them, decoded.
pub(super) fn pair(piece: &str) -> Result<(String, String), ScenarioError> {
    let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
    Ok((decode(key)?, decode(value)?))
}

/// `text`, percent-encoded.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::new();
    encode(text, &mut out);
    out
}

/// Appends `text` to `out`, percent-encoding every byte but `A-Za-z0-9-._~:@,;`.
pub(super) fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:@,;".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
}

fn decode(text: &str) -> Result<String, ScenarioError> {
    let error = || ScenarioError::Encoding {
        found: excerpt(text),
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || {
            rest.next()
                .and_then(|digit| char::from(digit).to_digit(16))
                .ok_or_else(error)
        };
        bytes.push((digit()? * 16 + digit()?) as u8);
    }
    String::from_utf8(bytes).map_err(|_| error())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_and_back() {
        let text = "rag:contexts=8;q=ü%+ &";
        let mut encoded = String::from("w=");
        encode(text, &mut encoded);
        assert_eq!(encoded, "w=rag:contexts%3D8;q%3D%C3%BC%25%2B%20%26");
        assert_eq!(
            pairs(&encoded).unwrap(),
            [("w".to_owned(), text.to_owned())]
        );
        assert_eq!(pairs("?a=1+1&&b").unwrap()[0].1, "1+1");
    }
}
