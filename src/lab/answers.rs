//! Handles the worker's answers: each changes the laboratory's state.

use super::charts;
use super::shown::ShownRun;
use super::state::Lab;
use super::work::Status;
use crate::dom;
use crate::worker::{Answer, Opened, WorkResult, WorkStage};
use leptos::prelude::*;
use leptos::task::spawn_local;
use warmpath_core::report::format::{file_name, named};
use warmpath_view::controls::on_page;
use warmpath_view::form::Edit;
use warmpath_view::format;

impl Lab {
    pub(super) fn answered(self, answer: Answer) {
        match answer {
            Answer::Progress { stage, done, total } => {
                let what = match stage {
                    WorkStage::Fetching => "Fetching the trace",
                    WorkStage::Reading => "Reading",
                    WorkStage::Running => "Running",
                };
                self.busy(what, done, total);
            }
            Answer::Partial(courses) => spawn_local(async move {
                self.draw(charts::of(&courses)).await;
            }),
            Answer::Done(outcome) => spawn_local(self.done(*outcome)),
            Answer::Forked(forked) => {
                self.work.status.set(Status::Ended("Done.".to_owned()));
                self.results.forked.set(Some(*forked));
            }
            Answer::Exported { format, text } => self.exported(&format, &text),
            Answer::Decided(decision) => match decision.open() {
                Ok(decision) => {
                    if decision.whole {
                        self.work.status.set(Status::Ended("Done.".to_owned()));
                    }
                    self.decided(decision);
                }
                Err(reason) => self.failed(reason),
            },
            Answer::Stopped if self.undecided(None) => {
                self.work.status.set(Status::Ended("Stopped.".to_owned()));
            }
            Answer::Stopped => self.stopped(),
            Answer::Failed { reason } if self.undecided(Some(&reason)) => {
                self.work.status.set(Status::Idle);
            }
            Answer::Failed { reason } => {
                self.history.wanted.set(None);
                self.leave_off();
                self.failed(reason);
            }
            Answer::FileFailed { reason } => {
                self.has_read(Some(reason.clone()));
                self.failed(reason);
            }
            Answer::Attached { field, name, about } => {
                self.work.status.set(Status::Ended(format!("{name} read.")));
                self.files.unread.set(None);
                self.files.attached.update(|all| {
                    all.retain(|it| it.0 != name);
                    all.push((name.clone(), about));
                });
                self.set(&field, &name);
            }
            // These answer what the fleet's program asks, which has engines of its own.
            Answer::Comparison { .. } | Answer::Failure { .. } | Answer::Understood(_) => {}
            Answer::File(opened) => match opened.open() {
                Ok(opened) => self.opened(opened),
                Err(reason) => self.failed(reason),
            },
        }
    }

    /// Shows the charts of the run before in place of the partial ones of the run that was stopped.
    fn stopped(self) {
        self.work.status.set(Status::Ended("Stopped.".to_owned()));
        let before = self.results.run.read_untracked();
        let before = before.as_ref().map(|it| self.charts_now(it));
        spawn_local(async move {
            self.draw(before.unwrap_or_default()).await;
        });
    }

    /// Makes a file that has been read the workload, and says what it holds.
    fn opened(self, opened: Opened) {
        let count = format::plural(u64::from(opened.requests), "request");
        // What is missing or was repaired is said beside the number of requests, not only in the list.
        let notes = opened
            .notes
            .iter()
            .map(|note| format!("; {}", on_page(note)));
        let notes: String = notes.collect();
        self.work.status.set(Status::Ended(format!(
            "{} read: {count}{notes}.",
            opened.name
        )));
        let name = opened.name.clone();
        // Undo brings back a workload that somebody had chosen.
        let chosen = self.settings.form.read_untracked().is_set("workload");
        let before = self.now();
        match self.edit(Edit::File { name }) {
            Ok(()) if chosen && self.now() != before => self.settings.before.set(Some(before)),
            Ok(()) => {}
            Err(refusal) => self.refuse(refusal),
        }
        self.has_read(None);
        self.files.workload.set(Some(opened));
    }

    /// Shows a finished run: first its charts, then its figures, each in a task of its own.
    async fn done(self, outcome: WorkResult) {
        // While the charts are drawn another run may be asked for.
        let (requests, asked) = (self.work.requests.get_value(), self.work.asked.get_value());
        // What was stored becomes a run like others once there is another: to be opened again, and to be compared with.
        if let Some(before) = &*self.results.run.read_untracked()
            && before.is_stored()
        {
            self.history.ended(&before.outcome);
        }
        let number = self.history.ended(&outcome);
        if self.goes_on_from(&outcome) {
            return;
        }
        let run = ShownRun {
            asked,
            number,
            outcome,
        };
        let claim = self.next_to_show();
        self.draw(self.charts_now(&run)).await;
        // Meanwhile another run may have ended, or a reset may have removed this one.
        if !self.is_next(claim) {
            return;
        }
        self.show(Some(run));
        // While the charts were drawn somebody may have opened a file, which is being read now.
        if self.work.requests.get_value() == requests {
            self.work.status.set(Status::Ended("Done.".to_owned()));
        }
    }

    /// Offers a text in a format as a file to be saved.
    pub(super) fn exported(self, format: &str, text: &str) {
        let Some(format) = named(format) else { return };
        let run = self.results.run.read_untracked();
        let workload = run.as_ref().map(|it| it.outcome.facts().workload);
        let workload = workload.unwrap_or_default();
        let name = file_name(&workload, format);
        dom::download(&name, format.media, text);
        self.work
            .status
            .set(Status::Ended(format!("Saved {name}.")));
    }
}
