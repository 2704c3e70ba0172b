//! The results of a run: a sentence, charts, the comparison, and how to repeat it.

use super::charts::ChartPlace;
use super::comparison::{Comparison, KeepLimit, Measured, SweepRows};
use super::forks::Forks;
use super::shown::ShownRun;
use super::state::Lab;
use super::summary::FileSummary;
use crate::chart::ChartFigure;
use crate::chart::limit::limit;
use crate::dom;
use crate::figure::rich::{bold, items, nodes, span, span_with};
use crate::figure::signal::{parts, settled, text, when};
use crate::figure::{Button, Fold, Line, List, Region, second};
use crate::shell;
use leptos::prelude::*;
use warmpath_core::report::format::{FORMATS, Format, FormatSource, named};
use warmpath_view::chart::swept::Swept;
use warmpath_view::controls::on_page;
use warmpath_view::lab::plan::{Plan, plan};
use warmpath_view::lab::results::{STORED, command, figures_in_brief, stale};
use warmpath_view::lab::verdict::verdict;
use warmpath_view::rich::{RichText, plain_text};
use wasm_bindgen_futures::JsFuture;

/// The results; before the first run, what a run would do. The charts stay in place while their contents change, and the
/// sentence on the run or sweep is above them.
#[component]
pub fn Results(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let some = when(move || lab.is_shown() || !lab.charts.shown.read().is_empty());
    let none = when(move || !lab.is_shown());
    let planned = parts(move || {
        let form = lab.settings.form.read();
        let file = lab.files.workload.read();
        let file = file.as_ref().filter(|it| it.name == form.text("workload"));
        let requests = file.map(|it| it.requests.into());
        planned(&plan(&form, requests, lab.settings.lists.read().as_ref()))
    });
    let changed = settled(move || match lab.changed() {
        none if none.is_empty() => String::new(),
        changes => stale(&changes),
    });
    let line = text(move || {
        let run = lab.results.run.read();
        let of = run.as_ref().map_or(("", ""), |it| {
            (it.outcome.query.as_str(), it.asked.options.as_str())
        });
        command(of.0, of.1)
    });
    // On a phone the figures, and what can be done with them, are folded away; this is the fold's summary.
    let brief = text(move || {
        let run = lab.results.run.read();
        let run = run.as_ref().filter(|it| !it.is_sweep());
        figures_in_brief(run.map_or(&[], |it| &it.outcome.summaries[..]))
    });
    let figures = view! {
        <Comparison lab />
        <Measured lab />
        <SweepRows lab />
        <Line class="soft" id="lab-provenance">
            {text(move || of_outcome(lab, |it| it.provenance.clone()))}
        </Line>
        <List class="notes soft" id="lab-notes" hidden=when(move || notes(lab).is_empty())>
            {parts(move || items(&notes(lab)))}
        </List>
        <Forks lab />
        <Repeat line id="lab-command" copy="lab-copy" />
        <Export lab />
    };
    view! {
        <FileSummary lab />
        <Region class="card quiet" id="lab-quiet" hidden=some>
            {planned}
        </Region>
        <Line class="notice" id="lab-older" hidden=when(move || lab.address.older.read().is_none() || !lab.is_shown())>
            {text(move || lab.address.older.get().unwrap_or_default())}
        </Line>
        <Line class="notice" id="lab-stale" hidden=when(move || changed.read().is_empty())>
            {text(move || changed.get())}
        </Line>
        <Line class="soft" id="lab-stored" hidden=when(move || !lab.is_stored())>
            {STORED}
        </Line>
        <Region class="verdict" hidden=none>
            <List class="say" id="lab-verdict">
                {parts(move || items(&sentences(lab)))}
            </List>
            <List class="say room" hidden=when(move || !is_sweep(lab))>
                {parts(move || items(&room(lab)))}
            </List>
        </Region>
        <KeepLimit lab />
        <Region class="two charts" id="lab-charts">
            {charts(lab)}
        </Region>
        <Region class="card" id="lab-results" hidden=none>
            {second(brief.into_any(), figures.into_any())}
        </Region>
    }
    .into_any()
}

/// A place for each kind of chart, with a figure in it while there is such a chart.
fn charts(lab: Lab) -> Vec<AnyView> {
    let place = |place: ChartPlace| {
        let is_there = settled(move || {
            let there = lab.charts.shown.read().iter().any(|it| it.key == place.key);
            if there { place.key } else { "" }.to_owned()
        });
        parts(move || {
            let there = !is_there.read().is_empty();
            let chart = place.chart;
            let redraw = lab.charts.redraw;
            let figure =
                there.then(|| view! { <ChartFigure chart redraw over=limit /> }.into_any());
            figure.into_iter().collect()
        })
    };
    lab.charts
        .places
        .get_value()
        .into_iter()
        .map(place)
        .collect()
}

/// A value computed from the last run; its default before there is one.
pub(super) fn of_outcome<T: Default>(lab: Lab, of: fn(&crate::worker::WorkResult) -> T) -> T {
    let run = lab.results.run.read();
    run.as_ref().map(|it| of(&it.outcome)).unwrap_or_default()
}

/// Whether the last run was a sweep.
pub(super) fn is_sweep(lab: Lab) -> bool {
    lab.results
        .run
        .read()
        .as_ref()
        .is_some_and(ShownRun::is_sweep)
}

