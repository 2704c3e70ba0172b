//! Fork and rerun: a request of the last run sent to every replica in turn, and what each would have led to.

use super::control::{Entry, Wrong, shows};
use super::results::{is_sweep, of_outcome};
use super::signal::{parts, text, when};
use super::state::Lab;
use crate::figure::rich::{small, span};
use crate::figure::table::{cell, column, columns, numbers, row, row_name, text_cell};
use crate::worker::Forked;
use leptos::ev::Event;
use leptos::prelude::*;
use warmpath_view::fork::{CELLS, Pick, Row, rows, say};
use warmpath_view::format;
use warmpath_view::lab::forks::{HEADS, cells, count, request};
use warmpath_view::lab::refusals::Refusal;

/// The control that a request's number is typed into.
const NUMBER: &str = "fork-number";

/// The slowest requests of a policy, any other by its number, and the last fork.
#[component]
pub fn Forks(
    /// The laboratory.
    lab: Lab,
) -> AnyView {
    let policy = RwSignal::new(0usize);
    let number = RwSignal::new(String::new());
    let options = parts(move || {
        let names = of_outcome(lab, |it| {
            it.summaries
                .iter()
                .map(|it| it.policy.clone())
                .collect::<Vec<_>>()
        });
        let option = |(at, name): (usize, String)| {
            view! { <option value=at.to_string()>{name}</option> }.into_any()
        };
        names.into_iter().enumerate().map(option).collect()
    });
    let chosen = text(move || {
        lab.outcome.track();
        policy.get().to_string()
    });
    let picks = parts(move || {
        let outcome = lab.outcome.read();
        let picks = outcome.as_ref().map_or(&[][..], |it| &it.picks);
        let at = policy.get().min(picks.len().saturating_sub(1));
        let picks = picks.get(at).map_or(&[][..], |it| it);
        picks.iter().map(|it| pick(lab, policy, it)).collect()
    });
    let mut head = vec![cell(Vec::new())];
    head.extend(HEADS.map(column));
    head.push(cell(Vec::new()));
    let said = text(move || {
        let forked = lab.forked.read();
        forked.as_ref().map_or(String::new(), |it| {
            say(&it.policy, it.request, &it.original, &it.effects)
        })
    });
    let table = parts(move || {
        let forked = lab.forked.read();
        forked.iter().map(alternatives).collect()
    });
    let none = when(move || lab.forked.read().is_none());
    view! {
        <details class="group" id="lab-forks" hidden=when(move || is_sweep(lab))>
            <summary>
                <b>"What if a request had gone elsewhere?"</b>
                " "
                <span class="soft">"fork and rerun"</span>
            </summary>
            <div class="abreast">
                <div class="field">
                    <label for="fork-policy">"policy"</label>
                    <select
                        id="fork-policy"
                        use:shows=chosen
                        on:change=move |it: Event| {
                            policy.set(event_target_value(&it).parse().unwrap_or(0));
                        }
                    >
                        {options}
                    </select>
                </div>
                <div class="field">
                    <label for=NUMBER>"any request, by number"</label>
                    <Entry
                        lab
                        id=NUMBER
                        mode=Some("numeric")
                        value=text(move || number.get())
                        change=move |typed| number.set(typed)
                    />
                    <Wrong lab control=NUMBER />
                </div>
                <button
                    type="button"
                    id="fork-any"
                    on:click=move |_| any(lab, policy.get_untracked(), &number.get_untracked())
                >
                    "Fork it"
                </button>
            </div>
            <div class="scroll" tabindex="0" role="group" aria-label="The slowest requests">
                <table class="numbers" id="fork-picks">
                    <caption class="soft">
                        "The requests that waited longest for their first token"
                    </caption>
                    <thead>{row(head)}</thead>
                    <tbody>{picks}</tbody>
                </table>
            </div>
            <p class="say" role="status" id="fork-said" hidden=none>
                {said}
            </p>
            <div
                class="scroll"
                tabindex="0"
                role="group"
                aria-label="Every alternative"
                id="fork-alternatives"
                hidden=none
            >
                {table}
            </div>
        </details>
    }
    .into_any()
}

/// A request that waited long, and a button that forks it.
fn pick(lab: Lab, policy: RwSignal<usize>, it: &Pick) -> AnyView {
    let request = it.request;
    let title = format!("request {}", format::count(request.into()));
    let fork = move |_| lab.fork(policy.get_untracked(), request);
    let button = view! {
        <button
            type="button"
            class="small"
            aria-label=format!("Fork request {request}")
            on:click=fork
        >
            "Fork"
        </button>
    };
    let mut row = vec![row_name(vec![title.into_any()])];
    row.extend(cells(it).map(text_cell));
    row.push(cell(vec![button.into_any()]));
    self::row(row)
}

/// Forks the request whose number was typed, or says which numbers there are.
fn any(lab: Lab, policy: usize, typed: &str) {
    let query = lab
        .outcome
        .with_untracked(|it| it.as_ref().map(|it| it.query.clone()));
    let Some(query) = query else { return };
    let there = lab.file.with_untracked(|file| {
        let file = file.as_ref().map(|it| (it.name.as_str(), it.requests));
        count(&query, file)
    });
    match request(typed, there) {
        Ok(request) => {
            lab.mended(NUMBER);
            lab.fork(policy, request);
        }
        Err(reason) => lab.refuse(Refusal::new(NUMBER, "", typed, reason)),
    }
}

/// What each replica in place of the chosen one would have led to.
fn alternatives(forked: &Forked) -> AnyView {
    let replica = |of: &Row| {
        let mut name = vec![format!("replica {}", of.replica).into_any()];
        if of.chosen {
            name.push(span("chosen", "chosen".to_owned()));
        }
        let mut cells = vec![row_name(name)];
        for (value, change) in &of.cells {
            cells.push(cell(vec![
                format!("{value} ").into_any(),
                small("", change.clone()),
            ]));
        }
        row(cells)
    };
    let rows = rows(&forked.original, &forked.effects);
    let rows = rows.iter().map(replica).collect();
    numbers(Some("fork-table"), columns(CELLS), rows)
}
