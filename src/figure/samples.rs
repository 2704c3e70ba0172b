//! Prompts to begin with.

use crate::figure::{mark, sheet};
use leptos::prelude::*;
use warmpath_view::markup;
use warmpath_view::playground::samples::SAMPLES;

/// A button a sample.
#[component]
pub fn Samples(
    /// The prompt to fill.
    text: RwSignal<String>,
) -> impl IntoView {
    sheet(markup::samples(), move |sheet| {
        sheet.follow(move |sheet| {
            let text = text.read();
            for (button, sample) in sheet.parts("button").iter().zip(SAMPLES) {
                let pressed = sample.is(&text);
                mark(
                    button,
                    "aria-pressed",
                    Some(if pressed { "true" } else { "false" }),
                );
            }
        });
        sheet.on("click", "button", move |hit| {
            let sample = hit.number("at").and_then(|at: usize| SAMPLES.get(at));
            if let Some(sample) = sample {
                text.set(sample.prompt());
            }
        });
    })
}
