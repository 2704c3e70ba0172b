//! "Why?" beside a figure: questions and answers that are folded away, and computed when they are first opened. Answers
//! that need a run ask the engine for it then.

use super::beside;
use super::glossary::mark_answers;
use crate::figure::nodes;
use crate::worker::{Answer, Link, WorkRequest};
use crate::{dom, figure::signal::parts};
use leptos::prelude::*;
use warmpath_core::router::Parameter;
use warmpath_view::teach::why::ends::{ENDS, Ends, POLICY_ENDS, parameter};
use warmpath_view::teach::why::lines::{about, line};
use warmpath_view::teach::why::{self, Why, reality};

/// Puts the answers beside the figures, each when the reader comes near.
pub fn begin() {
    beside("one-gpu", "figure-one-gpu", "why-one-gpu", || {
        at_once("one-gpu")
    });
    beside("blocks", "figure-blocks", "why-blocks", || {
        at_once("blocks")
    });
    beside("tree", "figure-tree", "why-tree", || at_once("tree"));
    beside("router", "figure-router", "why-router", || {
        at_once("router")
    });
    beside("fleet", "figure-fleet", "why-fleet", || of_a_run("fleet"));
    beside("failure", "figure-failure", "why-failure", || {
        of_a_run("failure")
    });
    beside("lab", "figure-lab", "why-lab", of_policies);
    beside("lab", "figure-lab", "why-lab-run", || of_a_run("lab"));
    beside("reality", "figure-reality", "why-reality", || {
        fold("reality", reality::of)
    });
}

/// A fold whose answers are made when it is first opened.
fn fold(section: &'static str, of: impl Fn() -> Vec<Why> + Send + Sync + 'static) -> AnyView {
    let opened = RwSignal::new(false);
    let inside = parts(move || match opened.get() {
        true => vec![answers(section, &of())],
        false => Vec::new(),
    });
    folded(line(section), opened, inside)
}

fn folded(line: String, opened: RwSignal<bool>, inside: AnyView) -> AnyView {
    view! {
        <details class="why" on:toggle=move |_| opened.set(true)>
            <summary>{line}</summary>
            {inside}
        </details>
    }
    .into_any()
}

/// The questions of a section, each with its answer.
fn answers(section: &str, all: &[Why]) -> AnyView {
    let one = |why: &Why| {
        view! {
            <div>
                <dt>{why.question}</dt>
                <dd>{nodes(&why.answer)}</dd>
            </div>
        }
        .into_any()
    };
    mark_answers();
    view! {
        <p class="soft">{about(section)}</p>
        <dl class="whys">{all.iter().map(one).collect::<Vec<_>>()}</dl>
    }
    .into_any()
}

fn at_once(section: &'static str) -> AnyView {
    fold(section, move || why::of(section))
}

/// The answers that need a run, which is made when they are first opened.
fn of_a_run(section: &'static str) -> AnyView {
    let opened = RwSignal::new(false);
    let result = RwSignal::new(None::<Result<Vec<Why>, String>>);
    let link = StoredValue::new_local(None::<Link>);
    Effect::new(move |_| {
        if !opened.get() || link.with_value(Option::is_some) {
            return;
        }
        let to = Link::start(move |answer| match answer {
            Answer::Done(outcome) => {
                let answers = why::of_run(section, &outcome.summaries, &outcome.courses);
                result.set(Some(Ok(answers)));
            }
            Answer::Failed { reason } => result.set(Some(Err(reason))),
            _ => {}
        });
        let ask = WorkRequest::Run {
            query: why::query(section),
            base: dom::folder(),
        };
        if let Err(reason) = to.ask(&ask) {
            result.set(Some(Err(reason)));
        }
        link.set_value(Some(to));
    });
    let inside = parts(move || {
        let line = |text: String| vec![view! { <p role="status">{text}</p> }.into_any()];
        match (opened.get(), result.get()) {
            (false, _) => Vec::new(),
            (true, None) => {
                line("The run that this section opens with is being computed …".to_owned())
            }
            (true, Some(Err(reason))) => line(reason),
            (true, Some(Ok(all))) => vec![answers(section, &all)],
        }
    });
    folded(line(section), opened, inside)
}

/// The parameters of the most compared policies, and what goes wrong at both ends of each.
fn of_policies() -> AnyView {
    let opened = RwSignal::new(false);
    let inside = parts(move || match opened.get() {
        true => POLICY_ENDS
            .iter()
            .map(|(name, wrong)| policy(name, wrong))
            .collect(),
        false => Vec::new(),
    });
    folded(
        "What do the policies' parameters do, and what goes wrong at both their ends?".to_owned(),
        opened,
        inside,
    )
}

fn policy(name: &'static str, wrong: &'static str) -> AnyView {
    let mine = ENDS.iter().filter(|it| it.policy == name);
    let mine = mine.filter_map(|it| Some((it, parameter(it)?)));
    let rows: Vec<AnyView> = mine.map(|(ends, it)| one(ends, it)).collect();
    view! {
        <h3><code>{name}</code></h3>
        <p>{wrong}</p>
        <dl class="whys">{rows}</dl>
    }
    .into_any()
}

fn one(ends: &'static Ends, it: &'static Parameter) -> AnyView {
    let set = format!(" = {} {}", it.default, it.unit);
    view! {
        <div>
            <dt><code>{ends.name}</code>{set}</dt>
            <dd>{it.about}"."</dd>
            <dd><b>"Very small. "</b>{ends.small}</dd>
            <dd><b>"Very large. "</b>{ends.large}</dd>
        </div>
    }
    .into_any()
}
