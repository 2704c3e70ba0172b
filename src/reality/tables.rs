//! The tables and sentences of the reality check, for the page's own runs and for those made in the browser.

use super::picture::picture;
use crate::figure::rich::{items, span_with};
use crate::figure::{nodes, rows, scroller, second, second_if_any};
use leptos::prelude::*;
use warmpath_core::reference::kubeai::KEYS;
use warmpath_view::reality::picture::picture as drawn;
use warmpath_view::reality::tables::{
    Titled, errors, errors_about, known, later, what_if as change, what_if_caption,
};
use warmpath_view::reality::{Reality, WhatIf, sentences, steps};
use warmpath_view::rich::RichText;

/// The tables of the rows that were known when the model was made, one per policy, and below them those of the rows that were
/// compared only when it was finished.
pub(super) fn tables(reality: &Reality) -> AnyView {
    let all = |tables: Vec<Titled>| tables.iter().map(titled).collect::<Vec<_>>();
    view! {
        <div class="sides">{all(known(reality))}</div>
        <h3>"Rows put beside the model when it was finished"</h3>
        <div class="sides">{all(later(reality))}</div>
    }
    .into_any()
}

/// A function that makes a text of the results.
pub(super) type TextOf = fn(&Reality) -> RichText;

/// The id of the list that says how near the model comes, which stands before [`PARAGRAPHS`].
pub(super) const SCORE: &str = "reality-score";

/// The paragraphs below the picture: the id, the paragraph, and the brief text that a narrow screen shows while the paragraph is
/// folded away.
pub(super) const PARAGRAPHS: [(&str, TextOf, TextOf); 4] = [
    (
        "reality-missed",
        sentences::missed,
        sentences::missed_in_brief,
    ),
    ("reality-later", sentences::later, sentences::later_in_brief),
    ("reality-twins", sentences::twins, sentences::twins_in_brief),
    ("reality-why", sentences::why, sentences::why_in_brief),
];

/// The id of the brief text for the paragraph with this id.
pub(super) fn brief_id(id: &str) -> String {
    [id, "-line"].concat()
}

fn titled(of: &Titled) -> AnyView {
    let table = view! { <table class="beside">{rows(&of.table)}</table> };
    let label = format!("Measured and simulated, {}", of.title);
    scroller(label, table.into_any())
}

/// The table of what a change to the benchmark does; empty before it has been run.
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
    let steps = view! {
        <h3>"Step times on other GPUs"</h3>
        {scroller("Step times on other GPUs".to_owned(), steps)}
        <p class="say">{nodes(&steps::sentence())}</p>
    };
    let steps = steps.into_any();
    view! {
        <div class="checked">
            <figure aria-labelledby="reality-pictured">
                <figcaption id="reality-pictured">
                    <b>"Simulated over measured"</b>
                    ", on a logarithmic axis"
                </figcaption>
                <div id="reality-picture">{picture(drawn(&reality))}</div>
            </figure>
            <div>{second(nodes(&steps::brief()).into_any(), steps)}</div>
        </div>
        <div class="controls" id="reality-controls"></div>
        {second_if_any(
            span_with("line", Some(brief_id(SCORE)), nodes(&sentences::score_in_brief(&reality)).into_any()),
            view! { <ul class="say" id=SCORE>{items(&sentences::score(&reality))}</ul> }.into_any(),
        )}
        {PARAGRAPHS.into_iter().map(|(id, of, brief)| paragraph(id, &of(&reality), &brief(&reality))).collect::<Vec<_>>()}
        <details class="told" id="reality-rows">
            <summary>"Four figures of every row, as tables"</summary>
            <div id="reality-tables">{tables(&reality)}</div>
        </details>
        <details class="told">
            <summary>{format!("All {count} errors, figure by figure")}</summary>
            <p class="soft">{errors_about()}</p>
            {scroller("All errors".to_owned(), all)}
        </details>
    }
}

/// A paragraph under its brief text. When the benchmark has been run here, the texts of that run take the place of both, which
/// are found by their ids.
fn paragraph(id: &'static str, of: &RichText, brief: &RichText) -> AnyView {
    let text = view! { <p class="say" id=id>{nodes(of)}</p> };
    let brief = nodes(brief).into_any();
    second_if_any(
        span_with("line", Some(brief_id(id)), brief),
        text.into_any(),
    )
}

/// The changes to the benchmark as they are in the page before any program is loaded: the results, without buttons.
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
