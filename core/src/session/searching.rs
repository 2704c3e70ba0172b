//! A search as work in slices, for whoever has one thread and must look up now and then: the page's workers.
//!
//! The runs of a round are made one after the other. Every outcome is kept by its trial's [key](Trial::key), and what is kept is not run
//! again: a search that was broken off goes on where it was, and one that asks for some of the same runs begins with them. What a
//! search comes to does not depend on any of this (see [`crate::plan`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Work;
use crate::fleet::Progress;
use crate::plan::{Begun, Outcome, Search, Trial};
use crate::workload::Workload;

/// Outcomes of runs by their trials' keys.
pub type Known = BTreeMap<String, Outcome>;

/// A search under way.
pub struct Searching<S> {
    search: S,
    workload: Arc<Workload>,
    known: Known,
    /// The trials of the round that have no outcome yet, the next one last.
    trials: Vec<Trial>,
    /// The outcomes of the others, in their order.
    outcomes: Vec<Outcome>,
    /// The trial under way and its key.
    begun: Option<(String, Begun)>,
    /// Trials with an outcome, over all rounds.
    done: u64,
    finished: bool,
}

impl<S: Search> Searching<S> {
    /// Before the first run; `known` is what earlier searches of this workload have kept.
    pub fn new(search: S, workload: Arc<Workload>, known: Known) -> Self {
        Self {
            search,
            workload,
            known,
            trials: Vec::new(),
            outcomes: Vec::new(),
            begun: None,
            done: 0,
            finished: false,
        }
    }

    /// The search as far as its rounds have ended.
    pub fn search(&self) -> &S {
        &self.search
    }

    /// The search, and all outcomes that are known by now, also of a round that was broken off.
    pub fn into_parts(self) -> (S, Known) {
        (self.search, self.known)
    }

    /// An outcome of the round's next trial.
    fn take(&mut self, outcome: Outcome) {
        self.trials.pop();
        self.outcomes.push(outcome);
        self.done += 1;
        if self.trials.is_empty() {
            let outcomes = core::mem::take(&mut self.outcomes);
            self.search.take(outcomes);
        }
    }
}

impl<S: Search> Work for Searching<S> {
    type Error = core::convert::Infallible;

    /// Goes on by one piece of the trial under way, whatever number of events is asked for.
    fn advance(&mut self, _events: u32) -> Result<Progress, Self::Error> {
        if let Some((key, mut begun)) = self.begun.take() {
            match begun.advance() {
                None => self.begun = Some((key, begun)),
                Some(outcome) => {
                    self.known.insert(key, outcome.clone());
                    self.take(outcome);
                }
            }
            return Ok(self.progress());
        }
        if self.trials.is_empty() {
            self.trials = self.search.wanted();
            self.trials.reverse();
            self.finished = self.trials.is_empty();
        }
        if let Some(trial) = self.trials.last() {
            let key = trial.key();
            match self.known.get(&key).cloned() {
                Some(outcome) => self.take(outcome),
                None => self.begun = Some((key, trial.begin(&self.workload))),
            }
        }
        Ok(self.progress())
    }

    fn progress(&self) -> Progress {
        Progress {
            done: self.done,
            total: self.search.expected().max(self.done),
            finished: self.finished,
        }
    }
}
