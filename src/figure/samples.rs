//! Prompts to begin with.

use leptos::prelude::*;
use warmpath_view::playground::samples::SAMPLES;

/// A button a sample.
#[component]
pub fn Samples(
    /// The prompt to fill.
    text: RwSignal<String>,
) -> impl IntoView {
    let button = move |at: usize| {
        let prompt = StoredValue::new(SAMPLES[at].prompt());
        view! {
            <button
                type="button"
                aria-pressed=move || if prompt.with_value(|it| *it == *text.read()) { "true" } else { "false" }
                on:click=move |_| text.set(prompt.get_value())
            >
                {SAMPLES[at].title}
            </button>
        }
    };
    view! {
        <div class="samples" role="group" aria-label="Sample prompts">
            {(0..SAMPLES.len()).map(button).collect_view()}
        </div>
    }
}
