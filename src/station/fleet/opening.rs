//! The station as it is in the page before any program is loaded: its opening replay, at the end.

use super::side::lanes;
use super::told::still;
use crate::figure::{nodes, rows, scroller};
use leptos::prelude::*;
use warmpath_view::duel::figures::{about, caption};
use warmpath_view::duel::{Duel, deltas, holdings, say, trees};

/// The figure before any program arrives.
#[component]
pub fn OpeningFleet(
    /// The replay that the station begins with.
    duel: Duel,
) -> impl IntoView {
    let sides = 0..duel.sides.len();
    let side = |which: usize| {
        let side = &duel.sides[which];
        let figures = caption(side);
        view! {
            <div class="side">
                <p class="caption">
                    <b>{side.policy().to_owned()}</b> " " <span class="facts">{nodes(&figures)}</span>
                </p>
                <p class="about">{about(side.policy())}</p>
                {lanes(&duel, which, 1)}
            </div>
        }
    };
    let tree = |which: usize| {
        let end = duel.marks.end;
        view! {
            <div>
                <p class="told-trees">{nodes(&holdings::say(&duel, which, end))}</p>
                <table class="beside holds">{still(&duel, which, end)}</table>
            </div>
        }
    };
    let said = view! { <p class="say">{nodes(&say::delta(&duel))}</p> };
    let table = view! { <table class="beside numbers">{rows(&deltas::deltas(&duel))}</table> };
    view! {
        <div class="sides">{sides.clone().map(side).collect_view()}</div>
        {came(said.into_any(), table.into_any())}
        {deeper(
            trees::words::caption(&duel).into_any(),
            None,
            sides.map(tree).collect_view().into_any(),
        )}
    }
}

/// The results: in a sentence, and figure by figure.
pub(super) fn came(said: AnyView, table: AnyView) -> AnyView {
    view! {
        <div class="came">{said}{scroller("The other policies against the first".to_owned(), table)}</div>
    }
    .into_any()
}

/// All sides' trees under their title.
pub(super) fn deeper(caption: AnyView, id: Option<&'static str>, trees: AnyView) -> AnyView {
    view! {
        <div class="deeper">
            <h3>"What each router believes, and what its replicas hold"</h3>
            <p class="soft" id=id>{caption}</p>
            <div class="sides">{trees}</div>
        </div>
    }
    .into_any()
}
