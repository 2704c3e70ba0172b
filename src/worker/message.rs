//! What the page asks its worker, and what the worker answers.

use warmpath_core::fleet::Effect;
use warmpath_core::metrics::{Figures, Summary};
use warmpath_core::report::html::Picture;
use warmpath_core::report::{Point, Report};
use warmpath_core::scenario::Scenario;
use warmpath_view::chart::Course;
use warmpath_view::duel::Duel;
use warmpath_view::duel::play::Own;
use warmpath_view::failure::Failure;
use warmpath_view::fork::Pick;
use warmpath_view::lab::summary::FileCard;
use warmpath_view::measured::Beside;
use warmpath_view::plans::{Decision, Quest};
use warmpath_view::wire::Wire;
use warmpath_view::{wire_choices, wire_fields};

/// Changes whenever [`Ask`] or [`Answer`] does. Both sides are of one build, so this is only a guard against a stray message.
pub const VERSION: u32 = 12;

/// What the page asks. A file is posted as it is, and read when that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Get ready for a run of a scenario that is likely to be asked for; nothing is answered.
    Prepare {
        /// The scenario as a query.
        query: String,
        /// The page's base address.
        base: String,
    },
    /// Read the file that was posted last, or the one before if that was no workload, as a scenario says; it is kept if it is
    /// good.
    Read {
        /// The scenario as a query.
        query: String,
    },
    /// Run a scenario; whatever runs is given up.
    Run {
        /// The scenario as a query.
        query: String,
        /// The page's base address, which traces are fetched relative to.
        base: String,
    },
    /// Run a sweep: every number of replicas at every rate.
    Sweep {
        /// The scenario as a query.
        query: String,
        /// Arrivals a second, split by commas; empty: the scenario's.
        rates: String,
        /// Replicas, split by commas; empty: the scenario's.
        replicas: String,
        /// The page's base address.
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
        /// The page's base address.
        base: String,
    },
    /// Write a finished run's figures in a format; what runs goes on.
    Write {
        /// The format's name, one of core's `FORMATS`.
        format: String,
        /// What came of the run.
        outcome: Box<Outcome>,
        /// Its charts, for a format with pictures.
        pictures: Vec<Picture>,
    },
    /// Write a run in a format that needs more than its figures; it is run again.
    Export {
        /// The scenario as a query.
        query: String,
        /// The format's name, one of core's `FORMATS`.
        format: String,
        /// The page's base address.
        base: String,
    },
    /// Replay two to four policies on the same arrivals, to be shown side by side.
    Duel {
        /// The scenario as a query.
        query: String,
        /// The page's base address.
        base: String,
        /// Comes back with the answer, which may be of what was asked before.
        number: u32,
    },
    /// Replay two to four policies with what befalls the fleet and without, to be shown side by side.
    Failure {
        /// The scenario as a query.
        query: String,
        /// The page's base address.
        base: String,
        /// Comes back with the answer, which may be of what was asked before.
        number: u32,
    },
    /// Search for what meets the scenario's goal; whatever runs is given up.
    Decide {
        /// Which search, of which scenario, with which settings.
        question: Question,
        /// The page's base address.
        base: String,
    },
    /// Read a scenario, or a sweep, and say what it is; what runs goes on.
    Understand {
        /// The scenario as a query.
        query: String,
    },
    /// Give up what runs, be it a run or a file.
    Stop,
}

impl Ask {
    /// Whether it asks for what the larger engine alone does: to read or to write a file, or to search.
    pub fn needs_files(&self) -> bool {
        matches!(
            self,
            Self::Read { .. } | Self::Write { .. } | Self::Export { .. } | Self::Decide { .. }
        )
    }
}

/// What the worker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Fetches a trace from beside the page; there is no measure of progress.
    Fetching,
    /// Reads a file; progress counts bytes.
    Reading,
    /// Runs; progress counts requests.
    Running,
}

/// What the worker answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A file was read and is kept.
    File(Opened),
    /// A file was not understood; the one before is kept.
    FileFailed {
        /// What is wrong with it and where.
        reason: String,
    },
    /// A file that a scenario can name beside its workload was read and is kept.
    Attached {
        /// The part that names it, by its option.
        field: String,
        /// The file's name in a scenario, `basename~hash`.
        name: String,
        /// What it holds, in a few words.
        about: String,
    },
    /// How far it has come.
    Progress {
        /// What the worker does at the moment.
        stage: Stage,
        /// Bytes or requests done.
        done: f64,
        /// All bytes or requests that there are; 0: not known.
        total: f64,
    },
    /// The courses so far.
    Partial(Vec<Course>),
    /// A run has ended.
    Done(Box<Outcome>),
    /// A request was forked.
    Forked(Box<Forked>),
    /// A run was written.
    Exported {
        /// The format's name, one of core's `FORMATS`.
        format: String,
        /// The whole file as text.
        text: String,
    },
    /// Policies were replayed side by side.
    Duel {
        /// As it was asked.
        number: u32,
        /// What there is to show.
        duel: Box<Duel>,
    },
    /// Policies were replayed with what befalls the fleet and without.
    Failure {
        /// As it was asked.
        number: u32,
        /// What there is to show.
        failure: Box<Failure>,
    },
    /// What a search came to, or what it has found so far.
    Decided(Box<Decision>),
    /// A scenario was read.
    Understood(Box<Own>),
    /// It was given up.
    Stopped,
    /// It could not be run.
    Failed {
        /// Why, in a sentence.
        reason: String,
    },
}

