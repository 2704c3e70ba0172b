//! Challenge cards, and the one that is being tried beside the laboratory. A card is solved by the laboratory's last run.

use crate::dom;
use crate::figure::{Live, Sheet, effect, sheet};
use crate::lab::Lab;
use crate::lab::state::Status;
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
    tried: Live<Option<&'static Challenge>>,
    /// Whether nothing has been run since: what was run before says nothing of it.
    fresh: Live<bool>,
    solved: Live<Vec<&'static str>>,
}

impl Dares {
    /// What was solved before is remembered.
    pub fn new(lab: Lab) -> Self {
        let before = dom::remembered(KEY).unwrap_or_default();
        let known = CHALLENGES.iter().map(|it| it.id);
        let solved = known.filter(|id| before.split(',').any(|it| it == *id));
        let dares = Self {
            lab,
            tried: Live::new(None),
            fresh: Live::new(false),
            solved: Live::new(solved.collect()),
        };
        effect(Box::new(move || {
            lab.outcome.track();
            dares.fresh.set(false);
        }));
        effect(Box::new(move || {
            for challenge in &CHALLENGES {
                let solves = dares.verdict(challenge).is_some_and(|it| it.solved);
                if solves && !dares.solved.read_untracked().contains(&challenge.id) {
                    dares.solved.update(|solved| solved.push(challenge.id));
                    dom::remember(KEY, Some(&dares.solved.read_untracked().join(",")));
                }
            }
        }));
        dares
    }

    /// What the laboratory's last run is to a challenge; none before a run.
    fn verdict(self, challenge: &Challenge) -> Option<Verdict> {
        let outcome = self.lab.outcome.read();
        let outcome = outcome.as_ref()?;
        let scenario = Scenario::from_query(&outcome.query).ok()?;
        Some(judge(challenge, &scenario, &outcome.figures()))
    }

    /// The same of the challenge that is tried, once something was run since its start.
    fn since(self, challenge: &Challenge) -> Option<Verdict> {
        let tried = self.tried.get().is_some_and(|it| it.id == challenge.id);
        (tried && !self.fresh.get())
            .then(|| self.verdict(challenge))
            .flatten()
    }

    fn is_solved(self, challenge: &Challenge) -> bool {
        self.solved.read().contains(&challenge.id)
    }

    fn start(self, challenge: &'static Challenge) {
        // What still runs is of another scenario.
        if matches!(*self.lab.status.read_untracked(), Status::Busy { .. }) {
            self.lab.stop();
        }
        to_the_lab();
        self.lab.replace(challenge.start);
        self.fresh.set(true);
        self.tried.set(Some(challenge));
        // The next key runs it.
        if let Some(run) = dom::by_id("lab-run") {
            let _ = run.focus();
        }
    }
}

/// Brings the reader to the laboratory, as a link would: going back leads to the cards again.
fn to_the_lab() {
    let location = dom::window().map(|window| window.location());
    let there = |hash: String| hash.starts_with("#lab");
    match location {
        Some(location) if !location.hash().is_ok_and(there) => {
            let _ = location.set_hash("lab");
        }
        // Nothing tells of a link to where the address points already.
        _ => {
            if let Some(station) = dom::by_id("lab") {
                station.scroll_into_view();
            }
        }
    }
}

/// The cards.
#[component]
pub fn Cards(
    /// What is tried and solved.
    dares: Dares,
) -> impl IntoView {
    sheet(markup::cards(), move |sheet| {
        sheet.on("click", "[data-challenge]", move |it| {
            let id = it.data("challenge");
            if let Some(challenge) = CHALLENGES.iter().find(|challenge| challenge.id == id) {
                dares.start(challenge);
            }
        });
        sheet.follow(move |sheet| {
            for challenge in &CHALLENGES {
                let card = format!("#dare-{}", challenge.id);
                let [state, class] = match dares.is_solved(challenge) {
                    true => ["Solved", "card dare done"],
                    false => ["Open", "card dare"],
                };
                sheet.mark(&card, "class", Some(class));
                sheet.fill(&format!("{card} .state"), state);
                let verdict = dares.since(challenge);
                conditions(sheet, &format!("{card} .conditions"), verdict.as_ref());
            }
        });
    })
}

/// The challenge that is tried, above Run; nothing while none is.
#[component]
pub fn Tried(
    /// What is tried and solved.
    dares: Dares,
) -> impl IntoView {
    sheet(markup::TRIED.to_owned(), move |sheet| {
        sheet.on("click", "button", move |_| dares.tried.set(None));
        sheet.follow(move |sheet| {
            let tried = dares.tried.get();
            sheet.mark(".tried", "hidden", tried.is_none().then_some(""));
            if let Some(challenge) = tried {
                let verdict = dares.since(challenge);
                let [title, goal] = markup::goal(challenge);
                sheet.fill("summary", &title);
                sheet.fill(".words", &goal);
                conditions(sheet, ".conditions", verdict.as_ref());
                sheet.fill(".state", markup::state(verdict.as_ref()));
            }
        });
    })
}

/// Shows the conditions at the laboratory's last run; nothing before a run.
fn conditions(sheet: &Sheet, list: &str, verdict: Option<&Verdict>) {
    sheet.mark(list, "hidden", verdict.is_none().then_some(""));
    sheet.fill(list, &verdict.map(markup::conditions).unwrap_or_default());
}
