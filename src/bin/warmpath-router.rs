//! The router's program: the fourth station, which needs no engine.

use wasm_bindgen::prelude::*;

/// Does nothing when the module is loaded: `boot.mjs` calls [`start`].
fn main() {}

/// Starts the router's station.
#[wasm_bindgen]
pub fn start() {
    warmpath_page::start_router();
}
