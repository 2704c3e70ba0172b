//! A chart with its title, its cursor, its sentences, and the same as a table.

use super::cursor::ChartCursor;
use super::paint::paint;
use super::save::SaveChart;
use crate::dom;
use leptos::html::Canvas;
use leptos::prelude::*;
use warmpath_view::chart::Chart;
use warmpath_view::lab::results;
use warmpath_view::palette::{DARK, LIGHT};

/// The charts' height \[px\].
const HEIGHT: u32 = 260;

/// The chart.
#[component]
pub fn ChartFigure(
    /// What to show; nothing is an empty frame.
    #[prop(into)]
    chart: Signal<Option<Chart>>,
    /// Changes when the colours or the width do.
    #[prop(into)]
    redraw: Signal<u32>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let width = RwSignal::new(0u32);
    Effect::new(move |_| {
        redraw.track();
        let (Some(canvas), Some(chart)) = (canvas.get(), &*chart.read()) else {
            return;
        };
        let wide = canvas.client_width().unsigned_abs();
        width.set(wide);
        // A hidden canvas has no width; it is drawn when it has one.
        if wide > 0 {
            let ratio = dom::window().map_or(1.0, |window| window.device_pixel_ratio());
            let theme = if dom::is_dark() { DARK } else { LIGHT };
            paint(&canvas, &chart.sheet((wide, HEIGHT), &theme), ratio);
        }
    });
    let of = move |what: fn(&Chart) -> String| {
        Memo::new(move |_| chart.with(|chart| chart.as_ref().map(what).unwrap_or_default()))
    };
    let title = of(|chart| chart.title().to_owned());
    let about = of(|chart| chart.about().to_owned());
    let summary = Memo::new(move |_| {
        chart.with(|chart| chart.as_ref().map(Chart::summary).unwrap_or_default())
    });
    let stops = Memo::new(move |_| {
        let size = (width.get().max(1), HEIGHT);
        chart.with(|chart| chart.as_ref().map(|it| it.stops(size)).unwrap_or_default())
    });
    let open = RwSignal::new(false);
    let table = move || {
        // Made only for who looks at it.
        let shown = chart.read();
        match shown.as_ref().filter(|_| open.get()) {
            Some(chart) => results::table(&chart.table()),
            None => String::new(),
        }
    };
    view! {
        <figure class="card chart">
            <figcaption>
                <b>{title}</b>
                <span class="soft">{about}</span>
                <SaveChart chart />
            </figcaption>
            <div class="plot">
                <canvas node_ref=canvas role="img" aria-label=move || format!("{}. {}", title.read(), summary.read().join(" "))></canvas>
                <ChartCursor stops=stops.into() width=width.into() name=title.into() />
            </div>
            <ul class="summary">
                {move || summary.get().into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
            </ul>
            <details on:toggle=move |_| open.update(|it| *it = !*it)>
                <summary>"Show as table"</summary>
                <div class="scroll" tabindex="0" role="group" aria-label=move || format!("{} as a table", title.read()) inner_html=table></div>
            </details>
        </figure>
    }
}
