//! Links keep working: every scenario that the documents print, and every one that they ever printed, is understood whole and
//! asks for what it asked for.

use std::path::Path;
use warmpath_core::scenario::Sweep;

/// A link's query and, behind a tab, the query that it is today. A link is added when a document prints it, and stays.
const KEPT: &str = include_str!("golden/links.txt");

/// The queries that a text prints: from `v=` and a digit, behind a mark that begins one, to the mark that ends it.
fn printed(text: &str) -> Vec<&str> {
    let starts = text.match_indices("v=").filter(|(at, _)| {
        let (before, after) = (text[..*at].chars().last(), text[at + 2..].chars().next());
        matches!(before, Some('?' | '\'' | '"')) && after.is_some_and(|it| it.is_ascii_digit())
    });
    let query = |(at, _)| {
        let rest = &text[at..];
        let end = rest.find([' ', '\'', '"', '`', ')', '<', '#', '\n', '…']);
        &rest[..end.unwrap_or(rest.len())]
    };
    starts.map(query).collect()
}

#[test]
fn a_query_is_found_where_it_ends() {
    let text = "see `?v=2&r=3#tree`, or run replay 'v=1&w=rag' now; dev=3 is none";
    assert_eq!(printed(text), ["v=2&r=3", "v=1&w=rag"]);
}

#[test]
fn every_link_ever_printed_asks_for_what_it_asked_for() {
    for line in KEPT.lines() {
        let (link, today) = line.split_once('\t').expect("a link, a tab and a query");
        let (sweep, ignored) = Sweep::parse_lenient(link);
        assert!(ignored.is_empty(), "{link}: {ignored:?}");
        assert_eq!(sweep.to_query(), today, "{link}");
    }
}

#[test]
fn every_link_that_a_document_prints_is_kept() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let docs = std::fs::read_dir(root.join("docs")).expect("docs");
    let mut files: Vec<_> = docs.flatten().map(|it| it.path()).collect();
    files.extend(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|it| root.join(it)));
    files.retain(|it| it.extension().is_some_and(|end| end == "md"));
    let kept: Vec<&str> = KEPT
        .lines()
        .filter_map(|it| Some(it.split_once('\t')?.0))
        .collect();
    let mut found = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a document");
        for link in printed(&text) {
            found += 1;
            assert!(
                kept.contains(&link),
                "{}: {link:?} is not in core/tests/golden/links.txt",
                file.display()
            );
        }
    }
    assert!(found >= 3, "{found} links found");
}
