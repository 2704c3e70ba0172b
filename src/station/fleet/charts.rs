//! The charts that compare all policies, below the tables of their figures. They do not change while a run is played.

use super::stage::FleetState;
use crate::chart::ChartFigure;
use crate::figure::second;
use crate::figure::signal::follow;
use leptos::prelude::*;
use warmpath_view::chart::Chart;
use warmpath_view::comparison::CHARTS;

/// A chart of each kind; `brief` stands for those after the first while they are folded away, and `redraw` changes when the colours
/// or the width do.
pub(super) fn charts(stage: FleetState, brief: AnyView, redraw: Signal<u32>) -> AnyView {
    let charts = CHARTS.map(|_| RwSignal::new(None::<Chart>));
    follow(move || {
        if let Some(comparison) = stage.shown.read().as_ref() {
            for (place, chart) in charts.iter().zip(comparison.charts()) {
                place.set(Some(chart));
            }
        }
    });
    let figure = move |chart| view! { <ChartFigure chart redraw /> }.into_any();
    let mut figures = charts.into_iter().map(figure);
    let first = figures.next();
    let others: Vec<AnyView> = figures.collect();
    view! { <div class="trio" id="fleet-charts">{first}{second(brief, others.into_any())}</div> }
        .into_any()
}
