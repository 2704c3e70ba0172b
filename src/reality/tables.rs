//! The tables and sentences of the reality check, for the page's own runs and for those made in the browser.

use super::picture::picture;
use crate::figure::{nodes, rows, scroller};
use leptos::prelude::*;
use warmpath_core::reference::kubeai::KEYS;
use warmpath_view::reality::picture::picture as drawn;
use warmpath_view::reality::tables::{
    Titled, errors, known, later, what_if as change, what_if_caption,
};
use warmpath_view::reality::{Reality, WhatIf, sentences, steps};

/// The tables by policy, and below them those of the rows that were compared when the model was finished.
pub(super) fn tables(reality: &Reality) -> AnyView {
    let all = |tables: Vec<Titled>| tables.iter().map(titled).collect::<Vec<_>>();
    view! {
        <div class="sides">{all(known(reality))}</div>
        <h3>"Rows put beside the model when it was finished"</h3>
        <div class="sides">{all(later(reality))}</div>
    }
    .into_any()
}

fn titled(of: &Titled) -> AnyView {
    let table = view! { <table class="beside">{rows(&of.table)}</table> };
    let label = format!("Measured and simulated, {}", of.title);
    scroller(label, table.into_any())
}

/// The table of what a change does; empty before it has been run.
pub(super) fn what_if(reality: &Reality, what: WhatIf) -> AnyView {
    let table = change(reality, what).map(|table| {
        let caption = what_if_caption(what);
        view! { <table class="beside"><caption class="soft">{caption}</caption>{rows(&table)}</table> }
    });
    table.into_any()
}

/// The section as it is in the page before any program is loaded, with places for the controls.
#[component]
pub fn Opening(
    /// The page's own runs.
    reality: Reality,
) -> impl IntoView {
    let count = reality.rows().len() * KEYS.len();
    let all = view! { <table id="reality-errors">{rows(&errors(&reality))}</table> }.into_any();
    let steps = view! { <table class="beside">{rows(&steps::table())}</table> }.into_any();
    view! {
        <div class="checked">
            <figure aria-labelledby="reality-pictured">
                <figcaption id="reality-pictured">
                    <b>"Simulated over measured"</b>
                    ", on a logarithmic axis. In each row from above: least-load, prefix-aware, by chance."
                </figcaption>
                <div id="reality-picture">{picture(drawn(&reality))}</div>
            </figure>
            <div>
                <h3>"Step times on other GPUs"</h3>
                {scroller("Step times on other GPUs".to_owned(), steps)}
                <p class="say">{nodes(&steps::sentence())}</p>
            </div>
        </div>
        <div class="controls" id="reality-controls"></div>
        <p class="say" id="reality-score">{nodes(&sentences::score(&reality))}</p>
        <p class="say" id="reality-twins">{nodes(&sentences::twins(&reality))}</p>
        <p class="say" id="reality-why">{nodes(&sentences::why(&reality))}</p>
        <details class="told" id="reality-rows">
            <summary>"Four figures of every row, as tables"</summary>
            <div id="reality-tables">{tables(&reality)}</div>
        </details>
        <details class="told">
            <summary>{format!("All {count} errors, figure by figure")}</summary>
            {scroller("All errors".to_owned(), all)}
        </details>
    }
}

/// The two changes as they are in the page before any program is loaded: the results, without buttons.
#[component]
pub fn OpeningWhatIfs(
    /// The page's own runs.
    reality: Reality,
) -> impl IntoView {
    let card = |what: WhatIf| {
        view! {
            <div class="card">
                <h3>{what.question()}</h3>
                <p>{what.why()}</p>
                {scroller(what.question().to_owned(), what_if(&reality, what))}
                <p class="say">{nodes(&sentences::what_if(&reality, what))}</p>
            </div>
        }
    };
    view! { <div class="two">{WhatIf::ALL.into_iter().map(card).collect_view()}</div> }
}
