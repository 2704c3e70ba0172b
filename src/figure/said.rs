//! A sentence with its numbers set off.

use crate::figure::edit;
use leptos::html::P;
use leptos::prelude::*;
use warmpath_view::markup;
use warmpath_view::say::Said;

/// A sentence; announced when it changes, if `live`.
#[component]
pub fn Sentence(
    /// What to say.
    #[prop(into)]
    said: Signal<Said>,
    /// Whether a screen reader should hear of changes.
    #[prop(optional)]
    live: bool,
) -> impl IntoView {
    let place = NodeRef::<P>::new();
    let last = StoredValue::new(String::new());
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
        let now = markup::said(&said.read());
        last.update_value(|last| {
            edit::inside(&place, last, &now);
            *last = now;
        });
    });
    view! {
        <p
            node_ref=place
            class="say"
            role=live.then_some("status")
            hidden=move || said.read().is_empty()
        ></p>
    }
}
