//! A file of the reader's own: dropped here or chosen, read in the worker, never sent anywhere.

use super::state::Lab;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{DragEvent, FileList, HtmlInputElement};

/// The place to drop it.
#[component]
pub fn FileDrop(
    /// The laboratory.
    lab: Lab,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let take = move |files: Option<FileList>| {
        if let Some(file) = files.and_then(|files| files.get(0)) {
            lab.read(file);
        }
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        take(event.data_transfer().and_then(|data| data.files()));
    };
    let chosen = move |event: web_sys::Event| {
        let input: Option<HtmlInputElement> =
            event.target().and_then(|target| target.dyn_into().ok());
        if let Some(input) = input {
            take(input.files());
            // The same file can be chosen again.
            input.set_value("");
        }
    };
    let notes = move || {
        lab.file
            .read()
            .as_ref()
            .map(|file| file.notes.clone())
            .unwrap_or_default()
    };
    view! {
        <div
            class="drop"
            class:over=over
            on:dragover=move |event: DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <label class="pick">
                <input type="file" id="lab-file" accept=".json,.jsonl,.csv,.txt" on:change=chosen />
                <span>"Choose a file"</span>
            </label>
            <p class="soft">
                "or drop one here: ShareGPT JSON, Mooncake or Bailian JSONL, Azure or BurstGPT CSV, a Warmpath trace. It stays on your computer."
            </p>
            <ul class="notes soft">{move || notes().into_iter().map(|note| view! { <li>{note}</li> }).collect_view()}</ul>
        </div>
    }
}
