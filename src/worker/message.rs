//! The messages that the page and its worker exchange: [`WorkRequest`] and [`Answer`].

use warmpath_core::fleet::Effect;
use warmpath_core::metrics::{Figures, Summary};
use warmpath_core::report::html::Picture;
use warmpath_core::report::{Point, Report};
use warmpath_core::scenario::{Arriving, Scenario};
use warmpath_view::chart::Course;
use warmpath_view::comparison::Comparison;
use warmpath_view::comparison::play::Own;
use warmpath_view::failure::Failure;
use warmpath_view::fork::Pick;
use warmpath_view::lab::results::facts;
use warmpath_view::lab::summary::FileCard;
use warmpath_view::measured::Beside;
use warmpath_view::plans::{Decision, Quest};
use warmpath_view::scenario_facts::ScenarioFacts;
use warmpath_view::wire::{Sealed, Wire};
use warmpath_view::{wire_choices, wire_fields};

/// The version of the messages, to be changed whenever [`WorkRequest`] or [`Answer`] is. Both sides are from one build, so it is
/// only a guard against a stray message.
pub const VERSION: u32 = 14;

/// What the page asks for. A file is posted by itself, and read when that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum WorkRequest {
    /// Prepare for a run of a scenario that is likely to be asked for; there is no answer.
    Prepare {
        /// The scenario as a query.
        query: String,
        /// The address of the page's folder.
        base: String,
    },
    /// Read the file that was posted last (or the one before, if that was no workload) by a scenario's settings, and keep
    /// it if it is valid.
    Read {
        /// The scenario with the settings, as a query.
        query: String,
    },
    /// Run a scenario; whatever is running is stopped.
    Run {
        /// The scenario as a query.
        query: String,
        /// The address of the page's folder, from which traces are fetched.
        base: String,
    },
    /// Run a sweep: every number of replicas at every rate.
    Sweep {
        /// The scenario as a query.
        query: String,
        /// The rates \[requests/s\], separated by commas; empty for the scenario's.
        rates: String,
        /// The numbers of replicas, separated by commas; empty for the scenario's.
        replicas: String,
        /// The address of the page's folder.
        base: String,
    },
    /// Send one request to every replica in turn, and run each to its end.
    Fork {
        /// The scenario as a query.
        query: String,
        /// The policy, by its place in the scenario.
        policy: usize,
        /// The request, by its number from 0.
        request: u32,
        /// The address of the page's folder.
        base: String,
    },
    /// Write a finished run's figures in a format; what is running goes on.
    Write {
        /// The format's name, one of core's `FORMATS`.
        format: String,
        /// The results of the run.
        outcome: Box<WorkResult>,
        /// The charts of the run, for a format with pictures.
        pictures: Vec<Picture>,
    },
    /// Write a run in a format that needs more than its figures, so that it is run again.
    Export {
        /// The scenario as a query.
        query: String,
        /// The format's name, one of core's `FORMATS`.
        format: String,
        /// The address of the page's folder.
        base: String,
    },
    /// Replay two to four policies on the same arrivals, to be shown side by side.
    Comparison {
        /// The scenario as a query.
        query: String,
        /// The address of the page's folder.
        base: String,
        /// A number that the answer repeats, since an answer may be to an earlier request.
        number: u32,
    },
    /// Replay two to four policies with and without the events, to be shown side by side.
    Failure {
        /// The scenario as a query.
        query: String,
        /// The address of the page's folder.
        base: String,
        /// A number that the answer repeats, since an answer may be to an earlier request.
        number: u32,
    },
    /// Search for what meets the scenario's goal; whatever is running is stopped.
    Decide {
        /// The question, with its scenario and settings.
        question: Question,
        /// The address of the page's folder.
        base: String,
    },
    /// Read the query of a scenario or of a sweep, and say what it is; what is running goes on.
    Understand {
        /// The scenario as a query.
        query: String,
    },
    /// Stop what is running: a run, a search or the reading of a file.
    Stop,
}

