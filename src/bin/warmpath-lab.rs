//! The laboratory's program: the page's side of the laboratory and of the challenges.

use js_sys::Function;
use warmpath_page::worker::Program;
use wasm_bindgen::prelude::*;

/// Does nothing when the module is loaded: `boot.mjs` calls [`start`].
fn main() {}

/// Starts the laboratory and the challenges. `engine` is the program that computes their runs; `answer` takes a question about
/// what is set in the laboratory's form, as bytes, and returns the answer's.
#[wasm_bindgen]
pub fn start(engine: Program, answer: Function) {
    warmpath_page::start_lab(engine, answer);
}
