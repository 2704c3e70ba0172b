//! Keeps the address up to date with what the reader does. Other parts of a link, and the other ways to share, are in
//! `assets/share.mjs`, which is fetched when they are needed.

use crate::address;
use crate::dom;
use warmpath_core::units::VirtualTime;

/// Puts a station's playhead into the address, at once.
pub fn keep_moment(station: &str, at: Option<VirtualTime>) {
    keep(&address::moment(station, at));
}

/// Puts a station's playhead and further parts of its view into the address, at once.
pub fn keep_view(station: &str, at: Option<VirtualTime>, rest: &str) {
    keep(&address::view(station, at, rest));
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
