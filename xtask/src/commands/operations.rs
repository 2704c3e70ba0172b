//! `operations`: runs the incidents (replicas that fail, hang, drain and come back), and writes docs/operations.md and
//! docs/scaling.md.

use crate::fault::Outcome;
use crate::{places, process};
use std::process::Command;

pub(crate) fn run(rest: &[String]) -> Outcome<()> {
    super::no_options("operations", rest)?;
    let mut command = Command::new("cargo");
    command
        .args(["test", "-p", "warmpath-core"])
        .args(["--test", "operations", "--test", "scaling_doc"])
        .env("WARMPATH_BLESS", "1")
        .current_dir(places::root());
    process::run(
        "the operations scenarios",
        &mut command,
        "the output above says what does not run",
    )
}
