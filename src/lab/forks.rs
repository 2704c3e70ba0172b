//! Fork and rerun: a request of the last run sent to every replica in turn, and what each would have led to.

use super::state::Lab;
use leptos::prelude::*;
use warmpath_view::fork::{CELLS, Pick, Row, rows, say};
use warmpath_view::format;

/// The slowest requests of a policy, any other by its number, and the last fork.
#[component]
pub fn Forks(
    /// The laboratory.
    lab: Lab,
) -> impl IntoView {
    let policy = RwSignal::new(0usize);
    let number = RwSignal::new(String::new());
    let names = move || {
        lab.outcome.with(|it| {
            let summaries = it.as_ref().map(|it| &it.summaries[..]).unwrap_or_default();
            summaries
                .iter()
                .map(|it| it.policy.clone())
                .collect::<Vec<_>>()
        })
    };
    let picks = move || {
        lab.outcome.with(|it| {
            let all = it.as_ref().map(|it| &it.picks[..]).unwrap_or_default();
            let at = policy.get().min(all.len().saturating_sub(1));
            all.get(at).cloned().unwrap_or_default()
        })
    };
    let option = move |(at, name): (usize, String)| {
        view! { <option value=at.to_string() selected=move || policy.get() == at>{name}</option> }
    };
    let choose = move |event| policy.set(event_target_value(&event).parse().unwrap_or(0));
    let row = move |pick: Pick| {
        let request = pick.request;
        view! {
            <tr>
                <th scope="row">"request "{format::count(request.into())}</th>
                <td>{format::seconds(pick.sent)}</td>
                <td>{format::count(pick.prompt.into())}</td>
                <td>{format::count(pick.found.into())}</td>
                <td>{pick.replica}</td>
                <td>{format::seconds(pick.ttft)}</td>
                <td><button type="button" class="small" aria-label=format!("Fork request {request}") on:click=move |_| lab.fork(policy.get_untracked(), request)>"Fork"</button></td>
            </tr>
        }
    };
    let any = move |_| match number.read_untracked().trim().parse() {
        Ok(request) => lab.fork(policy.get_untracked(), request),
        Err(_) => lab.refuse("a request is a whole number from 0"),
    };
    view! {
        <details class="group" id="lab-forks">
            <summary><b>"What if a request had gone elsewhere?"</b>" "<span class="soft">"fork and rerun"</span></summary>
            <div class="abreast">
                <div class="field">
                    <label for="fork-policy">"policy"</label>
                    <select id="fork-policy" on:change=choose>{move || names().into_iter().enumerate().map(option).collect_view()}</select>
                </div>
                <div class="field">
                    <label for="fork-number">"any request, by number"</label>
                    <input type="text" inputmode="numeric" id="fork-number" autocomplete="off" prop:value=number on:input=move |event| number.set(event_target_value(&event)) />
                </div>
                <button type="button" id="fork-any" on:click=any>"Fork it"</button>
            </div>
            <div class="scroll" tabindex="0" role="group" aria-label="The slowest requests">
                <table class="numbers" id="fork-picks">
                    <caption class="soft">"The requests that waited longest for their first token"</caption>
                    <thead><tr><td></td>{["sent at", "prompt, tokens", "found, tokens", "replica", "TTFT"].map(|it| view! { <th scope="col">{it}</th> }).collect_view()}<td></td></tr></thead>
                    <tbody>{move || picks().into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
            {move || lab.forked.get().map(|it| told(say(&it.policy, it.request, &it.original, &it.effects), rows(&it.original, &it.effects)))}
        </details>
    }
}

fn told(said: String, rows: Vec<Row>) -> impl IntoView {
    let row = |row: Row| {
        let cell = |(value, change): (String, String)| view! { <td>{value}" "<small>{change}</small></td> };
        let mark = row
            .chosen
            .then(|| view! { <span class="chosen">"chosen"</span> });
        view! {
            <tr>
                <th scope="row">"replica "{row.replica}{mark}</th>
                {row.cells.into_iter().map(cell).collect_view()}
            </tr>
        }
    };
    view! {
        <p class="say" role="status" id="fork-said">{said}</p>
        <div class="scroll" tabindex="0" role="group" aria-label="Every alternative">
            <table class="numbers" id="fork-table">
                <thead><tr><td></td>{CELLS.map(|it| view! { <th scope="col">{it}</th> }).collect_view()}</tr></thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
