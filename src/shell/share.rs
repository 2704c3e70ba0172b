//! A link to what the reader sees.

use crate::{address, dom};
use leptos::prelude::*;
use warmpath_core::units::VirtualTime;
use wasm_bindgen_futures::JsFuture;

/// Puts the prompt typed at a station into the address, so that it can be shared and survives a reload. The history
/// stays as it is.
pub fn keep_fragment(station: &str, prompt: &str) {
    keep(&address::fragment(station, prompt));
}

/// Puts a station's playhead into the address, likewise.
pub fn keep_moment(station: &str, at: Option<VirtualTime>) {
    keep(&address::moment(station, at));
}

fn keep(fragment: &str) {
    let Some(history) = dom::window().and_then(|window| window.history().ok()) else {
        return;
    };
    // Refused by browsers when it comes too often; the next keystroke tries again.
    let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(fragment));
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
            set_timeout(
                move || said.set(String::new()),
                core::time::Duration::from_secs(4),
            );
        });
    };
    view! {
        <button type="button" id="share" on:click=share>"Share"</button>
        <p class="toast" role="status" hidden=move || said.read().is_empty()>{said}</p>
    }
}
