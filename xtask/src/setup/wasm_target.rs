//! Installs Rust's standard library for wasm32.

use super::{announce, present};
use crate::fault::{Fault, Outcome};
use crate::{places, process};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const TARGET: &str = "wasm32-unknown-unknown";

pub(super) fn ensure() -> Outcome<()> {
    let step = "Rust's standard library for wasm32";
    if installed() {
        present(step);
        return Ok(());
    }
    announce(step, "a few seconds");
    if places::find(&["rustup"]).is_none() {
        return Err(Fault::new(
            step,
            "there is no rustup on PATH, and this Rust has no wasm32 library",
            "install Rust through https://rustup.rs, or your distribution's wasm32 library for Rust",
        ));
    }
    process::run_within(
        step,
        Command::new("rustup").args(["target", "add", TARGET]),
        Duration::from_secs(600),
        "check the network, then the same command by hand",
    )?;
    if installed() {
        Ok(())
    } else {
        Err(Fault::new(
            step,
            "rustup added the target to another toolchain than the one in use",
            format!("rustup target add {TARGET} --toolchain <the one of `rustup show`>"),
        ))
    }
}

/// Whether the toolchain in use has the library.
pub(super) fn installed() -> bool {
    process::answer("rustc", &["--print", "target-libdir", "--target", TARGET])
        .is_some_and(|folder| Path::new(&folder).is_dir())
}
