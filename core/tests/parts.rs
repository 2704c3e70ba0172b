//! The parts of a fleet do not know each other: this reads the source and fails on a part that names another.

use std::fs;
use std::path::{Path, PathBuf};

/// Each owns its state and has one door; what they say to each other are messages, facts and views, which stand beside.
const PARTS: [&str; 7] = [
    "queue", "client", "gate", "front", "replicas", "scaler", "log",
];

/// Rust files below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

/// The paths that a source names, `use` lines with braces taken apart: everything that begins with `super` or `crate`.
fn paths(source: &str) -> Vec<String> {
    let code: Vec<&str> = source
        .lines()
        .map(|line| line.split("//").next().unwrap_or(""))
        .collect();
    let code = code.join(" ");
    let mut paths = Vec::new();
    for (at, _) in code
        .match_indices("super::")
        .chain(code.match_indices("crate::"))
    {
        let end = code[at..].find(|c: char| !(c.is_alphanumeric() || "_:".contains(c)));
        let head = &code[at..at + end.unwrap_or(code.len() - at)];
        let rest = &code[at + head.len()..];
        if head.ends_with("::") && rest.starts_with('{') {
            // What stands in braces, however deep, is named below the head.
            let mut depth = 0;
            let inside = rest.find(|c| {
                depth += match c {
                    '{' => 1,
                    '}' => -1,
                    _ => 0,
                };
                depth == 0
            });
            let inside = &rest[1..inside.unwrap_or(rest.len())];
            let names = inside.split(|c: char| !(c.is_alphanumeric() || "_:".contains(c)));
            paths.extend(
                names
                    .filter(|it| !it.is_empty())
                    .map(|it| format!("{head}{it}")),
            );
        } else {
            paths.push(head.to_owned());
        }
    }
    paths
}

/// The part that a path leads to from a file in `fleet/`, if to one.
fn part(path: &str) -> Option<&str> {
    let below = path
        .strip_prefix("crate::fleet::")
        .or_else(|| path.strip_prefix("crate").map_or(Some(path), |_| None))?;
    let below = below.trim_start_matches("super::");
    PARTS
        .into_iter()
        .find(|it| below.split("::").next() == Some(it))
}

/// What the files of each part, and the folds over the log, name that they must not.
fn trespasses(source: &str, own: &str) -> Vec<String> {
    let named = paths(source);
    let others = named
        .into_iter()
        .filter(|path| part(path).is_some_and(|it| it != own));
    others.collect()
}

#[test]
fn no_part_names_another() {
    let fleet = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/fleet");
    let mut wrong = Vec::new();
    // What stands beside the parts knows none of them either.
    let beside = ["fold", "message", "out", "fact", "view", "ever", "record"];
    for own in PARTS.into_iter().chain(beside) {
        let mut sources = vec![fleet.join(format!("{own}.rs"))];
        files(&fleet.join(own), &mut sources);
        for file in sources {
            let source = fs::read_to_string(&file).unwrap();
            for path in trespasses(&source, own) {
                wrong.push(format!("{}: {path}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_trespass_is_seen() {
    for (source, seen) in [
        ("use super::front::Front;", true),
        ("use super::{fact::What, front::Front};", true),
        (
            "use crate::fleet::{fact::{Fact, What}, front::Front};",
            true,
        ),
        ("fn f(it: &super::super::front::Front) {}", true),
        ("use super::gate::Tier;", false),
        ("use crate::replica::queue::Run; // not super::front", false),
        ("use super::message::Message;", false),
    ] {
        assert_eq!(!trespasses(source, "gate").is_empty(), seen, "{source}");
    }
}
