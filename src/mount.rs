//! Replaces static figures by live components, each when the reader comes near it.
//!
//! The page is long and a phone is slow: a figure far away stays as it was built, and costs nothing. A figure is reset by
//! mounting a new component in its place; the event [`RESET`], dispatched at that place, asks for it.

use crate::{dom, worker};
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{
    HtmlElement, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit,
};

/// How far beyond the window's edges a section counts as near: as much as the window shows.
const AHEAD: &str = "100% 0px";

/// The event that asks a figure to become what it was when the page was opened without a link.
const RESET: &str = "warmpath-reset";

thread_local! {
    /// What the component that is being mounted has to do once another takes its place. It is empty again after each mounting.
    static LEAVE: RefCell<Vec<Box<dyn FnOnce()>>> = const { RefCell::new(Vec::new()) };
}

/// Calls `leave` once another component takes the place of the one that is being mounted. A figure that was replaced is
/// never disposed of, so whatever it listens to outside its own place has to be given up there.
pub(crate) fn on_leave(leave: impl FnOnce() + 'static) {
    LEAVE.with_borrow_mut(|all| all.push(Box::new(leave)));
}

/// Whether the component that is being mounted is still in its place; it becomes false once another takes that.
pub(crate) fn there() -> StoredValue<bool> {
    let there = StoredValue::new(true);
    on_leave(move || there.set_value(false));
    there
}

/// Puts a component in the place of the static picture `id`, at once and again whenever [`RESET`] asks for that.
pub(crate) fn now<V: IntoView + 'static>(id: &str, component: impl Fn() -> V + 'static) {
    // If the document does not have the place, the component is not shown.
    let Some(place) = dom::by_id(id) else { return };
    let (at, component) = (place.clone(), Rc::new(component));
    let mut on_replaced: Vec<Box<dyn FnOnce()>> = Vec::new();
    let mut mount = move || {
        for leave in core::mem::take(&mut on_replaced) {
            leave();
        }
        // What was given to `on_leave` while nothing was being mounted belongs to no place: it is dropped and never called.
        drop(LEAVE.take());
        clear(&at);
        let _ = at.set_attribute("data-live", "");
        let component = Rc::clone(&component);
        leptos::mount::mount_to(at.clone(), move || component()).forget();
        on_replaced = LEAVE.take();
    };
    mount();
    let again = Closure::<dyn FnMut()>::new(mount);
    let _ = place.add_event_listener_with_callback(RESET, again.as_ref().unchecked_ref());
    again.forget();
}

/// Removes the content of a place. A figure that was live is kept unseen, because frames and answers that are still to come
/// look for its elements.
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

/// Replaces the static figure `id` by a component when the reader comes near one of these sections. Sections are observed,
/// not the place: an empty place has no size, and a component may be needed by another section.
pub(crate) fn near<V: IntoView + 'static>(
    sections: &[&str],
    id: &'static str,
    component: impl Fn() -> V + 'static,
) {
    when_seen(sections, AHEAD, Box::new(move || now(id, component)));
}

/// Calls `then` once one of these elements is in the window or within `ahead` of it. It is called in a task of its own, so
/// that neighbours do not make one long task.
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
    // The observer must live until the reader has come, which may be never.
    seen.forget();
}
