//! A link to what the reader sees.

use crate::{address, dom};
use core::cell::Cell;
use core::time::Duration;
use leptos::prelude::*;
use warmpath_core::units::VirtualTime;
use wasm_bindgen_futures::JsFuture;

/// How long the address waits for another keystroke.
const STILL: Duration = Duration::from_millis(250);

thread_local! {
    /// What waits to be put into the address.
    static WAITING: Cell<Option<TimeoutHandle>> = const { Cell::new(None) };
}

/// Puts the prompt typed at a station into the address, so that it can be shared and survives a reload: when the reader has
/// stopped typing, and only if they have gone nowhere else by then. The history stays as it is.
pub fn keep_fragment(station: &str, prompt: &str) {
    if let Some(waiting) = WAITING.take() {
        waiting.clear();
    }
    // The prompt is written into the address when the reader has paused, not at every keystroke.
    let (station, prompt, here) = (station.to_owned(), prompt.to_owned(), hash());
    let put = move || {
        if hash() == here {
            keep(&address::fragment(&station, &prompt));
        }
    };
    WAITING.set(set_timeout_with_handle(put, STILL).ok());
}

/// Puts a station's playhead into the address, at once.
pub fn keep_moment(station: &str, at: Option<VirtualTime>) {
    keep(&address::moment(station, at));
}

fn hash() -> Option<String> {
    dom::window()?.location().hash().ok()
}

fn keep(fragment: &str) {
    let Some(history) = dom::window().and_then(|window| window.history().ok()) else {
        return;
    };
    // The entry's state stays, which `place.mjs` keeps there.
    let state = history.state().unwrap_or_default();
    // Refused by browsers when it comes too often; the next change tries again.
    let _ = history.replace_state_with_url(&state, "", Some(fragment));
}

/// Copies the page's address.
#[component]
pub fn Share() -> impl IntoView {
    let said = RwSignal::new(String::new());
    let share = move |_| {
        let Some(window) = dom::window() else { return };
        let address = window.location().href().unwrap_or_default();
        let copied = window.navigator().clipboard().write_text(&address);
        leptos::task::spawn_local(async move {
            said.set(match JsFuture::from(copied).await {
                Ok(_) => "Link copied".to_owned(),
                Err(_) => format!("Copy this link: {address}"),
            });
            set_timeout(move || said.set(String::new()), Duration::from_secs(4));
        });
    };
    view! {
        <button type="button" id="share" on:click=share>"Share"</button>
        <p class="toast" role="status" hidden=move || said.read().is_empty()>{said}</p>
    }
}
