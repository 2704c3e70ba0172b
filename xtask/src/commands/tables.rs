//! `tables`: writes the tables of policies in the documents anew.

use crate::fault::Outcome;
use crate::{places, process};
use std::process::Command;

pub(crate) fn run() -> Outcome<()> {
    process::run(
        "the tables",
        Command::new("cargo")
            .args([
                "run",
                "--release",
                "-p",
                "warmpath-core",
                "--example",
                "tables",
            ])
            .current_dir(places::root()),
        "read the message above",
    )?;
    println!(
        "docs/policies.md and docs/policy-tables.md are made; re-read the sentences on who wins"
    );
    Ok(())
}
