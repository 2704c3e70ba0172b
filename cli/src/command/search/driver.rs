//! Runs the trials that a search asks for, each round on several threads; outcomes that a directory has are not computed again.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use clap::{Arg, ArgMatches};
use warmpath_core::plan::{Search, Trial, TrialOutcome};
use warmpath_core::words::{counted, excerpt};
use warmpath_core::workload::Workload;

use super::journal::Journal;
use crate::command::fields;
use crate::failure::Failure;
use crate::terminal::{bar, show};

/// The options for how trials are run.
pub(crate) fn options() -> Vec<Arg> {
    vec![
        Arg::new("threads")
            .long("threads")
            .value_name("N")
            .help("runs at a time; the result is the same whatever it is [default: as many as there are cores]"),
        Arg::new("resume")
            .long("resume")
            .value_name("DIR")
            .help("keep the outcome of every run in DIR as it ends, and take from there what was run before: a search that was broken off goes on"),
        Arg::new("shard")
            .long("shard")
            .value_name("I/N")
            .requires("resume")
            .help("run the I-th of N independent parts into the directory of --resume; warmpath merge DIR prints the whole result"),
    ]
}

/// One of several parts that a search is divided into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    /// The number of the part, counted from 0.
    pub(crate) part: usize,
    pub(crate) parts: usize,
}

impl Shard {
    /// The part that `--shard` asks for; `None` if the search is not divided.
    pub(crate) fn of(matches: &ArgMatches) -> Result<Option<Self>, Failure> {
        let Some(text) = fields::given(matches, "shard") else {
            return Ok(None);
        };
        let read = |(part, parts): (&str, &str)| {
            let (part, parts): (usize, usize) = (part.parse().ok()?, parts.parse().ok()?);
            let fits = (1..=parts).contains(&part) && parts <= 10_000;
            fits.then(|| Self {
                part: part - 1,
                parts,
            })
        };
        let shard = text.split_once('/').and_then(read);
        shard.map(Some).ok_or_else(|| {
            Failure::usage(format!(
                "shard is \"{}\", but must be a part and the number of parts, as 1/4",
                excerpt(text)
            ))
        })
    }

    /// The message when a part has been run.
    pub(crate) fn kept(self, journal: &Journal) -> String {
        format!(
            "part {} of {}: {} kept in {}; warmpath merge prints the whole result when all parts are there",
            self.part + 1,
            self.parts,
            counted(journal.len() as u64, "run is", "runs are"),
            journal.directory().display()
        )
    }
}

/// Runs the trials that a search asks for.
pub(super) struct Driver {
    threads: usize,
    shard: Option<Shard>,
    journal: Option<Journal>,
    /// Whether the outcomes of all parts must be in the journal, so that only trials beyond the parts are run.
    only_known: bool,
}

impl Driver {
    /// A driver as the options describe it.
    pub(super) fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        let shard = Shard::of(matches)?;
        let journal = Journal::of(matches, shard)?;
        Ok(Self {
            threads: threads(matches)?,
            shard,
            journal,
            only_known: false,
        })
    }

    /// A driver that uses the outcomes that parts have stored, and runs only what depends on all of them.
    pub(super) fn merging(journal: Journal) -> Self {
        Self {
            threads: 1,
            shard: None,
            journal: Some(journal),
            only_known: true,
        }
    }

    /// Runs a search to its end. Returns whether the result is whole; that of a part is not.
    pub(super) fn run(
        &mut self,
        search: &mut dyn Search,
        workload: &Arc<Workload>,
    ) -> Result<bool, Failure> {
        if let Some(shard) = self.shard {
            search.only(shard.part, shard.parts);
        }
        let bar = bar("searching", "runs", search.expected());
        loop {
            let trials = search.wanted();
            if trials.is_empty() {
                break;
            }
            let beyond = search.is_beyond_parts();
            let outcomes = self.round(&trials, workload, &bar, beyond)?;
            search.take(outcomes);
            bar.set_length(search.expected().max(bar.position()));
        }
        bar.finish_and_clear();
        if let (Some(shard), Some(journal)) = (self.shard, &self.journal) {
            show(&shard.kept(journal));
        }
        Ok(self.shard.is_none())
    }

    fn round(
        &mut self,
        trials: &[Trial],
        workload: &Arc<Workload>,
        bar: &indicatif::ProgressBar,
        beyond_parts: bool,
    ) -> Result<Vec<TrialOutcome>, Failure> {
        let keys: Vec<String> = trials.iter().map(Trial::key).collect();
        let known = |key: &String| self.journal.as_ref()?.outcome(key);
        let outcomes: Vec<Option<TrialOutcome>> = keys.iter().map(known).collect();
        let missing: Vec<usize> = (0..trials.len())
            .filter(|&at| outcomes[at].is_none())
            .collect();
        bar.inc((trials.len() - missing.len()) as u64);
        if self.only_known && !beyond_parts && !missing.is_empty() {
            return Err(Failure::run(
                "a run is missing: not all parts are there, or one has not come to its end; run it again with the same --resume",
            ));
        }
        let journal = Mutex::new(&mut self.journal);
        let run = |at: usize| {
            let outcome = trials[missing[at]].run(workload);
            bar.inc(1);
            let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(journal) = &mut **journal {
                journal.keep(&keys[missing[at]], &outcome)?;
            }
            Ok(outcome)
        };
        let mut ran = in_parallel(self.threads, missing.len(), run).into_iter();
        let mut all = Vec::with_capacity(trials.len());
        for known in outcomes {
            match known {
                Some(known) => all.push(known),
                None => all.extend(ran.next().transpose()?),
            }
        }
        Ok(all)
    }
}

/// The results of `run` for each number below `count`, in their order, computed on several threads.
pub(crate) fn in_parallel<T: Send>(
    threads: usize,
    count: usize,
    run: impl Fn(usize) -> Result<T, Failure> + Sync,
) -> Vec<Result<T, Failure>> {
    let threads = threads.min(count);
    if threads <= 1 {
        return (0..count).map(run).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<Option<Result<T, Failure>>>> =
        Mutex::new((0..count).map(|_| None).collect());
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                break;
            }
            let result = run(at);
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done[at] = Some(result);
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.into_iter().flatten().collect()
}

/// The number of trials that are run at the same time.
pub(crate) fn threads(matches: &ArgMatches) -> Result<usize, Failure> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    super::whole(matches, "threads", cores as u32, (1, 1024)).map(|it| it as usize)
}
