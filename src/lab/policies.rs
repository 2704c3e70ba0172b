//! The policies that are compared: up to four, each with its parameters.

use super::control::{Choose, Entry, Field, Wrong, fixed};
use super::settings::{ChangeTo, ValueOf, grid, of_name};
use super::state::Lab;
use crate::figure::rich::span;
use crate::figure::signal::{parts, settled, text, when};
use crate::figure::{Button, Line, Region};
use leptos::prelude::*;
use std::sync::Arc;
use warmpath_core::router::PolicySpec;
use warmpath_core::scenario::Scenario;
use warmpath_view::controls::with_setting;
use warmpath_view::format;
use warmpath_view::lab::policies::{MOST, ONE, Unfit, added, halves, knowledge, known, parameters};
use warmpath_view::lab::refusals::Refusal;
use warmpath_view::look::{class, colour, looks};

/// The id of the control that a policy is typed into.
const TYPED: &str = "lab-policy";

/// The policies: a chip for each, the card of the one that is open, and the choice of further ones.
#[component]
pub fn Policies(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    // The place of the policy whose card is open.
    let open = RwSignal::new(None::<usize>);
    let chips = parts(move || {
        let scenario = lab.scenario.read();
        let specs = scenario.policies.iter().zip(looks_of(&scenario));
        let specs = specs.enumerate();
        let chip = |(at, (spec, look))| chip(lab, open, at, (spec, look));
        specs.map(chip).collect()
    });
    // The message on the policies: about the last attempt to change them, or about those that are chosen.
    let sentence = text(move || match lab.remark.get() {
        Some(remark) => remark,
        None => lab.scenario.read().remarks().join(". "),
    });
    // The list only adds policies, so it returns to its title after each choice.
    let title = text(move || {
        lab.scenario.track();
        lab.remark.track();
        String::new()
    });
    let choose = move |name: String| {
        if let Err(unfit) = add(lab, &name) {
            lab.remark.set(Some(unfit.sentence()));
        }
    };
    // The field is emptied, since its text has been added or was refused.
    let typed = text(move || {
        lab.scenario.track();
        lab.stands(TYPED, "")
    });
    // The list would only refuse a fifth policy, so it is disabled; the text field still accepts the attempt and says why.
    let full = when(move || lab.scenario.read().policies.len() >= MOST);
    let most = format!("up to {}, baseline first", format::word(MOST as u32));
    let choices = fixed(known());
    view! {
        <div class="policies">
            <Line class="name" id="policies-label">
                "Policies "
                {span("soft", most)}
            </Line>
            <div
                class="chosen-policies"
                role="group"
                aria-labelledby="policies-label"
                id="lab-policies"
            >
                {chips}
            </div>
            <Card lab open />
            <div class="duo">
                <Choose
                    lab
                    id="lab-add-policy"
                    name="Add a policy"
                    value=title
                    change=choose
                    choices
                    disabled=full
                />
                <Entry
                    lab
                    id=TYPED
                    class="spec"
                    name="Add a policy with parameters"
                    placeholder="or smart@events:50ms"
                    value=typed
                    change=move |typed| type_in(lab, typed)
                />
            </div>
            <Wrong lab control=TYPED />
            <Line class="wrong" role="status" id="policies-said">
                {sentence}
            </Line>
        </div>
    }
    .into_any()
}

/// A policy: a button that opens its card, and one that takes it out.
fn chip(
    lab: Lab,
    open: RwSignal<Option<usize>>,
    at: usize,
    (spec, look): (&PolicySpec, usize),
) -> AnyView {
    let name = spec.to_string();
    let expanded = text(move || (open.get() == Some(at)).to_string());
    let toggle = move |()| {
        lab.forgive("policy-");
        open.update(|open| *open = if *open == Some(at) { None } else { Some(at) });
    };
    let take_out = move |()| {
        let mut next = lab.scenario.read_untracked().policies.clone();
        if at >= next.len() {
            return;
        }
        next.remove(at);
        if next.is_empty() {
            lab.remark.set(Some(ONE.to_owned()));
            return;
        }
        lab.forgive("policy-");
        open.set(None);
        put(lab, next);
    };
    let out = format!("{name}: take it out");
    view! {
        <span class=format!("chip {}", class(look))>
            <Button class="name" title=spec.entry().docs().about expanded click=toggle>
                {name}
            </Button>
            <Button class="off" name=out click=take_out>
                "×"
            </Button>
        </span>
    }
    .into_any()
}

