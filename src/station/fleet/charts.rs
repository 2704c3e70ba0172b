//! The charts of all sides, below their figures. They do not change while it plays.

use super::stage::Stage;
use crate::chart::ChartFigure;
use leptos::prelude::*;
use warmpath_view::chart::Chart;
use warmpath_view::duel::CHARTS;

/// A chart of each kind; `redraw` changes when the colours or the width do.
pub(super) fn charts(stage: Stage, redraw: Signal<u32>) -> AnyView {
    let charts = CHARTS.map(|_| RwSignal::new(None::<Chart>));
    Effect::new(move |_| {
        if let Some(duel) = stage.shown.read().as_ref() {
            for (place, chart) in charts.iter().zip(duel.charts()) {
                place.set(Some(chart));
            }
        }
    });
    let figure = move |chart| view! { <ChartFigure chart redraw /> };
    view! { <div class="trio" id="fleet-charts">{charts.map(figure).into_iter().collect_view()}</div> }.into_any()
}
