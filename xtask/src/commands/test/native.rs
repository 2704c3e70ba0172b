//! Runs the native tests of the whole workspace.

use super::Tally;
use crate::fault::Outcome;
use crate::seed::Seed;
use crate::{places, process};
use std::process::Command;

pub(super) fn run() -> Outcome<Tally> {
    let mut tally = Tally::default();
    let mut command = Command::new("cargo");
    command
        .args(["test", "--workspace", "--no-fail-fast"])
        .current_dir(places::root());
    tally.content = process::watch(
        "native tests",
        Seed::of_commit().give(&mut command),
        |line| tally.see_rust(line),
    )?;
    Ok(tally)
}
