//! The engine's programs as `boot.mjs` provides them: each is fetched and compiled once, however many workers run it.

use js_sys::{Function, Promise};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// A program for the engine: the address of its JavaScript glue, and its module once that is compiled.
    #[derive(Clone)]
    pub type Program;
    #[wasm_bindgen(method, getter)]
    fn glue(this: &Program) -> String;
    #[wasm_bindgen(method, catch)]
    fn module(this: &Program) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn here(this: &Program, post: &Function, slice_ms: f64) -> Result<Promise, JsValue>;
    /// The larger program, which also reads and writes files.
    #[wasm_bindgen(method, getter)]
    fn files(this: &Program) -> Program;

    /// An engine in this page, as `src/bin/warmpath-engine.rs` exports it.
    #[derive(Clone)]
    pub(super) type Engine;
    #[wasm_bindgen(method, catch)]
    pub(super) fn receive(this: &Engine, data: &JsValue) -> Result<(), JsValue>;
}

thread_local! {
    static PROGRAM: RefCell<Option<Program>> = const { RefCell::new(None) };
}

/// Stores the program that the engine is to be made from.
pub(crate) fn set(program: Program) {
    PROGRAM.set(Some(program));
}

/// The engine's program, or the larger one if `files`.
fn program(files: bool) -> Result<Program, String> {
    let program = PROGRAM.with_borrow(Clone::clone);
    let program = program.ok_or("nobody gave the engine's program")?;
    Ok(if files { program.files() } else { program })
}

/// The glue's address and the compiled module, for a worker.
pub(super) async fn compiled(files: bool) -> Result<(String, JsValue), String> {
    let program = program(files)?;
    let module = program.module().map_err(super::error_text)?;
    let module = JsFuture::from(module).await.map_err(super::error_text)?;
    Ok((program.glue(), module))
}

/// An engine in this page, which calls `post` with each answer's bytes.
pub(super) async fn here(files: bool, post: &Function, slice_ms: f64) -> Result<Engine, String> {
    let engine = program(files)?
        .here(post, slice_ms)
        .map_err(super::error_text)?;
    let engine = JsFuture::from(engine).await.map_err(super::error_text)?;
    Ok(engine.unchecked_into())
}
