//! The charts of all sides, below their figures. They do not change while it plays.

use crate::chart::figure;
use crate::figure::{Live, Sheet};
use leptos::prelude::*;
use warmpath_view::chart::Chart;
use warmpath_view::duel::{CHARTS, Duel};

/// Puts the charts into their place, and keeps them at what is shown.
pub(super) fn wire(sheet: &Sheet, shown: RwSignal<Option<Duel>>, redraw: Signal<u32>) {
    let charts = CHARTS.map(|_| Live::new(None::<Chart>));
    if let Some(place) = sheet.part("#fleet-charts") {
        for figure in charts.iter().filter_map(|chart| figure(*chart, redraw)) {
            let _ = place.append_child(&figure);
        }
    }
    sheet.follow(move |_| {
        if let Some(duel) = shown.read().as_ref() {
            for (place, chart) in charts.iter().zip(duel.charts()) {
                place.set(Some(chart));
            }
        }
    });
}
