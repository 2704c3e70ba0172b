//! What is running in the engine's worker, how far it is, and how it is asked.

use super::shown::AskedRun;
use super::state::Lab;
use crate::dom;
use crate::worker::{Link, WorkRequest, now};
use leptos::prelude::*;
use warmpath_view::controls::on_page;
use warmpath_view::lab::settings::workload;

/// What the laboratory does at the moment.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// Nothing runs and nothing was asked for.
    Idle,
    /// A run, a sweep, a fork, an export, the reading of a file or the search for a question's answer is under way.
    Busy {
        /// What is running, in a few words.
        what: &'static str,
        /// The progress, in the unit of `total`.
        done: f64,
        /// The value of `done` at the end; 0 if it is not known.
        total: f64,
        /// The remaining time, roughly \[s\]; `None` if it is not known.
        left: Option<f64>,
    },
    /// Nothing runs, and this is the message about what ended last.
    Ended(String),
}

/// What is running, and the link to where it runs. Copies share it.
#[derive(Clone, Copy)]
pub struct EngineWork {
    /// What the laboratory does at the moment.
    pub status: RwSignal<Status>,
    /// The last error, in words; `None` once something else was set or begun.
    pub fault: RwSignal<Option<String>>,
    /// What a run was asked with last.
    pub(super) asked: StoredValue<AskedRun>,
    /// How many times the engine was asked by `Lab::ask`, so that the end of an earlier task does not take the status of a
    /// later one.
    pub(super) requests: StoredValue<u32>,
    link: StoredValue<Option<Link>, LocalStorage>,
    /// The time \[s\] at which the progress of what is running was first known, and the progress then, in the unit of the
    /// status's `total`.
    since: StoredValue<(f64, f64)>,
    /// The scenario for which the worker was last asked to prepare.
    prepared: StoredValue<String>,
}

impl EngineWork {
    /// Nothing runs, and the engine is not started.
    pub(super) fn idle() -> Self {
        Self {
            status: RwSignal::new(Status::Idle),
            fault: RwSignal::default(),
            asked: StoredValue::default(),
            requests: StoredValue::new(0),
            link: StoredValue::new_local(None),
            since: StoredValue::default(),
            prepared: StoredValue::default(),
        }
    }
}

impl Lab {
    /// Whether anything is running.
    pub(super) fn is_busy(self) -> bool {
        matches!(*self.work.status.read(), Status::Busy { .. })
    }

    /// Sets the status to what is about to be asked of the engine. Messages about what was before are removed, and a question
    /// that was being answered is given up.
    pub(super) fn begin(self, what: &'static str) {
        self.work.fault.set(None);
        self.undecided(None);
        self.plans.status_about.set(None);
        self.address.ignored.set(Vec::new());
        self.busy(what, 0.0, 0.0);
    }

    /// Stops what is running.
    pub fn stop(self) {
        self.ask(WorkRequest::Stop);
    }

    /// Sends a request to the engine, which replaces what is running there.
    pub(super) fn ask(self, ask: WorkRequest) {
        self.work.requests.update_value(|count| *count += 1);
        if let Err(reason) = self.link().ask(&ask) {
            self.failed(reason);
        }
    }

    /// Starts the worker for a run that is likely to be asked for soon, and lets it prepare. It does nothing while anything
    /// runs, nor if the workload is a reader's own file.
    pub fn warm_up(self) {
        let query = self.settings.query.get_untracked();
        let named = workload(self.settings.form.read_untracked().text("workload")).is_some();
        let idle = !matches!(*self.work.status.read_untracked(), Status::Busy { .. });
        if idle && named && self.work.prepared.get_value() != query {
            self.work.prepared.set_value(query.clone());
            let base = dom::folder();
            // An error in preparing would also be an error of the run, which reports it then.
            let _ = self.link().ask(&WorkRequest::Prepare { query, base });
        }
    }

    /// The link to the engine, which is started when it is first needed.
    pub(super) fn link(self) -> Link {
        if let Some(link) = self.work.link.get_value() {
            return link;
        }
        let link = Link::start(move |answer| self.answered(answer));
        self.work.link.set_value(Some(link.clone()));
        link
    }

    /// Shows what is running and how far it is, and estimates the remaining time.
    pub(super) fn busy(self, what: &'static str, done: f64, total: f64) {
        let now = now() / 1e3;
        let untimed = !matches!(*self.work.status.read_untracked(), Status::Busy { total, .. } if total > 0.0);
        if untimed {
            // The speed is measured from the moment at which the progress is first known.
            self.work.since.set_value((now, done));
        }
        let (began, from) = self.work.since.get_value();
        let left = (now - began) * (total - done) / (done - from);
        // At first the remaining time cannot be estimated.
        let left = Some(left).filter(|it| now - began > 0.5 && it.is_finite());
        self.work.status.set(Status::Busy {
            what,
            done,
            total,
            left,
        });
    }

    /// Ends what is running with an error, which is shown above Run.
    pub(super) fn failed(self, reason: String) {
        self.work.status.set(Status::Idle);
        self.work.fault.set(Some(on_page(&reason)));
    }
}
