//! The worker's role: hand what the page posts to the engine, and post its answers.

use super::engine::Engine;
use super::message::{self, Answer};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::DedicatedWorkerGlobalScope;

/// How long the worker computes before it looks for messages \[ms\].
const SLICE_MS: f64 = 24.0;

thread_local! {
    static ENGINE: RefCell<Engine> = RefCell::new(Engine::new(Rc::new(post), SLICE_MS));
}

/// Takes a message of the page: an ask as bytes, or a file.
pub fn receive(data: &JsValue) {
    if let Some(file) = data.dyn_ref::<web_sys::File>() {
        ENGINE.with_borrow_mut(|engine| engine.open(file.clone()));
    } else {
        let bytes = js_sys::Uint8Array::new(data).to_vec();
        match message::read(&bytes) {
            Ok(ask) => ENGINE.with_borrow_mut(|engine| engine.receive(ask)),
            Err(reason) => post(Answer::Failed { reason }),
        }
    }
}

fn post(answer: Answer) {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let bytes = js_sys::Uint8Array::from(&*message::write(&answer));
    if let Err(error) = scope.post_message(&bytes) {
        wasm_bindgen::throw_val(error);
    }
}
