//! Runs the parts of the benchmark one after the other, in a worker of their own, so that the laboratory can run at the
//! same time.

use crate::dom;
use crate::worker::{Answer, Link, WorkRequest};
use leptos::prelude::*;
use std::collections::VecDeque;
use warmpath_view::format;
use warmpath_view::reality::{Experiment, Reality, SEEDS, levels, query};

/// What the reality check does at the moment.
#[derive(Clone, Debug, PartialEq)]
pub enum BenchState {
    /// Nothing is running at the moment.
    Idle,
    /// A part is running; this share of it is done.
    Running(f64),
    /// A part could not be run, for this reason.
    Failed(String),
}

/// The state of the benchmark's runs. Copies share it.
#[derive(Clone, Copy)]
pub struct Bench {
    /// The figures of all parts that have been run here.
    pub reality: RwSignal<Reality>,
    /// Whether a part is running or has failed.
    pub state: RwSignal<BenchState>,
    /// The first of the seeds for the next run.
    pub seed: RwSignal<u64>,
    /// The parts that are still to be run, the running one first.
    ahead: StoredValue<VecDeque<Experiment>>,
    /// How many parts were asked for last.
    asked: StoredValue<usize>,
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

    /// Whether every judged row has been run here.
    pub fn whole(self) -> bool {
        let reality = self.reality.read();
        reality.levels.len() == levels().len() && reality.levels.iter().all(|it| !it.is_empty())
    }

    /// Runs the judged rows, the first time with the seeds of the page's own figures, then with further ones.
    pub fn run_rows(self) {
        if self.whole() {
            self.seed.update(|seed| *seed += u64::from(SEEDS));
        }
        self.reality.set(Reality::default());
        self.run((0..levels().len()).map(Experiment::Level).collect());
    }

    /// Runs parts of the benchmark one after the other.
    pub fn run(self, parts: VecDeque<Experiment>) {
        self.asked.set_value(parts.len());
        self.wanted.set_value(parts.back().copied());
        self.ahead.set_value(parts);
        self.next();
    }

    /// Stops what is running.
    pub fn stop(self) {
        self.ahead.set_value(VecDeque::new());
        self.state.set(BenchState::Idle);
        if let Some(link) = self.link.get_value()
            && let Err(reason) = link.ask(&WorkRequest::Stop)
        {
            self.state.set(BenchState::Failed(reason));
        }
    }

    /// Forgets all runs, and returns what they gave and the first of their seeds.
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

    /// The last of the parts that were asked for last, which is what they are run for.
    pub fn wanted(self) -> Option<Experiment> {
        self.wanted.get_value()
    }

    /// Whether a part could not be run.
    pub fn failed(self) -> bool {
        matches!(*self.state.read(), BenchState::Failed(_))
    }

    /// Whether a part of the benchmark is being run.
    pub fn busy(self) -> bool {
        matches!(*self.state.read(), BenchState::Running(_))
    }

    /// The share of the parts asked for that is done.
    pub fn progress(self) -> f64 {
        let BenchState::Running(share) = *self.state.read() else {
            return 0.0;
        };
        let (asked, ahead) = (self.asked.get_value(), self.ahead.with_value(VecDeque::len));
        ((asked - ahead) as f64 + share) / asked.max(1) as f64
    }

    /// What is running, in words.
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
        let Some(part) = self.ahead.with_value(|ahead| ahead.front().copied()) else {
            return self.state.set(BenchState::Idle);
        };
        self.state.set(BenchState::Running(0.0));
        let ask = WorkRequest::Run {
            query: query(part, self.seed.get_untracked()),
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
        let part = self.ahead.with_value(|ahead| ahead.front().copied());
        match (answer, part) {
            (Answer::Progress { done, total, .. }, Some(_)) if total > 0.0 => {
                self.state.set(BenchState::Running(done / total));
            }
            (Answer::Done(outcome), Some(part)) => {
                self.reality
                    .update(|reality| reality.keep(part, outcome.figures()));
                self.ahead.update_value(|ahead| {
                    ahead.pop_front();
                });
                self.next();
            }
            (Answer::Failed { reason }, _) => {
                self.ahead.set_value(VecDeque::new());
                self.state.set(BenchState::Failed(reason));
            }
            // Answers of parts that were stopped.
            _ => {}
        }
    }
}

impl Default for Bench {
    fn default() -> Self {
        Self::new()
    }
}
