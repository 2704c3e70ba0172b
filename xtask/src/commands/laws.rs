//! `laws`: tests the laws of whole scenarios on many more of them than `test` does, from a new seed.

use crate::fault::{Fault, Outcome};
use crate::seed::Seed;
use crate::{places, process};
use std::process::Command;

/// The number of scenarios that each law is tested on unless another is given.
const CASES: u32 = 2000;

/// Runs the command; `rest` may have the number of scenarios.
pub(crate) fn run(rest: &[String]) -> Outcome<()> {
    let cases = match rest {
        [] => CASES,
        [one] => one.parse().ok().filter(|&cases| cases > 0).ok_or_else(|| {
            Fault::new(
                "the command line",
                format!("laws takes a number of scenarios, not {one:?}"),
                "cargo xtask laws 2000",
            )
        })?,
        _ => return super::no_options("laws", &rest[1..]),
    };
    let mut command = Command::new("cargo");
    command
        .args(["test", "-p", "warmpath-core", "--profile", "mutants"])
        .args([
            "--test",
            "laws",
            "--test",
            "browser_laws",
            "--",
            "--nocapture",
        ])
        .env("WARMPATH_CASES", cases.to_string())
        .current_dir(places::root());
    let seed = Seed::fresh();
    process::run(
        "the laws",
        seed.give(&mut command),
        "give the seed that is printed above in WARMPATH_SEED, and keep the scenario as a named case",
    )
}
