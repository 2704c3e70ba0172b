//! A control: its label, its input, its help, and below it the reason if its text was refused.
//!
//! The value is written into the input whenever the field was set, even to the value it had: what a reader typed and what
//! was understood can differ ("1,000" is read as 1000).

use super::state::Lab;
use crate::dom;
use crate::figure::elements::label;
use crate::figure::rich::{small_with, span_with};
use crate::figure::signal::{attribute, follow, parts};
use leptos::ev::{Event, FocusEvent, PointerEvent};
use leptos::prelude::*;
use std::sync::Arc;
use warmpath_view::controls::ControlKind;
use warmpath_view::lab::control::{Choice, Control, Help};
use web_sys::Element;

/// A function that gives the present entries of a list.
pub type Choices = Arc<dyn Fn() -> Vec<Choice> + Send + Sync>;

/// Entries that stay the same.
pub fn fixed(choices: Vec<Choice>) -> Choices {
    Arc::new(move || choices.clone())
}

/// A control with its label and help.
#[component]
pub fn Field(
    /// The laboratory's state, which has the refused texts.
    lab: Lab,
    /// The label, kind and help of the control.
    control: Control,
    /// The text in the control, which follows the scenario.
    value: Signal<String>,
    /// Called with what was typed or chosen.
    #[prop(into)]
    change: Callback<(String,)>,
    /// The entries, for a list to choose from.
    #[prop(optional)]
    choices: Option<Choices>,
    /// The attribute `data-set`, which is there while the value is not the default.
    #[prop(optional)]
    set: Option<Signal<Option<String>>>,
    /// Called when the control gets the focus or is pointed at.
    #[prop(into, optional)]
    noticed: Option<Callback<()>>,
) -> AnyView {
    let class = match control.wide {
        true => "field setting wide",
        false => "field setting",
    };
    let notice = move || {
        if let Some(noticed) = noticed {
            noticed.run(());
        }
    };
    let id = control.id.clone();
    let help = control.help_id();
    let unit = control.unit.clone();
    let unit = (!unit.is_empty()).then(|| view! { <i>{unit}</i> });
    let below = match &control.help {
        Help::None => ().into_any(),
        Help::Unseen(text) => span_with("unseen", help.clone(), text.clone().into_any()),
        Help::Below(text) => small_with(Some("soft"), help.clone(), text.clone()),
    };
    let name = label(&id, name(&control));
    let entry = match control.kind {
        ControlKind::Choice(_) => {
            let choices = choices.unwrap_or_else(|| fixed(Vec::new()));
            view! { <Choose lab id=id.clone() help value change choices /> }
        }
        ControlKind::Suggest(offered) => {
            let placeholder = control.placeholder;
            view! { <Entry lab id=id.clone() help value change placeholder offered /> }
        }
        ControlKind::Typed => {
            let mode = control.numeric.then_some("decimal");
            let placeholder = control.placeholder;
            view! { <Entry lab id=id.clone() help value change mode placeholder /> }
        }
    };
    view! {
        <div
            class=class
            data-set=set
            on:focusin=move |_: FocusEvent| notice()
            on:pointerover=move |_: PointerEvent| notice()
        >
            {name}
            <span class="entry">{entry}{unit}</span>
            <Wrong lab control=id />
            {below}
        </div>
    }
    .into_any()
}

/// The label of a control, and its name on the command line. The label may break after each
/// underscore.
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
        name.push(crate::figure::rich::code(control.code.clone()));
    }
    name
}

/// A text input, whose text is taken over when it loses the focus.
#[component]
pub fn Entry(
    /// The laboratory's state, which has the refused texts.
    lab: Lab,
    /// The control's id, to which its label and its help refer.
    #[prop(into)]
    id: String,
    /// The text in the control, which follows the scenario.
    value: Signal<String>,
    /// Called with what was typed.
    #[prop(into)]
    change: Callback<(String,)>,
    /// Called with the whole text after each keystroke, before it is taken over.
    #[prop(into, optional)]
    letter: Option<Callback<(String,)>>,
    /// The attribute `aria-invalid`, for an input that is checked at each keystroke; without it, it follows the refused texts.
    #[prop(optional)]
    wrong: Option<Signal<Option<String>>>,
    /// The id of the element with the help.
    #[prop(optional_no_strip)]
    help: Option<String>,
    /// The kind of keyboard that a phone shows; `None` for letters.
    #[prop(optional_no_strip)]
    mode: Option<&'static str>,
    /// The accessible name, if there is no label.
    #[prop(optional)]
    name: Option<&'static str>,
    /// The element's class in the style sheets.
    #[prop(optional)]
    class: Option<&'static str>,
    /// The text that is shown while the input is empty.
    #[prop(optional, into)]
    placeholder: String,
    /// The texts that are offered to choose from.
    #[prop(optional)]
    offered: Vec<String>,
) -> AnyView {
    let list = (!offered.is_empty()).then(|| format!("{id}-list"));
    let offer = list.clone().map(|id| {
        let all = offered.into_iter();
        let all = all.map(|it| option(it.clone(), it, String::new()));
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
    /// The laboratory's state, which has the refused texts.
    lab: Lab,
    /// The control's id, to which its label and its help refer.
    #[prop(into)]
    id: String,
    /// The text in the control, which follows the scenario.
    value: Signal<String>,
    /// Called with what was chosen.
    #[prop(into)]
    change: Callback<(String,)>,
    /// The entries of the list.
    choices: Choices,
    /// The id of the element with the help.
    #[prop(optional_no_strip)]
    help: Option<String>,
    /// The accessible name, if there is no label.
    #[prop(optional)]
    name: Option<&'static str>,
    /// Whether the list is disabled.
    #[prop(optional)]
    disabled: Option<Signal<bool>>,
    /// Entries in groups, which follow those of `choices` and never change.
    #[prop(optional)]
    grouped: Vec<AnyView>,
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
            {grouped}
        </select>
    }
    .into_any()
}

fn option(value: String, shown: String, about: String) -> AnyView {
    let about = (!about.is_empty()).then_some(about);
    view! { <option value=value title=about>{shown}</option> }.into_any()
}

/// For the attributes of a control: whether its text is refused, and the ids of its help and of the reason.
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

/// A directive (`use:shows`) that writes a signal's text into a control whenever the signal is set.
fn shows(control: Element, value: Signal<String>) {
    follow(move || dom::set_value(&control, &value.get()));
}

/// The reason why the text in a control was refused; empty while it is valid.
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
