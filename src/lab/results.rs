//! What came of a run: charts, the comparison, and how to have it again.

use super::state::Lab;
use crate::dom;
use crate::figure::{Live, Sheet};
use warmpath_core::report::format::{Of, named};
use warmpath_core::scenario::Scenario;
use warmpath_view::chart::sweep;
use warmpath_view::lab::plan::plan;
use warmpath_view::lab::results as markup;
use warmpath_view::lab::verdict::verdict;
use warmpath_view::markup::escape;
use wasm_bindgen_futures::JsFuture;

/// The results, once there are any.
pub(super) fn wire(sheet: &Sheet, lab: Lab) {
    sheet.follow(move |sheet| {
        let charts = lab.charts.read();
        let figures: Vec<_> = charts.iter().filter_map(|it| it.figure.clone()).collect();
        sheet.keep("#lab-charts", &figures);
    });
    sheet.hidden("#lab-quiet", move || {
        lab.outcome.read().is_some() || !lab.charts.read().is_empty()
    });
    sheet.inside("#lab-quiet", move || {
        let scenario = lab.scenario.read();
        let file = lab.file.read();
        let file = file.as_ref().filter(|it| it.name == scenario.workload);
        let requests = file.map(|it| it.requests.into());
        plan(&scenario, requests, lab.lists.read().as_ref())
    });
    sheet.hidden("#lab-stale", move || lab.changed().is_empty());
    sheet.text("#lab-stale", move || markup::stale(&lab.changed()));
    // Every figure, or those to show first.
    let every = Live::new(false);
    sheet.on("click", "#lab-figures", move |_| {
        every.update(|it| *it = !*it)
    });
    sheet.follow(move |sheet| {
        let every = every.get();
        let pressed = every.to_string();
        sheet.mark("#lab-figures", "aria-pressed", Some(&pressed));
        let other = if every {
            "Fewer figures"
        } else {
            "All figures"
        };
        sheet.fill("#lab-figures", other);
        show(sheet, lab, every);
    });
    sheet.on("click", "#lab-play", move |_| {
        let outcome = lab.outcome.read_untracked();
        if let Some(outcome) = outcome.as_ref() {
            lab.play(&outcome.query);
        }
        if let Some(window) = dom::window() {
            let _ = window.location().set_hash("fleet");
        }
    });
    sheet.on("click", "[data-format]", move |it| {
        save(lab, &it.data("format"))
    });
    sheet.on("click", "#lab-copy", |it| copy(&it.at));
}

/// Puts the last run, or sweep, into its parts.
fn show(sheet: &Sheet, lab: Lab, every: bool) {
    let outcome = lab.outcome.read();
    for part in ["#lab-results", "#lab-verdict"] {
        sheet.mark(part, "hidden", outcome.is_none().then_some(""));
    }
    let Some(outcome) = outcome.as_ref() else {
        return;
    };
    let swept = (!outcome.points.is_empty())
        .then(|| outcome.report())
        .flatten();
    let [yes, no] = [swept.is_some(), swept.is_none()].map(|it| it.then_some(""));
    // A request can be forked in a run that is no sweep.
    for part in ["#lab-comparison", "#lab-figures", "#lab-play", "#lab-forks"] {
        sheet.mark(part, "hidden", yes);
    }
    sheet.mark("#lab-sweep", "hidden", no);
    for item in sheet.parts("#lab-export .of-one-run") {
        crate::figure::mark(&item, "hidden", yes);
    }
    match swept {
        Some(report) => {
            sheet.fill("#lab-verdict", &markup::sentences(&sweep::verdict(&report)));
            sheet.fill("#lab-sweep", &markup::table(&sweep::table(&report)));
        }
        None => {
            sheet.fill("#lab-verdict", &verdict(&outcome.summaries));
            sheet.fill("#lab-table thead", &markup::head(&outcome.summaries));
            sheet.fill("#lab-table tbody", &markup::rows(&outcome.summaries, every));
        }
    }
    let played = Scenario::from_query(&outcome.query).ok();
    let why = played.map_or(String::new(), |it| markup::unplayable(&it));
    let why = if outcome.points.is_empty() {
        why
    } else {
        String::new()
    };
    sheet.mark("#lab-play", "disabled", (!why.is_empty()).then_some(""));
    sheet.fill("#lab-play-why", &escape(&why));
    sheet.fill("#lab-provenance", &escape(&outcome.provenance));
    sheet.fill("#lab-notes", &markup::sentences(&outcome.notes));
    let line = markup::command(&outcome.query, &lab.shown.read().1);
    sheet.fill("#lab-command", &escape(&line));
}

/// Has the last run written in that format.
fn save(lab: Lab, format: &str) {
    match named(format).map(|format| format.of) {
        Some(of @ (Of::Report | Of::Pictures)) => lab.write(format, of == Of::Pictures),
        Some(Of::Runs | Of::Requests | Of::Workload) => lab.export(format),
        None => {}
    }
}

/// Copies the command line beside the button, which says for a while whether that was allowed.
fn copy(button: &web_sys::Element) {
    let line = button.previous_element_sibling();
    let line = line.and_then(|it| it.text_content()).unwrap_or_default();
    let Some(window) = dom::window() else { return };
    let done = window.navigator().clipboard().write_text(&line);
    let button = button.clone();
    leptos::task::spawn_local(async move {
        let copied = JsFuture::from(done).await.is_ok();
        let said = if copied { "Copied" } else { "Not allowed" };
        button.set_text_content(Some(said));
        gloo_timers::future::TimeoutFuture::new(3_000).await;
        button.set_text_content(Some("Copy"));
    });
}
