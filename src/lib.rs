//! The page: Leptos components that place what `view` computes, and the worker that runs the simulation.
//!
//! It consists of several wasm programs, so that a reader loads only those that are needed. [`start`] is the page's: the
//! header and the first three stations. [`start_router`] is fetched when the reader comes near the router, [`start_fleet`]
//! near the fleet, its failures or the reality check, [`start_lab`] near the laboratory or the challenges. [`start_teach`] is
//! fetched once the reader does something with the page, and explains it. The programs of the fleet and the laboratory contain
//! components and drawing but no simulation: what they show is computed by the engine ([`worker`]), which is fetched along with
//! the first of the two and runs in workers. The programs
//! share nothing but the document, its address and the scenarios that are passed on there ([`shell::handover`]); with the
//! engine they exchange messages only. What the laboratory's settings mean is the engine's to know too: a second instance of
//! it, in the page, answers at once what the form asks ([`lab::form`]).
//!
//! `index.html` is the story. When the page is built, its figures are rendered into it natively from these same components,
//! in the state in which they open (the feature `ssr`, module `first_paint`); a figure's live component replaces its
//! picture when the reader comes near.

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
use warmpath_view::comparison::play::Own;

/// Starts the colour theme and the first three stations, and marks the document as live.
pub fn start() {
    let address = address::Address::here();
    mount::now("header-tools", || view! { <shell::Theme /> });
    // What the link brought along is used once: a figure that is reset begins as without a link.
    let typed = |station| Cell::new(address.prompt_for(station));
    let (blocks, tree) = (typed("blocks"), typed("tree"));
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
    shell::mark_current_station();
    shell::tell_of_an_older_link(&address);
    if let Some(root) = dom::root() {
        let _ = root.set_attribute("data-started", "");
    }
}

/// Starts the router's station, which needs no engine.
pub fn start_router() {
    let typed = Cell::new(address::Address::here().prompt_for("router"));
    mount::near(
        &["router"],
        "figure-router",
        move || view! { <station::Router typed=typed.take() /> },
    );
}

/// Starts the fleet's station, the one on failures, and the reality check; `engine` is the program that computes for them.
pub fn start_fleet(engine: worker::Program) {
    begin(engine);
    let address = address::Address::here();
    let scenario = address.scenario.clone();
    let redraw: Signal<u32> = shell::redraws().into();
    let played = RwSignal::new(None);
    shell::handed("fleet", move |query| {
        worker::understood(query, move |own| {
            if own.is_some() {
                played.set(own);
            }
        });
    });
    let stations = move |own: Option<Own>| {
        if own.is_some() && station::fleet::plays_own(&address) {
            played.set(own.clone());
        }
        let opened = Cell::new(address.clone());
        mount::near(
            &["fleet"],
            "figure-fleet",
            move || view! { <station::Fleet address=opened.take() played redraw /> },
        );
        let opened = Cell::new((address, own));
        mount::near(&["failure"], "figure-failure", move || {
            let (address, own) = opened.take();
            view! { <station::Failure address own played redraw /> }
        });
    };
    match scenario.is_empty() {
        true => stations(None),
        false => worker::understood(scenario, stations),
    }
    let bench = reality::Bench::new();
    // The static content of the place is kept for printing.
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

/// Starts the laboratory and the challenges; `engine` is the program that computes for them, and `answer` an instance of it in
/// this page, which answers questions about the form.
pub fn start_lab(engine: worker::Program, answer: js_sys::Function) {
    begin(engine);
    lab::form::set(answer);
    let address = address::Address::here();
    shell::tell_understood(&address);
    shell::on_travel(|address| shell::tell_understood(&address));
    let lab = lab::Lab::open(&address, shell::redraws().into());
    lab.tell_at_the_top();
    lab.open_pinned(&address);
    shell::handed("lab", move |query| lab.bring(&query));
    let dares = challenge::ChallengeState::new(lab);
    // A card puts its start into the laboratory and goes there.
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

/// Starts the explanations, once the reader does something with the page; `engine` is the program that computes what the
/// lesson reveals.
pub fn start_teach(engine: worker::Program) {
    begin(engine);
    teach::lesson::begin();
    teach::glossary::begin();
    // Questions to try stand right behind their figure, and "Why?" behind them.
    teach::why::begin();
    teach::questions::begin();
}

/// What all programs do first.
fn begin(engine: worker::Program) {
    worker::program::set(engine);
    // Mounting does this too, but here effects run before the first mount. It is no error if it was done already.
    let _ = any_spawner::Executor::init_wasm_bindgen();
}
