//! Components where static pictures stand, each when the reader comes near it.
//!
//! The page is long and a phone is slow: what is far away stays the picture it is, and costs nothing. What has been tried at a
//! figure is undone by making it anew: the event [`RESET`] at its place asks for that.

use crate::{dom, worker};
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{
    HtmlElement, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit,
};

/// How far ahead of the window's edges a section counts as near: as much again as is seen.
const AHEAD: &str = "100% 0px";

/// The event by which a figure's place is asked to begin as it did when the page was opened without a link.
const RESET: &str = "warmpath-reset";

/// Puts a component in the place of the static picture `id`, at once, and again whenever that is asked for there.
pub(crate) fn now<V: IntoView + 'static>(id: &str, component: impl Fn() -> V + 'static) {
    // A document without the place does without the component.
    let Some(place) = dom::by_id(id) else { return };
    let (at, component) = (place.clone(), Rc::new(component));
    let mount = move || {
        clear(&at);
        let _ = at.set_attribute("data-live", "");
        let component = Rc::clone(&component);
        leptos::mount::mount_to(at.clone(), move || component()).forget();
    };
    mount();
    let again = Closure::<dyn FnMut()>::new(mount);
    let _ = place.add_event_listener_with_callback(RESET, again.as_ref().unchecked_ref());
    again.forget();
}

/// Takes out of a place what stands there. A figure that was live is put aside whole and lives on unseen: frames and answers
/// that are still to come find what they were asked for by.
fn clear(place: &HtmlElement) {
    if place.has_attribute("data-live")
        && let Some(Ok(aside)) = dom::document().map(|it| it.create_element("div"))
    {
        while let Some(child) = place.first_child() {
            if aside.append_child(&child).is_err() {
                break;
            }
        }
    }
    place.set_inner_html("");
}

/// Puts a component in the place of the static picture `id` when the reader comes near one of these sections. Sections and
/// not the place itself: a place that holds nothing yet has no size, and what works in one section may be asked for in another.
pub(crate) fn near<V: IntoView + 'static>(
    sections: &[&str],
    id: &'static str,
    component: impl Fn() -> V + 'static,
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
