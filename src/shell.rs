//! Around the stations: theme, sharing, where the reader is, and one station alone.

pub mod current;
pub mod share;
pub mod theme;

pub use current::mark_current_station;
pub use share::{Share, keep_fragment};
pub use theme::Theme;

use crate::address::Address;
use crate::dom;
use leptos::prelude::*;

/// The stations that can be shown alone.
const STATIONS: [&str; 4] = ["blocks", "tree", "router", "lab"];

/// With `?embed=` in the address, leaves only that station on the page (the style sheets do the rest).
pub fn embed(address: &Address) {
    let known = address
        .embed
        .as_deref()
        .filter(|name| STATIONS.contains(name));
    if let (Some(station), Some(root)) = (known, dom::root()) {
        let _ = root.set_attribute("data-embed", station);
    }
}

/// The header's buttons.
#[component]
pub fn Tools() -> impl IntoView {
    view! {
        <Share />
        <Theme />
    }
}
