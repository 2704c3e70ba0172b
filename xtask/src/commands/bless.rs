//! `bless`: records golden reports and generated documents anew, and prints what changed.
//!
//! For a change that is meant to change figures, and for a new policy. What changed is to be read before it is committed.

use crate::fault::Outcome;
use crate::{places, process};
use std::process::Command;

/// What is recorded by tests that are told to write what they find, with their crates.
const RECORDED: [(&str, &str, &[&str]); 3] = [
    (
        "golden reports",
        "warmpath-core",
        &["--test", "browser_golden"],
    ),
    ("docs/parity.md", "warmpath-core", &["--test", "parity"]),
    (
        "what deploy prints",
        "warmpath-cli",
        &["--test", "cli", "deploy"],
    ),
];

pub(crate) fn run() -> Outcome<()> {
    super::tables::run()?;
    for (what, package, tests) in RECORDED {
        process::run(
            what,
            Command::new("cargo")
                .args(["test", "--quiet", "-p", package])
                .args(tests)
                .env("WARMPATH_BLESS", "1")
                .current_dir(places::root()),
            "read the message above; a report that is included when the test is compiled is compared with the one before, so \
             a second run passes",
        )
        .or_else(|_| {
            // What was written in the first run is what the second one compares with.
            process::run(
                what,
                Command::new("cargo")
                    .args(["test", "--quiet", "-p", package])
                    .args(tests)
                    .current_dir(places::root()),
                "read the message above",
            )
        })?;
    }
    println!("changed since the last commit:");
    process::run(
        "git",
        Command::new("git")
            .args(["status", "--short"])
            .current_dir(places::root()),
        "git status says why",
    )
}
