//! A chart with its title, its summary, and the same as a table.

use super::backend::Fine;
use crate::dom;
use crate::worker::Curves;
use leptos::html::Canvas;
use leptos::prelude::*;
use plotters::prelude::IntoDrawingArea as _;
use warmpath_view::chart::{Pen, ecdf, over_time};
use warmpath_view::format;
use warmpath_view::palette::{DARK, LIGHT};

/// The charts' height \[px\].
const HEIGHT: f64 = 260.0;

/// Which chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The share of requests whose first token came within a time.
    Ttft,
    /// Requests answered a second, over time.
    Rate,
}

/// The unit of [`Kind::Rate`].
const RATE_UNIT: &str = "requests answered / s";

impl Kind {
    fn title(self) -> &'static str {
        match self {
            Self::Ttft => "Time to first token",
            Self::Rate => "Throughput",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::Ttft => "share of requests, log scale",
            Self::Rate => "over virtual time",
        }
    }

    fn summary(self, curves: &[Curves]) -> Vec<String> {
        match self {
            Self::Ttft => ecdf::summary(&samples(curves)),
            Self::Rate => over_time::summary(&series(curves), RATE_UNIT),
        }
    }

    /// The rows of the table: a title, then a value a policy.
    fn rows(self, curves: &[Curves]) -> Vec<Vec<String>> {
        match self {
            Self::Ttft => {
                let samples = samples(curves);
                let row = |share: f64| {
                    let cell = |sample: &ecdf::Sample| {
                        sample
                            .quantile(share)
                            .map_or(format::NONE.to_owned(), format::seconds)
                    };
                    let title = format!("{} of requests within", format::share(share));
                    core::iter::once(title)
                        .chain(samples.iter().map(cell))
                        .collect()
                };
                [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0]
                    .into_iter()
                    .map(row)
                    .collect()
            }
            Self::Rate => {
                let series = series(curves);
                let longest = series.iter().map(|one| one.values.len()).max().unwrap_or(0);
                let row = |at: usize| {
                    let from = series.first().map_or(0.0, |one| one.bin * at as f64);
                    let cell = |one: &over_time::Series| {
                        one.values
                            .get(at)
                            .map_or(format::NONE.to_owned(), |v| format::figure(*v))
                    };
                    let title = format!("from {}", format::seconds(from));
                    core::iter::once(title)
                        .chain(series.iter().map(cell))
                        .collect()
                };
                (0..longest)
                    .step_by(longest.div_ceil(20).max(1))
                    .map(row)
                    .collect()
            }
        }
    }
}

fn samples(curves: &[Curves]) -> Vec<ecdf::Sample> {
    let sample = |it: &Curves| ecdf::Sample {
        name: it.policy.clone(),
        sorted: it.ttft.clone(),
        count: it.completed,
    };
    curves.iter().map(sample).collect()
}

fn series(curves: &[Curves]) -> Vec<over_time::Series> {
    let one = |it: &Curves| over_time::Series {
        name: it.policy.clone(),
        bin: it.bin,
        values: it.rate.clone(),
    };
    curves.iter().map(one).collect()
}

/// Draws a chart as wide as its canvas is shown.
fn draw(canvas: &web_sys::HtmlCanvasElement, kind: Kind, curves: &[Curves]) {
    let width = f64::from(canvas.client_width());
    let ratio = dom::window().map_or(1.0, |window| window.device_pixel_ratio());
    // A hidden canvas has no width; it is drawn when it has one.
    let Some(fine) = (width > 0.0)
        .then(|| Fine::on(canvas, width, HEIGHT, ratio))
        .flatten()
    else {
        return;
    };
    let theme = if dom::is_dark() { DARK } else { LIGHT };
    let area = fine.into_drawing_area();
    let pen = Pen::new(&area, &theme);
    let drawn = match kind {
        Kind::Ttft => ecdf::draw(&pen, &samples(curves)),
        Kind::Rate => over_time::draw(&pen, &series(curves), RATE_UNIT),
    };
    if let Err(error) = drawn {
        leptos::logging::error!("a chart could not be drawn: {error}");
    }
}

/// The chart.
#[component]
pub fn ChartFigure(
    /// Which.
    kind: Kind,
    /// What to show.
    #[prop(into)]
    curves: Signal<Vec<Curves>>,
    /// Changes when the colours or the width do.
    #[prop(into)]
    redraw: Signal<u32>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        redraw.track();
        let curves = curves.read();
        if let Some(canvas) = canvas.get() {
            draw(&canvas, kind, &curves);
        }
    });
    let summary = Memo::new(move |_| kind.summary(&curves.read()));
    let head = move || {
        curves
            .get()
            .into_iter()
            .map(|it| view! { <th scope="col">{it.policy}</th> })
            .collect_view()
    };
    let body = move || {
        let row = |cells: Vec<String>| {
            let mut cells = cells.into_iter();
            let title = cells.next();
            view! { <tr><th scope="row">{title}</th>{cells.map(|cell| view! { <td>{cell}</td> }).collect_view()}</tr> }
        };
        kind.rows(&curves.read())
            .into_iter()
            .map(row)
            .collect_view()
    };
    view! {
        <figure class="card chart">
            <figcaption>
                <b>{kind.title()}</b>
                <span class="soft">{kind.about()}</span>
            </figcaption>
            <canvas node_ref=canvas role="img" aria-label=move || format!("{}. {}", kind.title(), summary.read().join(" "))></canvas>
            <ul class="summary">
                {move || summary.get().into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
            </ul>
            <details>
                <summary>"Show as table"</summary>
                <div class="scroll" tabindex="0" role="group" aria-label=format!("{} as a table", kind.title())>
                    <table class="numbers">
                        <thead><tr><td></td>{head}</tr></thead>
                        <tbody>{body}</tbody>
                    </table>
                </div>
            </details>
        </figure>
    }
}
