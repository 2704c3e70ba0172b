//! Which policies are compared. A policy with parameters, from the address or typed, stands beside the shipped ones.

use super::state::{Lab, field};
use leptos::prelude::*;
use warmpath_core::router::POLICIES;

/// Most policies in a comparison: as many as there are curves to tell apart.
const MOST: usize = 4;

/// The choice.
#[component]
pub fn Policies(
    /// The laboratory.
    lab: Lab,
) -> impl IntoView {
    let chosen = Memo::new(move |_| {
        lab.scenario
            .read()
            .policies
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    });
    let put = move |policies: Vec<String>| {
        if policies.is_empty() || policies.len() > MOST {
            lab.fault.set(Some(format!(
                "Not changed: compare one to {MOST} policies."
            )));
            lab.scenario.notify();
        } else if let Some(field) = field("policy") {
            lab.set(field, &policies.join(","));
        }
    };
    let drop = move |name: &str| {
        let next = chosen.get_untracked().into_iter().filter(|it| it != name);
        put(next.collect());
    };
    let button = move |(at, name): (usize, String)| {
        let bare = name.split([':', '@', '=']).next().unwrap_or_default();
        let about = POLICIES
            .iter()
            .find(|entry| entry.name == bare)
            .map(|entry| entry.about);
        let label = format!("{name}: take it out");
        let shown = format!("{name} ×");
        view! {
            <button type="button" class=format!("on curve-{at}") title=about aria-label=label on:click=move |_| drop(&name)>
                {shown}
            </button>
        }
    };
    let known = POLICIES
        .iter()
        .map(|entry| view! { <option value=entry.name title=entry.about>{entry.name}</option> });
    let pick = move |event: web_sys::Event| {
        let name = event_target_value(&event);
        let mut next = chosen.get_untracked();
        if !name.is_empty() && !next.contains(&name) {
            next.push(name);
            put(next);
        }
        // The list is for adding: it goes back to its title.
        event_target::<web_sys::HtmlSelectElement>(&event).set_value("");
    };
    let add = move |event: web_sys::Event| {
        let typed = event_target_value(&event);
        let mut next = chosen.get_untracked();
        if !typed.trim().is_empty() {
            next.push(typed.trim().to_owned());
            put(next);
        }
    };
    view! {
        <div class="policies">
            <span class="soft" id="policies-label">"policies"</span>
            <div class="samples" role="group" aria-labelledby="policies-label">
                {move || chosen.get().into_iter().enumerate().map(button).collect_view()}
            </div>
            <select id="lab-add-policy" aria-label="Add a policy" on:change=pick>
                <option value="">"add …"</option>
                {known.collect_view()}
            </select>
            <input
                type="text"
                id="lab-policy"
                class="spec"
                aria-label="Add a policy with parameters"
                placeholder="smart:load_balance_weight=2@events:50ms"
                autocomplete="off"
                spellcheck="false"
                on:change=add
            />
        </div>
    }
}
