//! The engine's program: it runs scenarios in a worker or, without workers, in the page. In either case an instance of it in the page
//! answers the laboratory's questions about its form. The program that also reads and writes files is `warmpath-files`.

use warmpath_page::worker::engine::Running;
use warmpath_page::worker::role::Role;
use wasm_bindgen::prelude::*;

/// Does nothing when the module is loaded: `sim-worker.mjs` makes an [`Engine`], or `boot.mjs` where there can be no worker.
fn main() {}

/// An engine, for `sim-worker.mjs` and `boot.mjs`.
// Exported here and not in the library, because every program with the library would then contain what it calls.
#[wasm_bindgen]
pub struct Engine(Role<Running>);

#[wasm_bindgen]
impl Engine {
    /// An engine that computes for `slice_ms` at a time and calls `post` with each answer's bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(post: js_sys::Function, slice_ms: f64) -> Self {
        Self(Role::new(post, slice_ms))
    }

    /// Takes a message of the page: a request's bytes, or a file.
    pub fn receive(&self, data: &JsValue) {
        self.0.receive(data);
    }
}

/// Answers a question about the laboratory's form, both as bytes.
#[wasm_bindgen]
pub fn answer(question: &[u8]) -> Vec<u8> {
    warmpath_view::form::answer(question)
}
