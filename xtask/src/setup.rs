//! The set-up: installs what building and testing the page need beyond Rust, if it is missing.
//!
//! Each step first checks whether its tool is there already, then tries the easy way, then a package registry; it says what
//! it does and how long that usually takes. Running it again does only what is left.

mod apt;
mod browser;
mod cargo_tool;
mod node;
mod other;
mod wasm_target;

pub(crate) use browser::Browser;
pub(crate) use other::{OTHERS, Other};

use crate::fault::Outcome;
use crate::places;
use std::path::PathBuf;
use std::process::Command;

/// The tools that building the page needs.
pub(crate) struct Tools {
    trunk: PathBuf,
    wasm_bindgen: PathBuf,
    /// The path of Node; without it (`None`) the page is built without wasm-opt and the end-to-end tests are left out.
    pub(crate) node: Option<PathBuf>,
}

/// Installs the tools for building the page, if they are missing.
pub(crate) fn tools() -> Outcome<Tools> {
    wasm_target::ensure()?;
    let wasm_bindgen = cargo_tool::ensure(&cargo_tool::wasm_bindgen()?)?;
    let trunk = cargo_tool::ensure(&cargo_tool::trunk())?;
    let node = node::ensure()?;
    Ok(Tools {
        trunk,
        wasm_bindgen,
        node,
    })
}

/// Installs cargo-mutants if it is missing, and returns its path.
pub(crate) fn mutants() -> Outcome<PathBuf> {
    cargo_tool::ensure(&cargo_tool::mutants())
}

/// Installs a browser for the tests, if none is there.
pub(crate) fn browser() -> Outcome<Browser> {
    browser::ensure()
}

impl Tools {
    /// A command that finds these tools before others on `PATH`.
    pub(crate) fn command(&self, program: &str) -> Command {
        let folders: Vec<PathBuf> = [&self.wasm_bindgen, &self.trunk]
            .iter()
            .filter_map(|tool| tool.parent().map(PathBuf::from))
            .collect();
        let mut command = Command::new(program);
        command
            .current_dir(places::root())
            .env("PATH", places::path_with(&folders));
        command
    }

    /// A command that runs Trunk, which finds these tools first.
    pub(crate) fn trunk(&self) -> Command {
        self.command(&self.trunk.to_string_lossy())
    }
}

/// Prints a line for a tool that is already there.
fn present(what: &str) {
    println!("ok: {what}");
}

/// Prints a line before a step that takes a while.
fn announce(what: &str, usually: &str) {
    println!("set-up: {what} (usually {usually})");
}

/// Whether Rust can already compile for wasm32.
pub(crate) fn has_wasm_target() -> bool {
    wasm_target::installed()
}
