//! `fit`: works out the shipped calibration again and prints it.

use crate::fault::Outcome;
use crate::{places, process};
use std::process::Command;

/// `rest` is passed on: a seed, a number of steps.
pub(crate) fn run(rest: &[String]) -> Outcome<()> {
    process::run(
        "the fit",
        Command::new("cargo")
            .args([
                "run",
                "--release",
                "-p",
                "warmpath-core",
                "--example",
                "fit",
                "--",
            ])
            .args(rest)
            .current_dir(places::root()),
        "read the message above",
    )
}
