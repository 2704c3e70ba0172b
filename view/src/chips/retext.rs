//! Whether two markups differ in one text alone, so that a page may change the text and keep the elements.
//!
//! A keystroke changes one token of one block, an early edit the ids of all blocks behind it; the elements around those texts
//! are the same as before. To a browser a new text is a fraction of a new element's work: no style, no boxes.
//!
//! ```
//! use warmpath_view::chips::retext::only_text;
//! let (before, now) = ("<li><i>1</i><b>lam</b></li>", "<li><i>1</i><b>lamp</b></li>");
//! assert_eq!(only_text(before, now), Some((2, "lamp"))); // in the second element within the first
//! ```

/// The one text in which two markups of an element differ: which element holds it, in the order of the document (0 is the
/// outermost), and what it says in `now`.
///
/// Only a text that stands first in its element and is written as it reads; nothing if more differs, or something else.
pub fn only_text<'a>(before: &str, now: &'a str) -> Option<(usize, &'a str)> {
    let same = before.bytes().zip(now.bytes()).take_while(|(a, b)| a == b);
    let same = same.count();
    let start = now.as_bytes()[..same].iter().rposition(|b| *b == b'>')? + 1;
    let (own, theirs) = (now.get(start..)?, before.get(start..)?);
    let (text, rest) = own.split_at(own.find('<')?);
    let (old, old_rest) = theirs.split_at(theirs.find('<')?);
    let plain = |text: &str| !text.is_empty() && !text.contains(['&', '>']);
    if rest != old_rest || !plain(text) || !plain(old) {
        return None;
    }
    let opens = |tag: &&str| !tag.starts_with('/');
    // What the text follows is the tag of its own element.
    now[..start].rsplit('<').next().filter(opens)?;
    let elements = now[..start].split('<').skip(1).filter(opens).count();
    Some((elements.checked_sub(1)?, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_is_found_wherever_it_differs() {
        let item = |word: &str, id: &str| {
            format!("<li class=\"block\"><i>1</i><b>You</b><b>{word}</b><code>{id}</code></li>")
        };
        let before = item("are", "f00d");
        for (now, at, text) in [
            (item("area", "f00d"), 3, "area"),
            (item("ar", "f00d"), 3, "ar"),
            (item("no", "f00d"), 3, "no"),
            (item("arß", "f00d"), 3, "arß"),
            (item("are", "beef"), 4, "beef"),
        ] {
            assert_eq!(only_text(&before, &now), Some((at, text)), "{now}");
        }
        // Letters that begin with the same bytes.
        assert_eq!(only_text(&item("ä", ""), &item("ö", "")), Some((3, "ö")));
    }

    #[test]
    fn whatever_is_more_than_a_text_is_not() {
        let before = "<li class=\"hit\"><b>a</b><b>b</b>: <i>c</i></li>";
        for now in [
            before,
            "<li class=\"miss\"><b>a</b><b>b</b>: <i>c</i></li>",
            "<li class=\"hit\"><b>x</b><b>y</b>: <i>c</i></li>",
            "<li class=\"hit\"><b>a</b><b></b>: <i>c</i></li>",
            "<li class=\"hit\"><b>a</b><b>b</b>; <i>c</i></li>",
            "<li class=\"hit\"><b>a</b><b>&lt;</b>: <i>c</i></li>",
            "<li class=\"hit\"><b>a</b><b>b</b><b>d</b>: <i>c</i></li>",
            "",
        ] {
            assert_eq!(only_text(before, now), None, "{now}");
        }
    }
}
