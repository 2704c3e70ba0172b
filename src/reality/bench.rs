//! Runs the experiments of the reality check one after the other, in a worker of their own, so that the laboratory can run
//! at the same time. An experiment is the benchmark at one number of concurrent requests, or one change to it.

use crate::dom;
use crate::worker::{Answer, Link, WorkRequest};
use leptos::prelude::*;
use std::collections::VecDeque;
use warmpath_view::format;
use warmpath_view::reality::{Experiment, Reality, SEEDS, levels, query};

/// Whether an experiment is being run.
#[derive(Clone, Debug, PartialEq)]
pub enum BenchState {
    /// No experiment is running, and none has failed since the last one began.
    Idle,
    /// One is running; this share of it is done.
    Running(f64),
    /// One could not be run, for this reason.
    Failed(String),
}

/// The experiments that were run and those still to be run. Copies share their state.
#[derive(Clone, Copy)]
pub struct Bench {
    /// The figures of all experiments that have been run here.
    pub reality: RwSignal<Reality>,
    /// Whether an experiment is running or has failed.
    pub state: RwSignal<BenchState>,
    /// The first seed of each run; [`Self::run_rows`] moves it on if all rows have been run with it.
    pub seed: RwSignal<u64>,
    /// The experiments that are still to be run, the running one first.
    ahead: StoredValue<VecDeque<Experiment>>,
    /// The number of experiments in the last call of [`Self::run`].
    asked: StoredValue<usize>,
    /// The last experiment of that call.
    wanted: StoredValue<Option<Experiment>>,
    link: StoredValue<Option<Link>, LocalStorage>,
}

impl Bench {
    /// The state before anything was run.
    pub fn new() -> Self {
        Self {
            reality: RwSignal::new(Reality::default()),
            state: RwSignal::new(BenchState::Idle),
            seed: RwSignal::new(1),
            ahead: StoredValue::new(VecDeque::new()),
            asked: StoredValue::new(0),
            wanted: StoredValue::new(None),
            link: StoredValue::new_local(None),
        }
    }

    /// Whether every row that the model is judged by has been run here.
    pub fn whole(self) -> bool {
        let reality = self.reality.read();
        reality.levels.len() == levels().len() && reality.levels.iter().all(|it| !it.is_empty())
    }

    /// Runs the rows that the model is judged by: the first time with the seeds of the page's own figures, then with further
    /// ones.
    pub fn run_rows(self) {
        if self.whole() {
            self.seed.update(|seed| *seed += u64::from(SEEDS));
        }
        self.reality.set(Reality::default());
        self.run((0..levels().len()).map(Experiment::Level).collect());
    }

    /// Runs experiments one after the other. The last is the one that the reader wants; those before it are run for comparison.
    pub fn run(self, experiments: VecDeque<Experiment>) {
        self.asked.set_value(experiments.len());
        self.wanted.set_value(experiments.back().copied());
        self.ahead.set_value(experiments);
        self.next();
    }

    /// Stops the running experiment and drops those after it.
    pub fn stop(self) {
        self.ahead.set_value(VecDeque::new());
        self.state.set(BenchState::Idle);
        if let Some(link) = self.link.get_value()
            && let Err(reason) = link.ask(&WorkRequest::Stop)
        {
            self.state.set(BenchState::Failed(reason));
        }
    }

    /// Forgets all runs, and returns their figures and the first of their seeds, so that both can be restored.
    pub fn clear(self) -> (Reality, u64) {
        if self.busy() {
            self.stop();
        }
        self.state.set(BenchState::Idle);
        let before = (self.reality.get_untracked(), self.seed.get_untracked());
        self.seed.set(1);
        self.reality.set(Reality::default());
        before
    }

    /// The experiment that the last call of [`Self::run`] was for; `None` before the first.
    pub fn wanted(self) -> Option<Experiment> {
        self.wanted.get_value()
    }

    /// Whether an experiment could not be run.
    pub fn failed(self) -> bool {
        matches!(*self.state.read(), BenchState::Failed(_))
    }

    /// Whether an experiment is being run.
    pub fn busy(self) -> bool {
        matches!(*self.state.read(), BenchState::Running(_))
    }

    /// The share that is done of the experiments in the last call of [`Self::run`], from 0 to 1; 0 if none is running.
    pub fn progress(self) -> f64 {
        let BenchState::Running(share) = *self.state.read() else {
            return 0.0;
        };
        let (asked, ahead) = (self.asked.get_value(), self.ahead.with_value(VecDeque::len));
        ((asked - ahead) as f64 + share) / asked.max(1) as f64
    }

    /// The state in words: why an experiment failed, how much is done, or where the figures that are shown come from.
    pub fn status_text(self) -> String {
        match &*self.state.read() {
            BenchState::Failed(reason) => reason.clone(),
            BenchState::Running(_) => format!("Simulating: {}", format::share(self.progress())),
            BenchState::Idle if self.whole() => {
                let first = self.seed.get();
                let last = first + u64::from(SEEDS) - 1;
                format!("Simulated in your browser: medians over seeds {first} to {last}.")
            }
            BenchState::Idle => {
                format!("Medians over {SEEDS} seeds, simulated when this page was built.")
            }
        }
    }

    fn next(self) {
        let Some(experiment) = self.ahead.with_value(|ahead| ahead.front().copied()) else {
            return self.state.set(BenchState::Idle);
        };
        self.state.set(BenchState::Running(0.0));
        let ask = WorkRequest::Run {
            query: query(experiment, self.seed.get_untracked()),
            base: dom::folder(),
        };
        if let Err(reason) = self.link().ask(&ask) {
            self.state.set(BenchState::Failed(reason));
        }
    }

    /// The link to the engine, which is started when it is first needed.
    fn link(self) -> Link {
        if let Some(link) = self.link.get_value() {
            return link;
        }
        let link = Link::start(move |answer| self.answered(answer));
        self.link.set_value(Some(link.clone()));
        link
    }

    fn answered(self, answer: Answer) {
        let running = self.ahead.with_value(|ahead| ahead.front().copied());
        match (answer, running) {
            (Answer::Progress { done, total, .. }, Some(_)) if total > 0.0 => {
                self.state.set(BenchState::Running(done / total));
            }
            (Answer::Done(outcome), Some(experiment)) => {
                self.reality
                    .update(|reality| reality.keep(experiment, outcome.figures()));
                self.ahead.update_value(|ahead| {
                    ahead.pop_front();
                });
                self.next();
            }
            (Answer::Failed { reason }, _) => {
                self.ahead.set_value(VecDeque::new());
                self.state.set(BenchState::Failed(reason));
            }
            // Answers of experiments that were stopped.
            _ => {}
        }
    }
}

impl Default for Bench {
    fn default() -> Self {
        Self::new()
    }
}
