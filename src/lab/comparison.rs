//! The tables of the figures of a run or sweep: the comparison of policies, what the workload's file measured, and a
//! sweep's heat map.

use super::charts::in_views_form;
use super::results::{Play, is_sweep};
use super::state::Lab;
use super::words::{Words, WordsOf};
use crate::figure::rich::{bold, span};
use crate::figure::signal::{parts, text, when};
use crate::figure::table::numbers;
use crate::figure::{Button, Fold, Line, Region};
use leptos::prelude::*;
use std::sync::Arc;
use warmpath_view::chart::sweep;
use warmpath_view::glossary_words::words;
use warmpath_view::lab::results::{SHARES, comparison, titles};
use warmpath_view::measured::UNIT_INFERRED;

/// The policies' figures side by side: the most important ones, or all.
#[component]
pub fn Comparison(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let all_figures = lab.results.all_figures;
    let sweep = when(move || is_sweep(lab));
    let inside = parts(move || {
        let all = all_figures.get();
        let run = lab.results.run.read();
        let run = run.as_ref().filter(|it| !it.is_sweep());
        // A run is not compared with a sweep, which has runs of its own at every point.
        let beside = lab.history.beside(lab.shown_number());
        let beside = beside.filter(|it| it.1.points.is_empty());
        let beside = beside.as_ref().map(|it| (it.0, &it.1.summaries[..]));
        let table = run.map(|it| comparison(&it.outcome.summaries, all, beside));
        let table = table.map(|it| numbers(Some("lab-table"), &it));
        table.into_iter().collect()
    });
    let name = text(move || {
        let other = if all_figures.get() {
            "Fewer figures"
        } else {
            "All figures"
        };
        other.to_owned()
    });
    let pressed = text(move || all_figures.get().to_string());
    let words: WordsOf = Arc::new(move || words(titles(all_figures.get())));
    view! {
        <Region
            class="scroll"
            id="lab-comparison"
            scrolls=true
            name="Comparison of the policies"
            hidden=sweep
        >
            {inside}
        </Region>
        <Line class="soft" hidden=sweep>
            {SHARES}
        </Line>
        <Words of=words />
        <Button
            id="lab-figures"
            pressed
            hidden=sweep
            click=move |()| all_figures.update(|it| *it = !*it)
        >
            {name}
        </Button>
        <Play lab />
    }
    .into_any()
}

/// What the workload's file measured beside what was simulated: figures, then replica by replica.
#[component]
pub fn Measured(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let inside = parts(move || {
        let run = lab.results.run.read();
        let beside = run.as_ref().map(|it| &it.outcome.beside);
        let Some(beside) = beside.filter(|it| !it.is_empty()) else {
            return Vec::new();
        };
        let unit = beside.unit_inferred.then_some(UNIT_INFERRED);
        let mut inside = vec![bold(None, "Measured, and simulated".to_owned())];
        inside.push(numbers(Some("lab-measured-figures"), &beside.table()));
        if !beside.replicas.is_empty() {
            let table = beside.replica_table();
            inside.push(bold(None, "Replica by replica".to_owned()));
            inside.push(numbers(Some("lab-measured-replicas"), &table));
        }
        inside.extend(unit.map(|it| span("soft", it.to_owned())));
        inside
    });
    let none = when(move || {
        let run = lab.results.run.read();
        run.as_ref().is_none_or(|it| it.outcome.beside.is_empty())
    });
    view! {
        <Region
            class="scroll"
            id="lab-measured"
            scrolls=true
            name="Measured and simulated"
            hidden=none
        >
            {inside}
        </Region>
    }
    .into_any()
}

/// A sweep as a heat map, and its other figures row by row.
#[component]
pub fn SweepRows(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let heat = parts(move || {
        let table = lab.swept(sweep::heat);
        let table = table.map(|it| numbers(None, &it));
        table.into_iter().collect()
    });
    let table = parts(move || {
        let run = lab.results.run.read();
        let swept = run.as_ref().filter(|it| it.is_sweep());
        let table = swept.map(|it| in_views_form(&it.outcome, |run| sweep::table(&run)));
        let table = table.map(|it| numbers(None, &it));
        table.into_iter().collect()
    });
    let none = when(move || !is_sweep(lab));
    let summary = vec!["Every point's figures".into_any()];
    view! {
        <Region class="scroll" id="lab-sweep" scrolls=true name="P95 time to first token, rate by replicas" hidden=none>
            {heat}
        </Region>
        <Fold class="inner" id="lab-sweep-all" hidden=none summary>
            <Region class="scroll" scrolls=true name="The sweep's rows">
                {table}
            </Region>
        </Fold>
    }
    .into_any()
}

/// A button that puts the limit that was moved in a sweep's chart into the scenario.
#[component]
pub fn KeepLimit(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    // In milliseconds, as the limit is set, to the thousandth; the chart has it in seconds.
    let moved = move || {
        let limit = lab.swept(|it| it.limit).flatten();
        let limit = limit.map(|it| (it * 1e6).round() / 1e3);
        limit.filter(|it| lab.settings.form.read().real("ttft-slo") != Some(*it))
    };
    // It has its place as soon as there is a limit to move, so that the picture stays where it is.
    let none = when(move || lab.swept(|_| ()).is_none());
    let unmoved = when(move || moved().is_none());
    let keep = move |()| {
        if let Some(limit) = untrack(moved) {
            lab.set("ttft-slo", &limit.to_string());
        }
    };
    view! {
        <Button id="lab-limit" hidden=none disabled=unmoved click=keep>
            "Set this as the limit on TTFT"
        </Button>
    }
    .into_any()
}
