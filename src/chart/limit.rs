//! The limit across the chart of a sweep, which can be dragged to another height or moved by keys; the texts of the chart
//! follow it.

use super::figure::{HEIGHT, length};
use crate::figure::signal::{parts, settled, text};
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;
use warmpath_view::chart::Chart;
use warmpath_view::chart::swept::handle::Handle;

/// The handle of a sweep's limit; empty over another chart. `drawn` changes when the chart was painted, and `wide` is its
/// width then \[px\].
pub fn limit(
    chart: RwSignal<Option<Chart>>,
    drawn: RwSignal<u32>,
    wide: StoredValue<u32>,
) -> AnyView {
    let size = move || (f64::from(wide.get_value().max(1)), f64::from(HEIGHT));
    let handle = move || {
        drawn.track();
        chart
            .read_untracked()
            .as_ref()
            .and_then(|it| it.handle(size()))
    };
    // The element is made once, so that it can be dragged and keep the focus.
    let is_there = settled(move || handle().map_or("", |_| "there").to_owned());
    parts(move || match is_there.read().is_empty() {
        true => Vec::new(),
        false => vec![line(chart, Signal::derive(handle), size)],
    })
}

fn line(
    chart: RwSignal<Option<Chart>>,
    handle: Signal<Option<Handle>>,
    size: impl Fn() -> (f64, f64) + Copy + 'static,
) -> AnyView {
    let node = NodeRef::<Div>::new();
    let drag = move |event: PointerEvent| {
        let Some(node) = node.get_untracked() else {
            return;
        };
        if event.buttons() == 0 || !node.has_pointer_capture(event.pointer_id()) {
            return;
        }
        // The chart's cursor below must not react as well.
        event.stop_propagation();
        let Some(plot) = node.parent_element() else {
            return;
        };
        let area = plot.get_bounding_client_rect();
        let larger = area.height().max(1.0) / f64::from(HEIGHT);
        let top = (f64::from(event.client_y()) - area.top()) / larger;
        chart.update(|it| {
            if let Some(it) = it {
                it.move_limit(size(), top);
            }
        });
    };
    let hold = move |event: PointerEvent| {
        if let Some(node) = node.get_untracked() {
            let _ = node.set_pointer_capture(event.pointer_id());
            let _ = node.focus();
        }
    };
    let press = move |event: KeyboardEvent| {
        let steps = match event.key().as_str() {
            "ArrowUp" | "ArrowRight" => 1.0,
            "ArrowDown" | "ArrowLeft" => -1.0,
            "PageUp" => 10.0,
            "PageDown" => -10.0,
            "Home" => -1e3,
            "End" => 1e3,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        chart.update(|it| {
            if let Some(it) = it {
                it.step_limit(steps);
            }
        });
    };
    let px =
        move |of: fn(&Handle) -> f64| text(move || length(of(&handle.get().unwrap_or_default())));
    let now = text(move || {
        let place = handle.get().unwrap_or_default().place;
        ((place * 100.0 + 0.5) as u32).to_string()
    });
    let sentence = text(move || handle.get().unwrap_or_default().sentence);
    view! {
        <div
            node_ref=node
            class="limit"
            role="slider"
            tabindex="0"
            aria-label="Limit on P95 time to first token"
            aria-orientation="vertical"
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=now
            aria-valuetext=sentence
            style:top=px(|it| it.top)
            style:left=px(|it| it.across.0)
            style:width=px(|it| it.across.1 - it.across.0)
            on:pointerdown=hold
            on:pointermove=drag
            on:keydown=press
        ></div>
    }
    .into_any()
}
