//! A link to what the reader sees.

use crate::address::{self, MOST_PROMPT};
use crate::dom;
use core::cell::{Cell, RefCell};
use core::time::Duration;
use leptos::prelude::*;
use warmpath_core::units::VirtualTime;
use warmpath_view::format::count;
use wasm_bindgen_futures::JsFuture;

/// How long the address waits for another keystroke.
const STILL: Duration = Duration::from_millis(250);

thread_local! {
    /// What waits to be put into the address.
    static WAITING: Cell<Option<TimeoutHandle>> = const { Cell::new(None) };
    /// The fragment whose prompt was too long for it, and how long that was [bytes].
    static LEFT_OUT: RefCell<(String, usize)> = const { RefCell::new((String::new(), 0)) };
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
            let fragment = address::fragment(&station, &prompt);
            keep(&fragment);
            LEFT_OUT.replace(match prompt.len() {
                bytes if bytes > MOST_PROMPT => (fragment, bytes),
                _ => Default::default(),
            });
        }
    };
    WAITING.set(set_timeout_with_handle(put, STILL).ok());
}

/// Puts a station's playhead into the address, at once.
pub fn keep_moment(station: &str, at: Option<VirtualTime>) {
    keep(&address::moment(station, at));
}

/// Puts a station's playhead and what else it shows into the address, at once.
pub fn keep_view(station: &str, at: Option<VirtualTime>, rest: &str) {
    keep(&address::view(station, at, rest));
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

/// What a copied link does not bring along; nothing for one that is whole.
fn missing() -> String {
    LEFT_OUT.with_borrow(|(fragment, bytes)| match hash() {
        Some(here) if here == *fragment && *bytes > 0 => format!(
            ", without the prompt ({} bytes; links hold {})",
            count(*bytes as u64),
            count(MOST_PROMPT as u64)
        ),
        _ => String::new(),
    })
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
                Ok(_) => format!("Link copied{}", missing()),
                Err(_) => format!("Copy this link{}: {address}", missing()),
            });
            set_timeout(move || said.set(String::new()), Duration::from_secs(6));
        });
    };
    view! {
        <button type="button" id="share" on:click=share>"Share"</button>
        <p class="toast" role="status" hidden=move || said.read().is_empty()>{said}</p>
    }
}
