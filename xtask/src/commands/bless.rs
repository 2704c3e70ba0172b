//! `bless`: records golden reports and generated documents anew, and prints what changed.
//!
//! It is for changes that are meant to change figures, and for new policies. Read what changed before you commit it. It
//! does not include recordings of other programs (`cargo xtask products`) and of measurements (`audit`, `fit`).

use crate::fault::{Fault, Outcome};
use crate::{places, process};
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

/// The recordings that tests write when they are told to: the description, the crate, and the names of the tests.
const RECORDED: [(&str, &str, &[&str]); 4] = [
    (
        "core/tests/golden, docs/operations.md, docs/scaling.md, docs/parity.md, docs/report.md and its schema",
        "warmpath-core",
        &[
            "--test",
            "browser_golden",
            "--test",
            "operations",
            "--test",
            "scaling_doc",
            "--test",
            "parity",
            "--test",
            "report_schema",
        ],
    ),
    (
        "cli/tests/golden",
        "warmpath-cli",
        &["--test", "cli", "deploy"],
    ),
    (
        "cli/tests/golden, docs/deciding.md, docs/suites.md",
        "warmpath-cli",
        &[
            "--test",
            "cli",
            "--",
            "every_format_is_as_recorded",
            "the_quick_form",
            "deciding",
        ],
    ),
    ("docs/teaching.md", "warmpath-view", &["--lib", "teach"]),
];

/// The paths that hold the recordings.
const PATHS: [&str; 4] = ["core/tests/golden", "cli/tests/golden", "docs", "README.md"];

pub(crate) fn run() -> Outcome<()> {
    super::tables::run()?;
    make_room()?;
    for (what, package, tests) in RECORDED {
        record(what, package, tests)?;
    }
    let changes = changes();
    if changes.is_empty() {
        println!("nothing differs from the last commit");
    } else {
        println!("differs from the last commit:");
        changes.iter().for_each(|line| println!("{line}"));
    }
    Ok(())
}

/// Makes an empty report for each golden scenario that has none yet: the tests that write reports are compiled with them.
fn make_room() -> Outcome<()> {
    let golden = places::root().join("core/tests/golden");
    let list = golden.join("list.rs");
    let wrong = |error: std::io::Error| {
        Fault::new(
            "core/tests/golden",
            error.to_string(),
            "see that it can be written",
        )
    };
    let list = fs::read_to_string(list).map_err(wrong)?;
    let names = list.split("golden!(\"").skip(1);
    for name in names.filter_map(|it| it.split('"').next()) {
        let report = golden.join(format!("{name}.json"));
        if !report.exists() {
            fs::write(report, "").map_err(wrong)?;
        }
    }
    Ok(())
}

/// Runs tests so that they write what they find, then again so that they compare with it; the second run is needed because
/// some recordings are compiled into the tests.
fn record(what: &str, package: &str, tests: &[&str]) -> Outcome<()> {
    let command = |writes: bool| {
        let mut command = Command::new("cargo");
        command
            .args(["test", "--quiet", "-p", package])
            .args(tests)
            .current_dir(places::root());
        if writes {
            command.env("WARMPATH_BLESS", "1");
        }
        command
    };
    let next = "the output above says what is wrong beside the figures";
    // The run that writes may fail if a test compares as well; only the run that compares decides.
    let _ = process::run(what, &mut command(true), next);
    process::run(what, &mut command(false), next)
}

/// A line for each file that differs from the last commit: how many lines changed, and of reports which figures.
fn changes() -> Vec<String> {
    let git = |arguments: &[&str]| {
        let mut all = vec!["-C"];
        let root = places::root().to_string_lossy().into_owned();
        all.push(&root);
        all.extend(arguments);
        process::answer("git", &all).unwrap_or_default()
    };
    let mut lines = Vec::new();
    let stat: Vec<&str> = ["diff", "--numstat", "HEAD", "--"]
        .into_iter()
        .chain(PATHS)
        .collect();
    for line in git(&stat).lines() {
        let mut words = line.split_whitespace();
        let (Some(added), Some(removed), Some(path)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let figures = match path.ends_with(".json") {
            true => figures(&git(&["diff", "-U0", "HEAD", "--", path])),
            false => String::new(),
        };
        lines.push(format!("  {path}: +{added} -{removed}{figures}"));
    }
    let new: Vec<&str> = ["ls-files", "--others", "--exclude-standard", "--"]
        .into_iter()
        .chain(PATHS)
        .collect();
    lines.extend(git(&new).lines().map(|path| format!("  {path}: new")));
    lines
}

/// The keys of the figures that differ between two reports, each with the number of its changes.
fn figures(difference: &str) -> String {
    let mut keys: BTreeMap<&str, u32> = BTreeMap::new();
    for line in difference.lines() {
        let added = line.strip_prefix('+').map(str::trim_start);
        let key = added.and_then(|it| it.strip_prefix('"')?.split_once("\":"));
        if let Some((key, _)) = key {
            *keys.entry(key).or_default() += 1;
        }
    }
    let with_count = |(key, count): (&str, u32)| match count {
        1 => key.to_owned(),
        _ => format!("{key} ({count})"),
    };
    match keys.is_empty() {
        true => String::new(),
        false => format!(
            ", {}",
            keys.into_iter()
                .map(with_count)
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_reports_the_figures_are_named() {
        let difference = "--- a/x.json\n+++ b/x.json\n@@ -3 +3 @@\n-  \"mean_ttft_ms\": 1,\n+  \"mean_ttft_ms\": 2,\n\
                          @@ -9 +9 @@\n-  \"mean_ttft_ms\": 1,\n+  \"mean_ttft_ms\": 4,\n+  \"seed\": 1,";
        assert_eq!(figures(difference), ", mean_ttft_ms (2), seed");
        assert_eq!(figures("+ no figure"), "");
    }
}
