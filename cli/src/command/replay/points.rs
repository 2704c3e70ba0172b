//! Runs the points of a sweep on all cores; they are stored in a directory if one is given, and may be run in parts.

use std::sync::{Arc, Mutex, PoisonError};

use clap::ArgMatches;
use serde::{Deserialize, Serialize};
use warmpath_core::fleet::Replay;
use warmpath_core::metrics::Summary;
use warmpath_core::report::Report;
use warmpath_core::report::format::Writer;
use warmpath_core::scenario::{Scenario, Sweep};
use warmpath_core::session::SweepRuns;
use warmpath_core::workload::Workload;
use warmpath_view::export;

use super::{charts, scenario};
use crate::command::search::driver::{Shard, in_parallel, threads};
use crate::command::search::journal::Journal;
use crate::failure::Failure;
use crate::output::Output;
use crate::source;
use crate::terminal::{bar, show};

/// The stored result of a point.
#[derive(Serialize, Deserialize)]
struct StoredPoint {
    summaries: Vec<Summary>,
    notes: Vec<String>,
    provenance: String,
}

impl StoredPoint {
    fn report(self, scenario: Scenario, workload: &Workload) -> Report {
        Report {
            arriving: scenario.arriving(workload),
            scenario,
            summaries: self.summaries,
            points: Vec::new(),
            notes: self.notes,
            provenance: self.provenance,
        }
    }
}

/// Runs a sweep, or a part of it. `None` if only a part was run, so that there is no report yet.
pub(super) fn report(
    matches: &ArgMatches,
    sweep: &Sweep,
    workload: &Arc<Workload>,
) -> Result<Option<Report>, Failure> {
    // A point that is not valid is refused before any point is run.
    drop(SweepRuns::new(sweep.clone(), Arc::clone(workload))?);
    let shard = Shard::of(matches)?;
    let journal = Journal::of(matches, shard)?;
    let mine = |n: &usize| shard.is_none_or(|it| n % it.parts == it.part);
    let wanted: Vec<usize> = (0..sweep.len()).filter(mine).collect();
    let mut points = Vec::new();
    for &n in &wanted {
        points.push(sweep.point(n)?);
    }
    let bar = bar("replaying", "points", wanted.len() as u64);
    let journal = Mutex::new(journal);
    let run = |at: usize| -> Result<StoredPoint, Failure> {
        let point: &Scenario = &points[at];
        let key = point.to_query();
        let known = {
            let journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
            journal.as_ref().and_then(|it| it.get(&key))
        };
        let kept = match known {
            Some(known) => known,
            None => {
                let replay = Replay::new(point.clone(), Arc::clone(workload), false)?;
                let report = Report::new(point, workload, &replay.finish()?);
                let kept = StoredPoint {
                    summaries: report.summaries,
                    notes: report.notes,
                    provenance: report.provenance,
                };
                let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(journal) = &mut *journal {
                    journal.keep(&key, &kept)?;
                }
                kept
            }
        };
        bar.inc(1);
        Ok(kept)
    };
    let all = in_parallel(threads(matches)?, points.len(), run);
    bar.finish_and_clear();
    let mut whole = None;
    for (kept, point) in all.into_iter().zip(&points) {
        Report::join(&mut whole, kept?.report(point.clone(), workload));
    }
    let journal = journal.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let (Some(shard), Some(journal)) = (shard, journal) {
        show(&shard.kept(&journal));
        return Ok(None);
    }
    Ok(whole)
}

/// The report of a sweep from its stored parts.
pub(in crate::command) fn merged(
    split: &ArgMatches,
    matches: &ArgMatches,
    journal: &Journal,
    output: &Output,
) -> Result<(), Failure> {
    let format = super::format(matches)?;
    let charts = charts::directory(split)?;
    if let (Some(directory), Output::File(file)) = (charts, output) {
        charts::refuse_overwriting(directory, "--out", file)?;
    }
    let mut sweep = scenario::of(split)?;
    let workload = source::load(&mut sweep.base)?;
    let mut whole = None;
    for n in 0..sweep.len() {
        let point = sweep.point(n)?;
        let kept: Option<StoredPoint> = journal.get(&point.to_query());
        let kept = kept.ok_or_else(|| {
            Failure::run("a point is missing: one of the parts has not come to its end; run it again with the same --resume")
        })?;
        Report::join(&mut whole, kept.report(point, &workload));
    }
    let report = whole.ok_or_else(|| Failure::usage("nothing was run"))?;
    if let Some(directory) = charts {
        charts::write(directory, &export::charts(&report, &[]))?;
    }
    let text = match format.writer() {
        Writer::Report(write) => write(&report),
        Writer::Pictured(write) => write(&report, &export::pictures(&report, &[])),
        Writer::Workload(_) | Writer::Runs(_) | Writer::Rows(_) => {
            return Err(Failure::usage(format!(
                "a sweep cannot be written as {}",
                format.name
            )));
        }
    };
    output.write(text.as_bytes())
}
