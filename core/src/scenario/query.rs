//! The query string's letters: pairs split by `&`, percent-encoding of all but a few characters; `+` is itself.

use super::ScenarioError;
use crate::once::Once;
use crate::percent;
use crate::words::excerpt;

/// The pairs of keys and values, decoded; each key may stand once.
pub(super) fn pairs(query: &str) -> Result<Vec<(String, String)>, ScenarioError> {
    let (mut pairs, mut keys) = (Vec::new(), Once::default());
    for piece in percent::pairs(query) {
        let (key, value) = pair(piece)?;
        if !keys.first(&key) {
            return Err(ScenarioError::Twice { key: excerpt(&key) });
        }
        pairs.push((key, value));
    }
    Ok(pairs)
}

/// A pair of the query, decoded.
pub(super) fn pair(piece: &str) -> Result<(String, String), ScenarioError> {
    let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
    Ok((decode(key)?, decode(value)?))
}

/// The percent-encoding of `text`, for a value in a query.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::new();
    encode(text, &mut out);
    out
}

/// Appends `text` to `out`, percent-encoded.
pub(super) fn encode(text: &str, out: &mut String) {
    percent::encode(text, &percent::QUERY, out);
}

fn decode(text: &str) -> Result<String, ScenarioError> {
    percent::decode(text).ok_or_else(|| ScenarioError::Encoding {
        found: excerpt(text),
    })
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
