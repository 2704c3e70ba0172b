//! Passes a scenario from one program to another. The laboratory and the fleet are separate programs that share nothing but
//! the document, so the scenario is stored there, as an attribute of the section that is to show it. An event notifies the
//! section's program; if that is not loaded yet, it finds the attribute when it starts.

use super::go_to;
use crate::dom;
use leptos::prelude::*;

/// The attribute that holds the query of the scenario.
const KEY: &str = "data-handed";

/// The name of the event that notifies a section's program.
fn event_name(section: &str) -> String {
    format!("warmpath-handed-{section}")
}

/// Goes to a station and passes the query of a scenario to the program of a section. The order matters: stations follow the
/// address, and while the page goes there it still names the scenario that was set before.
pub fn take_to(station: &str, section: &str, query: &str) {
    go_to(station);
    hand(section, query);
}

/// Passes the query of a scenario to the program of a section.
fn hand(section: &str, query: &str) {
    let Some(place) = dom::by_id(section) else {
        return;
    };
    let _ = place.set_attribute(KEY, query);
    if let (Some(window), Ok(event)) = (dom::window(), web_sys::Event::new(&event_name(section))) {
        let _ = window.dispatch_event(&event);
    }
}

/// Calls `take` with the query that was passed to a section, now and whenever another one is passed.
pub fn handed(section: &'static str, take: impl Fn(String) + 'static) {
    let look = move || {
        let query = dom::by_id(section).and_then(|it| it.get_attribute(KEY));
        query.into_iter().for_each(&take);
    };
    look();
    window_event_listener_untyped(&event_name(section), move |_| look());
}
