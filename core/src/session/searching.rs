//! A search as work in slices, for a driver that has one thread and must return now and then: the page's workers.
//!
//! Every outcome is kept by its trial's [key](Trial::key), and a trial whose outcome is kept is not run again: a search that was
//! broken off goes on where it was, and one that asks for some of the same runs begins with them.
//!
//! Several workers can do the same search at a time, each on a thread of its own, and exchange what they find ([`Searching::hear`],
//! [`Searching::found`]). All go through the same rounds, since what a round asks for depends on outcomes alone. In a round each
//! begins with the trials of its own [place](Searching::at_place), then takes over those of which no outcome was heard yet. The
//! result of a search depends on none of this (see [`crate::plan`]).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Work;
use crate::fleet::Progress;
use crate::plan::{Begun, Search, Trial, TrialOutcome};
use crate::workload::Workload;

/// The outcomes of runs, by their trials' keys.
pub type KnownOutcomes = BTreeMap<String, TrialOutcome>;

/// A search under way. See the [module](self).
pub struct Searching<S> {
    search: S,
    runs: Runs,
    finished: bool,
}

/// The runs that a search asks for, whatever it searches.
struct Runs {
    workload: Arc<Workload>,
    known: KnownOutcomes,
    /// The trials of the round, with their keys.
    round: Vec<(String, Trial)>,
    /// The places of the round's trials that have no outcome yet, in the round's order.
    open: Vec<usize>,
    /// The trial under way and its key; `None` between two trials.
    begun: Option<(String, Begun)>,
    /// Which worker this is, from 0, and how many there are.
    place: (usize, usize),
    /// The outcomes of this worker's own runs that were not handed on yet, by their trials' keys.
    found: Vec<(String, TrialOutcome)>,
    /// The number of trials in earlier rounds.
    before: u64,
}

impl Runs {
    /// Takes the outcome of the trial with this key, whichever worker found it; a run of it that is under way is given up.
    fn hear(&mut self, key: String, outcome: TrialOutcome) {
        if self.begun.as_ref().is_some_and(|it| it.0 == key) {
            self.begun = None;
        }
        self.open.retain(|&at| self.round[at].0 != key);
        self.known.insert(key, outcome);
    }

    /// The trial to run next: the first open one of this worker's own, else the last of the others'.
    fn next(&self) -> Option<usize> {
        let (place, of) = self.place;
        let own = self.open.iter().find(|&&at| at % of == place);
        own.or(self.open.last()).copied()
    }

    /// Goes on by one piece of a trial; `false`: the round has all its outcomes.
    fn advance(&mut self) -> bool {
        if let Some((key, mut begun)) = self.begun.take() {
            match begun.advance() {
                None => self.begun = Some((key, begun)),
                Some(outcome) => {
                    self.found.push((key.clone(), outcome.clone()));
                    self.hear(key, outcome);
                }
            }
        } else if let Some(at) = self.next() {
            let (key, trial) = &self.round[at];
            self.begun = Some((key.clone(), trial.begin(&self.workload)));
        } else {
            return false;
        }
        true
    }

    /// The outcomes of the round if it has them all; `None` before the first round.
    fn end_round(&mut self) -> Option<Vec<TrialOutcome>> {
        if self.round.is_empty() {
            return None;
        }
        let all = core::mem::take(&mut self.round);
        self.before += all.len() as u64;
        Some(
            all.iter()
                .filter_map(|it| self.known.get(&it.0).cloned())
                .collect(),
        )
    }

    /// Begins a round of these trials; those whose outcome is known are not run.
    fn begin_round(&mut self, trials: Vec<Trial>) {
        self.round = trials.into_iter().map(|it| (it.key(), it)).collect();
        let places = 0..self.round.len();
        self.open = places
            .filter(|&at| !self.known.contains_key(&self.round[at].0))
            .collect();
    }

    /// The number of trials that have an outcome, over all rounds.
    fn done(&self) -> u64 {
        self.before + (self.round.len() - self.open.len()) as u64
    }
}

impl<S: Search> Searching<S> {
    /// A search before its first run; `known` is what earlier searches of this workload have kept.
    pub fn new(search: S, workload: Arc<Workload>, known: KnownOutcomes) -> Self {
        let runs = Runs {
            workload,
            known,
            round: Vec::new(),
            open: Vec::new(),
            begun: None,
            place: (0, 1),
            found: Vec::new(),
            before: 0,
        };
        Self {
            search,
            runs,
            finished: false,
        }
    }

    /// Makes this worker number `place`, from 0, of `of` that do this search together.
    pub fn at_place(&mut self, place: usize, of: usize) {
        self.runs.place = (place, of.max(1));
    }

    /// The search as far as its rounds have ended.
    pub fn search(&self) -> &S {
        &self.search
    }

    /// All outcomes that are known by now.
    pub fn known(&self) -> &KnownOutcomes {
        &self.runs.known
    }

    /// The search, and all outcomes that are known by now, also of a round that was broken off.
    pub fn into_parts(self) -> (S, KnownOutcomes) {
        (self.search, self.runs.known)
    }

    /// The outcomes of this worker's own runs since the last call, by their trials' keys, for the other workers.
    pub fn found(&mut self) -> Vec<(String, TrialOutcome)> {
        core::mem::take(&mut self.runs.found)
    }

    /// Takes the outcome that another worker found for the trial of this key; a run of it that is under way is given up.
    pub fn hear(&mut self, key: String, outcome: TrialOutcome) {
        self.runs.hear(key, outcome);
    }
}

impl<S: Search> Work for Searching<S> {
    type Error = core::convert::Infallible;

    /// Goes on by one piece of the trial under way, whatever number of events is asked for.
    fn advance(&mut self, _events: u32) -> Result<Progress, Self::Error> {
        if !self.runs.advance() && !self.finished {
            if let Some(outcomes) = self.runs.end_round() {
                self.search.take(outcomes);
            }
            let trials = self.search.wanted();
            self.finished = trials.is_empty();
            self.runs.begin_round(trials);
        }
        Ok(self.progress())
    }

    fn progress(&self) -> Progress {
        let done = self.runs.done();
        Progress {
            done,
            total: self.search.expected().max(done),
            finished: self.finished,
        }
    }
}
