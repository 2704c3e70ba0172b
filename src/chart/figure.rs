//! A chart with its title, its cursor, its sentences, and its numbers as a table.

use super::cursor::{Cursor, CursorLayer};
use super::paint::paint;
use super::save::save;
use crate::dom;
use crate::figure::rich::{items, span_with};
use crate::figure::signal::{follow, parts as made_of, text};
use crate::figure::table::numbers;
use crate::figure::{Button, List, Region};
use crate::worker::turn;
use leptos::ev::Event;
use leptos::html::Canvas;
use leptos::prelude::*;
use leptos::task::spawn_local;
use warmpath_view::chart::Chart;
use warmpath_view::chart::sheet::ChartDrawing;
use warmpath_view::palette::{DARK, LIGHT};
use warmpath_view::rich::plain_text;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlCanvasElement};

/// A function that makes what lies over a chart, from the chart, the count of its text updates and its width \[px\].
type OverlayMaker = fn(RwSignal<Option<Chart>>, RwSignal<u32>, StoredValue<u32>) -> AnyView;

/// The height of a chart \[px at the usual size of type\]. Charts are laid out as if type had that size, and shown as much larger
/// as it is, so that their words are as large as the page's.
pub(super) const HEIGHT: u32 = 260;

/// A length of a chart's layout as a length on the page.
pub(super) fn length(px: f64) -> String {
    format!("calc({px:.1}rem / 16)")
}

/// The state of a chart on the page. Copies share it.
#[derive(Clone, Copy)]
struct Parts {
    chart: RwSignal<Option<Chart>>,
    canvas: NodeRef<Canvas>,
    cursor: Cursor,
    /// Counts how often the texts about the chart were updated, which is a little after each painting.
    text_updates: RwSignal<u32>,
    /// The number of the drawing that is under way: it grows whenever the chart is to be drawn again, and a drawing stops once
    /// its number is no longer this one.
    round: StoredValue<u32>,
}

/// A chart with its texts; an empty frame if there is nothing to show.
#[component]
pub fn ChartFigure(
    /// The data of the chart; `None` before there is a run.
    chart: RwSignal<Option<Chart>>,
    /// Changes when the colours or the width do.
    redraw: Signal<u32>,
    /// Makes further elements over the picture.
    #[prop(optional)]
    over: Option<OverlayMaker>,
) -> AnyView {
    let canvas = NodeRef::<Canvas>::new();
    let cursor = Cursor::new(chart);
    let text_updates = RwSignal::new(0u32);
    let round = StoredValue::new(0u32);
    let parts = Parts {
        chart,
        canvas,
        cursor,
        text_updates,
        round,
    };
    follow(move || {
        redraw.track();
        chart.track();
        round.update_value(|it| *it = it.wrapping_add(1));
        spawn_local(draw(parts, round.get_value()));
    });
    // The table is made only when a reader opens it.
    let open = RwSignal::new(false);
    let toggle = move |event: Event| {
        let details = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        open.set(details.is_some_and(|it| it.has_attribute("open")));
    };
    let table = made_of(move || {
        let shown = open.get();
        let chart = of_chart(parts, |chart| chart.filter(|_| shown).map(Chart::table));
        let table = chart.map(|it| numbers(None, &it.laid_out()));
        table.into_iter().collect()
    });
    let summary = made_of(move || {
        let sentences = of_chart(parts, |it| it.map_or(Vec::new(), Chart::caption));
        items(&sentences.iter().map(plain_text).collect::<Vec<_>>())
    });
    let title = move || of_chart(parts, |it| it.map_or("", Chart::title));
    let about = text(move || of_chart(parts, |it| it.map_or("", Chart::about)).to_owned());
    let named = move |end: &'static str| text(move || format!("{}{end}", title()));
    view! {
        <figure class="card chart">
            <figcaption>
                <b>{named("")}</b>
                {span_with("soft", None, about.into_any())}
                <span class="save">
                    {save_button(chart, named(": save as PNG"), "PNG")}
                    {save_button(chart, named(": save as SVG"), "SVG")}
                </span>
            </figcaption>
            <div class="plot">
                <canvas
                    node_ref=canvas
                    role="img"
                    aria-label=text(move || of_chart(parts, canvas_name))
                ></canvas>
                <CursorLayer cursor name=named(": the arrow keys read its values") over=over.map(|over| over(chart, text_updates, cursor.wide)) />
            </div>
            <List class="summary">{summary}</List>
            <details on:toggle=toggle>
                <summary>"Show as table"</summary>
                <Region class="scroll" scrolls=true name=named(" as a table")>
                    {table}
                </Region>
            </details>
        </figure>
    }
    .into_any()
}

/// A value computed from the chart whose texts are shown.
fn of_chart<T>(parts: Parts, of: impl FnOnce(Option<&Chart>) -> T) -> T {
    parts.text_updates.track();
    of(parts.chart.read_untracked().as_ref())
}

/// The accessible name of the picture: what it is and what it shows.
fn canvas_name(chart: Option<&Chart>) -> String {
    chart.map_or("Being drawn".to_owned(), |chart| {
        format!("{}. {}", chart.title(), chart.summary().join(" "))
    })
}

fn save_button(
    chart: RwSignal<Option<Chart>>,
    name: Signal<String>,
    kind: &'static str,
) -> AnyView {
    let click = move |()| {
        let chart = chart.read_untracked();
        chart.iter().for_each(|chart| save(chart, kind));
    };
    view! {
        <Button class="small" name=name click>
            {kind}
        </Button>
    }
    .into_any()
}

/// Shows a chart: lays it out, paints it and writes its texts, each in a task of its own. The browser compiles wasm as it first
/// runs, so for a first chart the three together would be one long task. It stops if a newer drawing has begun or the figure is
/// gone.
async fn draw(parts: Parts, round: u32) {
    let is_over = || parts.round.try_get_value() != Some(round);
    // The picture is laid out first, because that measures the canvas: after the texts had changed, the browser would have to
    // lay out the page before it could answer.
    let laid = lay(parts);
    pause().await;
    if is_over() {
        return;
    }
    if let Some((canvas, picture, larger)) = laid {
        let ratio = dom::window().map_or(1.0, |window| window.device_pixel_ratio());
        paint(&canvas, &picture, ratio * larger);
        parts.cursor.renew(picture.size.0);
    }
    pause().await;
    if is_over() {
        return;
    }
    parts.text_updates.update(|it| *it = it.wrapping_add(1));
}

/// Lets the browser do what else is to be done. Where the page is about to be printed (`assets/boot.mjs` says so) there is no
/// pause: what is drawn after the event is not on the paper.
async fn pause() {
    if !dom::root().is_some_and(|root| root.has_attribute("data-paper")) {
        turn().await;
    }
}

/// Lays out the picture for the canvas, which is shown so many times larger. A hidden canvas has no width, so it gets its picture
/// when it is shown.
fn lay(parts: Parts) -> Option<(HtmlCanvasElement, ChartDrawing, f64)> {
    let canvas = parts.canvas.get_untracked()?;
    // The style sheet gives it its height in the size of type.
    let larger = f64::from(canvas.client_height().max(1)) / f64::from(HEIGHT);
    let wide = (f64::from(canvas.client_width()) / larger) as u32;
    let theme = if dom::is_dark() { DARK } else { LIGHT };
    let chart = parts.chart.read_untracked();
    let chart = chart.as_ref().filter(|_| wide > 0)?;
    Some((canvas, chart.sheet((wide, HEIGHT), &theme), larger))
}
