//! Native tests of the whole workspace.

use super::Tally;
use crate::fault::Outcome;
use crate::{places, process};
use std::process::Command;

pub(super) fn run() -> Outcome<Tally> {
    let mut tally = Tally::default();
    tally.content = process::watch(
        "native tests",
        Command::new("cargo")
            .args(["test", "--workspace", "--no-fail-fast"])
            .current_dir(places::root()),
        |line| tally.see_rust(line),
    )?;
    Ok(tally)
}
