//! The page: Leptos components that place what `view` computes, and the worker that runs the simulation.
//!
//! One wasm has two roles. The page instantiates it and mounts the components; the worker instantiates the same compiled
//! module and only answers messages. The story and the figures' opening state are static HTML ([`warmpath_view::first_paint`]);
//! each figure's component takes the place of its static picture.

pub mod address;
pub mod challenge;
pub mod chart;
pub mod dom;
pub mod figure;
pub mod frames;
pub mod lab;
pub mod reality;
pub mod shell;
pub mod station;
pub mod worker;

use leptos::prelude::*;

/// Mounts the header's tools and each figure into its place in the document, and marks the document when all are there.
pub fn start() {
    wasm_bindgen_futures::spawn_local(mount());
}

/// A figure a task, so that the reader need not wait for all of them to scroll or to type.
async fn mount() {
    let address = address::Address::here();
    shell::embed(&address);
    let typed = |station| address.prompt_for(station);
    let redraw = shell::redraws();
    let (tree, router) = (typed("tree"), typed("router"));
    let blocks = typed("blocks");
    place("header-tools", move || view! { <shell::Tools redraw /> }).await;
    place("figure-one-gpu", || view! { <station::OneGpu /> }).await;
    let from = address.time_for("fleet");
    place(
        "figure-fleet",
        move || view! { <station::Fleet from=from /> },
    )
    .await;
    place(
        "figure-blocks",
        move || view! { <station::Blocks typed=blocks /> },
    )
    .await;
    place(
        "figure-tree",
        move || view! { <station::Tree typed=tree /> },
    )
    .await;
    place(
        "figure-router",
        move || view! { <station::Router typed=router /> },
    )
    .await;
    let lab = lab::Lab::open(&address);
    place(
        "figure-lab",
        move || view! { <lab::LabStation lab redraw /> },
    )
    .await;
    let dares = challenge::Dares::new(lab);
    place(
        "challenge-tried",
        move || view! { <challenge::Tried dares /> },
    )
    .await;
    place(
        "figure-challenges",
        move || view! { <challenge::Cards dares /> },
    )
    .await;
    let bench = reality::Bench::new();
    place(
        "reality-controls",
        move || view! { <reality::Rows bench /> },
    )
    .await;
    place(
        "figure-what-if",
        move || view! { <reality::WhatIfs bench /> },
    )
    .await;
    shell::mark_current_station();
    shell::scroll_to_station();
    shell::on_travel(|_| shell::scroll_to_station());
    if let Some(root) = dom::root() {
        let _ = root.set_attribute("data-started", "");
    }
}

/// Puts a component where a static picture stands. A document without the place does without the component.
///
/// Goes on after the browser has had its turn; a page in the background, whose timers are slow, needs none.
async fn place<V: IntoView + 'static>(id: &str, component: impl FnOnce() -> V + 'static) {
    if let Some(place) = dom::by_id(id) {
        place.set_inner_html("");
        leptos::mount::mount_to(place, component).forget();
        if dom::document().is_some_and(|document| !document.hidden()) {
            worker::turn().await;
        }
    }
}
