//! Runs the end-to-end tests of the built page in a real browser, by Node's own test runner.

use super::Tally;
use crate::fault::{Fault, Outcome};
use crate::setup::{Browser, Tools};
use crate::{places, process};
use std::path::{Path, PathBuf};
use std::process::Command;

pub(super) fn run(tools: &Tools, node: &Path, browser: &Browser) -> Outcome<Tally> {
    let step = "end-to-end tests";
    let fault = |error: std::io::Error| Fault::new(step, error.to_string(), "git status");
    let mut files: Vec<PathBuf> = std::fs::read_dir(places::tests().join("e2e"))
        .map_err(fault)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    let mut tally = node_tests(step, "e2e", tools, node, &files, |command| {
        command.env("WARMPATH_CHROME", &browser.chrome);
    })?;
    // On a busy machine a browser may fail once; a second failure is a fault of the page or of a test.
    tally.second_tries = Some(1);
    Ok(tally)
}

/// Runs test files of the page by Node's test runner and counts the results; `name` is that of the report in `target/`.
pub(super) fn node_tests(
    step: &str,
    name: &str,
    tools: &Tools,
    node: &Path,
    files: &[PathBuf],
    with: impl FnOnce(&mut Command),
) -> Outcome<Tally> {
    let report = places::root().join(format!("target/{name}.tap"));
    let mut command = tools.command(&node.to_string_lossy());
    command
        .args(["--test", "--test-concurrency=1"])
        .args([
            "--test-reporter=spec",
            "--test-reporter-destination=stdout",
            "--test-reporter=tap",
        ])
        .arg(format!("--test-reporter-destination={}", report.display()))
        .args(files);
    with(&mut command);
    let content = process::watch(step, &mut command, |_| {})?;
    let report = std::fs::read_to_string(&report)
        .map_err(|error| Fault::new(step, error.to_string(), "run it by hand"))?;
    let mut tally = Tally {
        content,
        ..Tally::default()
    };
    let tests = report.lines();
    tests.for_each(|line| tally.see_second_tries(line));
    // The summary follows the TAP plan; the tests' own output comes before it.
    let summary = report.rsplit_once("\n1..").map_or("", |(_, rest)| rest);
    summary.lines().for_each(|line| tally.see_tap(line));
    Ok(tally)
}
