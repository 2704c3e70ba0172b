//! The engine's jobs: a run, a sweep, a fork, and preparing for a run. Each loads its workload and runs in slices, so that
//! messages get in between, and answers as it goes; preparing is a single slice and answers nothing.

use super::reach::Reach;
use super::reading::Files;
use crate::worker::message::{Answer, Forked, WorkResult, WorkStage};
use crate::worker::{attached, wait};
use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;
use warmpath_core::fleet::{Fork, Progress, Run, Simulation};
use warmpath_core::report::Report;
use warmpath_core::scenario::{Scenario, Sweep};
use warmpath_core::session::{
    Abreast, KnownOutcomes, Pace, Session, SessionState, SweepRuns, Work,
};
use warmpath_core::workload::ReadOptions;
use warmpath_core::workload::named::Source;
use warmpath_core::workload::{Named, Recorded, Workload};
use warmpath_view::chart::Course;
use warmpath_view::chart::course::{courses, of_runs};
use warmpath_view::fork::slowest;
use warmpath_view::measured::Beside;
use web_sys::File;

/// The number of events between two looks at the clock.
const EVENTS: u32 = 1024;
/// The time until the first partial charts \[ms\].
const FIRST_MS: f64 = 8.0;
/// The least time between two partial charts \[ms\].
const PARTIAL_MS: f64 = 250.0;
/// The least time between two partial charts, as a multiple of the time that one takes to make.
const PAUSE_FACTOR: f64 = 10.0;

/// The workload that was used last, which is shared by runs that differ in policies or fleet only.
pub(super) type LastWorkload = Rc<RefCell<Option<HeldWorkload>>>;

/// The outcomes of searches' trials, and the name of the workload that they belong to.
pub(super) type Outcomes = Rc<RefCell<(String, KnownOutcomes)>>;

/// A workload with what identifies it.
#[derive(Clone)]
pub(super) struct HeldWorkload {
    pub(super) of: WorkloadKey,
    pub(super) workload: Arc<Workload>,
    /// What its file recorded of the real run; empty for a workload without a file.
    pub(super) recorded: Arc<Recorded>,
}

/// What identifies a workload: its name, how it was read, and the seed if it is generated.
pub(super) type WorkloadKey = (String, ReadOptions, u64);

/// A job, with what it needs of the engine. An error of a job that is out of date is ignored.
pub struct Job<R: Reach> {
    pub(super) alive: Box<dyn Fn() -> bool>,
    pub(super) post: Rc<dyn Fn(Answer)>,
    pub(super) files: Rc<Files>,
    pub(super) kept: LastWorkload,
    pub(super) outcomes: Outcomes,
    pub(super) slice_ms: f64,
    pub(super) reach: PhantomData<R>,
}

impl<R: Reach> Job<R> {
    /// The scenario of a query (its workload under the name by which it can be repeated), and the workload.
    pub(super) async fn load(
        &self,
        query: &str,
        base: &str,
    ) -> Result<(Scenario, Arc<Workload>), String> {
        let mut scenario = Scenario::from_query(query).map_err(|error| error.to_string())?;
        R::hand(&mut scenario);
        scenario.ready().map_err(|error| error.to_string())?;
        let named = Named::parse(&scenario.workload);
        let made = named.is_ok_and(|named| named.info().source == Source::Generated);
        let of = (
            scenario.workload.clone(),
            scenario.read_options(),
            if made { scenario.seed } else { 0 },
        );
        // The old workload is dropped before another is read, since there may not be memory for two.
        let kept = self.kept.take().filter(|kept| kept.of == of);
        let kept = match kept {
            Some(kept) => kept,
            None => {
                let (workload, origin) = R::workload(self, &scenario, base).await?;
                HeldWorkload {
                    of,
                    workload: Arc::new(workload),
                    recorded: Arc::new(origin.recorded),
                }
            }
        };
        let workload = Arc::clone(&kept.workload);
        *self.kept.borrow_mut() = Some(kept);
        scenario.workload.clone_from(&workload.name);
        Ok((scenario, workload))
    }

    /// Loads what a run needs and runs its beginning, so that a later run finds the data loaded and the code compiled.
    /// Errors are left to that run.
    pub(super) async fn prepare(mut self, query: &str, base: &str) {
        self.post = Rc::new(|_| ());
        let Ok((scenario, workload)) = self.load(query, base).await else {
            return;
        };
        if let Ok(runs) = Abreast::new(scenario, workload, false) {
            let pace = Pace {
                first_ms: self.slice_ms,
                ..self.pace()
            };
            // Further slices, and errors, are left to the run that is asked for later.
            let _ = Session::new(runs, pace).slice(&wait::now, &|| true, &mut |runs, _| {
                drop(so_far(runs));
            });
        }
    }

