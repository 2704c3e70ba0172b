//! Buttons that put sample prompts into a box, and one that brings back what was typed there before.

use crate::figure::signal::{text as text_signal, when};
use leptos::prelude::*;
use warmpath_view::playground::samples::{SAMPLES, Sample};

/// The list of sample prompts, a button for each.
#[component]
pub fn Samples(
    /// The prompt that a click replaces.
    text: RwSignal<String>,
) -> impl IntoView {
    // What the reader had typed before a sample or an earlier text took its place.
    let typed = RwSignal::new(None::<String>);
    let put = move |prompt: String| {
        let was = text.get_untracked();
        let was_typed = !was.is_empty() && !SAMPLES.iter().any(|it| it.is(&was));
        text.set(prompt);
        was_typed.then_some(was)
    };
    let button = move |sample: &'static Sample| {
        let choose = move |_| {
            if let Some(was) = put(sample.prompt()) {
                typed.set(Some(was));
            }
        };
        view! {
            <button
                type="button"
                aria-pressed=text_signal(move || sample.is(&text.read()).to_string())
                on:click=choose
            >
                {sample.title}
            </button>
        }
    };
    // What the reader has typed since then is kept in its turn, so that the button brings that back the next time.
    let back = move |_| {
        if let Some(was) = typed.get_untracked() {
            typed.set(put(was));
        }
    };
    let none = when(move || typed.read().is_none());
    let said = text_signal(move || match typed.read().is_none() {
        true => String::new(),
        false => "What you typed was replaced.".to_owned(),
    });
    view! {
        <div class="samples" role="group" aria-label="Sample prompts">
            {SAMPLES.iter().map(button).collect_view()}
            <span class="put-back">
                <span class="soft" role="status">{said}</span>
                <button type="button" class="small" hidden=none on:click=back>"Put back what stood there"</button>
            </span>
        </div>
    }
}
