//! The program that explains: words, why figures are what they are, what to try, and the lesson.

use warmpath_page::worker::Program;
use wasm_bindgen::prelude::*;

/// Does nothing when the module is loaded: `boot.mjs` calls [`start`].
fn main() {}

/// Starts the explanations; `engine` is the program that computes what the lesson reveals.
#[wasm_bindgen]
pub fn start(engine: Program) {
    warmpath_page::start_teach(engine);
}
