//! One part of the scenario: a list to choose from, or a text that is taken when it is left.

use super::state::Lab;
use leptos::prelude::*;
use warmpath_core::scenario::{Field, Scenario};
use warmpath_view::controls::{self, Kind};

/// The control of a part.
#[component]
pub fn Control(
    /// The laboratory.
    lab: Lab,
    /// The part.
    field: &'static Field,
    /// Told when this control is pointed at or has the focus.
    hand: RwSignal<Option<&'static Field>>,
) -> impl IntoView {
    let flag = field.flag;
    let id = format!("lab-{flag}");
    let help = format!("{id}-help");
    let unit = controls::unit(field);
    let input = match controls::kind(flag) {
        Kind::Choice(names) => choice(lab, field, names, id.clone(), help.clone()).into_any(),
        Kind::Suggest(names) => typed(lab, field, names, id.clone(), help.clone()).into_any(),
        Kind::Typed => typed(lab, field, Vec::new(), id.clone(), help.clone()).into_any(),
    };
    let set = move || !controls::is_default(field, &lab.scenario.read());
    view! {
        <div class="field" class:set=set on:focusin=move |_| hand.set(Some(field)) on:pointerenter=move |_| hand.set(Some(field))>
            <label for=id>{flag} {(!unit.is_empty()).then(|| view! { <i>" · " {unit}</i> })}</label>
            {input}
            <span class="unseen" id=help>{controls::help(field)}</span>
        </div>
    }
}

fn choice(
    lab: Lab,
    field: &'static Field,
    names: Vec<String>,
    id: String,
    help: String,
) -> impl IntoView {
    let now = Memo::new(move |_| bare(field, &lab.scenario.read()));
    // A file's name, or a name that is only in the address, is one of them too.
    let all = move || {
        let mut names = names.clone();
        let file = lab.file.read().as_ref().map(|file| file.name.clone());
        let more = file.filter(|_| field.flag == "workload").into_iter();
        for name in more.chain([now.get()]) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    };
    let option = move |name: String| {
        let (mine, shown) = (name.clone(), name.clone());
        view! { <option value=name selected=move || now.get() == mine>{shown}</option> }
    };
    view! {
        <select id=id aria-describedby=help on:change=move |event| lab.set(field, &event_target_value(&event))>
            {move || all().into_iter().map(option).collect_view()}
        </select>
    }
}

/// A part's value; of a workload only its name, whose settings have controls of their own.
fn bare(field: &Field, scenario: &Scenario) -> String {
    let value = (field.get)(scenario);
    match (field.flag, value.split_once(':')) {
        ("workload", Some((name, _))) if !value.contains('~') => name.to_owned(),
        _ => value,
    }
}

fn typed(
    lab: Lab,
    field: &'static Field,
    offered: Vec<String>,
    id: String,
    help: String,
) -> impl IntoView {
    let list = (!offered.is_empty()).then(|| format!("{id}-list"));
    let numeric = (field.set)(&mut Scenario::default(), "1").is_ok() && offered.is_empty();
    let datalist = list.clone().map(|list| {
        let options = offered
            .into_iter()
            .map(|name| view! { <option value=name></option> });
        view! { <datalist id=list>{options.collect_view()}</datalist> }
    });
    let hint = if field.flag == "requests" { "all" } else { "" };
    view! {
        <input
            type="text"
            inputmode=numeric.then_some("decimal")
            autocomplete="off"
            spellcheck="false"
            id=id
            list=list
            placeholder=hint
            aria-describedby=help
            prop:value=move || (field.get)(&lab.scenario.read())
            on:change=move |event| lab.set(field, event_target_value(&event).trim())
        />
        {datalist}
    }
}