impl WorkRequest {
    /// Whether it asks for what only the larger engine can do: read or write a file, or search.
    pub fn needs_files(&self) -> bool {
        matches!(
            self,
            Self::Read { .. } | Self::Write { .. } | Self::Export { .. } | Self::Decide { .. }
        )
    }
}

/// What the worker does at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkStage {
    /// It fetches a trace from the page's folder; there is no measure of progress.
    Fetching,
    /// It reads a file; progress counts bytes.
    Reading,
    /// It runs a scenario; progress counts requests.
    Running,
}

/// What the worker answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A workload's file was read and is kept.
    File(Sealed<Opened>),
    /// A file could not be understood; the one before is kept.
    FileFailed {
        /// What is wrong with it and where.
        reason: String,
    },
    /// A file that can stand beside a workload was read and is kept.
    Attached {
        /// The option that refers to it.
        field: String,
        /// The file's name in a scenario, `basename~hash`.
        name: String,
        /// Its contents, in a few words.
        about: String,
    },
    /// The progress of what is running.
    Progress {
        /// What the worker does at the moment.
        stage: WorkStage,
        /// Bytes or requests done.
        done: f64,
        /// All bytes or requests; 0 if that is not known.
        total: f64,
    },
    /// The courses of the policies so far.
    Partial(Vec<Course>),
    /// A run has ended, with these results.
    Done(Box<WorkResult>),
    /// A request was forked, with these results.
    Forked(Box<Forked>),
    /// A run was written.
    Exported {
        /// The format's name, one of core's `FORMATS`.
        format: String,
        /// The whole file as text.
        text: String,
    },
    /// Policies were replayed side by side.
    Comparison {
        /// The number of the request.
        number: u32,
        /// The data to be shown.
        comparison: Sealed<Comparison>,
    },
    /// Policies were replayed with and without the events.
    Failure {
        /// The number of the request.
        number: u32,
        /// The data to be shown.
        failure: Sealed<Failure>,
    },
    /// The answer of a search, or what it has found so far.
    Decided(Sealed<Decision>),
    /// A scenario's query was read.
    Understood(Box<Own>),
    /// What was running has been stopped.
    Stopped,
    /// What was asked for could not be done.
    Failed {
        /// Why, in a sentence.
        reason: String,
    },
}

/// A question on what to run, with its scenario and settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The kind of question: whether a goal is judged, or a load, a fleet or parameters are searched for.
    pub quest: Quest,
    /// The scenario, as a query.
    pub query: String,
    /// The settings as typed, in the order of the question's settings.
    pub options: Vec<String>,
}

/// A workload's file that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// Its name in a scenario, `basename~hash`.
    pub name: String,
    /// The number of requests in the file.
    pub requests: u32,
    /// Notes on what was skipped or repaired.
    pub notes: Vec<String>,
    /// The contents of the file and how it was read, to be shown as a card.
    pub card: FileCard,
}

/// A decision, with the consequences of every alternative.
#[derive(Clone, Debug, PartialEq)]
pub struct Forked {
    /// The policy of the run, as it was typed.
    pub policy: String,
    /// The request that was forked, by its number from 0.
    pub request: u32,
    /// The consequences of the decision as it was made.
    pub original: Effect,
    /// The consequences of sending the request to each replica.
    pub effects: Vec<Effect>,
}

/// The results of a finished run or sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkResult {
    /// The scenario as a canonical query, with the workload's name by which it can be repeated; of a sweep, its first
    /// point's.
    pub query: String,
    /// The figures of each policy; of a sweep, those of every point.
    pub summaries: Vec<Summary>,
    /// In a sweep, the rate and number of replicas of each summary; else empty.
    pub points: Vec<(f64, u32)>,
    /// What the arrivals followed.
    pub arriving: Arriving,
    /// The course of each policy; empty for a sweep.
    pub courses: Vec<Course>,
    /// The slowest requests of each policy; empty for a sweep.
    pub picks: Vec<Vec<Pick>>,
    /// Notes on what was skipped or repaired in the workload.
    pub notes: Vec<String>,
    /// A sentence on where step times come from.
    pub provenance: String,
    /// What the workload's file measured beside what was simulated; empty if it measured nothing, and for a sweep.
    pub beside: Beside,
    /// What the scenario says, for the laboratory.
    pub facts: Sealed<ScenarioFacts>,
}

