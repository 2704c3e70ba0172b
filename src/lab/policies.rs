//! Which policies are compared: up to four, each with its parameters, and formulas of the reader's own.

use super::formula::OwnFormula;
use super::settings::{Setting, Settings};
use super::state::{Lab, field};
use leptos::prelude::*;
use warmpath_core::router::{POLICIES, PolicySpec};
use warmpath_view::controls::with_setting;
use warmpath_view::format;

/// Most policies in a comparison: as many as there are curves to tell apart.
const MOST: usize = 4;

/// The choice.
#[component]
pub fn Policies(
    /// The laboratory.
    lab: Lab,
) -> impl IntoView {
    let chosen = Memo::new(move |_| lab.scenario.read().policies.clone());
    let shown = RwSignal::new(None::<usize>);
    let put = move |policies: Vec<String>| {
        if policies.is_empty() || policies.len() > MOST {
            lab.refuse(&format!("compare one to {MOST} policies"));
        } else if let Some(field) = field("policy") {
            lab.set(field, &policies.join(","));
        }
    };
    let texts = move || -> Vec<String> {
        chosen.with_untracked(|all| all.iter().map(ToString::to_string).collect())
    };
    let drop = move |at: usize| {
        let mut next = texts();
        next.remove(at);
        shown.set(None);
        put(next);
    };
    let add = move |text: String| {
        let mut next = texts();
        if !text.is_empty() && !next.contains(&text) {
            next.push(text);
            put(next);
        }
    };
    let chip = move |(at, spec): (usize, PolicySpec)| {
        let name = spec.to_string();
        let open = move || shown.get() == Some(at);
        view! {
            <span class=format!("chip curve-{at}")>
                <button
                    type="button"
                    class="name"
                    title=spec.entry().about
                    aria-expanded=move || open().to_string()
                    on:click=move |_| shown.update(|it| *it = (*it != Some(at)).then_some(at))
                >{name.clone()}</button>
                <button type="button" class="off" aria-label=format!("{name}: take it out") on:click=move |_| drop(at)>"×"</button>
            </span>
        }
    };
    let known = POLICIES
        .iter()
        .map(|entry| view! { <option value=entry.name title=entry.about>{entry.name}</option> });
    let pick = move |event: web_sys::Event| {
        add(event_target_value(&event));
        // The list is for adding: it goes back to its title.
        event_target::<web_sys::HtmlSelectElement>(&event).set_value("");
    };
    let change = Callback::new(move |(at, text): (usize, String)| {
        let mut next = texts();
        next[at] = text;
        put(next);
    });
    view! {
        <div class="policies">
            <span class="soft" id="policies-label">"policies"</span>
            <div class="samples" role="group" aria-labelledby="policies-label">
                {move || chosen.get().into_iter().enumerate().map(chip).collect_view()}
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
                on:change=move |event| add(event_target_value(&event).trim().to_owned())
            />
        </div>
        {move || {
            let at = shown.get()?;
            let spec = chosen.get().get(at)?.clone();
            Some(view! { <PolicyCard at spec change /> })
        }}
        <OwnFormula add=Callback::new(add) />
    }
}

/// A policy's words and parameters.
#[component]
fn PolicyCard(at: usize, spec: PolicySpec, change: Callback<(usize, String)>) -> impl IntoView {
    let text = spec.to_string();
    let (rule, knowledge) = match text.split_once('@') {
        Some((rule, knowledge)) => (rule.to_owned(), knowledge.to_owned()),
        None => (text.clone(), spec.knowledge.to_string()),
    };
    let entry = spec.entry();
    let one = |it: &'static warmpath_core::router::Parameter| Setting {
        name: it.name,
        unit: it.unit,
        value: spec.value(it.name).unwrap_or(it.default).to_string(),
        help: format!(
            "{}; default {}, {} to {}",
            it.about,
            format::setting(it.default),
            format::setting(it.min),
            format::setting(it.max)
        ),
    };
    let settings: Vec<Setting> = entry.parameters.iter().map(one).collect();
    let set = Callback::new(move |(name, value): (&'static str, String)| {
        change.run((at, with_setting(&text, name, &value)));
    });
    let know = move |event| {
        let value: String = event_target_value(&event);
        let end = value.trim();
        let text = if end.is_empty() {
            rule.clone()
        } else {
            format!("{rule}@{end}")
        };
        change.run((at, text));
    };
    view! {
        <div class=format!("policy-card edge-{at}")>
            <p>{entry.about}"."</p>
            <Settings settings=Signal::stored(settings) set prefix="policy" />
            <div class="field know">
                <label for="policy-knowledge">"what it knows of the caches"</label>
                <input type="text" id="policy-knowledge" list="policy-knowledge-list" autocomplete="off" prop:value=knowledge on:change=know />
                <datalist id="policy-knowledge-list">
                    {["nothing", "routed", "routed:120s", "routed:lru", "events:0ms", "events:50ms", "events:50ms,loss=0.01", "truth"]
                        .map(|it| view! { <option value=it></option> }).collect_view()}
                </datalist>
            </div>
        </div>
    }
}
