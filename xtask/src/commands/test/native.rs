//! Runs the native tests: those of the whole workspace, then those of the page's first paint, which is compiled apart.

use super::Tally;
use crate::fault::Outcome;
use crate::seed::Seed;
use crate::{places, process};
use std::process::Command;

/// What each run of cargo tests, and its arguments. The first paint renders to text, which one build cannot do beside the
/// page in a browser.
const RUNS: [(&str, &[&str]); 2] = [
    ("native tests", &["--workspace"]),
    (
        "native tests of the first paint",
        // The profile in which the page's build makes it, whose dependencies are needed anyway.
        &[
            "--profile",
            "first-paint",
            "--package",
            "warmpath",
            "--no-default-features",
            "--features",
            "ssr",
            "--lib",
        ],
    ),
];

pub(super) fn run() -> Outcome<Tally> {
    let mut tally = Tally {
        content: true,
        ..Tally::default()
    };
    for (what, arguments) in RUNS {
        let before = tally.passed;
        let mut command = Command::new("cargo");
        command
            .args(["test", "--no-fail-fast"])
            .args(arguments)
            .current_dir(places::root());
        let content = process::watch(what, Seed::of_commit().give(&mut command), |line| {
            tally.see_rust(line);
        })?;
        // One run's tests do not stand for the other's.
        tally.content &= content && tally.passed > before;
    }
    Ok(tally)
}
