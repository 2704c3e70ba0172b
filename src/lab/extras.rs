//! Every other part of a scenario, straight from `core`'s table.

use super::controls::{Number, SHOWN};
use super::state::Lab;
use leptos::prelude::*;
use warmpath_core::scenario::FIELDS;

/// The controls.
#[component]
pub fn Extras(
    /// The laboratory.
    lab: Lab,
) -> impl IntoView {
    let rest = FIELDS.iter().filter(|field| !SHOWN.contains(&field.flag));
    view! {
        <details class="extras">
            <summary>"Everything else"</summary>
            <div class="grid">{rest.map(|field| view! { <Number lab flag=field.flag /> }).collect_view()}</div>
        </details>
    }
}
