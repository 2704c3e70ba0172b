//! What must change in one markup to make it another, so that a page may change texts and attributes and keep the elements.
//!
//! A keystroke changes a token of one block, an early edit the ids of all blocks behind it, another token the figures of a cost
//! table and the lengths of its bars; the elements are the same as before. To a browser a new text is a fraction of a new
//! element's work, and who listens or has the focus there stays where they are.
//!
//! Markup here is `view`'s own: attributes in double quotes, and no `<`, `>` or `"` in texts but escaped.
//!
//! ```
//! use warmpath_view::patch::{Edit, patch};
//! let (before, now) = ("<li><i>1</i><b>lam</b></li>", "<li><i>1</i><b>lamp</b></li>");
//! // The nodes: li 0, i 1, "1" 2, b 3, "lam" 4.
//! assert_eq!(patch(before, now), Some(vec![(4, Edit { name: None, was: "lam", is: "lamp" })]));
//! ```

/// What to do to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit<'a> {
    /// Which attribute; none for what a text says.
    pub name: Option<&'a str>,
    /// What it was.
    pub was: &'a str,
    /// What it is to be.
    pub is: &'a str,
}

/// The edits that make the first markup the second, each with its node: elements and texts are counted from 0 in the order of
/// the document.
///
/// Nothing if the elements are others, a text comes or goes, or something is not written as it reads.
pub fn patch<'a>(before: &'a str, now: &'a str) -> Option<Vec<(usize, Edit<'a>)>> {
    let (mut theirs, mut own) = (before.split('<'), now.split('<'));
    let (mut edits, mut node) = (Vec::new(), 0);
    // Before the first tag there is a text alone; behind it each piece is a tag, ">" and the text behind it.
    let mut pieces = Some((("", theirs.next()?), ("", own.next()?)));
    while let Some(((old_tag, old), (tag, text))) = pieces {
        if old_tag != tag {
            attributes(old_tag, tag, node, &mut edits)?;
        }
        node += usize::from(!tag.is_empty() && !tag.starts_with('/'));
        if old != text {
            if !plain(old) || !plain(text) {
                return None;
            }
            edits.push((
                node,
                Edit {
                    name: None,
                    was: old,
                    is: text,
                },
            ));
        }
        node += usize::from(!text.is_empty());
        pieces = match (theirs.next(), own.next()) {
            (None, None) => None,
            (old, new) => Some((old?.split_once('>')?, new?.split_once('>')?)),
        };
    }
    Some(edits)
}

/// Whether a text is there and written as it reads.
fn plain(text: &str) -> bool {
    !text.is_empty() && !text.contains('&')
}

/// The edits between two opening tags, `name a="…" b="…"`: nothing if more than the values differ.
fn attributes<'a>(
    before: &'a str,
    now: &'a str,
    node: usize,
    edits: &mut Vec<(usize, Edit<'a>)>,
) -> Option<()> {
    let (mut theirs, mut own) = (before.split('"'), now.split('"'));
    loop {
        let (names, old) = match (theirs.next(), own.next()) {
            (None, None) => return Some(()),
            (old, new) if old == new => (new?, theirs.next()),
            _ => return None,
        };
        let new = own.next();
        if old != new {
            let (was, is) = (old?, new?);
            let name = names.trim_end_matches('=').rsplit(' ').next()?;
            // What a control holds is no longer its attribute's once it was used.
            if was.contains('&') || is.contains('&') || name == "value" {
                return None;
            }
            let name = Some(name);
            edits.push((node, Edit { name, was, is }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<'a>(was: &'a str, is: &'a str) -> Edit<'a> {
        let name = None;
        Edit { name, was, is }
    }

    fn item(word: &str, id: &str) -> String {
        format!("<li class=\"block\"><i>1</i><b>You</b><b>{word}</b><code>{id}</code></li>")
    }

    #[test]
    fn texts_are_found_wherever_they_differ() {
        let before = item("are", "f00d");
        for (now, found) in [
            (item("are", "f00d"), vec![]),
            (item("area", "f00d"), vec![(6, text("are", "area"))]),
            (item("ß", "f00d"), vec![(6, text("are", "ß"))]),
            (item("are", "beef"), vec![(8, text("f00d", "beef"))]),
            (
                item("ar", "beef"),
                vec![(6, text("are", "ar")), (8, text("f00d", "beef"))],
            ),
        ] {
            assert_eq!(patch(&before, &now), Some(found), "{now}");
        }
    }

    #[test]
    fn a_text_before_between_and_behind_elements_is_a_node() {
        let before = "1 of <b>2</b> blocks, <i>3</i>.";
        let now = "4 of <b>5</b> tokens, <i>3</i>!";
        let found = vec![
            (0, text("1 of ", "4 of ")),
            (2, text("2", "5")),
            (3, text(" blocks, ", " tokens, ")),
            (6, text(".", "!")),
        ];
        assert_eq!(patch(before, now), Some(found));
    }

    #[test]
    fn attributes_are_found_by_name() {
        let before =
            "<svg><rect class=\"a\" x=\"1\" width=\"2.5\"/><rect class=\"a\" x=\"3\"/></svg>";
        let now = "<svg><rect class=\"a\" x=\"0\" width=\"2\"/><rect class=\"a b\" x=\"3\"/></svg>";
        let set = |name, was, is| {
            let name = Some(name);
            Edit { name, was, is }
        };
        let found = vec![
            (1, set("x", "1", "0")),
            (1, set("width", "2.5", "2")),
            (2, set("class", "a", "a b")),
        ];
        assert_eq!(patch(before, now), Some(found));
    }

    #[test]
    fn whatever_is_more_is_nothing() {
        let before = "<li class=\"hit\"><b>a</b><b>b</b>: <i>c</i></li>";
        for now in [
            "<li class=\"hit\" hidden><b>a</b><b>b</b>: <i>c</i></li>",
            "<li id=\"hit\"><b>a</b><b>b</b>: <i>c</i></li>",
            "<li value=\"1\"><b>a</b><b>b</b>: <i>c</i></li>",
            "<li class=\"&lt;\"><b>a</b><b>b</b>: <i>c</i></li>",
            "<li class=\"hit\"><b>a</b><b></b>: <i>c</i></li>",
            "<li class=\"hit\"><b>a</b><b>b</b><i>c</i></li>",
            "<li class=\"hit\"><b>a</b><b>&lt;</b>: <i>c</i></li>",
            "<li class=\"hit\"><b>a</b><b>b</b><b>d</b>: <i>c</i></li>",
            "<li class=\"hit\"><b>a</b><b>b</b>: <i>c</i>",
            "",
        ] {
            assert_eq!(patch(before, now), None, "{now}");
        }
    }
}
