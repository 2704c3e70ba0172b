//! The list of notes on a prompt, with the numbers that they have at its tokens.

use crate::figure::nodes;
use crate::figure::rich::item;
use crate::figure::signal::{parts, when};
use leptos::prelude::*;
use warmpath_view::lint::Note;

/// The list of notes. Screen readers announce its changes. It always takes at least one line, so that the figure does not
/// move when a note comes and goes.
#[component]
pub fn Notes(
    /// The notes to list, in the order of their numbers.
    notes: Signal<Vec<Note>>,
) -> impl IntoView {
    let note = |note: &Note| item(nodes(&note.sentence));
    view! {
        <div role="status" class="noting">
            <ol class="lints" aria-label="Notes on the prompt" hidden=when(move || notes.read().is_empty())>
                {parts(move || notes.read().iter().map(note).collect())}
            </ol>
        </div>
    }
}
