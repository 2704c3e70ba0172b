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
    let all = move || {
        let mut all: Vec<String> = POLICIES.iter().map(|entry| entry.name.to_owned()).collect();
        all.extend(
            chosen
                .get()
                .into_iter()
                .filter(|name| !POLICIES.iter().any(|entry| entry.name == *name)),
        );
        all
    };
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
    let toggle = move |name: &str| {
        let mut next = chosen.get_untracked();
        match next.iter().position(|it| it == name) {
            Some(at) => {
                next.remove(at);
            }
            None => next.push(name.to_owned()),
        }
        put(next);
    };
    let button = move |name: String| {
        let (mine, shown) = (name.clone(), name.clone());
        let on = move || chosen.read().contains(&mine);
        let about = POLICIES
            .iter()
            .find(|entry| entry.name == name)
            .map(|entry| entry.about);
        let place = {
            let name = name.clone();
            move || {
                chosen
                    .read()
                    .iter()
                    .position(|it| *it == name)
                    .map(|at| format!("curve-{at}"))
            }
        };
        view! {
            <button
                type="button"
                title=about
                aria-pressed=move || if on() { "true" } else { "false" }
                class=place
                on:click=move |_| toggle(&name)
            >
                {shown}
            </button>
        }
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
                {move || all().into_iter().map(button).collect_view()}
            </div>
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
