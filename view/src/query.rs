//! A scenario's query as text: one part looked up or replaced, the others left unread.
//!
//! A program that only shows runs asks for them with such a text, so that it needs no code that reads scenarios. The engine reads
//! the query when it runs it, and says what is wrong with it.
//!
//! ```
//! use warmpath_view::query::{value, with};
//! let query = with("v=2&n=300&p=smart", "p", "least-load,mine=load*2");
//! assert_eq!(query, "v=2&n=300&p=least-load,mine%3Dload%2A2");
//! assert_eq!(with(&query, "n", ""), "v=2&p=least-load,mine%3Dload%2A2");
//! assert_eq!(value(&query, "p").as_deref(), Some("least-load,mine=load*2"));
//! ```

use warmpath_core::percent;

/// The key of a pair.
fn key_of(piece: &str) -> &str {
    piece.split('=').next().unwrap_or_default()
}

/// The value of the part with that key, decoded; none if it is not there, or is no text.
pub fn value(query: &str, key: &str) -> Option<String> {
    let piece = percent::pairs(query).find(|piece| key_of(piece) == key)?;
    percent::decode(piece.split_once('=').map_or("", |it| it.1))
}

/// The query with another value of one part, in its place, or at the end if it was not there; with an empty one, without
/// that part.
pub fn with(query: &str, key: &str, value: &str) -> String {
    let mut now = format!("{key}=");
    percent::encode(value, &percent::QUERY, &mut now);
    let mut left: Vec<&str> = percent::pairs(query).collect();
    match left.iter().position(|piece| key_of(piece) == key) {
        Some(at) if value.is_empty() => {
            left.remove(at);
        }
        Some(at) => left[at] = &now,
        None if value.is_empty() => {}
        None => left.push(&now),
    }
    left.join("&")
}

#[cfg(test)]
mod tests {
    use super::{value, with};

    #[test]
    fn a_part_is_replaced_where_it_stands() {
        assert_eq!(with("?v=2&r=4&p=a", "r", "8"), "v=2&r=8&p=a");
        assert_eq!(with("v=2", "r", "8"), "v=2&r=8");
        assert_eq!(with("v=2", "r", ""), "v=2");
        // A key is a whole one.
        assert_eq!(with("v=2&seeds=3", "seed", "7"), "v=2&seeds=3&seed=7");
        assert_eq!(value("v=2&seeds=3", "seed"), None);
        assert_eq!(value("w=%zz", "w"), None);
        assert_eq!(value("w", "w").as_deref(), Some(""));
    }
}
