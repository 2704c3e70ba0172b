//! `check`: quick checks to run before a commit.

use crate::fault::Outcome;
use crate::{places, process, setup};
use std::process::Command;

pub(crate) fn run() -> Outcome<()> {
    let cargo = |step: &str, arguments: &[&str], next: &str| {
        process::run(
            step,
            Command::new("cargo")
                .args(arguments)
                .current_dir(places::root()),
            next,
        )
    };
    cargo(
        "formatting",
        &["fmt", "--all", "--check"],
        "cargo fmt --all",
    )?;
    let read = "read clippy's output above";
    cargo(
        "clippy",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
        read,
    )?;
    if setup::has_wasm_target() {
        cargo(
            "clippy for wasm",
            &[
                "clippy",
                "-p",
                "warmpath",
                "--lib",
                "--bins",
                "--target",
                "wasm32-unknown-unknown",
                "--",
                "-D",
                "warnings",
            ],
            read,
        )?;
    } else {
        println!(
            "left out: clippy for wasm, as there is no wasm32 library (cargo xtask setup installs it)"
        );
    }
    cargo(
        "clippy for the first figures",
        &[
            "clippy",
            "-p",
            "warmpath",
            "--no-default-features",
            "--features",
            "ssr",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
        read,
    )?;
    cargo(
        "native tests",
        &["test", "--workspace"],
        "read the tests' output above",
    )?;
    cargo(
        "native tests of the first paint",
        &[
            "test",
            "--profile",
            "first-paint",
            "-p",
            "warmpath",
            "--no-default-features",
            "--features",
            "ssr",
            "--lib",
        ],
        "read the tests' output above",
    )
}
