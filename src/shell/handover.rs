//! What one program leaves for another. The laboratory and the fleet are programs of their own and share nothing but the
//! document, so a scenario that is to be taken elsewhere is kept there: as an attribute of the section that is to take it. An
//! event tells the section's program; where that is not there yet, it finds the attribute when it starts.

use crate::dom;
use leptos::prelude::*;

/// The attribute that holds the scenario's query.
const KEY: &str = "data-handed";

/// The event that tells a section's program to look.
fn told(section: &str) -> String {
    format!("warmpath-handed-{section}")
}

/// Hands a scenario's query to whoever runs a section.
pub fn hand(section: &str, query: &str) {
    let Some(place) = dom::by_id(section) else {
        return;
    };
    let _ = place.set_attribute(KEY, query);
    if let (Some(window), Ok(event)) = (dom::window(), web_sys::Event::new(&told(section))) {
        let _ = window.dispatch_event(&event);
    }
}

/// Calls `take` with what was handed to a section, and with whatever is handed to it from now on.
pub fn handed(section: &'static str, take: impl Fn(String) + 'static) {
    let look = move || {
        let query = dom::by_id(section).and_then(|it| it.get_attribute(KEY));
        query.into_iter().for_each(&take);
    };
    look();
    window_event_listener_untyped(&told(section), move |_| look());
}
