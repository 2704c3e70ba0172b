//! The tables of a run's and of a sweep's figures.

use super::results::{Play, is_sweep, of_outcome};
use super::state::Lab;
use crate::figure::rich::{small, span};
use crate::figure::signal::{parts, text, when};
use crate::figure::table::{cell, column_of, numbers, of_numbers, row, row_name};
use crate::figure::{Button, Region};
use leptos::prelude::*;
use warmpath_view::chart::sweep;
use warmpath_view::lab::results::{FigureCell, FigureRow, corner, rows};
use warmpath_view::rich::curve;

/// The policies' figures side by side: those to show first, or every one.
#[component]
pub fn Comparison(
    /// The laboratory.
    lab: Lab,
) -> AnyView {
    let every = RwSignal::new(false);
    let sweep = when(move || is_sweep(lab));
    let head = parts(move || head(lab));
    let rows = parts(move || {
        let all = every.get();
        let outcome = lab.outcome.read();
        let outcome = outcome.as_ref().filter(|it| it.points.is_empty());
        let rows = outcome.map_or(Vec::new(), |it| rows(&it.summaries, all));
        rows.iter().map(figure).collect()
    });
    let name = text(move || {
        let other = if every.get() {
            "Fewer figures"
        } else {
            "All figures"
        };
        other.to_owned()
    });
    let table = numbers(Some("lab-table"), vec![head], vec![rows]);
    let pressed = text(move || every.get().to_string());
    view! {
        <Region
            class="scroll"
            id="lab-comparison"
            scrolls=true
            name="Comparison of the policies"
            hidden=sweep
        >
            {table}
        </Region>
        <Button
            id="lab-figures"
            pressed
            hidden=sweep
            click=move |()| every.update(|it| *it = !*it)
        >
            {name}
        </Button>
        " "
        <Play lab />
    }
    .into_any()
}

/// The policies' names in the colours of their curves; above the rows' names, what the figures are of several runs.
fn head(lab: Lab) -> Vec<AnyView> {
    let summaries = of_outcome(lab, |it| it.summaries.clone());
    let corner = match corner(&summaries) {
        none if none.is_empty() => cell(Vec::new()),
        text => view! { <td class="soft">{text}</td> }.into_any(),
    };
    let mut cells = vec![corner];
    for (at, it) in summaries.iter().enumerate() {
        let name = span(curve(at), it.policy.clone());
        cells.push(column_of(name));
    }
    vec![row(cells)]
}

/// A figure's row.
fn figure(figure: &FigureRow) -> AnyView {
    let mut cells = vec![row_name(vec![figure.title.into_any()])];
    cells.extend(figure.cells.iter().map(value));
    row(cells)
}

/// A policy's figure, the difference to the first policy's, and its range over seeds.
fn value(of: &FigureCell) -> AnyView {
    let mut inside = vec![format!("{} ", of.value).into_any()];
    if let Some((class, delta)) = &of.change {
        let class = (!class.is_empty()).then_some(*class);
        inside.push(small(class, delta.clone()));
    }
    if let Some(range) = &of.range {
        inside.push(span("range", range.clone()));
    }
    cell(inside)
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
        let table = report.map(|it| of_numbers(&sweep::table(&it)));
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
