//! Letting messages in between two slices, and the clock that ends a slice.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(then: &js_sys::Function, ms: i32) -> JsValue;
}

/// Goes on after everything that waits has had its turn.
pub(crate) async fn turn() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        set_timeout(&resolve, 0);
    });
    // A timer's promise is not refused.
    let _ = JsFuture::from(promise).await;
}

/// The time \[ms\], for slices only: nothing that is computed depends on it.
pub(super) fn now() -> f64 {
    js_sys::Date::now()
}
