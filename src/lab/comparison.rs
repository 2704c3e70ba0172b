//! The tables of a run's and of a sweep's figures.

use super::results::{Play, is_sweep};
use super::state::Lab;
use crate::figure::signal::{parts, text, when};
use crate::figure::table::numbers;
use crate::figure::{Button, Region};
use leptos::prelude::*;
use warmpath_view::chart::sweep;
use warmpath_view::lab::results::comparison;

/// The policies' figures side by side: those to show first, or every one.
#[component]
pub fn Comparison(
    /// The laboratory.
    lab: Lab,
) -> AnyView {
    let every = RwSignal::new(false);
    let sweep = when(move || is_sweep(lab));
    let inside = parts(move || {
        let all = every.get();
        let outcome = lab.outcome.read();
        let outcome = outcome.as_ref().filter(|it| it.points.is_empty());
        let table = outcome.map(|it| comparison(&it.summaries, all));
        let table = table.map(|it| numbers(Some("lab-table"), &it));
        table.into_iter().collect()
    });
    let name = text(move || {
        let other = if every.get() {
            "Fewer figures"
        } else {
            "All figures"
        };
        other.to_owned()
    });
    let pressed = text(move || every.get().to_string());
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
        <Button
            id="lab-figures"
            pressed
            hidden=sweep
            click=move |()| every.update(|it| *it = !*it)
        >
            {name}
        </Button>
        <Play lab />
    }
    .into_any()
}

/// The rows of a sweep.
#[component]
pub fn SweepRows(
    /// The laboratory.
    lab: Lab,
) -> AnyView {
    let table = parts(move || {
        let outcome = lab.outcome.read();
        let swept = outcome.as_ref().filter(|it| !it.points.is_empty());
        let report = swept.and_then(|it| it.report());
        let table = report.map(|it| numbers(None, &sweep::table(&it).laid_out()));
        table.into_iter().collect()
    });
    let none = when(move || !is_sweep(lab));
    view! {
        <Region class="scroll" id="lab-sweep" scrolls=true name="The sweep's rows" hidden=none>
            {table}
        </Region>
    }
    .into_any()
}
