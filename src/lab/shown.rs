//! The run or sweep that is shown: its figures, with what it was asked with and its number, in one signal, so that they are always
//! of one run.

use super::form::ask;
use super::state::Lab;
use crate::worker::{Forked, WorkResult};
use leptos::prelude::*;
use warmpath_view::form::{Question, Whole};

/// What a run or a sweep was asked with, as the command line that repeats it has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct AskedRun {
    /// The query of the scenario; of a sweep, of its first point.
    pub(super) query: String,
    /// The further options that repeat a sweep; empty for a single run.
    pub(super) options: String,
    /// Whether the page began it because its settings were brought here (`show_unasked` in `opening.rs`): the page is then not
    /// scrolled when it ends.
    pub(super) unasked: bool,
}

impl AskedRun {
    /// A single run of a scenario.
    pub(super) fn once(query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            ..Self::default()
        }
    }
}

/// A finished run or sweep.
#[derive(Clone)]
pub struct ShownRun {
    /// What it was asked with.
    pub(super) asked: AskedRun,
    /// Its number among the runs so far; 0 if it was stored when the page was built, and so is none of them.
    pub(super) number: u32,
    /// What it came to.
    pub outcome: WorkResult,
}

impl ShownRun {
    /// Whether it was stored when the page was built, and not computed in this browser.
    pub(super) fn is_stored(&self) -> bool {
        self.number == 0
    }

    /// Whether it is a sweep.
    pub(super) fn is_sweep(&self) -> bool {
        !self.outcome.points.is_empty()
    }
}

/// The results that are shown. Copies share it.
#[derive(Clone, Copy)]
pub struct ShownResults {
    /// The finished run, which may be a sweep; `None` before the first and after a reset. Only [`Lab::show`] sets it.
    pub run: RwSignal<Option<ShownRun>>,
    /// The query of the run that is shown, read as a whole; empty if no run is shown.
    pub(super) ran: Memo<Whole>,
    /// Counts the runs that were, or were to be, shown (`Lab::next_to_show`).
    claims: StoredValue<u32>,
    /// Whether the comparison shows all figures, or the most important ones.
    pub(super) all_figures: RwSignal<bool>,
    /// The request of the shown run that was forked last, and what came of it; `None` if none was.
    pub forked: RwSignal<Option<Forked>>,
}

impl ShownResults {
    /// No results yet; `all_figures` says whether a comparison shows all figures.
    pub(super) fn none(all_figures: bool) -> Self {
        let run = RwSignal::new(None::<ShownRun>);
        let ran = Memo::new(move |_| match &*run.read() {
            Some(run) => ask(&Question::Read {
                query: run.asked.query.clone(),
                swept: false,
            }),
            None => Whole::default(),
        });
        Self {
            run,
            ran,
            claims: StoredValue::new(0),
            all_figures: RwSignal::new(all_figures),
            forked: RwSignal::new(None),
        }
    }
}

impl Lab {
    /// Shows a finished run, or none, in place of the one before, with which what came of its forks goes.
    pub(super) fn show(self, run: Option<ShownRun>) {
        self.next_to_show();
        self.results.forked.set(None);
        self.results.run.set(run);
    }

    /// Claims what is shown next for a run whose charts are about to be drawn. If another run or a reset has claimed it since,
    /// [`Lab::is_next`] is false of the number that this returns.
    pub(super) fn next_to_show(self) -> u32 {
        self.results.claims.update_value(|it| *it += 1);
        self.results.claims.get_value()
    }

    /// Whether nothing else was shown, or is about to be, since this claim.
    pub(super) fn is_next(self, claim: u32) -> bool {
        self.results.claims.get_value() == claim
    }

    /// Whether a finished run is shown.
    pub(super) fn is_shown(self) -> bool {
        self.results.run.read().is_some()
    }

    /// Whether the run that is shown was stored when the page was built.
    pub(super) fn is_stored(self) -> bool {
        self.results
            .run
            .read()
            .as_ref()
            .is_some_and(ShownRun::is_stored)
    }

    /// The number of the run that is shown; 0 if none of those so far is.
    pub(super) fn shown_number(self) -> u32 {
        self.results.run.read().as_ref().map_or(0, |it| it.number)
    }
}
