//! Walks through the built page as a visitor would, in one of the browsers besides Chromium.

use super::Tally;
use super::e2e::node_tests;
use crate::fault::Outcome;
use crate::places;
use crate::setup::{Other, Tools};
use std::path::Path;
use std::time::Instant;

/// Runs the walk and counts its tests. Second tries are counted and named, and do not fail the run; only Chromium's do,
/// until this browser has needed none in twenty complete runs, after which it gets Chromium's limit here. A test that fails
/// twice fails the run.
pub(super) fn run(tools: &Tools, node: &Path, browser: &Other) -> Outcome<Tally> {
    let start = Instant::now();
    let files = [places::tests().join("walk/walk.test.mjs")];
    let mut tally = node_tests(
        "the walk of a visitor",
        browser.name,
        tools,
        node,
        &files,
        |command| {
            command.env("WARMPATH_BROWSER", browser.name);
        },
    )?;
    tally.seconds = Some(start.elapsed().as_secs());
    Ok(tally)
}
