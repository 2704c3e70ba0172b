//! The controls most scenarios need; all others are in [`super::extras`].

use super::drop::FileDrop;
use super::extras::Extras;
use super::policies::Policies;
use super::state::{Lab, field};
use leptos::prelude::*;
use warmpath_core::hardware::GPUS;
use warmpath_core::llm::{Dtype, MODELS};
use warmpath_core::scenario::PRESETS;
use warmpath_core::workload::named;

/// Options that have a control here.
pub(super) const SHOWN: [&str; 9] = [
    "workload", "requests", "seed", "replicas", "gpu", "model", "dtype", "rate", "policy",
];

/// The controls.
#[component]
pub fn Controls(
    /// The laboratory.
    lab: Lab,
) -> impl IntoView {
    let preset = move || {
        let query = lab.scenario.read().to_query();
        PRESETS
            .iter()
            .find(|preset| preset.query == query)
            .map_or("", |preset| preset.name)
    };
    let choose = move |name: String| {
        if let Some(preset) = PRESETS.iter().find(|preset| preset.name == name) {
            lab.replace(preset.query);
        }
    };
    let about = move || {
        PRESETS
            .iter()
            .find(|it| it.name == preset())
            .map_or("A scenario of your own.", |it| it.about)
    };
    let preset_option = move |name: &'static str| view! { <option value=name selected=move || preset() == name>{name}</option> };
    let workloads = move || {
        let mut names: Vec<String> = named::named()
            .iter()
            .map(|info| info.name.to_owned())
            .collect();
        names.extend(lab.file.read().as_ref().map(|file| file.name.clone()));
        let now = lab.scenario.read().workload.clone();
        if !names.contains(&now) {
            names.push(now);
        }
        names
    };
    view! {
        <div class="grid">
            <label class="field wide">
                <span>"preset"</span>
                <select id="lab-preset" on:change=move |event| choose(event_target_value(&event))>
                    <option value="" selected=move || preset().is_empty()>"your own"</option>
                    {PRESETS.iter().map(|it| preset_option(it.name)).collect_view()}
                </select>
            </label>
            <Choice lab flag="workload" options=Signal::derive(workloads) />
            <Number lab flag="requests" hint="all" />
            <Number lab flag="rate" />
            <Number lab flag="seed" />
            <Number lab flag="replicas" />
            <Choice lab flag="gpu" options=Signal::derive(|| GPUS.iter().map(|it| it.name.to_owned()).collect()) />
            <Choice lab flag="model" options=Signal::derive(|| MODELS.iter().map(|it| it.name.to_owned()).collect()) />
            <Choice lab flag="dtype" options=Signal::derive(|| Dtype::ALL.iter().map(|it| it.name().to_owned()).collect()) />
        </div>
        <p class="soft about">{about}</p>
        <FileDrop lab />
        <Policies lab />
        <Extras lab />
    }
}

/// A part of the scenario that is one of a few names.
#[component]
fn Choice(lab: Lab, flag: &'static str, options: Signal<Vec<String>>) -> impl IntoView {
    let part = field(flag);
    let now = move || {
        part.map(|part| (part.get)(&lab.scenario.read()))
            .unwrap_or_default()
    };
    let option = move |name: String| {
        let (mine, shown) = (name.clone(), name.clone());
        view! { <option value=name selected=move || now() == mine>{shown}</option> }
    };
    view! {
        <label class="field" title=part.map(|part| part.about)>
            <span>{flag}</span>
            <select
                id=format!("lab-{flag}")
                on:change=move |event| if let Some(part) = part { lab.set(part, &event_target_value(&event)) }
            >
                {move || options.get().into_iter().map(option).collect_view()}
            </select>
        </label>
    }
}

/// A part of the scenario that is typed.
#[component]
pub fn Number(
    /// The laboratory.
    lab: Lab,
    /// The option's name.
    flag: &'static str,
    /// What an empty box means.
    #[prop(optional)]
    hint: &'static str,
) -> impl IntoView {
    let part = field(flag);
    let now = move || {
        part.map(|part| (part.get)(&lab.scenario.read()))
            .unwrap_or_default()
    };
    // "replicas · replicas" says nothing more.
    let unit = part.map_or("", |part| part.unit).trim_start_matches(flag);
    view! {
        <label class="field" title=part.map(|part| part.about)>
            <span>{flag} {(!unit.is_empty()).then(|| view! { <i>" · " {unit}</i> })}</span>
            <input
                type="text"
                inputmode="decimal"
                autocomplete="off"
                spellcheck="false"
                id=format!("lab-{flag}")
                placeholder=hint
                prop:value=now
                on:change=move |event| if let Some(part) = part { lab.set(part, event_target_value(&event).trim()) }
            />
        </label>
    }
}
