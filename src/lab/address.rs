//! The scenario in the page's address.

use crate::address::Address;
use crate::dom;

/// Puts the scenario into the address; the fragment and `embed` stay.
pub(super) fn keep_query(query: &str) {
    let Some(window) = dom::window() else { return };
    let here = Address::here();
    let embed = here
        .embed
        .map(|station| format!("&embed={station}"))
        .unwrap_or_default();
    let hash = window.location().hash().unwrap_or_default();
    if let Ok(history) = window.history() {
        // Refused by browsers when it comes too often; the next change tries again.
        let _ = history.replace_state_with_url(
            &wasm_bindgen::JsValue::NULL,
            "",
            Some(&format!("?{query}{embed}{hash}")),
        );
    }
}
