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
    // The part of the page from here on has not been copied yet.
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

/// Style sheets that are fetched late stand behind the page's own in the same layer, so what they say of a class overrules what
/// was said before: a class that means one thing there and another here is laid out twice.
#[cfg(test)]
mod late {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    type Classes = BTreeSet<String>;

    /// What a sheet is about: the classes of every selector's last element, and the selectors that are nothing but classes of one
    /// element.
    #[derive(Default)]
    struct Sheet {
        subjects: Classes,
        alone: Vec<Classes>,
    }

    /// A text in pieces at some characters, but not within brackets.
    fn split(text: &str, at: fn(char) -> bool) -> Vec<&str> {
        let (mut depth, mut from, mut all) = (0, 0, Vec::new());
        for (place, it) in text.char_indices() {
            match it {
                '(' | '[' => depth += 1,
                ')' | ']' => depth -= 1,
                _ if depth == 0 && at(it) => {
                    all.push(&text[from..place]);
                    from = place + it.len_utf8();
                }
                _ => {}
            }
        }
        all.push(&text[from..]);
        all.into_iter()
            .map(str::trim)
            .filter(|it| !it.is_empty())
            .collect()
    }

    /// The classes that an element must have, those within `:not()` and the like left out.
    fn classes(element: &str) -> Classes {
        let outside = element.split(['(', '[', ':']).next().unwrap_or_default();
        let names = outside.split('.').skip(1);
        names
            .map(|it| it.split('#').next().unwrap_or(it).to_owned())
            .collect()
    }

    fn read(css: &str) -> Sheet {
        let mut bare = String::new();
        for (at, piece) in css.split("/*").enumerate() {
            bare += if at == 0 {
                piece
            } else {
                piece.split_once("*/").map_or("", |it| it.1)
            };
        }
        let mut sheet = Sheet::default();
        for head in bare.split('{') {
            // Behind the last rule that ended.
            let head = head.rsplit(['}', ';']).next().unwrap_or_default().trim();
            if head.starts_with('@') {
                continue;
            }
            for selector in split(head, |it| it == ',') {
                let elements = split(selector, |it| matches!(it, ' ' | '>' | '+' | '~'));
                let Some(last) = elements.last() else {
                    continue;
                };
                let mine = classes(last);
                if elements.len() == 1 && !mine.is_empty() && !last.contains(['#', '[']) {
                    sheet.alone.push(mine.clone());
                }
                sheet.subjects.extend(mine);
            }
        }
        sheet
    }

    fn sheets() -> (BTreeMap<String, Sheet>, Classes) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let page = std::fs::read_to_string(root.join("index.html")).unwrap();
        let (mut all, mut late) = (BTreeMap::new(), Classes::new());
        for (at, _) in page.match_indices("styles/") {
            let name = page[at..].split('"').next().unwrap_or_default();
            let css = std::fs::read_to_string(root.join(name)).unwrap();
            if page[..at].ends_with("copy-file\" href=\"") {
                late.insert(name.to_owned());
            }
            all.insert(name.to_owned(), read(&css));
        }
        (all, late)
    }

    /// The classes that a late sheet styles wherever they stand, though another sheet styles them too.
    fn overruled(all: &BTreeMap<String, Sheet>, late: &Classes) -> Vec<String> {
        let mut found = Vec::new();
        for name in late {
            let others = || all.iter().filter(|it| it.0 != name);
            for mine in &all[name].alone {
                // One class of its own is enough to tell its elements from others.
                let shared = |class: &String| others().any(|it| it.1.subjects.contains(class));
                if mine.iter().all(shared) {
                    found.push(format!("{name}: {mine:?}"));
                }
            }
        }
        found
    }

    #[test]
    fn no_class_stands_in_a_late_sheet_and_in_another() {
        let (all, late) = sheets();
        assert!(
            all.len() > 20 && late.len() > 3,
            "{late:?} of {}",
            all.len()
        );
        let found = overruled(&all, &late);
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    #[test]
    fn a_class_of_two_sheets_is_found_and_a_modifier_is_not() {
        let sheet = |css| read(css);
        let main = sheet(
            "/* .tip {} */ @layer a { .row .tip { top: 0 } .key { left: 0 } @media x { .key.warm::before, b { top: 1 } } }",
        );
        let late = sheet(
            ".tip { top: 1 } .key.own::before { left: 1 } .field[data-zoomed] { left: 2 } .key:hover { left: 3 } .far .row { top: 0 }",
        );
        let all = BTreeMap::from([("main".to_owned(), main), ("late".to_owned(), late)]);
        let found = overruled(&all, &Classes::from(["late".to_owned()]));
        assert_eq!(found, ["late: {\"tip\"}", "late: {\"key\"}"]);
    }
}
