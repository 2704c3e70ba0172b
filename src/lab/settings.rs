//! Settings of a named thing, a policy or a workload: a number each, with its unit, default and range.

use leptos::prelude::*;

/// One setting.
#[derive(Clone, PartialEq)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// Its value as text.
    pub value: String,
    /// What it is, its default and range.
    pub help: String,
}

/// The settings, each taken when it is left; empty: its default.
#[component]
pub fn Settings(
    /// What is set.
    settings: Signal<Vec<Setting>>,
    /// Called with a name and a value.
    set: Callback<(&'static str, String)>,
    /// What the ids begin with.
    prefix: &'static str,
) -> impl IntoView {
    let one = move |it: Setting| {
        let id = format!("{prefix}-{}", it.name);
        let help = format!("{id}-help");
        view! {
            <div class="field">
                <label for=id.clone() title=it.help.clone()>{it.name} {(!it.unit.is_empty()).then(|| view! { <i>" · " {it.unit}</i> })}</label>
                <input
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    id=id
                    aria-describedby=help.clone()
                    prop:value=it.value
                    on:change=move |event| set.run((it.name, event_target_value(&event).trim().to_owned()))
                />
                <small class="soft" id=help>{it.help}</small>
            </div>
        }
    };
    view! { <div class="grid wide">{move || settings.get().into_iter().map(one).collect_view()}</div> }
}
