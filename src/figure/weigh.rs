//! What the weights do: who wins at which, and how the chosen comes out cheaper than the runner-up.

use crate::figure::sheet;
use leptos::prelude::*;
use warmpath_core::router::Decision;
use warmpath_view::cost::{plane, waterfall};
use warmpath_view::playground::LARGEST_WEIGHT;
use wasm_bindgen::JsCast as _;

/// The map and the way. A click on the map sets both weights; the sliders are the keyboard's way to them.
#[component]
pub fn Weigh(
    /// The decision on the prompt.
    decision: Signal<Decision>,
    /// The weight of a block to prefill.
    overlap: RwSignal<f64>,
    /// The weight of an active request.
    load: RwSignal<f64>,
) -> impl IntoView {
    let regions = Memo::new(move |_| plane::regions(&decision.read(), LARGEST_WEIGHT));
    let here = move || (overlap.get(), load.get());
    sheet(plane::frame(LARGEST_WEIGHT), move |sheet| {
        sheet.follow(move |sheet| {
            let regions = regions.read();
            let map = ".plane svg";
            let label = plane::label(&regions, LARGEST_WEIGHT, here());
            sheet.mark(map, "aria-label", Some(&label));
            sheet.fill(map, &plane::svg(&regions, LARGEST_WEIGHT, here()));
        });
        sheet.inside(".way ol", move || waterfall::rows(&decision.read()));
        sheet.on("click", ".plane svg", move |hit| {
            let Some(event) = hit.event.dyn_ref::<web_sys::MouseEvent>() else {
                return;
            };
            let place = hit.at.get_bounding_client_rect();
            let share = |at: i32, from: f64, size: f64| {
                ((f64::from(at) - from) / size.max(1.0)).clamp(0.0, 1.0)
            };
            // As fine as the sliders.
            let weight = |share: f64| (share * LARGEST_WEIGHT * 100.0).round() / 100.0;
            overlap.set(weight(share(event.client_x(), place.x(), place.width())));
            load.set(weight(
                1.0 - share(event.client_y(), place.y(), place.height()),
            ));
        });
    })
}
