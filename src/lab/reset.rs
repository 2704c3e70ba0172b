//! Resets the laboratory, for a machine that several people share. Settings, results and runs become what they were when the
//! page was opened without a link, and can be restored until something else is set or run.
//!
//! The button is the same for every figure (`reset.mjs`). It is there while the figure has the attribute `data-touched`, which the
//! laboratory sets, as it knows what differs; and since results are more than settings, the laboratory itself resets and restores them
//! when the button asks for that.

use super::history::ClearedRuns;
use super::shown::ShownRun;
use super::state::Lab;
use super::work::Status;
use crate::dom;
use leptos::ev::Custom;
use leptos::prelude::*;
use leptos::task::spawn_local;
use warmpath_view::controls::OPENING;
use warmpath_view::form::Settings;
use warmpath_view::lab::refusals::Refusal;
use web_sys::Event;

/// The event by which the button asks for a reset.
const RESET: &str = "warmpath-lab-reset";
/// The event by which the button asks for undoing a reset.
const RESTORE: &str = "warmpath-lab-restore";

/// The settings, results and runs that the laboratory had before it was reset.
#[derive(Clone)]
struct BeforeReset {
    now: Settings,
    /// The run whose results were shown.
    run: Option<ShownRun>,
    runs: ClearedRuns,
    /// The texts of controls that were refused.
    refused: Vec<Refusal>,
    /// Whether the comparison shows all figures.
    all_figures: bool,
}

impl Lab {
    /// Whether settings, results or runs differ from how the laboratory opens. The questions' tabs and settings do not count,
    /// nor do the files that were read.
    fn is_touched(self) -> bool {
        (self.is_shown() && !self.is_stored())
            || self.settings.lists.read().is_some()
            || !self.settings.refused.read().is_empty()
            || !self.history.is_empty()
            || *self.settings.query.read() != OPENING
    }

    /// Resets the laboratory, and returns what it had before. What is running is stopped.
    fn reset(self) -> BeforeReset {
        let before = BeforeReset {
            now: self.now(),
            run: self.results.run.get_untracked(),
            runs: self.history.clear(),
            refused: self.settings.refused.get_untracked(),
            all_figures: self.results.all_figures.get_untracked(),
        };
        if matches!(*self.work.status.read_untracked(), Status::Busy { .. }) {
            self.stop();
        }
        self.replace(OPENING);
        self.settings.before.set(None);
        self.results.all_figures.set(false);
        self.show_again(None);
        self.address.brought.set(true);
        before
    }

    /// Restores what the laboratory had before a reset.
    fn restore(self, before: BeforeReset) {
        self.history.restore(before.runs);
        self.replace(&before.now.query);
        self.settings.lists.set(before.now.lists);
        self.settings.refused.set(before.refused);
        self.results.all_figures.set(before.all_figures);
        self.settings.before.set(None);
        self.show_again(before.run);
    }

    /// Shows the results of an earlier run, or none.
    fn show_again(self, run: Option<ShownRun>) {
        let charts = run.as_ref().map(|it| self.charts_now(it));
        let charts = charts.unwrap_or_default();
        self.show(run);
        self.work.status.set(Status::Idle);
        spawn_local(async move {
            self.draw(charts).await;
        });
    }
}

/// Tells the reset button whether there is anything to reset (`data-touched`), and does what the button asks for.
pub(super) fn listen(lab: Lab) {
    let before = StoredValue::new(None::<BeforeReset>);
    let touched = Memo::new(move |_| lab.is_touched());
    Effect::new(move || {
        if let Some(figure) = dom::by_id("figure-lab") {
            let _ = figure.toggle_attribute_with_force("data-touched", touched.get());
        }
    });
    window_event_listener(Custom::<Event>::new(RESET), move |_| {
        before.set_value(Some(lab.reset()));
    });
    window_event_listener(Custom::<Event>::new(RESTORE), move |_| {
        if let Some(before) = before.try_update_value(Option::take).flatten() {
            lab.restore(before);
        }
    });
}
