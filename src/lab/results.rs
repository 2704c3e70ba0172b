//! What came of a run: a sentence, charts, the comparison, and how to have it again.

use super::comparison::{Comparison, SweepRows};
use super::forks::Forks;
use super::signal::{parts, text, when};
use super::state::Lab;
use crate::chart::ChartFigure;
use crate::dom;
use crate::figure::rich::{items, nodes, span};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use warmpath_core::report::format::{FORMATS, Format, Of, named};
use warmpath_core::scenario::Scenario;
use warmpath_view::chart::sweep;
use warmpath_view::lab::plan::{Plan, plan};
use warmpath_view::lab::results::{command, stale, unplayable};
use warmpath_view::lab::verdict::verdict;
use warmpath_view::rich::{RichText, plain_text};
use wasm_bindgen_futures::JsFuture;

/// The results; before there are any, what a run would do. The charts stay in place while their content changes, and what a run
/// or a sweep comes to stands before them.
#[component]
pub fn Results(
    /// The laboratory.
    lab: Lab,
) -> AnyView {
    let some = when(move || lab.outcome.read().is_some() || !lab.charts.read().is_empty());
    let none = when(move || lab.outcome.read().is_none());
    let planned = parts(move || {
        let scenario = lab.scenario.read();
        let file = lab.file.read();
        let file = file.as_ref().filter(|it| it.name == scenario.workload);
        let requests = file.map(|it| it.requests.into());
        planned(&plan(&scenario, requests, lab.lists.read().as_ref()))
    });
    let changed = Memo::new(move |_| lab.changed());
    let charts = move || lab.charts.get();
    let redraw = lab.redraw;
    view! {
        <div class="card quiet" id="lab-quiet" hidden=some>
            {planned}
        </div>
        <p class="notice" id="lab-stale" hidden=when(move || changed.read().is_empty())>
            {text(move || stale(&changed.read()))}
        </p>
        <ul class="say" id="lab-verdict" hidden=none>
            {parts(move || items(&said(lab)))}
        </ul>
        <div class="two charts" id="lab-charts">
            <For each=charts key=|it| it.key let:it>
                <ChartFigure chart=it.chart redraw />
            </For>
        </div>
        <div class="card" id="lab-results" hidden=none>
            <Comparison lab />
            <SweepRows lab />
            <p class="soft" id="lab-provenance">
                {text(move || of_outcome(lab, |it| it.provenance.clone()))}
            </p>
            <ul class="notes soft" id="lab-notes">
                {parts(move || items(&notes(lab)))}
            </ul>
            <Forks lab />
            <Repeat lab />
            <Export lab />
        </div>
    }
    .into_any()
}

/// Something of the last run; its default before there is one.
pub(super) fn of_outcome<T: Default>(lab: Lab, of: fn(&crate::worker::Outcome) -> T) -> T {
    lab.outcome.read().as_ref().map(of).unwrap_or_default()
}

/// Whether the last run was a sweep.
pub(super) fn is_sweep(lab: Lab) -> bool {
    of_outcome(lab, |it| !it.points.is_empty())
}

/// What a run would do.
fn planned(plan: &Plan) -> Vec<AnyView> {
    let mut parts = Vec::new();
    let mut part = |title: &'static str, said: Vec<AnyView>| {
        parts.push(view! { <dt>{title}</dt> }.into_any());
        parts.push(view! { <dd>{said}</dd> }.into_any());
    };
    for (title, said) in &plan.parts {
        part(title, vec![said.clone().into_any()]);
    }
    let policies = items(&plan.policies);
    part("Policies", vec![view! { <ul>{policies}</ul> }.into_any()]);
    let lead = view! { <p class="lead">{nodes(&plan.lead)}</p> };
    let then = view! {
        <p class="soft">
            "Press Run: curves grow here while it runs, then figures, and a sentence on who answers first and why."
        </p>
    };
    vec![
        lead.into_any(),
        view! { <dl class="plan">{parts}</dl> }.into_any(),
        then.into_any(),
    ]
}

