//! The station as it is in the page before any program is loaded: the events that it opens with, at the end of the run.

use super::side::lanes;
use crate::figure::rich::items;
use crate::figure::{List, Region, nodes, rows, scroller, second, second_if_any};
use crate::lab::words::{Words, WordsOf};
use leptos::prelude::*;
use std::sync::Arc;
use warmpath_view::failure::{Failure, figures, sentences};

/// The figure before any program arrives.
#[component]
pub fn OpeningFailure(
    /// The runs that the station begins with.
    failure: Failure,
) -> impl IntoView {
    let side = |which: usize| {
        let side = &failure.sides[which];
        view! {
            <div class="side">
                <p class="caption">
                    <b>{side.policy.clone()}</b> " " <span class="facts">{nodes(&figures::caption(side))}</span>
                </p>
                {lanes(&failure, which, None)}
            </div>
        }
    };
    let story = story_region(
        nodes(&sentences::story(&failure)).into_any(),
        sentences::costs_brief(&failure).into_any(),
        [sentences::costs_by_policy, sentences::further_costs]
            .map(|of| items(&of(&failure)).into_any()),
    );
    let table = view! { <table class="beside numbers">{rows(&figures::table(&failure))}</table> };
    let explained = figures::words(&failure);
    let words: WordsOf = Arc::new(move || explained.clone());
    view! {
        <div class="sides">{(0..failure.sides.len()).map(side).collect_view()}</div>
        {came(
            story,
            figures::brief(&failure).into_any(),
            table.into_any(),
            figures::note(&failure).into_any(),
            words,
        )}
    }
}

/// What happened: the sentences of the `story`, and lists of the `costs` of each policy and of all, which on a phone are folded away
/// under `brief`.
pub(super) fn story_region(story: AnyView, brief: AnyView, [each, all]: [AnyView; 2]) -> AnyView {
    let costs = second_if_any(
        brief,
        view! { <List class="toll each">{each}</List> <List class="toll">{all}</List> }.into_any(),
    );
    view! {
        <Region class="say" role="status" id="failure-story">
            {story}
            {costs}
        </Region>
    }
    .into_any()
}

/// The results: in sentences, and figure by figure with a note on them and the `words` that the glossary explains; `brief` stands for
/// the figures while they are folded away.
pub(super) fn came(
    story: AnyView,
    brief: AnyView,
    table: AnyView,
    note: AnyView,
    words: WordsOf,
) -> AnyView {
    let table = view! {
        {scroller("What it came to, policy by policy".to_owned(), table)}
        <p class="soft">{note}</p>
        <Words of=words />
    };
    view! {
        <div class="came">
            <div>{story}</div>
            <div>{second(brief, table.into_any())}</div>
        </div>
    }
    .into_any()
}
