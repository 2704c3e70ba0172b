//! One control: its label, what it takes, its help, and below it what was refused.
//!
//! A control's value is put into it whenever what it shows has been set, even to what it was: what a reader typed and what was
//! taken can differ ("1,000" is taken as 1000).

use super::signal::{attribute, parts};
use super::state::Lab;
use crate::dom;
use leptos::ev::{Event, FocusEvent, PointerEvent};
use leptos::prelude::*;
use warmpath_view::controls::Kind;
use warmpath_view::lab::control::{Choice, Control, Help};
use web_sys::Element;

/// A control in its field.
#[component]
pub fn Field(
    /// The laboratory, which knows what was refused.
    lab: Lab,
    /// What the control is.
    control: Control,
    /// What it shows.
    value: Signal<String>,
    /// Takes what was typed or chosen.
    #[prop(into)]
    change: Callback<(String,)>,
    /// Its choices, of a list to choose from.
    #[prop(into, optional)]
    choices: Signal<Vec<Choice>>,
    /// Whether what it shows is no default.
    #[prop(into, optional)]
    set: Signal<bool>,
    /// Called when it is taken in hand, by pointer or by key.
    #[prop(into, optional)]
    hand: Option<Callback<()>>,
) -> AnyView {
    let class = match control.wide {
        true => "field setting wide",
        false => "field setting",
    };
    let set = attribute(move || set.get().then(String::new));
    let take = move || {
        if let Some(hand) = hand {
            hand.run(());
        }
    };
    let id = control.id.clone();
    let help_id = control.help_id();
    let unit = control.unit;
    let unit = (!unit.is_empty()).then(|| view! { <i>{unit}</i> });
    let below = match &control.help {
        Help::None => ().into_any(),
        Help::Unseen(help) => help_line(&id, help, false),
        Help::Below(help) => help_line(&id, help, true),
    };
    let label = label(&control);
    let entry = match control.kind {
        Kind::Choice(_) => view! { <Choose lab id=id.clone() help=help_id value change choices /> },
        Kind::Suggest(_) | Kind::Typed => {
            let offered = match control.kind {
                Kind::Suggest(offered) => offered,
                _ => Vec::new(),
            };
            let mode = control.numeric.then_some("decimal");
            let placeholder = control.placeholder;
            view! { <Entry lab id=id.clone() help=help_id value change mode placeholder offered /> }
        }
    };
    view! {
        <div
            class=class
            data-set=set
            on:focusin=move |_: FocusEvent| take()
            on:pointerover=move |_: PointerEvent| take()
        >
            <label for=id.clone()>{label}</label>
            <span class="entry">{entry}{unit}</span>
            <Wrong lab control=id />
            {below}
        </div>
    }
    .into_any()
}

/// What a control is called, and what it is called on the command line. A name may break where its words do.
fn label(control: &Control) -> Vec<AnyView> {
    let mut label = Vec::new();
    for (at, piece) in control.label.split_inclusive('_').enumerate() {
        if at > 0 {
            label.push(view! { <wbr /> }.into_any());
        }
        label.push(piece.to_owned().into_any());
    }
    if !control.code.is_empty() {
        label.push(" ".into_any());
        label.push(view! { <code>{control.code}</code> }.into_any());
    }
    label
}

fn help_line(id: &str, help: &str, seen: bool) -> AnyView {
    let (id, help) = (format!("{id}-help"), help.to_owned());
    match seen {
        true => view! { <small class="soft" id=id>{help}</small> }.into_any(),
        false => view! { <span class="unseen" id=id>{help}</span> }.into_any(),
    }
}

/// A text that is typed, and taken when it is left.
#[component]
pub fn Entry(
    /// The laboratory, which knows what was refused.
    lab: Lab,
    /// Its id.
    #[prop(into)]
    id: String,
    /// What it shows.
    value: Signal<String>,
    /// Takes what was typed.
    #[prop(into)]
    change: Callback<(String,)>,
    /// The id of its help.
    #[prop(optional_no_strip)]
    help: Option<String>,
    /// What keys a phone shows for it; none: letters.
    #[prop(optional_no_strip)]
    mode: Option<&'static str>,
    /// What it is called, where it has no label.
    #[prop(optional)]
    name: Option<&'static str>,
    /// Its class.
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
    let [invalid, described] = refusal(lab, &id, help);
    let of = id.clone();
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
            on:input=move |it: Event| lab.typed(&of, &event_target_value(&it))
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
    /// Its id.
    #[prop(into)]
    id: String,
    /// What it shows.
    value: Signal<String>,
    /// Takes what was chosen.
    #[prop(into)]
    change: Callback<(String,)>,
    /// What there is to choose.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The id of what is said of it.
    #[prop(optional_no_strip)]
    help: Option<String>,
    /// What it is called, where it has no label.
    #[prop(optional)]
    name: Option<&'static str>,
    /// Whether nothing can be chosen.
    #[prop(into, optional)]
    disabled: Signal<bool>,
) -> AnyView {
    let [invalid, described] = refusal(lab, &id, help);
    let of = id.clone();
    let options = parts(move || {
        let choices = choices.get().into_iter();
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
pub(super) fn shows(control: Element, value: Signal<String>) {
    Effect::new(move |_| dom::set_value(&control, &value.get()));
}

/// Below a control, why what was typed there was not taken; nothing while it is right.
#[component]
pub fn Wrong(
    /// The laboratory, which knows what was refused.
    lab: Lab,
    /// The control's id.
    #[prop(into)]
    control: String,
) -> AnyView {
    parts(move || {
        let id = format!("{control}-wrong");
        let message = |reason| view! { <small class="wrong" id=id role="alert">{reason}</small> };
        lab.reason(&control)
            .map(|reason| message(reason).into_any())
            .into_iter()
            .collect()
    })
}
