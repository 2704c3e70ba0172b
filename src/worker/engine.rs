//! What computes: reads files, runs scenarios in slices and writes them, and answers as it goes.
//!
//! Every job has a number; the one that is current goes on, older ones find out at their next slice that they are not and
//! end. So Stop is answered within a slice.

mod duel;
mod failure;
mod jobs;

use super::message::{Answer, Ask, Opened};
use super::{attached, source};
use jobs::{Job, Kept};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use warmpath_core::workload::ReadOptions;
use web_sys::File;

/// The engine.
pub struct Engine {
    post: Rc<dyn Fn(Answer)>,
    slice_ms: f64,
    job: Rc<Cell<u32>>,
    /// The file dropped last, and its name in a scenario.
    file: Rc<RefCell<Option<(String, File)>>>,
    /// The workload used last.
    kept: Kept,
}

impl Engine {
    /// An engine that answers through `post` and computes for `slice_ms` at a time.
    pub fn new(post: Rc<dyn Fn(Answer)>, slice_ms: f64) -> Self {
        Self {
            post,
            slice_ms,
            job: Rc::default(),
            file: Rc::default(),
            kept: Rc::default(),
        }
    }

    /// Does what is asked; what runs is given up, unless it is only to write what is there.
    pub fn receive(&self, ask: Ask) {
        if let Ask::Write {
            format,
            outcome,
            pictures,
        } = ask
        {
            return (self.post)(match jobs::write(&format, &outcome, &pictures) {
                Ok(text) => Answer::Exported { format, text },
                Err(reason) => Answer::Failed { reason },
            });
        }
        let job = Job {
            alive: Box::new(self.next_job()),
            post: Rc::clone(&self.post),
            file: Rc::clone(&self.file),
            kept: Rc::clone(&self.kept),
            slice_ms: self.slice_ms,
        };
        if ask == Ask::Stop {
            return (self.post)(Answer::Stopped);
        }
        wasm_bindgen_futures::spawn_local(async move {
            let answer = match ask {
                Ask::Prepare { query, base } => return job.prepare(&query, &base).await,
                Ask::Run { query, base } => job.run(&query, &base).await,
                Ask::Sweep {
                    query,
                    rates,
                    replicas,
                    base,
                } => job.sweep(&query, &rates, &replicas, &base).await,
                Ask::Fork {
                    query,
                    policy,
                    request,
                    base,
                } => job.fork(&query, policy, request, &base).await,
                Ask::Export {
                    query,
                    format,
                    base,
                } => job.export(&query, format, &base).await,
                Ask::Duel {
                    query,
                    base,
                    number,
                } => job.duel(&query, &base, number).await,
                Ask::Failure {
                    query,
                    base,
                    number,
                } => job.failure(&query, &base, number).await,
                Ask::Stop | Ask::Write { .. } => Ok(Answer::Stopped),
            };
            match answer {
                Ok(answer) => (job.post)(answer),
                Err(_) if !(job.alive)() => {}
                Err(reason) => (job.post)(Answer::Failed { reason }),
            }
        });
    }

    /// Reads a file to its end, and keeps it if it is good.
    pub fn open(&self, file: File) {
        let alive = self.next_job();
        let (post, known) = (Rc::clone(&self.post), Rc::clone(&self.file));
        let kept = Rc::clone(&self.kept);
        wasm_bindgen_futures::spawn_local(async move {
            match attached::open(&file).await {
                _ if !alive() => return,
                Ok(None) => {}
                Ok(Some(it)) => {
                    return post(Answer::Attached {
                        field: it.flag().to_owned(),
                        name: it.name().to_owned(),
                        about: it.about(),
                    });
                }
                Err(reason) => return post(Answer::FileFailed { reason }),
            }
            let options = ReadOptions::default();
            kept.take();
            match source::read(&file, options.clone(), &post, &alive).await {
                Ok(workload) => {
                    let opened = Opened {
                        name: workload.name.clone(),
                        requests: workload.count,
                        notes: workload.notes.clone(),
                    };
                    let of = (opened.name.clone(), options, 0);
                    *known.borrow_mut() = Some((opened.name.clone(), file));
                    *kept.borrow_mut() = Some((of, Arc::new(workload)));
                    post(Answer::File(opened));
                }
                Err(_) if !alive() => {}
                Err(reason) => post(Answer::FileFailed { reason }),
            }
        });
    }

    /// Starts a new job; says whether it is still the current one.
    fn next_job(&self) -> impl Fn() -> bool + 'static {
        let number = self.job.get().wrapping_add(1);
        self.job.set(number);
        let job = Rc::clone(&self.job);
        move || job.get() == number
    }
}
