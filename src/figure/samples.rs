//! Prompts to begin with.

use crate::figure::signal::text as told;
use leptos::prelude::*;
use warmpath_view::playground::samples::{SAMPLES, Sample};

/// A button for each sample.
#[component]
pub fn Samples(
    /// The prompt to fill.
    text: RwSignal<String>,
) -> impl IntoView {
    let button = move |sample: &'static Sample| {
        view! {
            <button
                type="button"
                aria-pressed=told(move || sample.is(&text.read()).to_string())
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
