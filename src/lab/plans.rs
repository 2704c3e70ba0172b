//! The laboratory's questions on what to run: their settings, their answers so far, and asking them.

pub mod answer;
pub mod panel;
pub mod tabs;

pub use panel::Panel;
pub use tabs::Tabs;

use super::state::Lab;
use crate::address::Address;
use crate::dom;
use crate::shell;
use crate::worker::{Question, WorkRequest};
use leptos::prelude::*;
use warmpath_core::percent;
use warmpath_view::chart::{Chart, Content, plane};
use warmpath_view::form::Edit;
use warmpath_view::lab::refusals::{Refusal, RefusedPart};
use warmpath_view::plans::{Decision, Quest};

/// The largest number of pictures in an answer.
const PICTURES: usize = 4;

/// The state of the questions. Copies share it.
#[derive(Clone, Copy)]
pub struct Plans {
    /// The question whose tab is shown; `None` for the run.
    pub tab: RwSignal<Option<Quest>>,
    /// The texts in the settings of each question.
    pub(super) texts: RwSignal<[Vec<String>; 4]>,
    /// The answer to each question so far; `None` before anything was found.
    pub(super) known: RwSignal<[Option<Decision>; 4]>,
    /// The places of each answer's pictures, which stay while their contents change.
    charts: StoredValue<Vec<[RwSignal<Option<Chart>>; PICTURES]>>,
    /// The question that is being answered; `None` if none is.
    asked: RwSignal<Option<Quest>>,
    /// The question that the laboratory's status is about; `None` if it is about a run or a file.
    pub(super) status_about: RwSignal<Option<Quest>>,
    /// Why the question asked last has no answer; `None` if it has one, or if one of its settings is to blame, which then says
    /// so itself.
    fault: RwSignal<Option<String>>,
}

impl Plans {
    /// The state when the page is opened, with the tab and settings of the address.
    pub(super) fn open(address: &Address) -> Self {
        let mut texts = Quest::ALL.map(Quest::first);
        let tab = read(address, &mut texts);
        let places = Quest::ALL.map(|_| core::array::from_fn(|_| RwSignal::new(None)));
        Self {
            tab: RwSignal::new(tab),
            texts: RwSignal::new(texts),
            known: RwSignal::default(),
            charts: StoredValue::new(places.into()),
            asked: RwSignal::default(),
            status_about: RwSignal::default(),
            fault: RwSignal::default(),
        }
    }

    /// Follows the address when the reader goes back or forward in the history.
    pub(super) fn travelled(self, address: &Address) {
        if address.station == "lab" {
            let mut texts = self.texts.get_untracked();
            let tab = read(address, &mut texts);
            self.texts.set(texts);
            if self.tab.get_untracked() != tab {
                self.tab.set(tab);
            }
        }
    }

    /// The places of the pictures in a question's answer.
    fn places(self, quest: Quest) -> [RwSignal<Option<Chart>>; PICTURES] {
        self.charts.with_value(|all| all[quest as usize])
    }

    /// Puts the tab and its settings into the address, so that a link has them.
    fn keep(self) {
        let mut rest = String::new();
        if let Some(quest) = self.tab.get_untracked() {
            rest += &format!("tab={}", quest.name());
            let texts = self.texts.read_untracked();
            let set = quest.settings().iter().zip(&texts[quest as usize]);
            for (setting, text) in set.filter(|it| it.1 != it.0.first) {
                rest += &format!("&{}=", setting.flag);
                percent::encode(text, &percent::UNRESERVED, &mut rest);
            }
        }
        shell::keep_view("lab", None, &rest);
    }
}

/// The tab that an address asks for; its settings are put into `texts`.
fn read(address: &Address, texts: &mut [Vec<String>; 4]) -> Option<Quest> {
    let pairs = || address.view.split('&').filter_map(|it| it.split_once('='));
    let tab = pairs()
        .find(|it| it.0 == "tab" && address.station == "lab")?
        .1;
    let quest = Quest::ALL.into_iter().find(|it| it.name() == tab)?;
    let set = quest.settings().iter().zip(&mut texts[quest as usize]);
    for (setting, text) in set {
        let typed = pairs().find(|it| it.0 == setting.flag);
        let typed = typed.and_then(|it| percent::decode(it.1));
        *text = typed.unwrap_or_else(|| setting.first.to_owned());
    }
    Some(quest)
}

