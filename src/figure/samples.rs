//! Buttons that put sample prompts into a box.

use crate::figure::signal::text as text_signal;
use leptos::prelude::*;
use warmpath_view::playground::samples::{SAMPLES, Sample};

/// The list of sample prompts, a button for each.
#[component]
pub fn Samples(
    /// The prompt that a click replaces.
    text: RwSignal<String>,
) -> impl IntoView {
    let button = move |sample: &'static Sample| {
        view! {
            <button
                type="button"
                aria-pressed=text_signal(move || sample.is(&text.read()).to_string())
                on:click=move |_| text.set(sample.prompt())
            >
                {sample.title}
            </button>
        }
    };
    view! {
        <div class="samples" role="group" aria-label="Sample prompts">{SAMPLES.iter().map(button).collect_view()}</div>
    }
}
