//! What an address says behind the `#` of a station's view, as `key=value` pairs: the policies that are compared, the request
//! whose card is kept open.
//!
//! ```
//! use warmpath_view::fragment::{card, card_pair, pair, policies, value};
//! let view = [pair("p", "smart,chwbl"), card_pair((1, 23))].join("&");
//! assert_eq!(view, "p=smart%2Cchwbl&card=1-23");
//! assert_eq!(policies(&view), Some(vec!["smart".to_owned(), "chwbl".to_owned()]));
//! assert_eq!(card(&view), Some((1, 23)));
//! assert_eq!(value(&view, "ev"), None);
//! ```

use crate::comparison::{LEAST, MOST};
use warmpath_core::percent;
use warmpath_core::router::{PolicyDocs, PolicySpec};

/// A pair, its value encoded.
pub fn pair(key: &str, value: &str) -> String {
    let mut text = format!("{key}=");
    percent::encode(value, &percent::UNRESERVED, &mut text);
    text
}

/// The pair for the card of a request on a side of the comparison, both counted from 0.
pub fn card_pair((side, request): (usize, u32)) -> String {
    format!("card={side}-{request}")
}

/// The decoded value of a key; `None` if the key is not there or the value cannot be decoded.
pub fn value(view: &str, key: &str) -> Option<String> {
    let value = view.split('&').find_map(|piece| {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        (name == key).then_some(value)
    });
    percent::decode(value?)
}

/// The policies that a view names; `None` if it names none, one that does not exist, or too few or too many to stand side by
/// side.
pub fn policies(view: &str) -> Option<Vec<String>> {
    let policies = PolicySpec::split(&value(view, "p")?);
    let known = policies.iter().all(|it| PolicyDocs::of(it).is_some());
    (known && (LEAST..=MOST).contains(&policies.len())).then_some(policies)
}

/// The side and the request whose card a view keeps; `None` if it keeps none.
pub fn card(view: &str) -> Option<(usize, u32)> {
    let text = value(view, "card")?;
    let (side, request) = text.split_once('-')?;
    Some((side.parse().ok()?, request.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_shown_side_by_side_is_no_choice() {
        for wrong in [
            "p=smart",
            "p=smart%2Cnosuch",
            "p=%zz",
            "p",
            "ev=smart%2Cchwbl",
        ] {
            assert_eq!(policies(wrong), None, "{wrong}");
        }
        let five = pair("p", "smart,chwbl,ray,session,random");
        assert_eq!(policies(&five), None);
        // A comma within a policy is none between policies.
        let own = "smart@events:50ms,loss=0.01,chwbl:load_factor=1.5";
        let two = policies(&pair("p", own)).unwrap_or_default();
        assert_eq!(
            two,
            ["smart@events:50ms,loss=0.01", "chwbl:load_factor=1.5"]
        );
    }

    #[test]
    fn a_card_is_a_side_and_a_request() {
        assert_eq!(card(&card_pair((3, 1_999))), Some((3, 1_999)));
        for wrong in [
            "card=1",
            "card=-1",
            "card=1-",
            "card=1-x",
            "card=1-99999999999",
            "t=1s",
        ] {
            assert_eq!(card(wrong), None, "{wrong}");
        }
    }
}