impl Lab {
    /// Shows the tab of a question, or of the run.
    pub(super) fn show_tab(self, quest: Option<Quest>) {
        if self.plans.tab.get_untracked() != quest {
            // The refusal that asks for a goal was about the question whose tab is left.
            let no_goal = |it: &Refusal| it.control == "plan-goal" && it.typed.is_empty();
            if self.settings.refused.read_untracked().iter().any(no_goal) {
                self.mended("plan-goal");
            }
            self.plans.tab.set(quest);
            self.plans.keep();
        }
    }

    /// Sets another goal, which was typed beside a question; a wrong one is refused there.
    pub(super) fn aim(self, typed: &str) {
        let (flag, text) = ("goal".to_owned(), typed.to_owned());
        match self.edit(Edit::Field { flag, text }) {
            Ok(()) => {
                self.mended("plan-goal");
                self.settings.before.set(None);
            }
            Err(refusal) => {
                self.refuse(Refusal::new(
                    RefusedPart::Plan,
                    "plan-goal",
                    "Goal",
                    typed,
                    refusal.reason,
                ));
            }
        }
    }

    /// Sets the text of a question's setting.
    pub(super) fn settle(self, quest: Quest, at: usize, text: String) {
        self.mended(&control(quest, at));
        self.plans.texts.update(|all| {
            if let Some(place) = all[quest as usize].get_mut(at) {
                *place = text;
            }
        });
        self.plans.keep();
    }

    /// Whether a question cannot be asked until a text is corrected.
    pub(super) fn holds_plans(self) -> bool {
        let of = |it: &Refusal| it.holds_run() || it.part == RefusedPart::Plan;
        self.settings.refused.read().iter().any(of)
    }

    /// Asks a question about the scenario as it is set, or says that it needs a goal first.
    pub(super) fn decide(self, quest: Quest) {
        if self.settings.form.read_untracked().text("goal").is_empty() {
            let reason = "Type a goal first, such as p95_ttft<500ms;errors<1%".to_owned();
            return self.refuse(Refusal::new(
                RefusedPart::Plan,
                "plan-goal",
                "Goal",
                "",
                reason,
            ));
        }
        if untrack(|| self.holds_plans()) {
            return;
        }
        self.begin("Searching");
        self.plans.fault.set(None);
        self.plans.asked.set(Some(quest));
        self.plans.status_about.set(Some(quest));
        let question = Question {
            quest,
            query: self.settings.query.get_untracked(),
            options: self.plans.texts.read_untracked()[quest as usize].clone(),
        };
        let base = dom::folder();
        self.ask(WorkRequest::Decide { question, base });
    }

    /// Stores what is known of a question's answer.
    pub(super) fn decided(self, decision: Decision) {
        let (quest, whole) = (decision.quest, decision.whole);
        let mut planes = decision.pictures.iter().cloned();
        for place in self.plans.places(quest) {
            let chart = planes
                .next()
                .map(|it| Chart::new(Content::Plane(it, &plane::HOW)));
            if *place.read_untracked() != chart {
                place.set(chart);
            }
        }
        self.plans
            .known
            .update(|all| all[quest as usize] = Some(decision));
        if whole {
            self.plans.asked.set(None);
        }
    }

    /// Ends the question that is being answered, with the reason if it failed; returns whether there was one, so that the
    /// reason is shown beside it.
    pub(super) fn undecided(self, why: Option<&str>) -> bool {
        let Some(quest) = self.plans.asked.get_untracked() else {
            return false;
        };
        self.plans.asked.set(None);
        let Some(why) = why else { return true };
        match quest.blamed(why) {
            Some(at) => {
                let texts = self.plans.texts.read_untracked();
                let typed = texts[quest as usize].get(at).cloned().unwrap_or_default();
                let label = quest.settings()[at].label;
                let refusal = Refusal::new(
                    RefusedPart::Plan,
                    &control(quest, at),
                    label,
                    &typed,
                    why.to_owned(),
                );
                self.refuse(refusal);
            }
            None => self.plans.fault.set(Some(why.to_owned())),
        }
        true
    }
}

/// The id of the control of a setting.
fn control(quest: Quest, at: usize) -> String {
    format!("plan-{}-{}", quest.name(), quest.settings()[at].flag)
}
