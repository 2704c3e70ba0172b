//! The fleet's program: the page's side of the fleet, of what fails in it, and of the reality check.

use warmpath_page::worker::Program;
use wasm_bindgen::prelude::*;

/// Nothing yet: [`start`] is called with what the engine is to be had from.
fn main() {}

/// Starts the fleet, its failures and the reality check; `engine` computes for them.
#[wasm_bindgen]
pub fn start(engine: Program) {
    warmpath_page::start_fleet(engine);
}
