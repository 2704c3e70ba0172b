//! `fit`: computes the shipped calibration again and prints it, or fits the assumed constants to a file of step times.

use crate::fault::Outcome;
use crate::{places, process};
use std::process::Command;

/// Runs the command. With a file, constants are fitted to its rows, and without each model in turn; else `rest` is passed
/// on: a seed, a number of steps.
pub(crate) fn run(rest: &[String]) -> Outcome<()> {
    let file = rest.first().filter(|first| first.parse::<u64>().is_err());
    let program: &[&str] = match file {
        Some(_) => &[
            "-p",
            "warmpath-cli",
            "--",
            "calibrate",
            "--from-scratch",
            "--leave-one-out",
        ],
        None => &["-p", "warmpath-core", "--example", "fit", "--"],
    };
    let mut command = Command::new("cargo");
    command.args(["run", "--release"]).args(program);
    match file {
        // The program runs in the project's root, so the path is made absolute.
        Some(file) => {
            let path = std::path::absolute(file).unwrap_or_else(|_| file.into());
            command.arg(path).args(&rest[1..])
        }
        None => command.args(rest),
    };
    process::run(
        "the fit",
        command.current_dir(places::root()),
        "read the message above",
    )
}
