//! Every point of a sweep, one after the other: a fleet at a time, whatever the number of points.

use std::sync::Arc;

use super::Work;
use crate::fleet::{Progress, Replay};
use crate::report::Report;
use crate::scenario::{Scenario, ScenarioError, Sweep, Warm};
use crate::workload::Workload;

/// The runs of a sweep, of which only the reports are kept.
pub struct SweepRuns {
    sweep: Sweep,
    workload: Arc<Workload>,
    /// The number of the point under way.
    at: usize,
    current: Option<Replay>,
    report: Option<Report>,
    /// The number of requests of a point, over all its runs.
    each: u64,
}

impl SweepRuns {
    /// A sweep before its first point.
    ///
    /// # Errors
    /// What of the scenario does not go together; a list of rates that changes no arrival. A cache state that does not fit some point is
    /// refused before any is run.
    pub fn new(sweep: Sweep, workload: Arc<Workload>) -> Result<Self, ScenarioError> {
        if !sweep.rates().is_empty() {
            sweep.base.takes_rates(&workload)?;
        }
        let first = begun(sweep.point(0)?, &workload)?;
        check_caches(&sweep, &workload)?;
        Ok(Self {
            each: first.progress().total,
            sweep,
            workload,
            at: 0,
            current: Some(first),
            report: None,
        })
    }

    /// The report over the points that have ended; `None` if there are none.
    pub fn into_report(self) -> Option<Report> {
        self.report
    }
}

/// The runs of a point, if its arrivals fit into virtual time.
fn begun(point: Scenario, workload: &Arc<Workload>) -> Result<Replay, ScenarioError> {
    Replay::new(point, Arc::clone(workload), false)
}

/// Checks that a cache state fits the replicas of every point; what else it must fit is the same for all and is checked with the first.
fn check_caches(sweep: &Sweep, workload: &Workload) -> Result<(), ScenarioError> {
    let Warm::Left(file) = &sweep.base.warm else {
        return Ok(());
    };
    let Some(state) = file.content() else {
        return Ok(());
    };
    for n in 0..sweep.len() {
        let point = sweep.point(n)?;
        if point.replicas != sweep.base.replicas {
            let fleet = (point.replicas, point.replicas_ever());
            let checked = state.check(workload, fleet);
            checked.map_err(|source| ScenarioError::Cache {
                name: file.name().to_owned(),
                source,
            })?;
        }
    }
    Ok(())
}

impl Work for SweepRuns {
    type Error = ScenarioError;

    fn advance(&mut self, events: u32) -> Result<Progress, ScenarioError> {
        let Some(mut replay) = self.current.take() else {
            return Ok(self.progress());
        };
        if !replay.run(events)?.finished {
            self.current = Some(replay);
            return Ok(self.progress());
        }
        let report = Report::new(replay.scenario(), &self.workload, replay.runs());
        // The fleet's memory is freed before the next fleet is made.
        drop(replay);
        Report::join(&mut self.report, report);
        self.at += 1;
        if self.at < self.sweep.len() {
            let point = self.sweep.point(self.at)?;
            self.current = Some(begun(point, &self.workload)?);
        }
        Ok(self.progress())
    }

    fn progress(&self) -> Progress {
        let current = self.current.as_ref().map_or(0, |it| it.progress().done);
        Progress {
            done: self.at as u64 * self.each + current,
            total: self.sweep.len() as u64 * self.each,
            finished: self.current.is_none(),
        }
    }
}
