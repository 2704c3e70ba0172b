//! Notes on a prompt, numbered as at its tokens.

use crate::figure::nodes;
use leptos::prelude::*;
use warmpath_view::lint::Note;

/// The notes. They are heard when they change. One line is always theirs, so that a note that comes and goes with a word
/// does not push the figure up and down.
#[component]
pub fn Notes(
    /// The notes.
    notes: Signal<Vec<Note>>,
) -> impl IntoView {
    let note = |note: &Note| view! { <li>{nodes(&note.said)}</li> };
    view! {
        <div role="status" class="noting">
            <ol class="lints" aria-label="Notes on the prompt" hidden=move || notes.read().is_empty()>
                {move || notes.read().iter().map(note).collect::<Vec<_>>()}
            </ol>
        </div>
    }
}
