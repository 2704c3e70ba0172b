//! The charts of all sides, below their figures. They do not change while it plays.

use super::stage::Stage;
use crate::chart::figure;
use crate::figure::Live;
use leptos::html::Div;
use leptos::prelude::*;
use warmpath_view::chart::Chart;
use warmpath_view::duel::CHARTS;

/// A chart of each kind; `redraw` changes when the colours or the width do.
pub(super) fn charts(stage: Stage, redraw: Signal<u32>) -> AnyView {
    let place = NodeRef::<Div>::new();
    place.on_load(move |place| {
        let charts = CHARTS.map(|_| Live::new(None::<Chart>));
        for figure in charts.iter().filter_map(|chart| figure(*chart, redraw)) {
            // Refused only for what is no element.
            let _ = place.append_child(&figure);
        }
        Effect::new(move |_| {
            if let Some(duel) = stage.shown.read().as_ref() {
                for (place, chart) in charts.iter().zip(duel.charts()) {
                    place.set(Some(chart));
                }
            }
        });
    });
    view! { <div class="trio" id="fleet-charts" node_ref=place></div> }.into_any()
}
