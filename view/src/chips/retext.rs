//! Whether two markups differ in texts alone, so that a page may change the texts and keep the elements.
//!
//! A keystroke changes a token of one block, an early edit the ids of all blocks behind it; the elements around those texts
//! are the same as before. To a browser a new text is a fraction of a new element's work: no style, no boxes.
//!
//! ```
//! use warmpath_view::chips::retext::texts;
//! let (before, now) = ("<li><i>1</i><b>lam</b></li>", "<li><i>1</i><b>lamp</b></li>");
//! assert_eq!(texts(before, now), Some(vec![(2, "lamp")])); // in the second element within the first
//! ```

/// The texts in which two markups of an element differ: which element holds each, in the order of the document (0 is the
/// outermost), and what it says in `now`.
///
/// Only texts that stand first in their elements and are written as they read; nothing if something else differs.
pub fn texts<'a>(before: &str, now: &'a str) -> Option<Vec<(usize, &'a str)>> {
    let plain = |text: &str| !text.is_empty() && !text.contains('&');
    let (mut theirs, mut own) = (before.split('<'), now.split('<'));
    let (mut found, mut elements) = (Vec::new(), 0);
    loop {
        let (old, new) = match (theirs.next(), own.next()) {
            (None, None) => return Some(found),
            (old, new) => (old?, new?),
        };
        let opens = new.contains('>') && !new.starts_with('/');
        elements += usize::from(opens);
        if old == new {
            continue;
        }
        // Each piece is a tag, ">" and the text behind it.
        let ((old_tag, old), (tag, text)) = (old.split_once('>')?, new.split_once('>')?);
        if old_tag != tag || !opens || !plain(old) || !plain(text) {
            return None;
        }
        found.push((elements - 1, text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(word: &str, id: &str) -> String {
        format!("<li class=\"block\"><i>1</i><b>You</b><b>{word}</b><code>{id}</code></li>")
    }

    #[test]
    fn texts_are_found_wherever_they_differ() {
        let before = item("are", "f00d");
        for (now, found) in [
            (item("are", "f00d"), vec![]),
            (item("area", "f00d"), vec![(3, "area")]),
            (item("ß", "f00d"), vec![(3, "ß")]),
            (item("are", "beef"), vec![(4, "beef")]),
            (item("ar", "beef"), vec![(3, "ar"), (4, "beef")]),
        ] {
            assert_eq!(texts(&before, &now), Some(found), "{now}");
        }
    }

    #[test]
    fn whatever_is_more_than_texts_is_not() {
        let before = "<li class=\"hit\"><b>a</b><b>b</b>: <i>c</i></li>";
        for now in [
            "<li class=\"miss\"><b>a</b><b>b</b>: <i>c</i></li>",
            "<li class=\"hit\"><b>a</b><b></b>: <i>c</i></li>",
            "<li class=\"hit\"><b>a</b><b>b</b>; <i>c</i></li>",
            "<li class=\"hit\"><b>a</b><b>&lt;</b>: <i>c</i></li>",
            "<li class=\"hit\"><b>a</b><b>b</b><b>d</b>: <i>c</i></li>",
            "<li class=\"hit\"><b>a</b><b>b</b>: <i>c</i>",
            "",
        ] {
            assert_eq!(texts(before, now), None, "{now}");
        }
    }
}
