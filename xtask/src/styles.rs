//! Joins the style sheets into one file. They are written one per component, but each would be a request that the first
//! paint waits for.

use crate::fault::{Fault, Outcome};
use crate::fnv::Fnv;
use std::path::Path;

/// Joins a built page's style sheets, in the order in which the page links to them.
pub(crate) fn join(dist: &Path) -> Outcome<()> {
    let fault = |reason: String| {
        Fault::new(
            "joining the style sheets",
            reason,
            "delete dist/ and try again",
        )
    };
    let unreadable = |name: &str, error: std::io::Error| fault(format!("{name}: {error}"));
    let page = dist.join("index.html");
    let html = std::fs::read_to_string(&page).map_err(|error| unreadable("index.html", error))?;
    let Taken {
        before,
        after,
        names,
    } = take(&html);
    if names.is_empty() {
        return Err(fault("index.html links no style sheet".into()));
    }
    let mut all = String::new();
    for name in &names {
        let file = dist.join(name);
        all += &std::fs::read_to_string(&file).map_err(|error| unreadable(name, error))?;
        all.push('\n');
        std::fs::remove_file(&file).map_err(|error| unreadable(name, error))?;
    }
    let mut hash = Fnv::new();
    hash.add(all.as_bytes());
    let name = format!("warmpath-{:016x}.css", hash.0);
    std::fs::write(dist.join(&name), all).map_err(|error| unreadable(&name, error))?;
    let html = format!("{before}<link rel=\"stylesheet\" href=\"./{name}\">{after}");
    std::fs::write(&page, html).map_err(|error| unreadable("index.html", error))
}

/// A page whose links to style sheets have been taken out.
struct Taken<'a> {
    /// The page before the first link.
    before: &'a str,
    /// The page after the first link, without the other links.
    after: String,
    /// The files that the links named.
    names: Vec<String>,
}

fn take(html: &str) -> Taken<'_> {
    let (mut before, mut after, mut names) = (html, String::new(), Vec::new());
    // From here on nothing is taken over yet.
    let mut left = 0;
    for (start, _) in html.match_indices("<link ") {
        let end = html[start..]
            .find('>')
            .map_or(html.len(), |at| start + at + 1);
        let Some(name) = style_sheet(&html[start..end]) else {
            continue;
        };
        if names.is_empty() {
            before = &html[..start];
        } else {
            after += &html[left..start];
        }
        names.push(name.trim_start_matches("./").to_owned());
        left = end;
    }
    if !names.is_empty() {
        after += &html[left..];
    }
    Taken {
        before,
        after,
        names,
    }
}

/// The file that a link names, if it links to a style sheet. A built page may be minified, so quotes are optional and
/// attributes may be in any order.
fn style_sheet(link: &str) -> Option<&str> {
    let value = |key: &str| {
        let word = link.split([' ', '>']).find_map(|it| it.strip_prefix(key))?;
        Some(word.trim_matches(['"', '/']))
    };
    let linked = |it: &&str| it.starts_with('.') || it.ends_with(".css");
    value("href=")
        .filter(linked)
        .filter(|_| value("rel=") == Some("stylesheet"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_taken_in_order_and_the_rest_stays() {
        let html = r#"<title>a</title><link rel="stylesheet" href="./b-1.css"/> <link rel="icon" href="c.svg"><link href=./d.css rel=stylesheet>end"#;
        let taken = take(html);
        assert_eq!(taken.names, ["b-1.css", "d.css"]);
        assert_eq!(taken.before, "<title>a</title>");
        assert_eq!(taken.after, r#" <link rel="icon" href="c.svg">end"#);
    }

    #[test]
    fn a_page_without_style_sheets_gives_none() {
        assert!(take("<title>a</title>").names.is_empty());
    }
}
