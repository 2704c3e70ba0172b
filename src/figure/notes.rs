//! Notes on a prompt, numbered as at its tokens.

use leptos::prelude::*;
use warmpath_view::lint::Note;
use warmpath_view::markup;

/// The notes. They are heard when they change. One line is always theirs, so that a note that comes and goes with a word
/// does not push the figure up and down.
#[component]
pub fn Notes(
    /// The notes.
    notes: Signal<Vec<Note>>,
) -> impl IntoView {
    view! {
        <div role="status" class="noting">
            <ol
                class="lints"
                aria-label="Notes on the prompt"
                hidden=move || notes.read().is_empty()
                inner_html=move || markup::notes(&notes.read())
            ></ol>
        </div>
    }
}
