//! What the laboratory shows unasked, once it is in view or its reader comes back to it: the run of the scenario that it opens with, which was stored when the
//! page was built, or the run of a link's scenario, since whoever follows a link wants to see its results.
//!
//! Not run unasked are a scenario that would take long, one whose workload is a trace or a file, one of which not all was
//! understood, a sweep, and anything while the tab of a question is shown. The page then says what Run would do.

use super::shown::{AskedRun, ShownRun};
use super::state::Lab;
use super::work::Status;
use crate::dom;
use crate::figure::signal::follow;
use crate::mount::when_seen;
use crate::worker::{WorkResult, stored};
use leptos::prelude::*;
use leptos::task::spawn_local;
use warmpath_core::workload::named::Source;
use warmpath_view::controls::OPENING;
use warmpath_view::lab::plan::is_short;
use warmpath_view::lab::settings::workload;

/// Shows results unasked whenever the settings were brought by a link, by another station or by opening the page.
pub(super) fn begin(lab: Lab) {
    let seen = RwSignal::new(is_come_back());
    // The settings are in the page only after this task.
    spawn_local(async move {
        let parts = ["lab-settings", "lab-output"];
        when_seen(&parts, "0px", Box::new(move || seen.set(true)));
    });
    follow(move || {
        if lab.address.brought.get() && seen.get() {
            lab.address.brought.set(false);
            lab.show_unasked();
        }
    });
}

/// Whether a reload or the history brings the reader back into the laboratory (`assets/place.mjs`). They were at results that are
/// not there yet, so that until they are, nothing of the laboratory may be in view.
fn is_come_back() -> bool {
    dom::by_id("figure-lab").is_some_and(|it| it.has_attribute("data-kept"))
}

impl Lab {
    /// Shows the results of what is set, unless they are there already or the module's exceptions hold.
    fn show_unasked(self) {
        let busy = matches!(*self.work.status.read_untracked(), Status::Busy { .. });
        let is_shown = untrack(|| self.is_shown() && self.changed().is_empty());
        let swept = self.settings.lists.read_untracked().is_some();
        let asks = self.plans.tab.read_untracked().is_some();
        if busy || is_shown || swept || asks || !self.address.ignored.read_untracked().is_empty() {
            return;
        }
        if *self.settings.query.read_untracked() == OPENING {
            spawn_local(self.show_stored());
        } else if self.is_quick() {
            self.run_unasked();
        }
    }

    /// Whether a run of what is set takes a moment only.
    fn is_quick(self) -> bool {
        let form = self.settings.form.read_untracked();
        let generated = workload(form.text("workload"))
            .is_some_and(|it| matches!(it.source, Source::Generated));
        generated && is_short(&form)
    }

    /// Shows the stored run, or runs its scenario if the stored run cannot be fetched.
    async fn show_stored(self) {
        let stored = stored().await;
        let busy = matches!(*self.work.status.read_untracked(), Status::Busy { .. });
        // Somebody may have set or run something meanwhile.
        if busy || untrack(|| self.is_shown()) || self.now() != Self::as_opened() {
            return;
        }
        match stored {
            Some(outcome) => self.put_in_place(outcome).await,
            None => self.run_unasked(),
        }
    }

    /// Shows a run that was not computed here: first its charts, then its figures.
    async fn put_in_place(self, outcome: WorkResult) {
        let run = ShownRun {
            asked: AskedRun::once(OPENING),
            number: 0,
            outcome,
        };
        if self.draw(self.charts_now(&run)).await {
            self.show(Some(run));
        }
    }

    fn run_unasked(self) {
        self.run();
        // Nobody pressed Run, so the page is not scrolled away from what the reader is looking at.
        self.work.asked.update_value(|it| it.unasked = true);
    }
}
