//! Notes on a prompt, numbered as at its tokens.

use leptos::prelude::*;
use warmpath_view::lint::Note;
use warmpath_view::markup;

/// The notes; nothing where there are none. They are heard when they change.
#[component]
pub fn Notes(
    /// The notes.
    notes: Memo<Vec<Note>>,
) -> impl IntoView {
    view! {
        <div role="status" hidden=move || notes.read().is_empty()>
            <ol class="lints" aria-label="Notes on the prompt" inner_html=move || markup::notes(&notes.read())></ol>
        </div>
    }
}
