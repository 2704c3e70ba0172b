//! Keeps the address up to date with what the reader does. Other parts of a link, and the other ways to share, are in
//! `assets/share.mjs`, which is fetched when they are needed.

use crate::address::{self, Address};
use crate::dom;
use crate::lab::form::ask;
use warmpath_core::units::VirtualTime;
use warmpath_view::form::{Opened, Question};
use warmpath_view::query;

/// Puts a station's playhead and further parts of its view into the address, at once.
pub fn keep_view(station: &str, at: Option<VirtualTime>, rest: &str) {
    keep(&address::view(station, at, rest));
}

/// Writes into an attribute of a station's figure which run the figure shows, as a query: the scenario with one seed, cut to the
/// number of requests that were played. `share.mjs` makes the command line to share of it.
pub fn tell_run(station: &str, scenario: &str, requests: u32) {
    let one = query::with(scenario, "seeds", "");
    let run = query::with(&one, "n", &requests.to_string());
    if let Some(figure) = dom::by_id(&format!("figure-{station}")) {
        // This fails only for invalid names.
        let _ = figure.set_attribute("data-run", &run);
    }
}

/// If an address's scenario can be read only in part, writes that part into an attribute of the laboratory's figure, so that
/// `share.mjs` shares it instead of the address's own.
pub fn tell_understood(address: &Address) {
    let query = address.scenario.clone();
    let Some(figure) = dom::by_id("figure-lab").filter(|_| !query.is_empty()) else {
        return;
    };
    let opened: Opened = ask(&Question::Open { query });
    if !opened.ignored.is_empty() {
        let _ = figure.set_attribute("data-asked", &address.scenario);
        let _ = figure.set_attribute("data-understood", &opened.address);
    }
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
