//! A policy of the reader's own: a formula over what a router knows of each replica (`SIGNALS`), which is checked while it is
//! typed.

use super::control::Entry;
use super::form::ask;
use super::state::Lab;
use crate::figure::elements::{label, summary};
use crate::figure::rich::item;
use crate::figure::signal::{attribute, settled, text, when};
use crate::figure::{Button, Fold, Line, List};
use leptos::prelude::*;
use warmpath_core::router::SIGNALS;
use warmpath_view::form::{Edit, Question};
use warmpath_view::lab::policies::{FORMULA, caret};

/// The editor of the formula: it says what is wrong and where, and adds a valid formula to the comparison.
#[component]
pub fn Formula(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let [name, formula] = FORMULA.map(|it| RwSignal::new(it.to_owned()));
    // The message about the formula once something was typed, or why it was not added.
    let message = RwSignal::new(String::new());
    let spec = move || format!("{}={}", name.get().trim(), formula.get().trim());
    // What is wrong with the formula; empty if it is valid.
    let fault = settled(move || judged(spec()).0);
    let take = move |of: RwSignal<String>, text: String| {
        of.set(text);
        let (wrong, remark) = judged(untrack(spec));
        message.set(if wrong.is_empty() { remark } else { wrong });
    };
    let add = move |()| {
        let text = untrack(spec);
        if judged(text.clone()).0.is_empty()
            && let Err(refusal) = lab.edit(Edit::Add { text })
        {
            message.set(refusal.reason);
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
                {text(move || message.get())}
            </Line>
            <List class="signals" id="formula-signals" name="Signals">
                {signals}
            </List>
        </Fold>
    }
    .into_any()
}

/// What is wrong with a policy, and what is to be remarked if nothing is; empty texts for nothing.
fn judged(text: String) -> (String, String) {
    ask(&Question::Policy { text })
}
