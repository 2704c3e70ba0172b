//! What the weights do, in two pictures: a map of which replica is chosen at which weights, and a waterfall from the cost of the
//! second-best replica to that of the chosen one, a bar for each term of the cost.

use super::cost_table::{bars, broken, rect};
use crate::figure::signal::{parts, text};
use crate::figure::{each, nodes};
use leptos::prelude::*;
use warmpath_core::decimal::fixed;
use warmpath_core::router::Decision;
use warmpath_view::cost::plane::{Region, label, place, regions};
use warmpath_view::cost::waterfall;
use warmpath_view::format;
use warmpath_view::playground::LARGEST_WEIGHT;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, MouseEvent};

/// The map and the waterfall. A click on the map sets both weights; for the keyboard there are the sliders.
#[component]
pub fn Weigh(
    /// The decision on the prompt.
    decision: Signal<Decision>,
    /// The weight of a block to prefill.
    overlap: RwSignal<f64>,
    /// The weight of an active request.
    load: RwSignal<f64>,
) -> impl IntoView {
    let regions = Memo::new(move |_| regions(&decision.read(), LARGEST_WEIGHT));
    let here = move || (overlap.get(), load.get());
    let set_weights = move |event: MouseEvent| {
        let map = event.current_target();
        let Some(map) = map.and_then(|it| it.dyn_into::<Element>().ok()) else {
            return;
        };
        let place = map.get_bounding_client_rect();
        let share = |at: i32, from: f64, size: f64| {
            ((f64::from(at) - from) / size.max(1.0)).clamp(0.0, 1.0)
        };
        // Rounded to the precision of the sliders.
        let weight = |share: f64| (share * LARGEST_WEIGHT * 100.0).round() / 100.0;
        overlap.set(weight(share(event.client_x(), place.x(), place.width())));
        load.set(weight(
            1.0 - share(event.client_y(), place.y(), place.height()),
        ));
    };
    let map = view! {
        <svg
            viewBox="0 0 200 200"
            role="img"
            aria-label=text(move || label(&regions.read(), LARGEST_WEIGHT, here()))
            on:click=set_weights
        >
            {each(move || regions.get(), area)}
            {each(move || regions.read().iter().filter_map(Number::of).collect(), number)}
            {parts(move || vec![marked(here())])}
        </svg>
    };
    let steps = each(move || waterfall::rows(&decision.read()).0, step);
    let cut = parts(move || {
        waterfall::rows(&decision.read())
            .1
            .map(cut)
            .into_iter()
            .collect()
    });
    let waterfall = view! { <ol>{steps}{cut}</ol> };
    view! { <div class="sheet">{framed(map.into_any(), waterfall.into_any())}</div> }
}

/// The map and the waterfall of a decision that does not change.
pub fn weighed(decision: &Decision, here: (f64, f64)) -> AnyView {
    let regions = regions(decision, LARGEST_WEIGHT);
    let label = label(&regions, LARGEST_WEIGHT, here);
    let areas: Vec<AnyView> = regions.iter().map(area).collect();
    let numbers = regions.iter().filter_map(Number::of);
    let numbers: Vec<AnyView> = numbers.map(|it| number(&it)).collect();
    let map = view! {
        <svg viewBox="0 0 200 200" role="img" aria-label=label>{areas}{numbers}{marked(here)}</svg>
    };
    let (steps, from) = waterfall::rows(decision);
    let steps: Vec<AnyView> = steps.iter().map(step).collect();
    let waterfall = view! { <ol>{steps}{from.map(cut)}</ol> };
    framed(map.into_any(), waterfall.into_any())
}

/// The map and the waterfall, each under its title.
fn framed(map: AnyView, waterfall: AnyView) -> AnyView {
    view! {
        <div class="weigh">
            <figure class="plane">
                <figcaption>"Who wins at which weights; the dot is where the sliders are, and a triangle at a slider where the choice flips"</figcaption>
                {map}
                <p class="axes">
                    <span>"0"</span>
                    <span>"overlap weight →"</span>
                    <span>{format::setting(LARGEST_WEIGHT)}</span>
                </p>
                <p class="axes up"><span>"active weight →"</span></p>
            </figure>
            <figure class="way">
                <figcaption>"From the runner-up's cost to the chosen one's"</figcaption>
                {waterfall}
            </figure>
        </div>
    }
    .into_any()
}

/// A replica's number on the map, with the place of its middle.
#[derive(PartialEq)]
struct Number {
    replica: u32,
    place: (f64, f64),
}

impl Number {
    /// The number of a region; `None` if there is no room for it.
    fn of(region: &Region) -> Option<Self> {
        let place = region.number(LARGEST_WEIGHT)?;
        let replica = region.replica;
        Some(Self { replica, place })
    }
}

/// The class of a replica's colour.
fn class(replica: u32) -> String {
    format!("replica-{}", replica % 8)
}

fn area(of: &Region) -> AnyView {
    view! { <polygon class=class(of.replica) points=of.points(LARGEST_WEIGHT) /> }.into_any()
}

fn number(of: &Number) -> AnyView {
    let (x, y) = of.place;
    let [x, y, left, top] = [x, y + 4.0, x - 9.0, y - 9.0].map(|it| fixed(it, 1));
    view! {
        <rect class=class(of.replica) x=left y=top width="18" height="18" rx="4" />
        <text x=x y=y>{of.replica.to_string()}</text>
    }
    .into_any()
}

/// The mark at the present weights.
fn marked(here: (f64, f64)) -> AnyView {
    let (x, y) = place(here, LARGEST_WEIGHT);
    let dot = |class: &'static str, radius: &'static str| {
        view! { <circle class=class cx=fixed(x, 1) cy=fixed(y, 1) r=radius /> }
    };
    view! {
        {dot("halo", "7")}
        {dot("here", "5")}
    }
    .into_any()
}

/// A row of the waterfall: a cost at its end, or what one term adds or takes away.
fn step(row: &waterfall::WaterfallRow) -> AnyView {
    let [x, width] = [row.x, row.width].map(|it| fixed(it, 2));
    let bar = bars(vec![rect(row.class, x, width), broken(row.cut.clone())]);
    view! { <li><span>{nodes(&row.name)}</span>{bar}<b>{row.number.clone()}</b></li> }.into_any()
}

/// The note below the waterfall that its bars begin at a cost above 0; `from` says at which.
fn cut(from: String) -> AnyView {
    view! { <li class="cut soft">{from}</li> }.into_any()
}
