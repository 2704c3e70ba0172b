//! The controls: a preset, then every part of the scenario in its group, and what the one in hand is.

use super::control::Control;
use super::drop::FileDrop;
use super::policies::Policies;
use super::state::Lab;
use super::sweeps::Sweeps;
use super::workload::WorkloadSettings;
use leptos::prelude::*;
use warmpath_core::scenario::{Field, PRESETS};
use warmpath_view::controls::{self, GROUPS, Group};
use warmpath_view::format;

/// The controls.
#[component]
pub fn Controls(
    /// The laboratory.
    lab: Lab,
) -> impl IntoView {
    let preset = Memo::new(move |_| {
        let query = lab.scenario.read().to_query();
        PRESETS.iter().position(|preset| preset.query == query)
    });
    let choose = move |event| {
        let name = event_target_value(&event);
        if let Some(preset) = PRESETS.iter().find(|preset| preset.name == name) {
            lab.replace(preset.query);
        }
    };
    let about = move || {
        preset
            .get()
            .map_or("A scenario of your own.", |at| PRESETS[at].about)
    };
    let option = move |(at, it): (usize, &'static warmpath_core::scenario::Preset)| {
        view! { <option value=it.name selected=move || preset.get() == Some(at)>{it.name}</option> }
    };
    view! {
        <div class="preset">
            <label class="field">
                <span>"preset"</span>
                <select id="lab-preset" on:change=choose>
                    <option value="" selected=move || preset.get().is_none()>"your own"</option>
                    {PRESETS.iter().enumerate().map(option).collect_view()}
                </select>
            </label>
            <p class="soft">{about}</p>
        </div>
        <Policies lab />
        {GROUPS.iter().map(|group| view! { <Part lab group /> }).collect_view()}
        <Sweeps lab />
    }
}

/// A group, with a line on whichever of its controls is in hand.
#[component]
fn Part(lab: Lab, group: &'static Group) -> impl IntoView {
    let fields = controls::fields(group);
    let all = fields.clone();
    let hand = RwSignal::new(None::<&'static Field>);
    let hint = move || match hand.get() {
        Some(field) => controls::help(field),
        None => group.about.to_owned(),
    };
    let changed = move || {
        let scenario = lab.scenario.read();
        let count = all
            .iter()
            .filter(|it| !controls::is_default(it, &scenario))
            .count();
        (count > 0).then(|| format!("{} set", format::count(count as u64)))
    };
    let workload = group.flags.contains(&"workload");
    view! {
        <details class="group" open=group.open>
            <summary><b>{group.title}</b>" "<span class="soft">{changed}</span></summary>
            <div class="grid">
                {fields.into_iter().map(|field| view! { <Control lab field hand /> }).collect_view()}
            </div>
            {workload.then(|| view! { <WorkloadSettings lab /> <FileDrop lab /> })}
            <p class="hint soft">{hint}</p>
        </details>
    }
}
