//! The set-up: what building and testing the page need beyond Rust, installed where it is missing.
//!
//! Each step first looks whether its thing is there already, then takes the easy way, then the way through a package registry;
//! it says what it does and how long that usually takes. Running it again does only what is left.

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

/// What building the page needs.
pub(crate) struct Tools {
    trunk: PathBuf,
    wasm_bindgen: PathBuf,
    /// Node's program; without it the page is built without wasm-opt and the end-to-end tests are left out.
    pub(crate) node: Option<PathBuf>,
}

/// Makes sure that the page can be built.
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

/// Makes sure that faults can be put into the code, and says by which program.
pub(crate) fn mutants() -> Outcome<PathBuf> {
    cargo_tool::ensure(&cargo_tool::mutants())
}

/// Makes sure that there is a browser to test in.
pub(crate) fn browser() -> Outcome<Browser> {
    browser::ensure()
}

impl Tools {
    /// A command that finds these tools first.
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

    /// Trunk.
    pub(crate) fn trunk(&self) -> Command {
        self.command(&self.trunk.to_string_lossy())
    }
}

/// One line for a thing that is already there.
fn present(what: &str) {
    println!("ok: {what}");
}

/// One line before something that takes a while.
fn announce(what: &str, usually: &str) {
    println!("set-up: {what} (usually {usually})");
}

/// Whether Rust can compile for wasm32 already.
pub(crate) fn has_wasm_target() -> bool {
    wasm_target::installed()
}
