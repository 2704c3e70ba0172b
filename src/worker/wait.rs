//! Lets messages in between two slices, and measures the length of a slice.

use gloo_timers::future::TimeoutFuture;

/// Returns after all waiting events have been handled.
pub(crate) async fn turn() {
    TimeoutFuture::new(0).await;
}

/// The time \[ms\], used for slices only: no result depends on it.
pub(crate) fn now() -> f64 {
    js_sys::Date::now()
}
