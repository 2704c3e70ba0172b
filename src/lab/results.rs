//! What came of a run: charts, the comparison, and how to have it again.

use super::exports::Exports;
use super::forks::Forks;
use super::repeat::Repeat;
use super::state::Lab;
use super::table::Comparison;
use crate::chart::{ChartFigure, filled};
use leptos::prelude::*;
use warmpath_view::chart::{Chart, content, sweep};

/// Policies whose curves can be told apart.
const MOST: usize = 4;

/// The results, once there are any.
#[component]
pub fn Results(
    /// The laboratory.
    lab: Lab,
    /// Changes when the colours or the width do.
    redraw: Signal<u32>,
) -> impl IntoView {
    // The curves as they grow, then what a sweep comes to.
    let charts = Memo::new(move |_| {
        let courses = lab.courses.read();
        let mut charts = match courses.len() {
            1..=MOST => content::of_courses(&courses),
            _ => Vec::new(),
        };
        let report = lab
            .outcome
            .with(|it| it.as_ref().and_then(|it| it.report()));
        charts.extend(report.iter().flat_map(sweep::of_report));
        charts
    });
    let keys = move || charts.with(|all| all.iter().map(Chart::key).collect::<Vec<_>>());
    let figure = move |key: &'static str| {
        let chart = Signal::derive(move || {
            charts.with(|all| all.iter().find(|it| it.key() == key).cloned())
        });
        view! { <ChartFigure chart redraw /> }
    };
    let any = Memo::new(move |_| lab.outcome.read().is_some() || !lab.courses.read().is_empty());
    let report = Memo::new(move |_| {
        lab.outcome
            .with(|it| it.as_ref().and_then(|it| it.report()))
    });
    let swept =
        Memo::new(move |_| report.with(|it| it.as_ref().is_some_and(|it| !it.points.is_empty())));
    // What a sweep comes to stands before its chart.
    let verdict = move || {
        let said = report.with(|it| it.as_ref().map(sweep::verdict).unwrap_or_default());
        let lines = said.into_iter().map(|line| view! { <li>{line}</li> });
        swept
            .get()
            .then(|| view! { <ul class="say" id="lab-verdict">{lines.collect_view()}</ul> })
    };
    let rows = move || report.with(|it| it.as_ref().map(|it| filled(sweep::table(it))));
    let table = move || {
        match swept.get() {
        false => view! { <Comparison lab /> }.into_any(),
        true => view! {
            <div class="scroll" id="lab-sweep" tabindex="0" role="group" aria-label="The sweep's rows">{rows}</div>
        }
        .into_any(),
    }
    };
    // A request can be forked in a run that is no sweep.
    let forks = move || (!swept.get()).then(|| view! { <Forks lab /> });
    view! {
        // The charts stay in place while their content changes; only the first curve brings them in.
        <p class="card quiet" hidden=move || any.get()>"Nothing has been run yet. Run compares the policies on the same arrivals; the charts appear here while it runs."</p>
        {verdict}
        <div class="two charts">
            <For each=keys key=|key| *key children=figure />
        </div>
        <Show when=move || lab.outcome.read().is_some()>
            <div class="card" id="lab-results">
                <p class="notice" hidden=move || !lab.is_stale()>"The controls have changed since this run: run again to see their scenario."</p>
                {table}
                <p class="soft">{move || lab.outcome.read().as_ref().map(|it| it.provenance.clone())}</p>
                <ul class="notes soft">
                    {move || {
                        let notes = lab.outcome.read().as_ref().map(|it| it.notes.clone()).unwrap_or_default();
                        notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view()
                    }}
                </ul>
                {forks}
                <Repeat lab />
                <Exports lab />
            </div>
        </Show>
    }
}
