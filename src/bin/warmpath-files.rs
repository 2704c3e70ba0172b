//! The larger of the engine's two programs: it does all that `warmpath-engine` does, and also reads files, writes runs as files
//! and searches. The page replaces the smaller one by it once a reader asks for one of these.

use warmpath_page::worker::engine::{Everything, crew};
use warmpath_page::worker::role::Role;
use wasm_bindgen::prelude::*;

/// Does nothing when the module is loaded: `sim-worker.mjs` makes an [`Engine`] or a [`Helper`], or `boot.mjs` an [`Engine`]
/// where there can be no worker.
fn main() {}

/// An engine, for `sim-worker.mjs` and `boot.mjs`.
// Exported here and not in the library, because every program with the library would then contain what it calls.
#[wasm_bindgen]
pub struct Engine(Role<Everything>);

#[wasm_bindgen]
impl Engine {
    /// Computes for `slice_ms` at a time and calls `post` with each answer's bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(post: js_sys::Function, slice_ms: f64) -> Self {
        Self(Role::new(post, slice_ms))
    }

    /// Takes a message of the page: a request's bytes, or a file.
    pub fn receive(&self, data: &JsValue) {
        self.0.receive(data);
    }
}

/// An engine that computes a share of another's search, for `sim-worker.mjs`.
#[wasm_bindgen]
pub struct Helper(crew::Helper);

#[wasm_bindgen]
impl Helper {
    /// Computes for `slice_ms` at a time and calls `post` with the bytes of the outcomes that it finds.
    #[wasm_bindgen(constructor)]
    pub fn new(post: js_sys::Function, slice_ms: f64) -> Self {
        Self(crew::Helper::new(post, slice_ms))
    }

    /// Takes a message of the engine that it helps: a file of the search, or the bytes of the search or of outcomes.
    pub fn receive(&self, data: &JsValue) {
        self.0.receive(data);
    }
}
