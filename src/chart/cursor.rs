//! The cursor over a chart: a pointer moves it to the nearest stop, an arrow key to the next. It lies above the canvas, so
//! nothing is painted again; the values at the stop are shown in a tooltip and, after a key, announced by screen readers.

use super::figure::{HEIGHT, length};
use crate::figure::rich::{bold, item};
use crate::figure::signal::{parts, text};
use crate::figure::{Line, List};
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;
use warmpath_view::chart::Chart;
use warmpath_view::chart::stop::{Stop, Value, beside, nearest};
use warmpath_view::look::class;

/// The cursor over one chart. Copies share their state.
#[derive(Clone, Copy)]
pub struct Cursor {
    chart: RwSignal<Option<Chart>>,
    /// The places where it can stop; `None` until they are needed.
    stops: StoredValue<Option<Vec<Stop>>>,
    /// The width of the chart's layout \[px\].
    pub(super) wide: StoredValue<u32>,
    /// The index of the stop at which the cursor stands; `None` if it is not shown.
    at: RwSignal<Option<usize>>,
    /// The sentence at the stop that a key went to last.
    sentence: RwSignal<String>,
}

impl Cursor {
    /// A cursor that is not shown.
    pub(super) fn new(chart: RwSignal<Option<Chart>>) -> Self {
        Self {
            chart,
            stops: StoredValue::new(None),
            wide: StoredValue::new(0),
            at: RwSignal::new(None),
            sentence: RwSignal::new(String::new()),
        }
    }

    /// Tells the cursor that the chart or its width has changed; it stays at its stop.
    pub(super) fn renew(self, wide: u32) {
        self.stops.set_value(None);
        self.wide.set_value(wide);
        if self.at.get_untracked().is_some() {
            self.at.notify();
        }
    }

    /// Calls a function with the stops, which are computed if they are needed for the first time; `None` if the figure is gone.
    fn with<T>(self, act: impl FnOnce(&[Stop]) -> T) -> Option<T> {
        self.stops.try_update_value(|stops| {
            let stops = stops.get_or_insert_with(|| {
                let size = (self.wide.get_value().max(1), HEIGHT);
                let chart = self.chart.read_untracked();
                chart.as_ref().map_or(Vec::new(), |it| it.stops(size))
            });
            act(stops)
        })
    }

    fn point(self, layer: NodeRef<Div>, event: &PointerEvent) {
        let Some(layer) = layer.get_untracked() else {
            return;
        };
        let area = layer.get_bounding_client_rect();
        let scale = area.height().max(1.0) / f64::from(HEIGHT);
        let pointer = (
            (f64::from(event.client_x()) - area.left()) / scale,
            (f64::from(event.client_y()) - area.top()) / scale,
        );
        self.at
            .set(self.with(|stops| nearest(stops, pointer)).flatten());
    }

    fn key(self, event: &KeyboardEvent) {
        let count = self.with(<[Stop]>::len).unwrap_or(0);
        let last = count.saturating_sub(1);
        let now = self.at.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => Some(now.map_or(0, |at| (at + 1).min(last))),
            "ArrowLeft" | "ArrowUp" => Some(now.map_or(last, |at| at.saturating_sub(1))),
            "Home" => Some(0),
            "End" => Some(last),
            "Escape" => None,
            _ => return,
        };
        event.prevent_default();
        self.at.set(next.filter(|_| count > 0));
        let stop = self.stop(self.at.get_untracked());
        self.sentence
            .set(stop.map_or(String::new(), |it| it.sentence()));
    }

    fn stop(self, at: Option<usize>) -> Option<Stop> {
        let at = at?;
        self.with(|stops| stops.get(at).cloned()).flatten()
    }
}

/// The layer over the picture, which handles pointer and keys and shows the values at the cursor's stop.
#[component]
pub fn CursorLayer(
    /// The cursor over the picture.
    cursor: Cursor,
    /// The accessible name of the layer.
    name: Signal<String>,
    /// Further elements over the picture.
    over: Option<AnyView>,
) -> AnyView {
    let layer = NodeRef::<Div>::new();
    let leave = move || cursor.at.set(None);
    let read = parts(move || {
        let stop = cursor.stop(cursor.at.get());
        stop.map_or(Vec::new(), |it| {
            readout(&it, cursor.wide.get_value().into())
        })
    });
    view! {
        <div
            node_ref=layer
            class="reader"
            tabindex="0"
            role="group"
            aria-label=name
            on:pointermove=move |it| cursor.point(layer, &it)
            on:pointerdown=move |it| cursor.point(layer, &it)
            on:pointerleave=move |_| leave()
            on:blur=move |_| leave()
            on:keydown=move |it| cursor.key(&it)
        >
            <div class="readout" aria-hidden="true">
                {read}
            </div>
            {over}
        </div>
        <Line class="unseen" role="status">
            {text(move || cursor.sentence.get())}
        </Line>
    }
    .into_any()
}

/// What is shown at a stop of a chart of a width \[px\]: a line or dots, and a tooltip on the side that has room.
fn readout(stop: &Stop, wide: f64) -> Vec<AnyView> {
    let mut all = Vec::new();
    if stop.y.is_none() {
        all.push(mark("line".to_owned(), length(stop.x), None));
    }
    for value in &stop.values {
        if let Some((x, y)) = value.at {
            let spot = format!("spot {}", class(value.look));
            all.push(mark(spot, length(x), Some(length(y))));
        }
    }
    let (side, away) = beside(stop, wide);
    let [left, right] = ["left", "right"].map(|it| (it == side).then(|| length(away)));
    let line = |value: &Value| {
        let name = view! { <i class=class(value.look)>{value.name.clone()}</i> };
        item(vec![name.into_any(), bold(None, value.text.clone())])
    };
    let values = stop.values.iter().map(line).collect::<Vec<_>>();
    let title = stop.title.clone();
    all.push(
        view! {
            <div class="tip" style:left=left style:right=right>
                <p>{title}</p>
                <List>{values}</List>
            </div>
        }
        .into_any(),
    );
    all
}

/// A mark on the picture.
fn mark(class: String, left: String, top: Option<String>) -> AnyView {
    view! { <span class=class style:left=left style:top=top></span> }.into_any()
}
