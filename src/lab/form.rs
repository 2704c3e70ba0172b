//! Asking what the settings mean: an instance of the engine in this page answers at once. The laboratory itself holds them as
//! text, and has no code that reads a scenario.

use js_sys::{Function, Uint8Array};
use std::cell::RefCell;
use warmpath_view::form::{self, Question};
use warmpath_view::wire::Wire;
use wasm_bindgen::prelude::*;

thread_local! {
    static ANSWER: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Stores the function that answers, bytes for bytes.
pub(crate) fn set(answer: Function) {
    ANSWER.set(Some(answer));
}

/// The answer to a question. A question that cannot be answered is a fault of the page, so this throws.
pub(crate) fn ask<T: Wire>(question: &Question) -> T {
    let answer = form::read(&answer(&form::bytes(question)));
    answer.unwrap_or_else(|| wasm_bindgen::throw_str("an answer about the form could not be read"))
}

fn answer(question: &[u8]) -> Vec<u8> {
    let function = ANSWER.with_borrow(Clone::clone).unwrap_or_default();
    match function.call1(&JsValue::NULL, &Uint8Array::from(question)) {
        Ok(answer) => answer.unchecked_into::<Uint8Array>().to_vec(),
        Err(error) => wasm_bindgen::throw_val(error),
    }
}
