//! What is around the stations: the colour theme, sharing, and the mark of the present station.

pub mod current;
pub mod handover;
mod older;
pub mod share;
pub mod steps;
pub mod theme;

pub use current::mark_current_station;
pub use handover::{handed, take_to};
pub use older::tell_of_an_older_link;
pub use share::{keep_view, tell_run, tell_understood};
pub use steps::keep_steps;
pub use theme::Theme;

use crate::address::Address;
use crate::{dom, mount};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

/// Calls `then` with the address whenever the reader goes back or forward in the history, or edits the fragment. If a component is
/// being mounted, the calls end once another component takes its place.
pub fn on_travel(then: impl Fn(Address) + 'static) {
    let heard = window_event_listener_untyped("popstate", move |_| then(Address::here()));
    mount::on_leave(move || heard.remove());
}

/// Scrolls to a station as a link would, so that going back leads here again.
pub(crate) fn go_to(station: &str) {
    let location = dom::window().map(|window| window.location());
    let named = |hash: String| Address::parse("", &hash).station == station;
    match location {
        Some(location) if !location.hash().is_ok_and(named) => {
            let _ = location.set_hash(station);
        }
        // The browser sends no event for a link to the place that the address already names.
        _ => {
            if let Some(station) = dom::by_id(station) {
                station.scroll_into_view();
            }
        }
    }
}

/// A signal that changes whenever charts must be painted again: at a change of the window's size, its pixel ratio or the
/// colours.
pub fn redraws() -> RwSignal<u32> {
    let redraw = RwSignal::new(0u32);
    let again = move || redraw.update(|it| *it = it.wrapping_add(1));
    window_event_listener(leptos::ev::resize, move |_| again());
    window_event_listener_untyped(theme::CHANGED, move |_| again());
    let colours = dom::window().and_then(|window| {
        window
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten()
    });
    if let Some(colours) = colours {
        let changed = Closure::<dyn FnMut()>::new(again);
        colours.set_onchange(Some(changed.as_ref().unchecked_ref()));
        // Both listeners live as long as the page.
        changed.forget();
        core::mem::forget(colours);
    }
    redraw
}
