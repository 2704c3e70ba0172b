//! The engine's programs as `boot.mjs` hands them over: each fetched and compiled once, however many workers run it.

use js_sys::{Function, Promise};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// A program that computes, as `boot.mjs` hands it over: its glue's address, and its module when that has come.
    #[derive(Clone)]
    pub type Program;
    #[wasm_bindgen(method, getter)]
    fn glue(this: &Program) -> String;
    #[wasm_bindgen(method, catch)]
    fn module(this: &Program) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn here(this: &Program, post: &Function, slice_ms: f64) -> Result<Promise, JsValue>;
    /// The larger one, which reads and writes files too.
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

/// Says what the engine is to be had from.
pub(crate) fn set(program: Program) {
    PROGRAM.set(Some(program));
}

/// The engine's program, or the one that reads and writes files too.
fn program(files: bool) -> Result<Program, String> {
    let program = PROGRAM.with_borrow(Clone::clone);
    let program = program.ok_or("nobody gave the engine's program")?;
    Ok(if files { program.files() } else { program })
}

/// The glue's address and the compiled module, for a worker.
pub(super) async fn compiled(files: bool) -> Result<(String, JsValue), String> {
    let program = program(files)?;
    let module = program.module().map_err(super::said)?;
    let module = JsFuture::from(module).await.map_err(super::said)?;
    Ok((program.glue(), module))
}

/// An engine in this page, which calls `post` with each answer's bytes.
pub(super) async fn here(files: bool, post: &Function, slice_ms: f64) -> Result<Engine, String> {
    let engine = program(files)?.here(post, slice_ms).map_err(super::said)?;
    let engine = JsFuture::from(engine).await.map_err(super::said)?;
    Ok(engine.unchecked_into())
}
