//! Reads the scenario from the page's address, and keeps it there.

use super::form::ask;
use super::pin::piece;
use crate::address::Address;
use crate::dom;
use warmpath_view::controls::OPENING;
use warmpath_view::form::{Opened, Question};

/// What can be understood of an address; if it asks for no scenario, the one that the laboratory opens with.
pub(super) fn opened(address: &Address) -> Opened {
    let query = match address.scenario.as_str() {
        "" => OPENING,
        query => query,
    };
    ask(&Question::Open {
        query: query.to_owned(),
    })
}

/// The query that an address asks for, written as the laboratory writes it.
pub(super) fn linked(address: &Address) -> String {
    opened(address).address
}

/// Whether an address asks for all figures of a comparison.
pub(super) fn shows_all(address: &Address) -> bool {
    address.figures.as_deref() == Some("all")
}

/// Puts the scenario or the sweep, the pinned scenario, and whether all figures are shown, into the address; the fragment and
/// `embed` stay.
pub(super) fn keep_query(query: &str, pinned: Option<&str>, all_figures: bool) {
    let Some(window) = dom::window() else { return };
    let here = Address::here();
    // An address that asks for the same already, as after going back, is not changed. One that was not fully understood
    // stays until a setting is changed.
    let same = linked(&here) == query;
    let pin = pinned.map(piece);
    let same_pin = here.pin.as_ref().map(|it| format!("pin={it}")) == pin;
    if same && same_pin && shows_all(&here) == all_figures {
        return;
    }
    let embed = here
        .embed
        .map(|station| format!("&embed={station}"))
        .unwrap_or_default();
    let pin = pin.map_or(String::new(), |it| format!("&{it}"));
    let figures = if all_figures { "&figures=all" } else { "" };
    let hash = window.location().hash().unwrap_or_default();
    if let Ok(history) = window.history() {
        // The reader's place on the page, which `place.mjs` keeps in the state, is kept.
        let state = history.state().unwrap_or_default();
        // Browsers refuse this if it is called too often; the next change tries again.
        let url = format!("?{query}{figures}{pin}{embed}{hash}");
        // Pinning a run or asking for all figures replaces the history's entry, so that it adds no step to go back by.
        let _ = match same {
            true => history.replace_state_with_url(&state, "", Some(&url)),
            false => history.push_state_with_url(&state, "", Some(&url)),
        };
    }
}
