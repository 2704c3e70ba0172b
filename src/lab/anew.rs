//! The button that resets the laboratory, for a machine that several people share. Settings, results and runs become what
//! they were when the page was opened without a link. They can be restored until something else is set or run.

use super::history::Kept;
use super::state::{Lab, Status};
use super::sweeps::lists;
use crate::dom;
use crate::figure::signal::{text, when};
use crate::figure::{Button, Line};
use crate::frames::on_frames;
use crate::worker::WorkResult;
use leptos::prelude::*;
use leptos::task::spawn_local;
use warmpath_core::scenario::{Scenario, Sweep};
use warmpath_view::controls::OPENING;

/// The ids of the two buttons.
const ANEW: &str = "lab-anew";
const BACK: &str = "lab-anew-undo";

/// The settings, results and runs that the laboratory had before it was reset.
#[derive(Clone)]
struct Before {
    query: String,
    lists: Option<[String; 2]>,
    outcome: Option<WorkResult>,
    /// The query and the options of the run whose results were shown.
    shown: (String, String),
    runs: Kept,
}

/// The scenario that the laboratory opens with.
fn opening() -> Scenario {
    Sweep::parse_lenient(OPENING).0.base
}

impl Lab {
    /// Whether anything differs from how the laboratory opens.
    fn is_touched(self) -> bool {
        self.outcome.read().is_some()
            || self.lists.read().is_some()
            || !self.refused.read().is_empty()
            || !self.history.is_empty()
            || self.scenario.read().to_query() != opening().to_query()
    }

    fn clear(self) -> Before {
        let before = Before {
            query: self.scenario.read_untracked().to_query(),
            lists: self.lists.get_untracked(),
            outcome: self.outcome.get_untracked(),
            shown: self.shown.get_value(),
            runs: self.history.clear(),
        };
        if matches!(*self.status.read_untracked(), Status::Busy { .. }) {
            self.stop();
        }
        self.refused.set(Vec::new());
        self.ignored.set(Vec::new());
        self.older.set(None);
        self.lists.set(lists(&Sweep::parse_lenient(OPENING).0));
        self.take(opening());
        self.before.set(None);
        self.show_again(None, Default::default());
        before
    }

    fn put_back(self, before: Before) {
        self.history.restore(before.runs);
        self.replace(&before.query);
        self.lists.set(before.lists);
        self.before.set(None);
        self.show_again(before.outcome, before.shown);
    }

    /// Shows the results of an earlier run, or none.
    fn show_again(self, outcome: Option<WorkResult>, shown: (String, String)) {
        self.forked.set(None);
        self.shown.set_value(shown);
        self.outcome.set(outcome.clone());
        self.status.set(Status::Idle);
        let charts = outcome.map_or_else(Vec::new, |it| self.charts_now(&it));
        spawn_local(async move {
            self.draw(charts).await;
        });
    }
}

/// Focuses a button that is shown from the next frame on.
fn go_to(id: &'static str) {
    on_frames(move |_| {
        if let Some(button) = dom::by_id(id) {
            let _ = button.focus();
        }
        false
    });
}

/// The row behind the laboratory: a button that resets it and, after that, one that undoes the reset.
#[component]
pub fn Anew(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let before = StoredValue::new(None::<Before>);
    let sentence = RwSignal::new("");
    let touched = Memo::new(move |_| lab.is_touched());
    let anew = move |()| {
        before.set_value(Some(lab.clear()));
        sentence.set("The lab stands as it did at the beginning.");
        go_to(BACK);
    };
    let back = move |()| {
        if let Some(before) = before.try_update_value(Option::take).flatten() {
            lab.put_back(before);
            sentence.set("What was set is set again.");
            go_to(ANEW);
        }
    };
    // Once something is set or run, undoing the reset would overwrite that.
    let can_undo = move || {
        let touched = touched.get();
        !sentence.read().is_empty() && !touched && before.with_value(Option::is_some)
    };
    let none = when(move || !touched.get() && sentence.read().is_empty());
    let nothing = when(move || !touched.get());
    let no_undo = when(move || !can_undo());
    let name = |what: &'static str| text(move || what.to_owned());
    view! {
        <div class="anew" hidden=none>
            <Line class="said" role="status">
                {text(move || sentence.get().to_owned())}
            </Line>
            <Button id=BACK hidden=no_undo name=name("Undo: what was set in the lab before") click=back>
                "Undo"
            </Button>
            <Button id=ANEW hidden=nothing name=name("Begin anew: the lab") click=anew>
                "Begin anew"
            </Button>
        </div>
    }
    .into_any()
}
