//! Reads the scenario from the page's address, and keeps it there.

use crate::address::Address;
use crate::dom;
use warmpath_core::scenario::Sweep;
use warmpath_view::controls::OPENING;

/// The query of the scenario that an address asks for; if it asks for none, the one that the laboratory opens with.
pub(super) fn asked(address: &Address) -> &str {
    match address.scenario.as_str() {
        "" => OPENING,
        query => query,
    }
}

/// Puts the scenario, or the sweep, into the address; the fragment and `embed` are kept.
pub(super) fn keep_query(query: &str) {
    let Some(window) = dom::window() else { return };
    let here = Address::here();
    // An address that says the same already, as after going back, stays as it is.
    // One that was not understood whole stays in view until something is changed.
    if Sweep::understood(asked(&here)).0.to_query() == query {
        return;
    }
    let embed = here
        .embed
        .map(|station| format!("&embed={station}"))
        .unwrap_or_default();
    let hash = window.location().hash().unwrap_or_default();
    if let Ok(history) = window.history() {
        // The reader is where they were, which `place.mjs` keeps in the state.
        let state = history.state().unwrap_or_default();
        // Refused by browsers when it comes too often; the next change tries again.
        let _ = history.push_state_with_url(&state, "", Some(&format!("?{query}{embed}{hash}")));
    }
}
