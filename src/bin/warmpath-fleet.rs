//! The fleet's program: the page's side of the fleet, of what fails in it, and of the reality check.

use warmpath_page::worker::Program;
use wasm_bindgen::prelude::*;

/// Does nothing when the module is loaded: `boot.mjs` calls [`start`].
fn main() {}

/// Starts the fleet, its failures and the reality check; `engine` is the program that computes their runs.
#[wasm_bindgen]
pub fn start(engine: Program) {
    warmpath_page::start_fleet(engine);
}
