//! Components where static pictures stand, each when the reader comes near it.
//!
//! The page is long and a phone is slow: what is far away stays the picture it is, and costs nothing.

use crate::{dom, worker};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

/// How far ahead of the window's edges a section counts as near: as much again as is seen.
const AHEAD: &str = "100% 0px";

/// Puts a component in the place of the static picture `id`, at once.
pub(crate) fn now<V: IntoView + 'static>(id: &str, component: impl FnOnce() -> V + 'static) {
    // A document without the place does without the component.
    if let Some(place) = dom::by_id(id) {
        place.set_inner_html("");
        let _ = place.set_attribute("data-live", "");
        leptos::mount::mount_to(place, component).forget();
    }
}

/// Puts a component in the place of the static picture `id` when the reader comes near one of these sections. Sections and
/// not the place itself: a place that holds nothing yet has no size, and what works in one section may be asked for in another.
pub(crate) fn near<V: IntoView + 'static>(
    sections: &[&str],
    id: &'static str,
    component: impl FnOnce() -> V + 'static,
) {
    when_seen(sections, AHEAD, Box::new(move || now(id, component)));
}

/// Calls `then` once one of these elements is in the window or as far `ahead` of it, in a turn of its own, so that neighbours
/// do not make one long task.
pub(crate) fn when_seen(ids: &[&str], ahead: &str, then: Box<dyn FnOnce()>) {
    let mut then = Some(then);
    let seen = Closure::<dyn FnMut(js_sys::Array, IntersectionObserver)>::new(
        move |entries: js_sys::Array, observer: IntersectionObserver| {
            let near = entries.iter().any(|entry| {
                entry
                    .unchecked_ref::<IntersectionObserverEntry>()
                    .is_intersecting()
            });
            if near && let Some(then) = then.take() {
                observer.disconnect();
                wasm_bindgen_futures::spawn_local(async move {
                    worker::turn().await;
                    then();
                });
            }
        },
    );
    let options = IntersectionObserverInit::new();
    options.set_root_margin(ahead);
    if let Ok(observer) =
        IntersectionObserver::new_with_options(seen.as_ref().unchecked_ref(), &options)
    {
        for element in ids.iter().filter_map(|id| dom::by_id(id)) {
            observer.observe(&element);
        }
    }
    // It lives until the reader has come, which may be never.
    seen.forget();
}