/// The card of the policy that is open: what it does, its parameters, and what it knows of the caches.
#[component]
fn Card(
    /// The laboratory's state; copies share it.
    lab: Lab,
    /// The place of the policy whose card is open; `None` if none is.
    open: RwSignal<Option<usize>>,
) -> AnyView {
    // The controls are made anew for another policy, but not when its parameters change.
    let which = settled(move || {
        let name = spec(lab, open).map_or("", |it| it.entry().name);
        let at = open.get().filter(|_| !name.is_empty());
        at.map_or(String::new(), |at| format!("{at} {name}"))
    });
    let class = text(move || {
        let looks = looks_of(&lab.scenario.read());
        let look = open.get().and_then(|at| looks.get(at).copied());
        format!("policy-card edge-{}", colour(look.unwrap_or(0)))
    });
    let inside = parts(move || {
        which.track();
        let spec = untrack(|| spec(lab, open));
        spec.map_or(Vec::new(), |it| card(lab, open, &it))
    });
    view! {
        <div class=class id="lab-policy-card" hidden=when(move || which.read().is_empty())>
            {inside}
        </div>
    }
    .into_any()
}

/// How each policy of a scenario looks.
fn looks_of(scenario: &Scenario) -> Vec<usize> {
    let names: Vec<String> = scenario.policies.iter().map(ToString::to_string).collect();
    looks(names.iter().map(String::as_str))
}

/// The policy whose card is open.
fn spec(lab: Lab, open: RwSignal<Option<usize>>) -> Option<PolicySpec> {
    let at = open.get()?;
    lab.scenario.read().policies.get(at).cloned()
}

/// The contents of a policy's card.
fn card(lab: Lab, open: RwSignal<Option<usize>>, policy: &PolicySpec) -> Vec<AnyView> {
    let now: ValueOf = Arc::new(move |name| {
        let now = spec(lab, open);
        now.map_or(String::new(), |it| of_name(&parameters(&it), name))
    });
    let set: ChangeTo = Arc::new(move |name, typed| {
        change(lab, open, name, &typed, &|spec| {
            with_setting(&spec.to_string(), name, typed.trim())
        });
    });
    let knows = text(move || {
        let known = spec(lab, open).map_or(String::new(), |it| halves(&it).1);
        lab.stands("policy-knowledge", &known)
    });
    let learn = move |typed: String| {
        change(
            lab,
            open,
            "knowledge",
            &typed,
            &|spec| match (halves(spec).0, typed.trim()) {
                (rule, "") => rule,
                (rule, knowledge) => format!("{rule}@{knowledge}"),
            },
        );
    };
    let mut controls = grid(lab, "policy", &parameters(policy), &now, &set);
    let control = knowledge();
    controls.push(view! { <Field lab control value=knows change=learn /> }.into_any());
    let about = format!("{}.", policy.entry().docs().about);
    vec![
        view! { <p>{about}</p> }.into_any(),
        view! { <Region class="settings">{controls}</Region> }.into_any(),
    ]
}

/// Changes the policy whose card is open, or shows why it cannot be changed.
fn change(
    lab: Lab,
    open: RwSignal<Option<usize>>,
    setting: &str,
    typed: &str,
    to: &dyn Fn(&PolicySpec) -> String,
) {
    let mut next = lab.scenario.read_untracked().policies.clone();
    let at = open.get_untracked().unwrap_or(usize::MAX);
    let Some(spec) = next.get_mut(at) else { return };
    let control = format!("policy-{setting}");
    match PolicySpec::parse(&to(spec)) {
        Ok(changed) => {
            *spec = changed;
            lab.mended(&control);
            put(lab, next);
        }
        Err(error) => {
            let label = format!("{} {setting}", spec.entry().name);
            lab.refuse(Refusal::new(&control, &label, typed, error.to_string()));
        }
    }
}

/// Adds the policies that were typed, or shows why they cannot be added.
fn type_in(lab: Lab, typed: String) {
    lab.mended(TYPED);
    match add(lab, typed.trim()) {
        Ok(()) => {}
        Err(Unfit::There(sentence)) => lab.remark.set(Some(sentence)),
        Err(Unfit::Wrong(sentence)) => {
            lab.refuse(Refusal::new(TYPED, "Policies", &typed, sentence))
        }
    }
}

/// Adds one policy, or several separated by commas.
pub(super) fn add(lab: Lab, text: &str) -> Result<(), Unfit> {
    let there = lab.scenario.read_untracked().policies.clone();
    put(lab, added(there, text)?);
    Ok(())
}

fn put(lab: Lab, policies: Vec<PolicySpec>) {
    let mut next = lab.scenario.get_untracked();
    next.policies = policies;
    lab.take(next);
}
