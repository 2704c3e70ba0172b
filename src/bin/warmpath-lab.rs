//! The laboratory's program: the page's side of the laboratory and of the challenges.

use js_sys::Function;
use warmpath_page::worker::Program;
use wasm_bindgen::prelude::*;

/// Nothing yet: [`start`] is called with what the engine is to be had from.
fn main() {}

/// Starts the laboratory and the challenges; `engine` computes for them, `answer` says what is set in their form.
#[wasm_bindgen]
pub fn start(engine: Program, answer: Function) {
    warmpath_page::start_lab(engine, answer);
}
