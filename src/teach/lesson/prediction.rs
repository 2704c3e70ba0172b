//! A prediction of the lesson: choose an answer, reveal the figure, read why; with three hints.

use super::{announced, choices, step_button};
use crate::dom;
use crate::figure::signal::parts;
use crate::worker::{Answer, Link, WorkRequest};
use leptos::prelude::*;
use warmpath_view::teach::lesson::{From, Prediction};

/// The state of the figure that is to be revealed.
#[derive(Clone, PartialEq)]
enum RevealState {
    /// It was not asked for yet.
    Hidden,
    /// It is being computed.
    Coming,
    /// It is revealed, with this value.
    Is(f64),
    /// It could not be computed, for this reason.
    Not(String),
}

/// A prediction with its choices; `id` is the name of the radio buttons.
pub(super) fn prediction(id: String, of: &'static Prediction) -> AnyView {
    let chosen = RwSignal::new(None::<usize>);
    let figure = RwSignal::new(RevealState::Hidden);
    let hints = RwSignal::new(0usize);
    let explained = RwSignal::new(false);
    let link = StoredValue::new_local(None::<Link>);
    let asked =
        Signal::derive(move || matches!(*figure.read(), RevealState::Is(_) | RevealState::Coming));
    let reveal = move || {
        figure.set(RevealState::Coming);
        match of.from {
            From::Here(compute) => figure.set(RevealState::Is(compute())),
            From::Run(query, value) => {
                let to = Link::start(move |answer| match answer {
                    Answer::Done(outcome) => figure.set(RevealState::Is(value(&outcome.summaries))),
                    Answer::Failed { reason } => figure.set(RevealState::Not(reason)),
                    _ => {}
                });
                let ask = WorkRequest::Run {
                    query: query(),
                    base: dom::folder(),
                };
                if let Err(reason) = to.ask(&ask) {
                    figure.set(RevealState::Not(reason));
                }
                link.set_value(Some(to));
            }
        }
    };
    let shown = move || match figure.get() {
        RevealState::Hidden => String::new(),
        RevealState::Coming => "Being computed …".to_owned(),
        RevealState::Not(reason) => reason,
        RevealState::Is(value) => {
            let right = of.right(value);
            let shown = (of.shown)(value);
            match chosen.get() {
                Some(mine) if mine == right => {
                    format!(
                        "It is {shown}, and your answer is the right one. Why? Say it to yourself in a sentence first."
                    )
                }
                Some(mine) => format!(
                    "You said: {}. It is {shown}. What did you overlook? Say it to yourself in a sentence first.",
                    of.choices[mine].0
                ),
                None => format!("It is {shown}."),
            }
        }
    };
    let why = move || {
        if explained.get() {
            of.why.to_owned()
        } else {
            String::new()
        }
    };
    let hint = move || hints.update(|it| *it = (*it + 1).min(of.hints.len()));
    let given = parts(move || {
        let given = of.hints.iter().take(hints.get());
        given
            .map(|it| view! { <li>{*it}</li> }.into_any())
            .collect()
    });
    let next = move || match hints.get() {
        all if all == of.hints.len() => "No more hints".to_owned(),
        n => format!("Hint {} of {}", n + 1, of.hints.len()),
    };
    let texts = of.choices.iter().map(|it| it.0).collect();
    let unknown = move || !matches!(*figure.read(), RevealState::Is(_));
    view! {
        <fieldset class="prediction">
            <legend>{of.question}</legend>
            {choices(&id, texts, chosen, asked)}
            <div class="samples">
                {step_button("reveal", None, move || chosen.get().is_none() || asked.get(), || "Reveal".to_owned(), reveal)}
                {step_button("explain", None, move || unknown() || explained.get(), || "Explain".to_owned(), move || explained.set(true))}
                <span hidden=move || asked.get()>{step_button("hint", None, move || hints.get() == of.hints.len(), next, hint)}</span>
            </div>
            <div role="status"><ol class="hints">{given}</ol></div>
            {announced(shown)}
            {announced(why)}
        </fieldset>
    }
    .into_any()
}
