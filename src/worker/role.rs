//! The worker's role: take an ask, compute, post the answer.

use super::message::{self, Answer, Ask};
use warmpath_core::block;
use wasm_bindgen::prelude::*;
use web_sys::DedicatedWorkerGlobalScope;

/// Called by `sim-worker.mjs` with each message of the page.
#[wasm_bindgen]
pub fn worker_receive(text: &str) {
    let reply = message::read(text).and_then(|ask| message::write(answer(ask)));
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let message = match reply {
        Ok(text) => JsValue::from_str(&text),
        Err(reason) => {
            let failed = js_sys::Object::new();
            // Setting a property of a fresh object cannot fail.
            let _ = js_sys::Reflect::set(&failed, &"failed".into(), &reason.into());
            failed.into()
        }
    };
    if let Err(error) = scope.post_message(&message) {
        wasm_bindgen::throw_val(error);
    }
}

/// The answer to one ask.
pub fn answer(ask: Ask) -> Answer {
    match ask {
        Ask::Chain { tokens, block_size } => Answer::Chain {
            blocks: block::chained(&tokens, block_size)
                .iter()
                .map(|id| format!("{:016x}", id.0))
                .collect(),
        },
    }
}
