//! The cursor over a chart: by pointer to the nearest stop, by arrow keys to the next. It lies above the canvas, so
//! nothing is drawn anew; what it reads is told as a tooltip and, for keys, to a screen reader.

use leptos::html::Div;
use leptos::prelude::*;
use warmpath_view::chart::stop::{Stop, Value, nearest};
use web_sys::{KeyboardEvent, PointerEvent};

/// The cursor.
#[component]
pub fn ChartCursor(
    /// Where it can stop.
    stops: Signal<Vec<Stop>>,
    /// The chart's width \[px\].
    width: Signal<u32>,
    /// The chart's name.
    name: Signal<String>,
) -> impl IntoView {
    let at = RwSignal::new(None::<usize>);
    let spoken = RwSignal::new(String::new());
    let surface = NodeRef::<Div>::new();
    let stop = Memo::new(move |_| at.get().and_then(|at| stops.read().get(at).cloned()));
    let point = move |event: PointerEvent| {
        let Some(surface) = surface.get_untracked() else {
            return;
        };
        let area = surface.get_bounding_client_rect();
        let pointer = (
            f64::from(event.client_x()) - area.left(),
            f64::from(event.client_y()) - area.top(),
        );
        at.set(nearest(&stops.read_untracked(), pointer));
    };
    let key = move |event: KeyboardEvent| {
        let count = stops.read_untracked().len();
        let last = count.saturating_sub(1);
        let now = at.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => Some(now.map_or(0, |at| (at + 1).min(last))),
            "ArrowLeft" | "ArrowUp" => Some(now.map_or(last, |at| at.saturating_sub(1))),
            "Home" => Some(0),
            "End" => Some(last),
            "Escape" => None,
            _ => return,
        };
        event.prevent_default();
        at.set(next.filter(|_| count > 0));
        spoken.set(
            stop.get_untracked()
                .map(|stop| stop.say())
                .unwrap_or_default(),
        );
    };
    let px = |length: f64| format!("{length:.1}px");
    let tip = move |stop: Stop| {
        // On whichever side there is room.
        let room = f64::from(width.get_untracked());
        let (left, right) = if stop.x > room / 2.0 {
            ("auto".to_owned(), px(room - stop.x + 10.0))
        } else {
            (px(stop.x + 10.0), "auto".to_owned())
        };
        let row = |value: Value| {
            let class = format!("curve-{}", value.curve % 4);
            view! { <li><i class=class>{value.name}</i><b>{value.text}</b></li> }
        };
        let dots = stop.values.iter().filter_map(|value| {
            let (x, y) = value.at?;
            let class = format!("spot curve-{}", value.curve % 4);
            Some(view! { <span class=class style:left=px(x) style:top=px(y)></span> })
        });
        let dots = dots.collect_view();
        let line = stop
            .y
            .is_none()
            .then(|| view! { <span class="line" style:left=px(stop.x)></span> });
        view! {
            {line}
            {dots}
            <div class="tip" style:left=left style:right=right>
                <p>{stop.title}</p>
                <ul>{stop.values.into_iter().map(row).collect_view()}</ul>
            </div>
        }
    };
    view! {
        <div
            class="reader"
            node_ref=surface
            tabindex="0"
            role="group"
            aria-label=move || format!("{}: the arrow keys read its values", name.read())
            on:pointermove=point
            on:pointerdown=point
            on:pointerleave=move |_| at.set(None)
            on:blur=move |_| at.set(None)
            on:keydown=key
        >
            <div class="readout" aria-hidden="true">{move || stop.get().map(tip)}</div>
        </div>
        <p class="unseen" role="status">{spoken}</p>
    }
}
