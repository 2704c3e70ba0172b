//! The charts of all sides, below their figures. They do not change while it plays.

use crate::chart::ChartFigure;
use crate::figure::Sheet;
use leptos::prelude::*;
use warmpath_view::chart::Chart;
use warmpath_view::duel::{CHARTS, Duel};
use wasm_bindgen::JsCast as _;

/// Puts the charts into their place, and keeps them at what is shown.
pub(super) fn wire(sheet: &Sheet, shown: RwSignal<Option<Duel>>, redraw: Signal<u32>) {
    let charts = CHARTS.map(|_| RwSignal::new(None::<Chart>));
    if let Some(place) = sheet.part("#fleet-charts") {
        let figure = move |chart| view! { <ChartFigure chart redraw /> };
        let figures = move || charts.into_iter().map(figure).collect::<Vec<_>>();
        leptos::mount::mount_to(place.unchecked_into(), figures).forget();
    }
    sheet.follow(move |_| {
        if let Some(duel) = shown.read().as_ref() {
            for (place, chart) in charts.iter().zip(duel.charts()) {
                place.set(Some(chart));
            }
        }
    });
}
