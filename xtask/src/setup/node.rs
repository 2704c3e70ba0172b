//! Node and the npm packages of `tests/`: wasm-opt, terser, the browser driver, the accessibility checker.

use super::{announce, present};
use crate::fault::{Fault, Outcome};
use crate::{places, process};
use std::path::PathBuf;
use std::process::Command;

/// The oldest major version of Node whose test runner has what the end-to-end tests need.
const OLDEST: u32 = 20;

/// The path of Node, after installing the packages; `None` if there is no Node, about which a message is printed.
pub(super) fn ensure() -> Outcome<Option<PathBuf>> {
    let node = places::find(&["node"]);
    let Some((node, version)) = node.and_then(|path| {
        let version = process::answer(&path.to_string_lossy(), &["--version"])?;
        Some((path, version))
    }) else {
        println!(
            "left out: no Node on PATH, so wasm-opt will not run and the wasm is larger, and there are no end-to-end tests"
        );
        return Ok(None);
    };
    if major(&version).is_none_or(|major| major < OLDEST) {
        println!(
            "left out: Node {version} is older than {OLDEST}, so wasm-opt will not run and there are no end-to-end tests"
        );
        return Ok(None);
    }
    let step = "npm packages of tests/";
    let wanted = std::fs::read(places::tests().join("package-lock.json")).map_err(|error| {
        Fault::new(
            step,
            format!("tests/package-lock.json: {error}"),
            "git status",
        )
    })?;
    // A copy of the lock file that is written after a complete installation.
    let stamp = places::npm_file(".installed.json");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        present(step);
        return Ok(Some(node));
    }
    announce(step, "half a minute");
    let npm = places::find(&["npm"])
        .ok_or_else(|| Fault::new(step, "there is Node but no npm on PATH", "install npm"))?;
    process::run(
        step,
        Command::new(npm)
            .args([
                "ci",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--loglevel=error",
            ])
            .current_dir(places::tests()),
        "check the network, then `npm ci` in tests/ by hand",
    )?;
    std::fs::write(&stamp, wanted).map_err(|error| {
        Fault::new(
            step,
            format!("{}: {error}", stamp.display()),
            "check the disk",
        )
    })?;
    Ok(Some(node))
}

/// The major version in a text such as "v20.1.2".
fn major(version: &str) -> Option<u32> {
    version
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn node_says_its_version_with_a_v() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("nightly"), None);
    }
}
