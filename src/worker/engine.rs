//! What computes: reads files and runs scenarios in slices, and answers as it goes.
//!
//! Every job has a number; the one that is current goes on, older ones find out at their next slice that they are not and
//! end. So Stop is answered within a slice.

use super::message::{Answer, Ask, Curves, Opened, Outcome, Stage};
use super::{source, wait};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use warmpath_core::fleet::{Record, Replay};
use warmpath_core::metrics;
use warmpath_core::report::{Report, json};
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::ReadOptions;
use warmpath_view::chart::ecdf::thin;
use web_sys::File;

/// Events between two looks at the clock.
const EVENTS: u32 = 4096;
/// Time between two partial charts \[ms\].
const PARTIAL_MS: f64 = 250.0;
/// Points of a curve.
const POINTS: usize = 1000;
/// Bins of a rate over time.
const BINS: usize = 50;

/// The engine.
pub struct Engine {
    post: Rc<dyn Fn(Answer)>,
    slice_ms: f64,
    job: Rc<Cell<u32>>,
    /// The file dropped last, and its name in a scenario.
    file: Rc<RefCell<Option<(String, File)>>>,
}

impl Engine {
    /// An engine that answers through `post` and computes for `slice_ms` at a time.
    pub fn new(post: Rc<dyn Fn(Answer)>, slice_ms: f64) -> Self {
        Self {
            post,
            slice_ms,
            job: Rc::default(),
            file: Rc::default(),
        }
    }

    /// Does what is asked; what runs is given up.
    pub fn receive(&mut self, ask: Ask) {
        let alive = self.next_job();
        match ask {
            Ask::Stop => (self.post)(Answer::Stopped),
            Ask::Run { query, base } => {
                let (post, file, slice) =
                    (Rc::clone(&self.post), Rc::clone(&self.file), self.slice_ms);
                wasm_bindgen_futures::spawn_local(async move {
                    match run(&query, &base, &file, &post, slice, &alive).await {
                        Ok(outcome) => post(Answer::Done(Box::new(outcome))),
                        Err(_) if !alive() => {}
                        Err(reason) => post(Answer::Failed { reason }),
                    }
                });
            }
        }
    }

    /// Reads a file to its end, and keeps it if it is good.
    pub fn open(&mut self, file: File) {
        let alive = self.next_job();
        let (post, kept) = (Rc::clone(&self.post), Rc::clone(&self.file));
        wasm_bindgen_futures::spawn_local(async move {
            match source::read(&file, ReadOptions::default(), &post, &alive).await {
                Ok(workload) => {
                    *kept.borrow_mut() = Some((workload.name.clone(), file));
                    post(Answer::File(Opened {
                        name: workload.name,
                        requests: workload.count,
                        notes: workload.notes,
                    }));
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

async fn run(
    query: &str,
    base: &str,
    file: &Rc<RefCell<Option<(String, File)>>>,
    post: &Rc<dyn Fn(Answer)>,
    slice_ms: f64,
    alive: &dyn Fn() -> bool,
) -> Result<Outcome, String> {
    let mut scenario = Scenario::from_query(query).map_err(|error| error.to_string())?;
    let file = file.borrow().clone();
    let workload = source::load(&scenario, file.as_ref(), base, post, alive).await?;
    scenario.workload.clone_from(&workload.name);
    let workload = Arc::new(workload);
    let mut replay = Replay::new(scenario, workload, false).map_err(|error| error.to_string())?;
    let mut told = wait::now() - PARTIAL_MS / 2.0;
    loop {
        let start = wait::now();
        let progress = loop {
            let progress = replay.run(EVENTS).map_err(|error| error.to_string())?;
            if progress.finished || wait::now() - start > slice_ms {
                break progress;
            }
        };
        if progress.finished {
            break;
        }
        if wait::now() - told > PARTIAL_MS {
            told = wait::now();
            post(Answer::Progress {
                stage: Stage::Running,
                done: progress.done as f64,
                total: progress.total as f64,
            });
            post(Answer::Partial(curves(&replay)));
        }
        wait::turn().await;
        if !alive() {
            return Err(String::new());
        }
    }
    let report = Report::new(replay.scenario(), replay.workload(), replay.runs());
    Ok(Outcome {
        query: report.scenario.to_query(),
        curves: curves(&replay),
        figures: report
            .summaries
            .iter()
            .map(|it| it.values.clone())
            .collect(),
        json: json::write(&report),
        notes: report.notes,
        provenance: report.provenance,
    })
}

/// Each policy's curves so far; of several seeds, the first one's.
fn curves(replay: &Replay) -> Vec<Curves> {
    let seed = replay.scenario().seed;
    let mut parts: Vec<(String, &[Record])> = Vec::new();
    for run in replay.runs().iter().filter(|run| run.seed == seed) {
        parts.push((run.policy.to_string(), &run.records));
    }
    if let Some(running) = replay
        .current()
        .filter(|_| parts.len() < replay.scenario().policies.len())
    {
        let name = replay.scenario().policies[parts.len()].to_string();
        parts.push((name, running.records()));
    }
    let ends = parts
        .iter()
        .flat_map(|(_, records)| records.iter().map(|record| record.done.secs()));
    let until = ends.fold(0.0, f64::max).max(1e-3);
    parts
        .into_iter()
        .map(|(policy, records)| {
            let ttft: Vec<f64> = metrics::ecdf(records)
                .into_iter()
                .map(|ms| ms / 1e3)
                .collect();
            let last = records
                .iter()
                .map(|record| record.done.secs())
                .fold(0.0, f64::max);
            let bin = until / BINS as f64;
            let mut rate = metrics::throughput(records, until, BINS);
            rate.truncate((last / bin).ceil() as usize);
            Curves {
                policy,
                completed: ttft.len() as u64,
                ttft: thin(&ttft, POINTS),
                rate,
                bin,
            }
        })
        .collect()
}
