//! Saves a chart as a file: as the SVG that the command line writes too, or as a PNG painted from the same drawing with twice
//! as many pixels.

use super::paint::paint;
use crate::dom;
use warmpath_view::chart::Chart;
use warmpath_view::export::SIZE;
use warmpath_view::palette::LIGHT;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, HtmlCanvasElement};

/// The number of a PNG's pixels per pixel of the drawing.
const RATIO: f64 = 2.0;

/// Saves the chart in a format, `PNG` or `SVG`.
pub(super) fn save(chart: &Chart, kind: &str) {
    if kind == "PNG" {
        return save_png(chart);
    }
    let name = format!("warmpath-{}.svg", chart.key());
    dom::download(&name, "image/svg+xml", &chart.svg(SIZE));
}

/// Paints the chart, with its title and its foot, on a canvas of its own and offers it as a PNG.
fn save_png(chart: &Chart) {
    let canvas = dom::document().and_then(|document| document.create_element("canvas").ok());
    let Some(Ok(canvas)) = canvas.map(|it| it.dyn_into::<HtmlCanvasElement>()) else {
        return;
    };
    paint(&canvas, &chart.alone(SIZE, &LIGHT), RATIO);
    let name = format!("warmpath-{}.png", chart.key());
    let take = Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some(blob) = blob {
            dom::hand_over(&name, &blob);
        }
    });
    // This fails only for pictures from another origin.
    let _ = canvas.to_blob(take.unchecked_ref());
}
