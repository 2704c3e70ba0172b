//! Letting messages in between two slices, and the clock that ends a slice.

use gloo_timers::future::TimeoutFuture;

/// Goes on after everything that waits has had its turn.
pub(crate) async fn turn() {
    TimeoutFuture::new(0).await;
}

/// The time \[ms\], for slices only: nothing that is computed depends on it.
pub(crate) fn now() -> f64 {
    js_sys::Date::now()
}