    /// The reader's files that a run of a scenario may need: all that can stand beside a workload, and last the workload's own
    /// file if the scenario names it.
    pub(super) fn opened(&self, query: &str) -> Vec<File> {
        let mut files = attached::files();
        let good = self.files.good.borrow();
        let scenario = Scenario::from_query(query).ok();
        let named = good
            .as_ref()
            .zip(scenario)
            .filter(|(good, it)| it.workload == good.0);
        files.extend(named.map(|it| it.0.1.clone()));
        files
    }

    pub(super) fn pace(&self) -> Pace {
        Pace {
            events: EVENTS,
            first_ms: FIRST_MS,
            slice_ms: self.slice_ms,
            apart_ms: PARTIAL_MS,
            pause_factor: PAUSE_FACTOR,
        }
    }

    /// Does work to its end, letting messages in between; whenever progress is reported, `look` is called with the work. An empty
    /// error means that the job is out of date.
    pub(super) async fn drive<W: Work<Error: ToString>>(
        &self,
        work: W,
        pace: Pace,
        look: &dyn Fn(&W),
    ) -> Result<W, String> {
        let mut session = Session::new(work, pace);
        let mut show = |work: &W, progress: Progress| {
            self.progress(progress.done as f64, progress.total as f64);
            look(work);
        };
        loop {
            let state = session.slice(&wait::now, &*self.alive, &mut show);
            match state.map_err(|error| error.to_string())? {
                SessionState::Finished => return Ok(session.into_work()),
                SessionState::Cancelled => return Err(String::new()),
                SessionState::GoesOn => wait::turn().await,
            }
        }
    }

    pub(super) fn progress(&self, done: f64, total: f64) {
        let stage = WorkStage::Running;
        (self.post)(Answer::Progress { stage, done, total });
    }

    /// Runs a scenario under each of its policies, and answers with the results.
    pub(super) async fn run(&self, query: &str, base: &str) -> Result<Answer, String> {
        let (scenario, workload) = self.load(query, base).await?;
        let runs = Abreast::new(scenario, workload, false).map_err(|error| error.to_string())?;
        let look = |runs: &Abreast| {
            if let Some(courses) = so_far(runs) {
                (self.post)(Answer::Partial(courses));
            }
        };
        let runs = self.drive(runs, self.pace(), &look).await?;
        let (scenario, workload, runs) = runs.finish().map_err(|error| error.to_string())?;
        let mut outcome = outcome(&scenario, &workload, &runs);
        let kept = self.kept.borrow();
        if let Some(kept) = kept.as_ref().filter(|it| !it.recorded.is_empty()) {
            outcome.beside = Beside::new(&kept.recorded, &workload, &outcome.summaries, &runs);
        }
        Ok(Answer::Done(Box::new(outcome)))
    }

    /// Runs every point of a sweep.
    pub(super) async fn sweep(
        &self,
        query: &str,
        rates: &str,
        replicas: &str,
        base: &str,
    ) -> Result<Answer, String> {
        let (scenario, workload) = self.load(query, base).await?;
        let sweep = Sweep::new(&scenario, rates, replicas).map_err(|error| error.to_string())?;
        let runs = SweepRuns::new(sweep, workload).map_err(|error| error.to_string())?;
        let runs = self.drive(runs, self.pace(), &|_| ()).await?;
        let report = runs.into_report().ok_or("there is nothing to run")?;
        let outcome = WorkResult::new(report, Vec::new(), Vec::new());
        Ok(Answer::Done(Box::new(outcome)))
    }

    /// Forks the decision on a request under a policy.
    pub(super) async fn fork(
        &self,
        query: &str,
        policy: usize,
        request: u32,
        base: &str,
    ) -> Result<Answer, String> {
        let (scenario, workload) = self.load(query, base).await?;
        let Some(spec) = scenario.policies.get(policy) else {
            return Err("there is no such policy in the run".to_owned());
        };
        let simulation = Simulation::new(&scenario, spec, workload, scenario.seed, false)
            .map_err(|error| error.to_string())?;
        let fork = Fork::new(simulation, request).map_err(|error| error.to_string())?;
        let fork = self.drive(fork, self.pace(), &|_| ()).await?;
        let original = fork.original().ok_or("the fork has no original")?;
        Ok(Answer::Forked(Box::new(Forked {
            policy: spec.to_string(),
            request,
            original: *original,
            effects: fork.effects().to_vec(),
        })))
    }
}

/// The results of finished runs of a scenario.
pub(in crate::worker) fn outcome(
    scenario: &Scenario,
    workload: &Workload,
    runs: &[Run],
) -> WorkResult {
    let report = Report::new(scenario, workload, runs);
    let courses = of_runs(scenario, workload, runs);
    let first = runs.iter().filter(|run| run.seed == scenario.seed);
    let picks = first.map(|run| slowest(workload, run)).collect();
    WorkResult::new(report, courses, picks)
}

/// The course of each policy so far.
fn so_far(runs: &Abreast) -> Option<Vec<Course>> {
    let parts = runs.so_far()?;
    Some(courses(runs.workload(), runs.scenario().block_size, &parts))
}
