//! A chart with its title, its cursor, its sentences, and the same as a table.

use super::cursor::{Cursor, Reader};
use super::paint::paint;
use super::save::save;
use crate::dom;
use crate::figure::rich::items;
use crate::figure::table::of_numbers;
use crate::worker::turn;
use leptos::ev::Event;
use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::task::spawn_local;
use warmpath_view::chart::Chart;
use warmpath_view::chart::sheet::Sheet as Picture;
use warmpath_view::palette::{DARK, LIGHT};
use warmpath_view::rich::plain_text;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlCanvasElement};

/// The charts' height \[px\].
pub(super) const HEIGHT: u32 = 260;

/// What stands around a chart's picture.
#[derive(Clone, Default)]
struct Words {
    title: &'static str,
    about: &'static str,
    summary: Vec<String>,
}

/// The chart's parts in the page. A copy is the same.
#[derive(Clone, Copy)]
struct Parts {
    chart: RwSignal<Option<Chart>>,
    canvas: NodeRef<Canvas>,
    cursor: Cursor,
    words: RwSignal<Words>,
    /// Counts the contents it has had: a newer one ends what an older one has begun.
    round: StoredValue<u32>,
}

/// The chart; nothing to show is an empty frame.
#[component]
pub fn ChartFigure(
    /// What it shows.
    chart: RwSignal<Option<Chart>>,
    /// Changes when the colours or the width do.
    redraw: Signal<u32>,
) -> AnyView {
    let canvas = NodeRef::<Canvas>::new();
    let cursor = Cursor::new(chart);
    let words = RwSignal::new(Words::default());
    let round = StoredValue::new(0u32);
    let parts = Parts {
        chart,
        canvas,
        cursor,
        words,
        round,
    };
    Effect::new(move |_| {
        redraw.track();
        chart.track();
        round.update_value(|it| *it = it.wrapping_add(1));
        spawn_local(in_turns(parts, round.get_value()));
    });
    // The table is made only for who looks at it.
    let open = RwSignal::new(false);
    let toggle = move |event: Event| {
        let details = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        open.set(details.is_some_and(|it| it.has_attribute("open")));
    };
    let table = move || {
        words.track();
        let shown = open.get();
        let chart = chart.read_untracked();
        let chart = chart.as_ref().filter(|_| shown);
        chart.map(|it| of_numbers(&it.table()))
    };
    let named = move |of: fn(&Words) -> String| Signal::derive(move || of(&words.read()));
    let title = named(|it| it.title.to_owned());
    view! {
        <figure class="card chart">
            <figcaption>
                <b>{title}</b>
                <span class="soft">{named(|it| it.about.to_owned())}</span>
                <span class="save">
                    {save_button(chart, title, "PNG")} {save_button(chart, title, "SVG")}
                </span>
            </figcaption>
            <div class="plot">
                <canvas node_ref=canvas role="img" aria-label=named(canvas_name)></canvas>
                <Reader cursor name=named(|it| format!("{}: the arrow keys read its values", it.title)) />
            </div>
            <ul class="summary">
                {move || items(&words.read().summary.iter().map(plain_text).collect::<Vec<_>>())}
            </ul>
            <details on:toggle=toggle>
                <summary>"Show as table"</summary>
                <div
                    class="scroll"
                    tabindex="0"
                    role="group"
                    aria-label=named(|it| format!("{} as a table", it.title))
                >
                    {table}
                </div>
            </details>
        </figure>
    }
    .into_any()
}

/// What the picture is and shows, for who does not see it.
fn canvas_name(words: &Words) -> String {
    match words.title {
        "" => "Being drawn".to_owned(),
        title => format!("{title}. {}", words.summary.join(" ")),
    }
}

fn save_button(
    chart: RwSignal<Option<Chart>>,
    title: Signal<String>,
    kind: &'static str,
) -> AnyView {
    let name = Signal::derive(move || format!("{}: save as {kind}", title.read()));
    let click = move |_| {
        chart
            .read_untracked()
            .iter()
            .for_each(|chart| save(chart, kind));
    };
    view! {
        <button type="button" class="small" aria-label=name on:click=click>
            {kind}
        </button>
    }
    .into_any()
}

/// Shows a chart: laid out, painted, told, each in a task of its own, since the browser compiles what the first chart needs
/// while it is drawn. A newer content ends it, and so does the figure's end.
async fn in_turns(parts: Parts, round: u32) {
    let is_over = || parts.round.try_get_value() != Some(round);
    // The picture first: measuring after the texts have changed would have the browser lay out the page here.
    let laid = lay(parts);
    turn().await;
    if is_over() {
        return;
    }
    if let Some((canvas, picture)) = laid {
        let ratio = dom::window().map_or(1.0, |window| window.device_pixel_ratio());
        paint(&canvas, &picture, ratio);
        parts.cursor.renew(picture.size.0);
    }
    turn().await;
    if is_over() {
        return;
    }
    if let Some(chart) = parts.chart.read_untracked().as_ref() {
        parts.words.set(Words {
            title: chart.title(),
            about: chart.about(),
            summary: chart.summary(),
        });
    }
}

/// The picture for the canvas there is. A hidden canvas has no width; it gets its picture when it has one.
fn lay(parts: Parts) -> Option<(HtmlCanvasElement, Picture)> {
    let canvas = parts.canvas.get_untracked()?;
    let wide = canvas.client_width().unsigned_abs();
    let theme = if dom::is_dark() { DARK } else { LIGHT };
    let chart = parts.chart.read_untracked();
    let chart = chart.as_ref().filter(|_| wide > 0)?;
    Some((canvas, chart.sheet((wide, HEIGHT), &theme)))
}
