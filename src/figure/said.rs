//! A sentence with its numbers set off.

use crate::figure::nodes;
use crate::figure::signal::{parts, when};
use leptos::prelude::*;
use warmpath_view::say::Said;

/// A sentence; announced when it changes, if `live`.
#[component]
pub fn Sentence(
    /// The sentence, with the weight of each of its pieces.
    #[prop(into)]
    said: Signal<Said>,
    /// Whether a screen reader should hear of changes.
    #[prop(optional)]
    live: bool,
) -> impl IntoView {
    view! {
        <p class="say" role=live.then_some("status") hidden=when(move || said.read().is_empty())>
            {parts(move || nodes(&said.read()))}
        </p>
    }
}