/// The description of what a run would do.
fn planned(plan: &Plan) -> Vec<AnyView> {
    let mut parts = Vec::new();
    for (title, text) in &plan.parts {
        parts.push(((*title).to_owned(), text.clone().into_any()));
    }
    let policies = items(&plan.policies);
    let policies = view! { <List>{policies}</List> }.into_any();
    parts.push(("Policies".to_owned(), policies));
    let lead = nodes(&plan.lead);
    let lead = view! { <Line class="lead">{lead}</Line> };
    let then = view! {
        <Line class="soft">
            "Press Run: curves grow here while it runs, then figures, and a sentence on who answers first and why."
        </Line>
    };
    vec![lead.into_any(), terms(parts), then.into_any()]
}

/// A list of terms, each with its description.
pub(super) fn terms(all: Vec<(String, AnyView)>) -> AnyView {
    let mut parts = Vec::new();
    for (title, description) in all {
        parts.push(view! { <dt>{title}</dt> }.into_any());
        parts.push(view! { <dd>{description}</dd> }.into_any());
    }
    view! { <dl class="plan">{parts}</dl> }.into_any()
}

/// The sentences on the last run or sweep.
fn sentences(lab: Lab) -> Vec<RichText> {
    let run = lab.results.run.read();
    let Some(run) = run.as_ref() else {
        return Vec::new();
    };
    match run.is_sweep() {
        false => verdict(&run.outcome.summaries),
        true => {
            let verdict = lab.swept(Swept::verdict).unwrap_or_default();
            verdict.iter().map(plain_text).collect()
        }
    }
}

/// The longest sentences that a sweep can have while the reader moves its limit. They are never seen, but take up room, so that
/// the picture below, in which the limit is moved, stays where it is.
fn room(lab: Lab) -> Vec<RichText> {
    // Known with the sweep, and not worked out again with each move of the limit.
    lab.results.run.track();
    let longest = untrack(|| lab.swept(Swept::longest)).unwrap_or_default();
    longest.iter().map(plain_text).collect()
}

/// The notes on the last run.
fn notes(lab: Lab) -> Vec<RichText> {
    of_outcome(lab, |it| {
        it.notes.iter().map(|it| plain_text(on_page(it))).collect()
    })
}

/// A button that plays the last run replica by replica, if it can be played.
#[component]
pub fn Play(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let why = settled(move || {
        let why = of_outcome(lab, |it| it.facts().unplayable);
        if is_sweep(lab) { String::new() } else { why }
    });
    let play = move |()| {
        let run = lab.results.run.get_untracked();
        let Some(ShownRun { outcome, .. }) = run else {
            return;
        };
        let query = &outcome.query;
        // A run with events is played at the station on failures.
        let befallen = outcome.facts().befallen;
        let station = if befallen { "failure" } else { "fleet" };
        shell::take_to(station, "fleet", query);
    };
    view! {
        <Button
            id="lab-play"
            described="lab-play-why"
            hidden=when(move || is_sweep(lab))
            disabled=when(move || !why.read().is_empty())
            click=play
        >
            "Play this run, GPU by GPU"
        </Button>
        {span_with("soft", Some("lab-play-why".to_owned()), text(move || why.get()).into_any())}
    }
    .into_any()
}

/// A command line, and a button that copies it.
#[component]
pub(super) fn Repeat(
    /// The command line that repeats the run, or the search for an answer.
    line: Signal<String>,
    /// The id of the element with the command line.
    id: &'static str,
    /// The id of the button that copies it.
    copy: &'static str,
) -> AnyView {
    let button_id = copy;
    // For a while after a click the button's text says whether copying was allowed.
    let button = RwSignal::new("Copy".to_owned());
    let copy = move |()| {
        let Some(window) = dom::window() else { return };
        let done = window
            .navigator()
            .clipboard()
            .write_text(&line.get_untracked());
        leptos::task::spawn_local(async move {
            let copied = JsFuture::from(done).await.is_ok();
            let outcome = if copied { "Copied" } else { "Not allowed" };
            button.set(outcome.to_owned());
            gloo_timers::future::TimeoutFuture::new(3_000).await;
            button.set("Copy".to_owned());
        });
    };
    view! {
        <div class="repeat">
            <Line class="soft">"Run this natively, to the same bytes:"</Line>
            <div class="line">
                <code id=id tabindex="0">
                    {line}
                </code>
                <Button id=button_id click=copy>
                    {text(move || button.get())}
                </Button>
            </div>
        </div>
    }
    .into_any()
}

/// The formats in which the last run can be saved.
#[component]
fn Export(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let formats = FORMATS.iter().map(|it| export(lab, it)).collect::<Vec<_>>();
    view! {
        <Fold class="menu" id="lab-export" summary=vec!["Export".into_any()]>
            <List>{formats}</List>
            <Line class="soft">"Each chart has its own PNG and SVG beside its title."</Line>
        </Fold>
    }
    .into_any()
}

/// The row of a format, with a button that saves the last run in it.
fn export(lab: Lab, format: &'static Format) -> AnyView {
    // These formats need a single run, so they are not offered for a sweep.
    let one = matches!(format.of, FormatSource::Runs | FormatSource::Requests);
    let name = format.name;
    let inside = vec![
        bold(None, name.to_owned()),
        span("soft", format.about.to_owned()),
    ];
    view! {
        <li hidden=when(move || one && is_sweep(lab))>
            <Button id=format!("export-{name}") click=move |()| save(lab, name)>
                {inside}
            </Button>
        </li>
    }
    .into_any()
}

/// Asks the engine to write the last run in a format.
fn save(lab: Lab, format: &str) {
    match named(format).map(|format| format.of) {
        Some(of @ (FormatSource::Report | FormatSource::Pictures)) => {
            lab.write(format, of == FormatSource::Pictures)
        }
        Some(FormatSource::Runs | FormatSource::Requests | FormatSource::Workload) => {
            lab.export(format)
        }
        None => {}
    }
}
