//! The page: Leptos components that place what `view` computes, and the worker that runs the simulation.
//!
//! It comes in wasm programs, so that nobody loads what they do not come to. [`start`] is the page's: the header and the first
//! four stations. [`start_fleet`] is fetched when the reader comes near the fleet, its failures or the reality check,
//! [`start_lab`] near the laboratory or the challenges; both place and draw, and link no simulation. [`start_teach`] is fetched
//! once the reader does something with the page, and explains it. What they show is computed
//! by the engine ([`worker`]), which is fetched along with the first of them and runs in workers. These share nothing but
//! the document, its address and what is handed over there ([`shell::handover`]); with the engine they share nothing but
//! messages.
//!
//! `index.html` is the story. When the page is built, the figures are put into it as they begin, rendered natively from these same
//! components (the feature `ssr`, module `first_paint`); each figure's component takes the place of its picture when the reader
//! comes near.

pub mod address;
pub mod challenge;
pub mod chart;
pub mod dom;
pub mod figure;
#[cfg(feature = "ssr")]
pub mod first_paint;
pub mod frames;
pub mod lab;
pub mod model_card;
mod mount;
pub mod reality;
pub mod shell;
pub mod station;
pub mod teach;
pub mod worker;

use core::cell::Cell;
use leptos::prelude::*;
use warmpath_core::scenario::Sweep;

/// Starts the choice of colours and the first four stations, and marks the document.
pub fn start() {
    let address = address::Address::here();
    mount::now("header-tools", || view! { <shell::Theme /> });
    // What the link brought along is there once: a figure that is made anew begins as without one.
    let typed = |station| Cell::new(address.prompt_for(station));
    let (blocks, tree, router) = (typed("blocks"), typed("tree"), typed("router"));
    mount::near(
        &["one-gpu"],
        "figure-one-gpu",
        || view! { <station::OneGpu /> },
    );
    mount::near(
        &["blocks"],
        "figure-blocks",
        move || view! { <station::Blocks typed=blocks.take() /> },
    );
    mount::near(
        &["tree"],
        "figure-tree",
        move || view! { <station::Tree typed=tree.take() /> },
    );
    mount::near(
        &["router"],
        "figure-router",
        move || view! { <station::Router typed=router.take() /> },
    );
    shell::mark_current_station();
    shell::tell_of_an_older_link(&address);
    if let Some(root) = dom::root() {
        let _ = root.set_attribute("data-started", "");
    }
}

/// Starts the stations of the fleet, of what fails in it, and the reality check; `engine` computes for them.
pub fn start_fleet(engine: worker::Program) {
    begin(engine);
    let address = address::Address::here();
    let from = Cell::new(address.time_for("fleet"));
    let redraw: Signal<u32> = shell::redraws().into();
    if address.time_for("fleet").is_some() && !address.scenario.is_empty() {
        // A moment of a scenario of its own.
        shell::hand("fleet", &address.scenario);
    }
    let played = RwSignal::new(None);
    shell::handed("fleet", move |query| {
        if let Ok(sweep) = Sweep::from_query(&query) {
            played.set(Some(sweep.base));
        }
    });
    mount::near(
        &["fleet"],
        "figure-fleet",
        move || view! { <station::Fleet from=from.take() played redraw /> },
    );
    let address = Cell::new(address);
    mount::near(
        &["failure"],
        "figure-failure",
        move || view! { <station::Failure address=address.take() played redraw /> },
    );
    let bench = reality::Bench::new();
    // What stands there before it is live, for paper.
    let printed = dom::by_id("figure-what-if").and_then(|it| it.first_element_child());
    mount::near(
        &["reality"],
        "reality-controls",
        move || view! { <reality::Rows bench /> },
    );
    mount::near(
        &["reality"],
        "figure-what-if",
        move || view! { <reality::WhatIfs bench printed=printed.clone() /> },
    );
}

/// Starts the laboratory, and the challenges that are tried in it; `engine` computes for them.
pub fn start_lab(engine: worker::Program) {
    begin(engine);
    let address = address::Address::here();
    let lab = lab::Lab::open(&address, shell::redraws().into());
    lab.tell_at_the_top();
    shell::handed("lab", move |query| lab.replace(&query));
    let dares = challenge::ChallengeState::new(lab);
    // A card sets the laboratory to its start and goes there.
    mount::near(
        &["lab", "challenges"],
        "figure-lab",
        move || view! { <lab::LabStation lab dares /> },
    );
    mount::near(
        &["challenges"],
        "figure-challenges",
        move || view! { <challenge::Cards state=dares /> },
    );
}

/// Starts what explains the page, once the reader does something with it; `engine` computes what the lesson reveals.
pub fn start_teach(engine: worker::Program) {
    begin(engine);
    teach::lesson::begin();
    teach::glossary::begin();
    // Questions to try stand right behind their figure, and "Why?" behind them.
    teach::why::begin();
    teach::questions::begin();
}

/// What all of them begin with.
fn begin(engine: worker::Program) {
    worker::program::set(engine);
    // Mounting does this too, but here effects come before the first mount. Done already is as good.
    let _ = any_spawner::Executor::init_wasm_bindgen();
}
