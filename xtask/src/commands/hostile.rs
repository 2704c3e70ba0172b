//! `hostile`: runs the optimised command line with many bad inputs.

use crate::fault::{Fault, Outcome};
use crate::{places, process};
use std::process::Command;

/// The number of inputs unless another is given.
const INPUTS: &str = "10000";

/// Runs the command; `rest` may have the number of inputs.
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
