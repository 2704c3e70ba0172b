//! Keeps the address up to date with what the reader does. Other parts of a link, and the other ways to share, are in
//! `assets/share.mjs`, which is fetched when they are needed.

use crate::address;
use crate::dom;
use core::cell::Cell;
use core::time::Duration;
use leptos::prelude::*;
use warmpath_core::units::VirtualTime;

/// How long the address waits for further keystrokes.
const STILL: Duration = Duration::from_millis(250);

thread_local! {
    /// The timer of the change that waits to be put into the address.
    static WAITING: Cell<Option<TimeoutHandle>> = const { Cell::new(None) };
}

/// Puts the prompt typed at a station into the address, so that it can be shared and survives a reload: once the reader has
/// stopped typing, and only if the fragment has not been changed by then. No history entry is added.
pub fn keep_fragment(station: &str, prompt: &str) {
    if let Some(waiting) = WAITING.take() {
        waiting.clear();
    }
    // The address is written when the reader has paused, not at every keystroke.
    let (station, prompt, here) = (station.to_owned(), prompt.to_owned(), hash());
    let put = move || {
        if hash() == here {
            keep(&address::fragment(&station, &prompt));
        }
    };
    WAITING.set(set_timeout_with_handle(put, STILL).ok());
}

/// Puts a station's playhead and further parts of its view into the address, at once.
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
    // The state of the history entry, in which `place.mjs` keeps the reader's place, is kept.
    let state = history.state().unwrap_or_default();
    // Browsers refuse this if it is called too often; the next change tries again.
    let _ = history.replace_state_with_url(&state, "", Some(fragment));
}
