//! The list of files that the page's service worker keeps, written into its script when the page is built.

use crate::fault::{Fault, Outcome};
use crate::fnv::Fnv;
use std::path::{Path, PathBuf};

/// The line of the script that stands for the list.
const PLACE: &str = r#"const BUILD = { version: "none", files: [] };"#;
const SCRIPT: &str = "service-worker.mjs";
/// The picture that only other sites ask for, to show beside a link; it is not in the list.
const CARD: &str = "card.png";

/// Puts the names of all files of a built page into its service worker, with a version that changes when any of them does.
pub(crate) fn write(dist: &Path) -> Outcome<()> {
    let fault = |reason: String| {
        Fault::new(
            "listing what the page keeps for visits without a network",
            reason,
            "delete dist/ and try again",
        )
    };
    let script = dist.join(SCRIPT);
    let unreadable =
        |path: &Path, error: std::io::Error| fault(format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(&script).map_err(|error| unreadable(&script, error))?;
    if !text.contains(PLACE) {
        return Err(fault(format!("{SCRIPT} has no line {PLACE}")));
    }
    let mut files = Vec::new();
    list(dist, &mut files).map_err(|error| unreadable(dist, error))?;
    files.sort();
    let mut version = Fnv::new();
    let mut names = Vec::new();
    for file in &files {
        let name = file.strip_prefix(dist).unwrap_or(file);
        let name = name.to_string_lossy().replace('\\', "/");
        if name == SCRIPT || name == CARD {
            continue;
        }
        version.add(name.as_bytes());
        version.add(&std::fs::read(file).map_err(|error| unreadable(file, error))?);
        // Browsers ask for the page by its folder.
        names.push(if name == "index.html" {
            "./".to_owned()
        } else {
            name
        });
    }
    let line = build(version.0, &names);
    std::fs::write(&script, text.replace(PLACE, &line)).map_err(|error| unreadable(&script, error))
}

fn build(version: u64, names: &[String]) -> String {
    format!("const BUILD = {{ version: \"{version:016x}\", files: {names:?} }};")
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_has_the_place_for_the_list() {
        let script = include_str!("../../assets/service-worker.mjs");
        assert_eq!(script.matches(PLACE).count(), 1);
        assert_eq!(
            build(1, &["./".into(), "a.css".into()]),
            r#"const BUILD = { version: "0000000000000001", files: ["./", "a.css"] };"#
        );
    }
}
