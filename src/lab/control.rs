//! One control: its label, what it takes, its help, and below it what was refused.
//!
//! A control's value is put into it whenever what it shows has been set, even to what it was: what a reader typed and what was
//! taken can differ ("1,000" is taken as 1000).

use super::state::Lab;
use crate::dom;
use crate::figure::elements::label;
use crate::figure::rich::{small_with, span_with};
use crate::figure::signal::{attribute, follow, parts};
use leptos::ev::{Event, FocusEvent, PointerEvent};
use leptos::prelude::*;
use std::sync::Arc;
use warmpath_view::controls::Kind;
use warmpath_view::lab::control::{Choice, Control, Help};
use web_sys::Element;

/// What there is to choose from, at any time.
pub type Choices = Arc<dyn Fn() -> Vec<Choice> + Send + Sync>;

/// Choices that stay the same.
pub fn fixed(choices: Vec<Choice>) -> Choices {
    Arc::new(move || choices.clone())
}

/// A control in its field.
#[component]
pub fn Field(
    /// The laboratory, which knows what was refused.
    lab: Lab,
    /// What the control is.
    control: Control,
    /// The text in the control, which follows the scenario.
    value: Signal<String>,
    /// Takes what was typed or chosen.
    #[prop(into)]
    change: Callback<(String,)>,
    /// Its choices, of a list to choose from.
    #[prop(optional)]
    choices: Option<Choices>,
    /// There while what it shows is no default.
    #[prop(optional)]
    set: Option<Signal<Option<String>>>,
    /// Called when it is taken in hand, by pointer or by key.
    #[prop(into, optional)]
    hand: Option<Callback<()>>,
) -> AnyView {
    let class = match control.wide {
        true => "field setting wide",
        false => "field setting",
    };
    let take = move || {
        if let Some(hand) = hand {
            hand.run(());
        }
    };
    let id = control.id.clone();
    let help = control.help_id();
    let unit = control.unit;
    let unit = (!unit.is_empty()).then(|| view! { <i>{unit}</i> });
    let below = match &control.help {
        Help::None => ().into_any(),
        Help::Unseen(text) => span_with("unseen", help.clone(), text.clone().into_any()),
        Help::Below(text) => small_with(Some("soft"), help.clone(), text.clone()),
    };
    let name = label(&id, name(&control));
    let entry = match control.kind {
        Kind::Choice(_) => {
            let choices = choices.unwrap_or_else(|| fixed(Vec::new()));
            view! { <Choose lab id=id.clone() help value change choices /> }
        }
        Kind::Suggest(offered) => {
            let placeholder = control.placeholder;
            view! { <Entry lab id=id.clone() help value change placeholder offered /> }
        }
        Kind::Typed => {
            let mode = control.numeric.then_some("decimal");
            let placeholder = control.placeholder;
            view! { <Entry lab id=id.clone() help value change mode placeholder /> }
        }
    };
    view! {
        <div
            class=class
            data-set=set
            on:focusin=move |_: FocusEvent| take()
            on:pointerover=move |_: PointerEvent| take()
        >
            {name}
            <span class="entry">{entry}{unit}</span>
            <Wrong lab control=id />
            {below}
        </div>
    }
    .into_any()
}

/// What a control is called, and what it is called on the command line. A name may break where its words do.
fn name(control: &Control) -> Vec<AnyView> {
    let mut name = Vec::new();
    for (at, piece) in control.label.split_inclusive('_').enumerate() {
        if at > 0 {
            name.push(view! { <wbr /> }.into_any());
        }
        name.push(piece.to_owned().into_any());
    }
    if !control.code.is_empty() {
        name.push(" ".into_any());
        name.push(crate::figure::rich::code(control.code.to_owned()));
    }
    name
}