/// What the last run, or sweep, comes to.
fn said(lab: Lab) -> Vec<RichText> {
    let outcome = lab.outcome.read();
    let Some(outcome) = outcome.as_ref() else {
        return Vec::new();
    };
    match outcome.report().filter(|_| !outcome.points.is_empty()) {
        Some(report) => sweep::verdict(&report).iter().map(plain_text).collect(),
        None => verdict(&outcome.summaries),
    }
}

/// What is to be known of the last run.
fn notes(lab: Lab) -> Vec<RichText> {
    of_outcome(lab, |it| it.notes.iter().map(plain_text).collect())
}

/// Shows the last run replica by replica, where it can be.
#[component]
pub fn Play(
    /// The laboratory.
    lab: Lab,
) -> AnyView {
    let why = Memo::new(move |_| {
        let query = of_outcome(lab, |it| it.query.clone());
        let played = Scenario::from_query(&query).ok();
        let why = played.map_or(String::new(), |it| unplayable(&it));
        if is_sweep(lab) { String::new() } else { why }
    });
    let play = move |_| {
        let query = lab
            .outcome
            .with_untracked(|it| it.as_ref().map(|it| it.query.clone()));
        if let Some(query) = query {
            lab.play(&query);
        }
        if let Some(window) = dom::window() {
            let _ = window.location().set_hash("fleet");
        }
    };
    view! {
        <button
            type="button"
            id="lab-play"
            aria-describedby="lab-play-why"
            hidden=when(move || is_sweep(lab))
            disabled=when(move || !why.read().is_empty())
            on:click=play
        >
            "Play this run, GPU by GPU"
        </button>
        " "
        <span class="soft" id="lab-play-why">
            {text(move || why.get())}
        </span>
    }
    .into_any()
}

/// The command line for the last run.
#[component]
fn Repeat(
    /// The laboratory.
    lab: Lab,
) -> AnyView {
    let line = text(move || {
        let query = of_outcome(lab, |it| it.query.clone());
        command(&query, &lab.shown.read().1)
    });
    // The button says for a while whether copying was allowed.
    let button = RwSignal::new("Copy");
    let copy = move |_: MouseEvent| {
        let Some(window) = dom::window() else { return };
        let done = window
            .navigator()
            .clipboard()
            .write_text(&line.get_untracked());
        leptos::task::spawn_local(async move {
            let copied = JsFuture::from(done).await.is_ok();
            button.set(if copied { "Copied" } else { "Not allowed" });
            gloo_timers::future::TimeoutFuture::new(3_000).await;
            button.set("Copy");
        });
    };
    view! {
        <div class="repeat">
            <p class="soft">"Run this natively, to the same bytes:"</p>
            <div class="line">
                <code id="lab-command" tabindex="0">
                    {line}
                </code>
                <button type="button" id="lab-copy" on:click=copy>
                    {text(move || button.get().to_owned())}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// The formats that the last run can be had in.
#[component]
fn Export(
    /// The laboratory.
    lab: Lab,
) -> AnyView {
    let formats = FORMATS.iter().map(|it| export(lab, it)).collect::<Vec<_>>();
    view! {
        <details class="menu" id="lab-export">
            <summary>"Export"</summary>
            <ul>{formats}</ul>
            <p class="soft">"Each chart has its own PNG and SVG beside its title."</p>
        </details>
    }
    .into_any()
}

/// A format, and a button that has the last run written in it.
fn export(lab: Lab, format: &'static Format) -> AnyView {
    // Of many runs there is no one run to tell.
    let one = matches!(format.of, Of::Runs);
    let name = format.name;
    let inside = vec![
        crate::figure::rich::bold(None, name.to_owned()),
        span("soft", format.about.to_owned()),
    ];
    view! {
        <li hidden=when(move || one && is_sweep(lab))>
            <button type="button" id=format!("export-{name}") on:click=move |_| save(lab, name)>
                {inside}
            </button>
        </li>
    }
    .into_any()
}

/// Has the last run written in that format.
fn save(lab: Lab, format: &str) {
    match named(format).map(|format| format.of) {
        Some(of @ (Of::Report | Of::Pictures)) => lab.write(format, of == Of::Pictures),
        Some(Of::Runs | Of::Workload) => lab.export(format),
        None => {}
    }
}
