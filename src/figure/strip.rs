//! Strips of time, and the axis below them. The style sheets stretch both to their places.

use crate::figure::percent;
use leptos::prelude::*;
use warmpath_view::lanes::axis::Tick;
use warmpath_view::lanes::strip::{HEIGHT, Shade};

/// A replica's strip of `columns` columns.
pub fn strip(columns: usize, shades: Vec<Shade>) -> AnyView {
    let path = |it: Shade| view! { <path class=it.class d=it.path /> };
    view! {
        <svg class="strip" viewBox=format!("0 0 {columns} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
            {shades.into_iter().map(path).collect_view()}
        </svg>
    }
    .into_any()
}

/// A time axis with a tick and a text at each place.
pub fn axis(ticks: Vec<Tick>) -> AnyView {
    let tick = |it: Tick| {
        let x = percent(it.x);
        view! {
            <line x1=x.clone() x2=x.clone() y1="0" y2="4" />
            <text class=it.anchor x=x y="17">{it.text}</text>
        }
    };
    view! { <svg class="axis" aria-hidden="true">{ticks.into_iter().map(tick).collect_view()}</svg> }
        .into_any()
}
