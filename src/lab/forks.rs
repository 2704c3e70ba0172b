//! Fork and rerun: one request of the last run is sent to every replica in turn, and the consequences are shown.

use super::control::{Choices, Choose, Entry, Wrong};
use super::results::is_sweep;
use super::state::Lab;
use crate::figure::elements::{label, summary};
use crate::figure::signal::{parts, text, when};
use crate::figure::table::{numbers, row_ending_in};
use crate::figure::{Button, Fold, Line, Region};
use leptos::prelude::*;
use std::sync::Arc;
use warmpath_core::metrics::Summary;
use warmpath_view::fork::{Pick, sentence};
use warmpath_view::lab::control::Choice;
use warmpath_view::lab::forks::{self, alternatives, head, request};
use warmpath_view::lab::refusals::{Refusal, RefusedPart};

/// The id of the control for a request's number.
const NUMBER: &str = "fork-number";

/// The slowest requests of a policy, a control for any other, and the results of the last fork.
#[component]
pub fn Forks(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let policy = RwSignal::new(None::<usize>);
    let number = RwSignal::new(String::new());
    let choices: Choices = Arc::new(move || {
        let run = lab.results.run.read();
        let summaries = run.as_ref().map_or(&[][..], |it| &it.outcome.summaries);
        let choice = |(at, it): (usize, &Summary)| Choice {
            value: at.to_string(),
            shown: it.policy.clone(),
            about: String::new(),
        };
        summaries.iter().enumerate().map(choice).collect()
    });
    let chosen = text(move || {
        // Each run makes the list's entries anew, so what is chosen has to be set again.
        lab.results.run.track();
        policy.get().unwrap_or(0).to_string()
    });
    let picks = parts(move || {
        let run = lab.results.run.read();
        let picks = run.as_ref().map_or(&[][..], |it| &it.outcome.picks);
        let at = policy.get().unwrap_or(0).min(picks.len().saturating_sub(1));
        let picks = picks.get(at).map_or(&[][..], |it| it);
        picks.iter().map(|it| pick(lab, policy, it)).collect()
    });
    let head = row_ending_in(&head(), Vec::new());
    let sentence = text(move || {
        let forked = lab.results.forked.read();
        forked.as_ref().map_or(String::new(), |it| {
            sentence(&it.policy, it.request, &it.original, &it.effects)
        })
    });
    let table = parts(move || {
        let forked = lab.results.forked.read();
        let table = forked
            .as_ref()
            .map(|it| alternatives(&it.original, &it.effects));
        let shown = table.map(|it| numbers(Some("fork-table"), &it));
        shown.into_iter().collect()
    });
    let none = when(move || lab.results.forked.read().is_none());
    let summary = summary(
        "What if a request had gone elsewhere?",
        "soft",
        None,
        "fork and rerun".into_any(),
    );
    let sweep = when(move || is_sweep(lab));
    let fork = move |()| any(lab, policy.get_untracked(), &number.get_untracked());
    view! {
        <Fold class="group" id="lab-forks" hidden=sweep summary>
            <div class="abreast">
                <div class="field">
                    {label("fork-policy", vec!["policy".into_any()])}
                    <Choose
                        lab
                        id="fork-policy"
                        value=chosen
                        choices
                        change=move |at: String| policy.set(at.parse().ok())
                    />
                </div>
                <div class="field">
                    {label(NUMBER, vec!["any request, by number".into_any()])}
                    <Entry
                        lab
                        id=NUMBER
                        mode=Some("numeric")
                        value=text(move || number.get())
                        change=move |typed| number.set(typed)
                    />
                    <Wrong lab control=NUMBER />
                </div>
                <Button id="fork-any" click=fork>
                    "Fork it"
                </Button>
            </div>
            <Region class="scroll" scrolls=true name="The slowest requests">
                <table class="numbers" id="fork-picks">
                    <caption class="soft">
                        "The requests that waited longest for their first token"
                    </caption>
                    <thead>{head}</thead>
                    <tbody>{picks}</tbody>
                </table>
            </Region>
            <Line class="say" role="status" id="fork-said" hidden=none>
                {sentence}
            </Line>
            <Region
                class="scroll"
                scrolls=true
                name="Every alternative"
                id="fork-alternatives"
                hidden=none
            >
                {table}
            </Region>
        </Fold>
    }
    .into_any()
}

/// The row of a slow request, with a button that forks it.
fn pick(lab: Lab, policy: RwSignal<Option<usize>>, it: &Pick) -> AnyView {
    let request = it.request;
    let fork = move |()| lab.fork(policy.get_untracked().unwrap_or(0), request);
    let name = format!("Fork request {request}");
    let button = view! {
        <Button class="small" name=name click=fork>
            "Fork"
        </Button>
    };
    row_ending_in(&forks::pick(it), vec![button.into_any()])
}

/// Forks the request whose number was typed, or says which numbers are valid.
fn any(lab: Lab, policy: Option<usize>, typed: &str) {
    let run = lab.results.run.read_untracked();
    let Some(facts) = run.as_ref().map(|it| it.outcome.facts()) else {
        return;
    };
    drop(run);
    let file = lab.files.workload.read_untracked();
    let file = file.as_ref().map(|it| (it.name.as_str(), it.requests));
    match request(typed, facts.count(file)) {
        Ok(request) => {
            lab.mended(NUMBER);
            lab.fork(policy.unwrap_or(0), request);
        }
        Err(reason) => lab.refuse(Refusal::new(RefusedPart::Fork, NUMBER, "", typed, reason)),
    }
}
