//! The policies that are compared: up to four, each with its parameters.

use super::control::{Choose, Entry, Field, Wrong, fixed};
use super::settings::{ChangeTo, ValueOf, grid, of_name};
use super::state::Lab;
use super::words::{Words, WordsOf};
use crate::figure::rich::span;
use crate::figure::signal::{parts, settled, text, when};
use crate::figure::{Button, Line, Region, explained_policies};
use leptos::prelude::*;
use std::sync::Arc;
use warmpath_view::form::Edit;
use warmpath_view::format;
use warmpath_view::glossary_words::words;
use warmpath_view::lab::control::Choice;
use warmpath_view::lab::policies::{MOST, TYPED, about, knowledge, parameters};
use warmpath_view::lab::refusals::RefusedPart;
use warmpath_view::look::{class, colour, looks};
use warmpath_view::scenario_facts::PolicyFacts;

/// The policies: a chip for each, the card of the one that is open, and the choice of further ones.
#[component]
pub fn Policies(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    // The place of the policy whose card is open.
    let open = RwSignal::new(None::<usize>);
    let chips = parts(move || {
        let form = lab.settings.form.read();
        let all = form.policies.iter().zip(looks_of(&form.policies));
        let chip = |(at, (it, look))| chip(lab, open, at, (it, look));
        all.enumerate().map(chip).collect()
    });
    // The message on the policies: about the last attempt to change them, or about those that are chosen.
    let message = text(move || match lab.settings.remark.get() {
        Some(remark) => remark,
        None => lab.settings.form.read().remarks.clone(),
    });
    // The list only adds policies, so it returns to its title after each choice.
    let title = text(move || {
        lab.settings.form.track();
        lab.settings.remark.track();
        String::new()
    });
    let choose = move |text: String| {
        if let Err(refusal) = lab.edit(Edit::Add { text }) {
            lab.settings.remark.set(Some(refusal.reason));
        }
    };
    // The field is emptied once its policies were added; a text that was refused stays, so that it can be corrected.
    let typed = text(move || {
        lab.settings.form.track();
        lab.stands(TYPED, "")
    });
    // The list would only refuse a fifth policy, so it is disabled; the text field still accepts the attempt and says why.
    let full = when(move || lab.settings.form.read().policies.len() >= MOST);
    let most = format!("up to {}, baseline first", format::word(MOST as u32));
    let title_of_list = Choice {
        value: String::new(),
        shown: "add …".to_owned(),
        about: String::new(),
    };
    let choices = fixed(vec![title_of_list]);
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
                    grouped=explained_policies()
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
                {message}
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
    (it, look): (&PolicyFacts, usize),
) -> AnyView {
    let name = it.text.clone();
    let expanded = text(move || (open.get() == Some(at)).to_string());
    let toggle = move |()| {
        lab.forgive(&[RefusedPart::Policy]);
        open.update(|open| *open = if *open == Some(at) { None } else { Some(at) });
    };
    let take_out = move |()| match lab.edit(Edit::Remove { policy: at }) {
        Ok(()) => open.set(None),
        Err(refusal) => lab.settings.remark.set(Some(refusal.reason)),
    };
    let about = about(&it.text);
    let out = format!("{name}: take it out");
    view! {
        <span class=format!("chip {}", class(look))>
            <Button class="name" title=about expanded click=toggle>
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
        let name = policy(lab, open).map_or(String::new(), |it| it.name);
        let at = open.get().filter(|_| !name.is_empty());
        at.map_or(String::new(), |at| format!("{at} {name}"))
    });
    let class = text(move || {
        let looks = looks_of(&lab.settings.form.read().policies);
        let look = open.get().and_then(|at| looks.get(at).copied());
        format!("policy-card edge-{}", colour(look.unwrap_or(0)))
    });
    let inside = parts(move || {
        which.track();
        let policy = untrack(|| policy(lab, open));
        policy.map_or(Vec::new(), |it| card(lab, open, &it))
    });
    view! {
        <div class=class id="lab-policy-card" hidden=when(move || which.read().is_empty())>
            {inside}
        </div>
    }
    .into_any()
}

/// How each of the policies looks.
fn looks_of(policies: &[PolicyFacts]) -> Vec<usize> {
    looks(policies.iter().map(|it| it.text.as_str()))
}

/// The policy whose card is open.
fn policy(lab: Lab, open: RwSignal<Option<usize>>) -> Option<PolicyFacts> {
    let at = open.get()?;
    lab.settings.form.read().policies.get(at).cloned()
}

/// The contents of a policy's card.
fn card(lab: Lab, open: RwSignal<Option<usize>>, shown: &PolicyFacts) -> Vec<AnyView> {
    let now: ValueOf = Arc::new(move |name| {
        let now = policy(lab, open);
        now.map_or(String::new(), |it| of_name(&parameters(&it), name))
    });
    let set: ChangeTo = Arc::new(move |name, typed| {
        change(lab, open, name, typed);
    });
    let knows = text(move || {
        let known = policy(lab, open).map_or(String::new(), |it| it.knowledge);
        lab.stands("policy-knowledge", &known)
    });
    // What the policy knows is not one of its parameters: an empty name stands for it.
    let learn = move |typed: String| change(lab, open, "", typed);
    let mut controls = grid(lab, "policy", &parameters(shown), &now, &set);
    let control = knowledge();
    controls.push(view! { <Field lab control value=knows change=learn /> }.into_any());
    let about = format!("{}.", about(&shown.text));
    let words = words([shown.name.as_str(), &about]);
    let words: WordsOf = Arc::new(move || words.clone());
    vec![
        view! { <p>{about}</p> }.into_any(),
        view! { <Words of=words /> }.into_any(),
        view! { <Region class="settings">{controls}</Region> }.into_any(),
    ]
}

/// Changes the policy whose card is open, or shows why it cannot be changed.
fn change(lab: Lab, open: RwSignal<Option<usize>>, name: &str, text: String) {
    let Some(policy) = open.get_untracked() else {
        return;
    };
    let name = name.to_owned();
    if let Err(refusal) = lab.edit(Edit::Parameter { policy, name, text }) {
        lab.refuse(refusal);
    }
}

/// Adds the policies that were typed, or shows why they cannot be added.
fn type_in(lab: Lab, text: String) {
    lab.mended(TYPED);
    match lab.edit(Edit::Add { text }) {
        Ok(()) => {}
        // The text is valid, but its policy is in the comparison already.
        Err(refusal) if refusal.part == RefusedPart::None => {
            lab.settings.remark.set(Some(refusal.reason))
        }
        Err(refusal) => lab.refuse(refusal),
    }
}