/// A text that is typed, and taken when it is left.
#[component]
pub fn Entry(
    /// The laboratory, which knows what was refused.
    lab: Lab,
    /// The control's id, to which its label and its help refer.
    #[prop(into)]
    id: String,
    /// The text in the control, which follows the scenario.
    value: Signal<String>,
    /// Takes what was typed.
    #[prop(into)]
    change: Callback<(String,)>,
    /// Called with the whole text after each letter, before it is settled.
    #[prop(into, optional)]
    letter: Option<Callback<(String,)>>,
    /// Whether it is wrong, for one that is looked at with each letter.
    #[prop(optional)]
    wrong: Option<Signal<Option<String>>>,
    /// The id of its help.
    #[prop(optional_no_strip)]
    help: Option<String>,
    /// What keys a phone shows for it; none: letters.
    #[prop(optional_no_strip)]
    mode: Option<&'static str>,
    /// What it is called, where it has no label.
    #[prop(optional)]
    name: Option<&'static str>,
    /// The element's class in the style sheets.
    #[prop(optional)]
    class: Option<&'static str>,
    /// What stands in it while it is empty.
    #[prop(optional)]
    placeholder: &'static str,
    /// What is offered to choose from.
    #[prop(optional)]
    offered: Vec<String>,
) -> AnyView {
    let list = (!offered.is_empty()).then(|| format!("{id}-list"));
    let offer = list.clone().map(|id| {
        let all = offered.into_iter().map(|it| option(it.clone(), it, ""));
        view! { <datalist id=id>{all.collect::<Vec<_>>()}</datalist> }
    });
    let [refused, described] = refusal(lab, &id, help);
    let invalid = wrong.unwrap_or(refused);
    let of = id.clone();
    let input = move |event: Event| {
        let text = event_target_value(&event);
        lab.typed(&of, &text);
        if let Some(letter) = letter {
            letter.run((text,));
        }
    };
    view! {
        <input
            type="text"
            id=id
            class=class
            inputmode=mode
            list=list
            placeholder=placeholder
            aria-label=name
            autocomplete="off"
            spellcheck="false"
            aria-describedby=described
            aria-invalid=invalid
            use:shows=value
            on:change=move |it: Event| change.run((event_target_value(&it),))
            on:input=input
        />
        {offer}
    }
    .into_any()
}

/// A list to choose from.
#[component]
pub fn Choose(
    /// The laboratory, which knows what was refused.
    lab: Lab,
    /// The control's id, to which its label and its help refer.
    #[prop(into)]
    id: String,
    /// The text in the control, which follows the scenario.
    value: Signal<String>,
    /// Takes what was chosen.
    #[prop(into)]
    change: Callback<(String,)>,
    /// What there is to choose.
    choices: Choices,
    /// The id of what is said of it.
    #[prop(optional_no_strip)]
    help: Option<String>,
    /// What it is called, where it has no label.
    #[prop(optional)]
    name: Option<&'static str>,
    /// Whether nothing can be chosen.
    #[prop(optional)]
    disabled: Option<Signal<bool>>,
) -> AnyView {
    let [invalid, described] = refusal(lab, &id, help);
    let of = id.clone();
    let options = parts(move || {
        let choices = choices().into_iter();
        choices
            .map(|it| option(it.value, it.shown, it.about))
            .collect()
    });
    view! {
        <select
            id=id
            aria-label=name
            aria-describedby=described
            aria-invalid=invalid
            disabled=disabled
            use:shows=value
            on:change=move |it: Event| change.run((event_target_value(&it),))
            on:input=move |it: Event| lab.typed(&of, &event_target_value(&it))
        >
            {options}
        </select>
    }
    .into_any()
}

fn option(value: String, shown: String, about: &'static str) -> AnyView {
    let about = (!about.is_empty()).then_some(about);
    view! { <option value=value title=about>{shown}</option> }.into_any()
}

/// Whether what a control holds is wrong, and the ids of what is said of it, for its attributes.
fn refusal(lab: Lab, id: &str, help: Option<String>) -> [Signal<Option<String>>; 2] {
    let (of, control) = (id.to_owned(), id.to_owned());
    let invalid = attribute(move || lab.reason(&of).map(|_| "true".to_owned()));
    let described = attribute(move || {
        let wrong = lab.reason(&control).map(|_| format!("{control}-wrong"));
        let ids: Vec<String> = help.iter().cloned().chain(wrong).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    });
    [invalid, described]
}

/// Keeps a control at what it shows: an element's directive.
fn shows(control: Element, value: Signal<String>) {
    follow(move || dom::set_value(&control, &value.get()));
}

/// Below a control, why what was typed there was not taken; nothing while it is right.
#[component]
pub fn Wrong(
    /// The laboratory, which knows what was refused.
    lab: Lab,
    /// The id of the control that it belongs to.
    #[prop(into)]
    control: String,
) -> AnyView {
    parts(move || {
        let id = format!("{control}-wrong");
        let message = |reason| view! { <small class="wrong" id=id role="alert">{reason}</small> };
        let reason = lab.reason(&control);
        reason
            .map(|it| message(it).into_any())
            .into_iter()
            .collect()
    })
}
