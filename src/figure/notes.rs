//! Notes on a prompt, numbered as at its tokens.

use crate::figure::nodes;
use crate::figure::rich::item;
use crate::figure::signal::{parts, when};
use leptos::prelude::*;
use warmpath_view::lint::Note;

/// The notes. They are heard when they change. One line is always theirs, so that a note that comes and goes with a word
/// does not push the figure up and down.
#[component]
pub fn Notes(
    /// The notes to list, in the order of their numbers.
    notes: Signal<Vec<Note>>,
) -> impl IntoView {
    let note = |note: &Note| item(nodes(&note.said));
    view! {
        <div role="status" class="noting">
            <ol class="lints" aria-label="Notes on the prompt" hidden=when(move || notes.read().is_empty())>
                {parts(move || notes.read().iter().map(note).collect())}
            </ol>
        </div>
    }
}