impl WorkResult {
    /// The results that a report holds, with the courses and slowest requests of its runs.
    pub(super) fn new(report: Report, courses: Vec<Course>, picks: Vec<Vec<Pick>>) -> Self {
        let point = |point: &Point| (point.rate, point.replicas);
        Self {
            facts: Sealed::new(&facts(&report.scenario)),
            query: report.scenario.to_query(),
            points: report.points.iter().map(point).collect(),
            arriving: report.arriving,
            summaries: report.summaries,
            courses,
            picks,
            notes: report.notes,
            provenance: report.provenance,
            beside: Beside::default(),
        }
    }

    /// What the scenario says.
    pub fn facts(&self) -> ScenarioFacts {
        // Both sides are from one build, so it can be opened.
        self.facts.open().unwrap_or_default()
    }

    /// The points of a sweep.
    pub fn points(&self) -> Vec<Point> {
        let point = |&(rate, replicas): &(f64, u32)| Point { rate, replicas };
        self.points.iter().map(point).collect()
    }

    /// The figures of each policy, in the order of the scenario.
    pub fn figures(&self) -> Vec<Figures> {
        self.summaries.iter().map(|it| it.values).collect()
    }

    /// The report that the results were made from; its scenario must be given the files that it refers to. `None` if the
    /// query cannot be read.
    pub fn report(&self) -> Option<Report> {
        Some(Report {
            scenario: Scenario::from_query(&self.query).ok()?,
            summaries: self.summaries.clone(),
            points: self.points(),
            arriving: self.arriving,
            notes: self.notes.clone(),
            provenance: self.provenance.clone(),
        })
    }
}

wire_choices! {
    WorkRequest {
        0: Run { query: a, base: b },
        1: Sweep { query: a, rates: b, replicas: c, base: d },
        2: Fork { query: a, policy: b, request: c, base: d },
        3: Export { query: a, format: b, base: c },
        4: Stop {},
        5: Prepare { query: a, base: b },
        6: Write { format: a, outcome: b, pictures: c },
        7: Comparison { query: a, base: b, number: c },
        8: Failure { query: a, base: b, number: c },
        9: Read { query: a },
        10: Decide { question: a, base: b },
        11: Understand { query: a },
    }
    WorkStage {
        0: Fetching {},
        1: Reading {},
        2: Running {},
    }
    Answer {
        0: File { 0: a },
        1: FileFailed { reason: a },
        2: Progress { stage: a, done: b, total: c },
        3: Partial { 0: a },
        4: Done { 0: a },
        5: Forked { 0: a },
        6: Exported { format: a, text: b },
        7: Stopped {},
        8: Failed { reason: a },
        9: Attached { field: a, name: b, about: c },
        10: Comparison { number: a, comparison: b },
        11: Failure { number: a, failure: b },
        12: Decided { 0: a },
        13: Understood { 0: a },
    }
}

wire_fields! {
    Question { quest, query, options }
    Opened { name, requests, notes, card }
    Forked { policy, request, original, effects }
    WorkResult { query, summaries, points, arriving, courses, picks, notes, provenance, beside, facts }
}

/// A message as bytes, beginning with the version.
pub(super) fn write(body: &impl Wire) -> Vec<u8> {
    let mut out = Vec::new();
    VERSION.write(&mut out);
    body.write(&mut out);
    out
}

/// Reads a message from bytes; the error says what is wrong with it.
pub(super) fn read<T: Wire>(mut bytes: &[u8]) -> Result<T, String> {
    match u32::read(&mut bytes) {
        Some(VERSION) => {}
        Some(other) => return Err(format!("a message of version {other}, not {VERSION}")),
        None => return Err("a message without a version".to_owned()),
    }
    let body = T::read(&mut bytes).filter(|_| bytes.is_empty());
    body.ok_or_else(|| "a message could not be read".to_owned())
}

#[cfg(test)]
mod tests;
