//! The station as it is in the page before any program is loaded: its opening replay, at the end.

use super::side::lanes;
use super::texts::still;
use crate::figure::{Line, nodes, rows, scroller, second};
use leptos::prelude::*;
use warmpath_view::comparison::figures::{about, caption};
use warmpath_view::comparison::{Comparison, deltas, holdings, misses, sentences, trees};

/// The figure before any program arrives.
#[component]
pub fn OpeningFleet(
    /// The replay that the station begins with.
    comparison: Comparison,
) -> impl IntoView {
    let sides = 0..comparison.sides.len();
    let side = |which: usize| {
        let side = &comparison.sides[which];
        let figures = caption(side);
        view! {
            <div class="side">
                <p class="caption">
                    <b>{side.policy().to_owned()}</b> " " <span class="facts">{nodes(&figures)}</span>
                </p>
                <p class="about">{about(side.policy())}</p>
                {lanes(&comparison, which, 1)}
            </div>
        }
    };
    let tree = |which: usize| {
        let end = comparison.marks.end;
        view! {
            <div>
                <p class="told-trees">{nodes(&holdings::sentence(&comparison, which, end))}</p>
                <table class="beside holds">{still(&comparison, which, end)}</table>
            </div>
        }
    };
    let sentence = view! { <p class="say">{nodes(&sentences::delta(&comparison))}</p> };
    let why = nodes(&misses::sentence(&comparison));
    let table =
        view! { <table class="beside numbers">{rows(&deltas::deltas(&comparison))}</table> };
    view! {
        <p class="soft">{comparison.setting.clone()}</p>
        <div class="sides">{sides.clone().map(side).collect_view()}</div>
        {came(
            sentence.into_any(),
            deltas::brief(&comparison).into_any(),
            view! { <Line class="reason">{why}</Line> }.into_any(),
            table.into_any(),
        )}
        {deeper(
            trees::words::brief(&comparison).into_any(),
            trees::words::caption(&comparison).into_any(),
            None,
            sides.map(tree).collect_view().into_any(),
        )}
    }
}

/// The results: in a sentence, and figure by figure, below which `why` says why no more is reused; `brief` is the text that stands
/// for the figures while they are folded away.
pub(super) fn came(sentence: AnyView, brief: AnyView, why: AnyView, table: AnyView) -> AnyView {
    let table = scroller("The other policies against the first".to_owned(), table);
    let inside = view! { {table} {why} }.into_any();
    view! { <div class="came">{sentence}{second(brief, inside)}</div> }.into_any()
}

/// All sides' trees under their title; `brief` is the text that stands for them while they are folded away.
pub(super) fn deeper(
    brief: AnyView,
    caption: AnyView,
    id: Option<&'static str>,
    trees: AnyView,
) -> AnyView {
    let inside = view! {
        <p class="soft" id=id>{caption}</p>
        <div class="sides">{trees}</div>
    };
    view! {
        <div class="deeper">
            <h3>"What each router believes, and what its replicas hold"</h3>
            {second(brief, inside.into_any())}
        </div>
    }
    .into_any()
}
