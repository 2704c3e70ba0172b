//! A policy of the reader's own: a formula over the signals, which is checked while it is typed.

use super::control::Entry;
use super::policies::add;
use super::state::Lab;
use crate::figure::elements::{label, summary};
use crate::figure::rich::item;
use crate::figure::signal::{attribute, settled, text, when};
use crate::figure::{Button, Fold, Line, List};
use leptos::prelude::*;
use warmpath_core::router::SIGNALS;
use warmpath_view::lab::policies::{FORMULA, caret, remark, wrong};

/// The editor of the formula: it says what is wrong and where, and adds a valid formula to the comparison.
#[component]
pub fn Formula(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let [name, formula] = FORMULA.map(|it| RwSignal::new(it.to_owned()));
    // The message about the formula once something was typed, or why it was not added.
    let sentence = RwSignal::new(String::new());
    let spec = move || format!("{}={}", name.get().trim(), formula.get().trim());
    // What is wrong with the formula; empty if it is valid.
    let fault = settled(move || wrong(&spec()).unwrap_or_default());
    let take = move |of: RwSignal<String>, text: String| {
        of.set(text);
        let spec = untrack(spec);
        sentence.set(wrong(&spec).or_else(|| remark(&spec)).unwrap_or_default());
    };
    let add = move |()| {
        let spec = untrack(spec);
        if wrong(&spec).is_none()
            && let Err(unfit) = add(lab, &spec)
        {
            sentence.set(unfit.sentence());
        }
    };
    let signals = SIGNALS.iter().map(|it| {
        let signal = it.name;
        let click = move |()| {
            let text = match formula.get_untracked() {
                text if text.trim().is_empty() => signal.to_owned(),
                text => format!("{text} + {signal}"),
            };
            take(formula, text);
        };
        let button = view! {
            <Button class="small" title=it.about click>
                {signal}
            </Button>
        };
        item(vec![button.into_any()])
    });
    let signals = signals.collect::<Vec<_>>();
    let caret = text(move || caret(&fault.read()));
    let is_wrong = when(move || !fault.read().is_empty());
    let invalid = attribute(move || Some(is_wrong.get().to_string()));
    // Nothing is left to do when the field loses the focus, as every keystroke was handled.
    let left = Callback::new(|_: (String,)| ());
    let typed = move |of: RwSignal<String>| Callback::new(move |(text,)| take(of, text));
    let summary = summary("Formula", "gist", None, "a policy of your own".into_any());
    view! {
        <Fold class="group formula" summary>
            <div class="own">
                <div class="field">
                    {label("formula-name", vec!["Name".into_any()])}
                    <Entry
                        lab
                        id="formula-name"
                        value=text(move || name.get())
                        change=left
                        letter=typed(name)
                    />
                </div>
                <div class="field text">
                    {label("formula-text", vec!["Cost of a replica; the least wins".into_any()])}
                    <Entry
                        lab
                        id="formula-text"
                        class="code"
                        help=Some("formula-wrong".to_owned())
                        wrong=invalid
                        value=text(move || formula.get())
                        change=left
                        letter=typed(formula)
                    />
                    <pre class="caret" id="formula-caret" aria-hidden="true">
                        {caret}
                    </pre>
                </div>
                <Button id="formula-add" disabled=is_wrong click=add>
                    "Add"
                </Button>
            </div>
            <Line class="wrong" id="formula-wrong" role="status">
                {text(move || sentence.get())}
            </Line>
            <List class="signals" id="formula-signals" name="Signals">
                {signals}
            </List>
        </Fold>
    }
    .into_any()
}
