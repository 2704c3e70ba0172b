//! The laboratory's program, in the page and in the worker.

use wasm_bindgen::prelude::*;

/// The page's role, where there is a window; in a worker nothing yet, [`worker_receive`] is called later.
fn main() {
    if web_sys::window().is_some() {
        warmpath_page::start_lab();
    }
}

/// The worker's role: called by `sim-worker.mjs` with each message of the page, an ask as bytes or a file.
// Exported here and not where it is written, since every program with that library would have to hold what it calls.
#[wasm_bindgen]
pub fn worker_receive(data: &JsValue) {
    warmpath_page::worker::role::receive(data);
}
