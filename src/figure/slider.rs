//! A slider with its value, and marks at values where the picture changes.

use crate::figure::percent;
use crate::figure::signal::text as text_signal;
use leptos::prelude::*;
use warmpath_core::decimal::{real, short};
use warmpath_view::format;

/// The number of decimals to which a slider can be set.
const DECIMALS: usize = 4;

/// A slider for a number between 0 and `max`.
#[component]
pub fn Slider(
    /// The id of the slider's input.
    id: &'static str,
    /// The slider's name, which stands beside it.
    label: &'static str,
    /// The number that is set, which changes with each movement.
    value: RwSignal<f64>,
    /// The number at the right end; the left end is 0.
    #[prop(into)]
    max: Signal<f64>,
    /// The change by one press of an arrow key.
    step: f64,
    /// Numbers between 0 and `max` at which the picture changes; each gets a triangle.
    #[prop(optional, into)]
    marks: Signal<Vec<f64>>,
    /// The value in words, if it is not just the number.
    #[prop(optional, into)]
    shown: Option<Signal<String>>,
) -> impl IntoView {
    let text = move || match shown {
        Some(shown) => shown.get(),
        None => format::setting(value.get()),
    };
    let triangles = move || {
        let at = |mark: &f64| {
            let x = mark / max.get() * 100.0;
            view! { <svg x=percent(x) y="0" width="10" height="9" overflow="visible"><path d="M0 0l4.5 8h-9z" /></svg> }
        };
        marks.read().iter().map(at).collect_view()
    };
    view! {
        <div class="slider">
            <label for=id>{label}</label>
            <output for=id>{text}</output>
            <span class="track">
                <input
                    type="range"
                    id=id
                    min="0"
                    max=text_signal(move || short(max.get(), DECIMALS))
                    step=short(step, DECIMALS)
                    prop:value=text_signal(move || short(value.get(), DECIMALS))
                    aria-valuetext=text
                    on:input=move |event| {
                        if let Some(typed) = real(&event_target_value(&event)) {
                            value.set(typed);
                        }
                    }
                />
                <svg class="flips" aria-hidden="true">{triangles}</svg>
            </span>
        </div>
    }
}
