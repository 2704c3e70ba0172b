//! Around the stations: theme, sharing, and where the reader is.

pub mod current;
pub mod share;
pub mod theme;

pub use current::mark_current_station;
pub use share::{Share, keep_fragment, keep_moment, keep_view};
pub use theme::Theme;

use crate::address::Address;
use crate::dom;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

/// Calls `then` with the address whenever the reader goes back or forward in the history, or edits the fragment.
pub fn on_travel(then: impl Fn(Address) + 'static) {
    window_event_listener_untyped("popstate", move |_| then(Address::here()));
}

/// A signal that changes whenever charts have to be drawn anew: the window's size or pixel ratio, the colours.
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
        // Both live as long as the page.
        changed.forget();
        core::mem::forget(colours);
    }
    redraw
}

/// The header's buttons.
#[component]
pub fn Tools() -> impl IntoView {
    view! {
        <Share />
        <Theme />
    }
}
