//! The engine's larger program: what the engine does, and besides reads files and writes runs. It takes the engine's place once
//! a reader opens a file or keeps one.

use warmpath_page::worker::engine::{Everything, crew};
use warmpath_page::worker::role::Role;
use wasm_bindgen::prelude::*;

/// Nothing yet: [`Engine`] is made by whoever asks it.
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

    /// Takes a message of the page, an ask as bytes or a file.
    pub fn receive(&self, data: &JsValue) {
        self.0.receive(data);
    }
}

/// An engine that helps another with its search, for `sim-worker.mjs`.
#[wasm_bindgen]
pub struct Helper(crew::Helper);

#[wasm_bindgen]
impl Helper {
    /// Computes for `slice_ms` at a time and calls `post` with the bytes of what it finds.
    #[wasm_bindgen(constructor)]
    pub fn new(post: js_sys::Function, slice_ms: f64) -> Self {
        Self(crew::Helper::new(post, slice_ms))
    }

    /// Takes a file, or what it is told as bytes.
    pub fn receive(&self, data: &JsValue) {
        self.0.receive(data);
    }
}
