//! A sentence whose numbers stand out.

use crate::figure::each;
use crate::figure::rich::piece;
use crate::figure::signal::when;
use leptos::prelude::*;
use warmpath_view::sentences::RichText;

/// A sentence; with `live`, screen readers announce its changes.
#[component]
pub fn Sentence(
    /// The sentence, in pieces with their tones.
    #[prop(into)]
    sentence: Signal<RichText>,
    /// Whether screen readers announce changes.
    #[prop(optional)]
    live: bool,
) -> impl IntoView {
    view! {
        <p class="say" role=live.then_some("status") hidden=when(move || sentence.read().is_empty())>
            {each(move || sentence.get(), piece)}
        </p>
    }
}
