//! Do the modules of a crate use only those of their own group and of the groups before it? The test of it is here, for
//! the tests `order` of core and of view alike.
//!
//! The groups are those of `src/lib.rs`, in its order: modules under a comment that begins with the group's name. A use is any
//! path that begins at the crate's root, in a `use` line or elsewhere. Tests may use what they like.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// By module: its group's place, from 1, and its name.
pub(crate) type Groups = BTreeMap<String, (usize, String)>;

/// The sources of the crate whose test this is.
fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// By module: its group's place and name.
pub(crate) fn groups() -> Groups {
    let lib = fs::read_to_string(src().join("lib.rs")).expect("the crate has a lib.rs");
    let (mut place, mut name, mut groups) = (0, String::new(), BTreeMap::new());
    for line in lib.lines() {
        if let Some((group, _)) = line.strip_prefix("// ").and_then(|it| it.split_once(':')) {
            (place, name) = (place + 1, group.to_owned());
        }
        let module = line.strip_prefix("pub mod ").or(line.strip_prefix("mod "));
        if let Some(module) = module.and_then(|it| it.strip_suffix(';')) {
            assert!(place > 0, "{module} stands in no group");
            groups.insert(module.to_owned(), (place, name.clone()));
        }
    }
    groups
}

/// The text without comments and without what is compiled for tests only.
fn code(text: &str) -> String {
    let tests = text.find("\n#[cfg(test)]\nmod tests");
    let mut out = String::new();
    for line in text[..tests.unwrap_or(text.len())].lines() {
        let comment = line.find("//").filter(|&at| !line[..at].contains('"'));
        out.push_str(&line[..comment.unwrap_or(line.len())]);
        out.push('\n');
    }
    out
}

/// The top-level modules that a file names: `crate::x`, `crate::{x, y::Z}`, and `super::x` as far up as the root.
fn used(code: &str, depth: usize) -> Vec<String> {
    let up = "super::".repeat(depth);
    let mut names = Vec::new();
    for root in ["crate::", &up] {
        for (at, _) in code.match_indices(root) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue; // the end of another word or of a longer path
            }
            let rest = &code[at + root.len()..];
            match rest.strip_prefix('{') {
                None => names.extend(name(rest)),
                Some(list) => names.extend(members(list)),
            }
        }
    }
    names
}

/// The word at the beginning of a path, unless the path goes further up.
fn name(path: &str) -> Option<String> {
    let path = path.trim_start();
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_');
    let word = &path[..end.unwrap_or(path.len())];
    (!word.is_empty() && word != "super").then(|| word.to_owned())
}

/// The first words of a list in braces, up to its end.
fn members(list: &str) -> Vec<String> {
    let (mut inside, mut start, mut names) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => inside += 1,
            '}' if inside > 0 => inside -= 1,
            ',' if inside == 0 => {
                names.extend(name(&list[start..at]));
                start = at + 1;
            }
            '}' => {
                names.extend(name(&list[start..at]));
                break;
            }
            _ => {}
        }
    }
    names
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            found.push(path);
        }
    }
}

/// What runs back in one file.
pub(crate) fn running_back(groups: &Groups, file: &str, text: &str) -> Vec<(String, String)> {
    let depth = file.matches('/').count() + 1;
    let module = file.split('/').next().unwrap_or_default();
    let module = module.trim_end_matches(".rs");
    let Some((own, group)) = groups.get(module) else {
        assert_eq!(module, "lib", "{file} belongs to no module of lib.rs");
        return Vec::new();
    };
    let mut back = Vec::new();
    for name in used(&code(text), depth) {
        if let Some((place, other)) = groups.get(&name)
            && place > own
        {
            let sentence = format!("{file} ({group}) uses {name} ({other}), which comes after it");
            back.push((name, sentence));
        }
    }
    back
}

#[test]
fn no_use_runs_back() {
    let groups = groups();
    assert!(groups.len() > 20, "{groups:?}");
    let wrong = all_running_back(&groups);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// All that runs back in the crate, a sentence each.
fn all_running_back(groups: &Groups) -> Vec<String> {
    let mut found = Vec::new();
    files(&src(), &mut found);
    let mut wrong = Vec::new();
    for path in found {
        let file = path.strip_prefix(src()).expect("below src");
        let file = file.to_string_lossy().replace('\\', "/");
        if file == "tests.rs" || file.ends_with("/tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source");
        let back = running_back(groups, &file, &text).into_iter();
        wrong.extend(back.map(|it| it.1));
    }
    wrong
}