/// A question on what to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Whether a goal is judged, or a load, a fleet or a policy's numbers are looked for.
    pub quest: Quest,
    /// Of which scenario, as a query.
    pub query: String,
    /// With which settings, as typed, in the order of the quest's.
    pub options: Vec<String>,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// `basename~hash`, its name in a scenario.
    pub name: String,
    /// How many requests the file holds.
    pub requests: u32,
    /// What was skipped or repaired.
    pub notes: Vec<String>,
    /// What the file holds and how it was read, to be shown beside its name.
    pub card: FileCard,
}

/// A decision and what every alternative to it leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Forked {
    /// The policy of the run, as it was typed.
    pub policy: String,
    /// The request that was forked, by its number from 0.
    pub request: u32,
    /// What the decision led to.
    pub original: Effect,
    /// What sending the request to each replica leads to.
    pub effects: Vec<Effect>,
}

/// A finished run, or sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The scenario, canonical, its workload by the name that repeats it; of a sweep, its first point's.
    pub query: String,
    /// The policies' figures; of a sweep, those of every point.
    pub summaries: Vec<Summary>,
    /// In a sweep, each summary's rate and replicas.
    pub points: Vec<(f64, u32)>,
    /// The policies' courses; none of a sweep.
    pub courses: Vec<Course>,
    /// Each policy's slowest requests; none of a sweep.
    pub picks: Vec<Vec<Pick>>,
    /// What was skipped or repaired in the workload.
    pub notes: Vec<String>,
    /// Where step times come from.
    pub provenance: String,
    /// What the workload's file measured, beside that; nothing of one that measured nothing, and of a sweep.
    pub beside: Beside,
}

impl Outcome {
    /// What is to be said of a report.
    pub(super) fn new(report: Report, courses: Vec<Course>, picks: Vec<Vec<Pick>>) -> Self {
        let point = |point: &Point| (point.rate, point.replicas);
        Self {
            query: report.scenario.to_query(),
            points: report.points.iter().map(point).collect(),
            summaries: report.summaries,
            courses,
            picks,
            notes: report.notes,
            provenance: report.provenance,
            beside: Beside::default(),
        }
    }

    /// Each policy's figures, in the order of the scenario.
    pub fn figures(&self) -> Vec<Figures> {
        self.summaries.iter().map(|it| it.values).collect()
    }

    /// The report, equal to the one it was made of once its scenario has been handed the files that it names.
    pub fn report(&self) -> Option<Report> {
        let point = |&(rate, replicas): &(f64, u32)| Point { rate, replicas };
        Some(Report {
            scenario: Scenario::from_query(&self.query).ok()?,
            summaries: self.summaries.clone(),
            points: self.points.iter().map(point).collect(),
            notes: self.notes.clone(),
            provenance: self.provenance.clone(),
        })
    }
}

wire_choices! {
    Ask {
        0: Run { query: a, base: b },
        1: Sweep { query: a, rates: b, replicas: c, base: d },
        2: Fork { query: a, policy: b, request: c, base: d },
        3: Export { query: a, format: b, base: c },
        4: Stop {},
        5: Prepare { query: a, base: b },
        6: Write { format: a, outcome: b, pictures: c },
        7: Duel { query: a, base: b, number: c },
        8: Failure { query: a, base: b, number: c },
        9: Read { query: a },
        10: Decide { question: a, base: b },
        11: Understand { query: a },
    }
    Stage {
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
        10: Duel { number: a, duel: b },
        11: Failure { number: a, failure: b },
        12: Decided { 0: a },
        13: Understood { 0: a },
    }
}

wire_fields! {
    Question { quest, query, options }
    Opened { name, requests, notes, card }
    Forked { policy, request, original, effects }
    Outcome { query, summaries, points, courses, picks, notes, provenance, beside }
}

/// A message as bytes, its version first.
pub(super) fn write(body: &impl Wire) -> Vec<u8> {
    let mut out = Vec::new();
    VERSION.write(&mut out);
    body.write(&mut out);
    out
}

/// A message from bytes; the error says what is wrong with it.
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
