//! A box to type a prompt in, with its name and a few facts beside it.

use leptos::prelude::*;

/// The box.
#[component]
pub fn PromptBox(
    /// The element's id.
    id: &'static str,
    /// Its name.
    label: &'static str,
    /// The prompt.
    text: RwSignal<String>,
    /// Facts to show beside the name.
    #[prop(into)]
    facts: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="prompt">
            <div class="asked">
                <label for=id>{label}</label>
                <span class="facts">{facts}</span>
            </div>
            <textarea
                class="typed"
                id=id
                rows="3"
                spellcheck="false"
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
        </div>
    }
}
