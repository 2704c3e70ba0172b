//! `hostile`: bad input in quantity, against the optimised command line.

use crate::fault::{Fault, Outcome};
use crate::{places, process};
use std::process::Command;

/// Inputs unless asked otherwise.
const INPUTS: &str = "10000";

/// `rest`: how many inputs.
pub(crate) fn run(rest: &[String]) -> Outcome<()> {
    let inputs = match rest {
        [] => INPUTS,
        [inputs] if inputs.parse::<u64>().is_ok() => inputs,
        _ => {
            return Err(Fault::new(
                "the command line",
                format!("hostile takes a number of inputs, not {:?}", rest.join(" ")),
                "cargo xtask hostile [N]; the seed is WARMPATH_SEED",
            ));
        }
    };
    process::run(
        "hostile inputs",
        Command::new("cargo")
            .args([
                "test",
                "--release",
                "-p",
                "warmpath-cli",
                "--test",
                "hostile",
            ])
            .args(["--", "--nocapture"])
            .env("WARMPATH_HOSTILE", inputs)
            .current_dir(places::root()),
        "give the printed seed again as WARMPATH_SEED once it is mended",
    )
}
