//! The program that explains: words, why figures are what they are, what to try, and the lesson.

use warmpath_page::worker::Program;
use wasm_bindgen::prelude::*;

/// Nothing yet: [`start`] is called with what the engine is to be had from.
fn main() {}

/// Starts it; `engine` computes what the lesson reveals.
#[wasm_bindgen]
pub fn start(engine: Program) {
    warmpath_page::start_teach(engine);
}
