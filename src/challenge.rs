//! Challenge cards, and the one that is being tried beside the laboratory. A card is solved by the laboratory's last run.

use crate::dom;
use crate::lab::Lab;
use leptos::prelude::*;
use warmpath_core::scenario::Scenario;
use warmpath_view::challenge::{CHALLENGES, Challenge, Verdict, judge, markup};

/// The setting's name in the browser's storage: ids of what was solved, split by commas.
const KEY: &str = "warmpath.solved";

/// What is tried and what was solved. A copy shares everything.
#[derive(Clone, Copy)]
pub struct Dares {
    lab: Lab,
    /// The challenge whose start was put into the laboratory last.
    tried: RwSignal<Option<&'static Challenge>>,
    solved: RwSignal<Vec<&'static str>>,
}

impl Dares {
    /// What was solved before is remembered.
    pub fn new(lab: Lab) -> Self {
        let before = dom::remembered(KEY).unwrap_or_default();
        let known = CHALLENGES.iter().map(|it| it.id);
        let solved = known.filter(|id| before.split(',').any(|it| it == *id));
        let dares = Self {
            lab,
            tried: RwSignal::new(None),
            solved: RwSignal::new(solved.collect()),
        };
        Effect::new(move |_| {
            for challenge in &CHALLENGES {
                let solves = dares.verdict(challenge).is_some_and(|it| it.solved);
                if solves && !dares.solved.read_untracked().contains(&challenge.id) {
                    dares.solved.update(|solved| solved.push(challenge.id));
                    dom::remember(KEY, Some(&dares.solved.read_untracked().join(",")));
                }
            }
        });
        dares
    }

    /// What the laboratory's last run is to a challenge; none before a run.
    fn verdict(self, challenge: &Challenge) -> Option<Verdict> {
        let outcome = self.lab.outcome.read();
        let outcome = outcome.as_ref()?;
        let scenario = Scenario::from_query(&outcome.query).ok()?;
        Some(judge(challenge, &scenario, &outcome.figures()))
    }

    fn is_solved(self, challenge: &Challenge) -> bool {
        self.solved.read().contains(&challenge.id)
    }

    fn start(self, challenge: &'static Challenge) {
        self.lab.replace(challenge.start);
        self.tried.set(Some(challenge));
        if let Some(station) = dom::by_id("lab") {
            station.scroll_into_view();
        }
        if let Some(run) = dom::by_id("lab-run") {
            let _ = run.focus();
        }
    }
}

/// The cards.
#[component]
pub fn Cards(
    /// What is tried and solved.
    dares: Dares,
) -> impl IntoView {
    let card = move |challenge: &'static Challenge| {
        let state = move || {
            if dares.is_solved(challenge) {
                "Solved"
            } else {
                "Open"
            }
        };
        view! {
            <li class="card dare" id=format!("dare-{}", challenge.id) class:done=move || dares.is_solved(challenge)>
                <p class="state">{state}</p>
                <div inner_html=markup::words(challenge)></div>
                <Conditions dares challenge />
                <button type="button" on:click=move |_| dares.start(challenge)>"Set the lab to its start"</button>
            </li>
        }
    };
    view! { <ol class="dares">{CHALLENGES.iter().map(card).collect_view()}</ol> }
}

/// The conditions of a challenge at the laboratory's last run.
#[component]
fn Conditions(dares: Dares, challenge: &'static Challenge) -> impl IntoView {
    let list = move || dares.verdict(challenge).map(|it| markup::conditions(&it));
    view! { <ul class="conditions" hidden=move || list().is_none() inner_html=move || list().unwrap_or_default()></ul> }
}

/// The challenge that is tried, beside the laboratory; nothing while none is.
#[component]
pub fn Tried(
    /// What is tried and solved.
    dares: Dares,
) -> impl IntoView {
    let strip = move |challenge: &'static Challenge| {
        let said = move || match dares.verdict(challenge) {
            None => "Run it as it is, then change it.",
            Some(verdict) if verdict.solved => "Solved.",
            Some(_) => "Not yet.",
        };
        view! {
            <div class="card tried" role="group" aria-label="The challenge that is tried">
                <p><b>{challenge.title}</b>" "<span>{challenge.goal}</span></p>
                <Conditions dares challenge />
                <p class="state" role="status">{said}</p>
                <a href="#challenges">"All challenges"</a>
                <button type="button" on:click=move |_| dares.tried.set(None)>"Put it away"</button>
            </div>
        }
    };
    move || dares.tried.get().map(strip)
}
