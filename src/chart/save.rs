//! A chart as a file: SVG as the command line writes it, PNG painted from the same drawing at twice the size.

use super::paint::paint;
use crate::dom;
use leptos::prelude::*;
use warmpath_view::chart::Chart;
use warmpath_view::export::SIZE;
use warmpath_view::palette::LIGHT;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, HtmlCanvasElement};

/// Pixels of a PNG a pixel of the drawing.
const RATIO: f64 = 2.0;

/// The buttons.
#[component]
pub fn SaveChart(
    /// The chart.
    chart: Signal<Option<Chart>>,
) -> impl IntoView {
    let svg = move |_| {
        chart.with_untracked(|chart| {
            if let Some(chart) = chart {
                let name = format!("warmpath-{}.svg", chart.key());
                dom::download(&name, "image/svg+xml", &chart.svg(SIZE, &LIGHT));
            }
        });
    };
    let png = move |_| {
        chart.with_untracked(|chart| {
            if let Some(chart) = chart {
                picture(chart);
            }
        });
    };
    let name = move || chart.with(|it| it.as_ref().map_or("", Chart::title));
    view! {
        <span class="save">
            <button type="button" class="small" on:click=png aria-label=move || format!("{}: save as PNG", name())>"PNG"</button>
            <button type="button" class="small" on:click=svg aria-label=move || format!("{}: save as SVG", name())>"SVG"</button>
        </span>
    }
}

/// Paints the chart on a canvas of its own and hands it over.
fn picture(chart: &Chart) {
    let canvas = dom::document().and_then(|document| document.create_element("canvas").ok());
    let Some(Ok(canvas)) = canvas.map(|it| it.dyn_into::<HtmlCanvasElement>()) else {
        return;
    };
    paint(&canvas, &chart.sheet(SIZE, &LIGHT), RATIO);
    let name = format!("warmpath-{}.png", chart.key());
    let take = Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some(blob) = blob {
            dom::hand_over(&name, &blob);
        }
    });
    // Refused only for pictures from elsewhere.
    let _ = canvas.to_blob(take.unchecked_ref());
}
