//! The engine: it reads files, runs scenarios in slices, writes results, and answers as it goes.
//!
//! Every job has a number. Only the current job goes on; an older one notices at its next slice that it is out of date and
//! ends. So Stop takes effect within a slice.

mod comparison;
pub mod crew;
mod deciding;
mod exporting;
mod failure;
mod jobs;
mod reach;
mod reading;

#[cfg(feature = "ssr")]
pub(super) use jobs::outcome;
pub use reach::{Everything, Reach, Running};

use super::message::{Answer, WorkRequest};
use jobs::{Job, LastWorkload, Outcomes};
use reading::Files;
use std::cell::Cell;
use std::marker::PhantomData;
use std::rc::Rc;
use warmpath_view::comparison::play::Own;
use web_sys::File;

/// The engine; its [`Reach`] says whether it reads and writes files and searches.
pub struct Engine<R: Reach> {
    post: Rc<dyn Fn(Answer)>,
    slice_ms: f64,
    job: Rc<Cell<u32>>,
    /// The files that were posted.
    files: Rc<Files>,
    /// The workload that was used last.
    kept: LastWorkload,
    /// The outcomes of searches' runs so far.
    outcomes: Outcomes,
    reach: PhantomData<R>,
}

impl<R: Reach> Engine<R> {
    /// An engine that answers through `post` and computes for `slice_ms` at a time.
    pub fn new(post: Rc<dyn Fn(Answer)>, slice_ms: f64) -> Self {
        Self {
            post,
            slice_ms,
            job: Rc::default(),
            files: Rc::default(),
            kept: Rc::default(),
            outcomes: Rc::default(),
            reach: PhantomData,
        }
    }

    /// Does what is asked. What is running is stopped, unless the request is only to write a finished run or to read a query.
    pub fn receive(&self, ask: WorkRequest) {
        if let WorkRequest::Write {
            format,
            outcome,
            pictures,
        } = ask
        {
            return (self.post)(match R::write(&format, &outcome, &pictures) {
                Ok(text) => Answer::Exported { format, text },
                Err(reason) => Answer::Failed { reason },
            });
        }
        if let WorkRequest::Understand { query } = ask {
            return (self.post)(match Own::read(&query) {
                Ok(own) => Answer::Understood(Box::new(own)),
                Err(reason) => Answer::Failed { reason },
            });
        }
        let job = self.begin();
        if ask == WorkRequest::Stop {
            return (self.post)(Answer::Stopped);
        }
        wasm_bindgen_futures::spawn_local(async move {
            let answer = match ask {
                WorkRequest::Prepare { query, base } => return job.prepare(&query, &base).await,
                WorkRequest::Read { query } => R::read(&job, &query).await,
                WorkRequest::Run { query, base } => job.run(&query, &base).await,
                WorkRequest::Sweep {
                    query,
                    rates,
                    replicas,
                    base,
                } => job.sweep(&query, &rates, &replicas, &base).await,
                WorkRequest::Fork {
                    query,
                    policy,
                    request,
                    base,
                } => job.fork(&query, policy, request, &base).await,
                WorkRequest::Export {
                    query,
                    format,
                    base,
                } => R::export(&job, &query, format, &base).await,
                WorkRequest::Comparison {
                    query,
                    base,
                    number,
                } => job.comparison(&query, &base, number).await,
                WorkRequest::Failure {
                    query,
                    base,
                    number,
                } => job.failure(&query, &base, number).await,
                WorkRequest::Decide { question, base } => R::decide(&job, question, &base).await,
                WorkRequest::Stop | WorkRequest::Write { .. } | WorkRequest::Understand { .. } => {
                    Ok(Answer::Stopped)
                }
            };
            match answer {
                Ok(answer) => (job.post)(answer),
                Err(_) if !(job.alive)() => {}
                Err(reason) => (job.post)(Answer::Failed { reason }),
            }
        });
    }

    /// Begins a new job, which makes the one before out of date.
    fn begin(&self) -> Job<R> {
        Job {
            alive: Box::new(self.next_job()),
            post: Rc::clone(&self.post),
            files: Rc::clone(&self.files),
            kept: Rc::clone(&self.kept),
            outcomes: Rc::clone(&self.outcomes),
            slice_ms: self.slice_ms,
            reach: PhantomData,
        }
    }

    /// Takes a file, which is read when that is asked for.
    pub fn take(&self, file: File) {
        if R::FILES {
            *self.files.posted.borrow_mut() = Some(file);
        }
    }

    /// Begins a new job; returns a function that says whether it is still the current one.
    fn next_job(&self) -> impl Fn() -> bool + 'static {
        let number = self.job.get().wrapping_add(1);
        self.job.set(number);
        let job = Rc::clone(&self.job);
        move || job.get() == number
    }
}
