//! A whole scenario: every policy and seed over the same workload, in slices.

use std::sync::Arc;

use super::log::Keep;
use super::record::Run;
use super::simulation::Simulation;
use crate::cache::CacheState;
use crate::scenario::{Scenario, ScenarioError};
use crate::workload::Workload;

/// How much of a computation is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Requests that have come to an end, over all runs.
    pub done: u64,
    /// All requests, over all runs.
    pub total: u64,
    /// Whether all of it is done.
    pub finished: bool,
}

/// The runs of a scenario, one after the other.
#[derive(Clone)]
pub struct Replay {
    scenario: Scenario,
    workload: Arc<Workload>,
    /// The runs still to come, each as its policy's index and its seed; the next one last.
    ahead: Vec<(usize, u64)>,
    current: Option<Simulation>,
    runs: Vec<Run>,
    total: u64,
    keep: Keep,
    /// What each finished run left in its caches; `None` if that is not kept.
    left: Option<Vec<CacheState>>,
}

impl Replay {
    /// Prepares the runs: for each policy, each seed. `keep`: what is kept of each besides what a report needs.
    ///
    /// # Errors
    /// What of the scenario does not go together or with the workload; that its requests are due beyond the end of the
    /// clock.
    pub fn new(
        scenario: Scenario,
        workload: Arc<Workload>,
        keep: impl Into<Keep>,
    ) -> Result<Self, ScenarioError> {
        scenario.check()?;
        scenario.fits_the_clock(&workload)?;
        let mut ahead: Vec<(usize, u64)> = Vec::new();
        for policy in 0..scenario.policies.len() {
            ahead.extend(
                (0..u64::from(scenario.seeds)).map(|k| (policy, scenario.seed.wrapping_add(k))),
            );
        }
        ahead.reverse();
        let count = scenario
            .requests
            .unwrap_or(workload.count)
            .min(workload.count);
        let total = u64::from(count) * ahead.len() as u64;
        let mut replay = Self {
            scenario,
            workload,
            ahead,
            current: None,
            runs: Vec::new(),
            total,
            keep: keep.into(),
            left: None,
        };
        replay.next()?;
        Ok(replay)
    }

    /// The scenario whose runs these are.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The workload that every run replays.
    pub fn workload(&self) -> &Arc<Workload> {
        &self.workload
    }

    /// Keeps from now on what a finished run leaves in its caches, and what its routers did.
    pub fn keep_caches(&mut self) {
        self.left = Some(Vec::new());
        if let Some(current) = &mut self.current {
            current.keep_diary();
        }
    }

    /// What the finished runs left in their caches; empty if that is not kept.
    pub fn caches(&self) -> &[CacheState] {
        self.left.as_deref().unwrap_or_default()
    }

    /// The runs that are finished.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The run under way; `None` after the last, and after an error.
    pub fn current(&self) -> Option<&Simulation> {
        self.current.as_ref()
    }

    fn next(&mut self) -> Result<(), ScenarioError> {
        self.current = match self.ahead.pop() {
            None => None,
            Some((policy, seed)) => Some(Simulation::new(
                &self.scenario,
                &self.scenario.policies[policy],
                Arc::clone(&self.workload),
                seed,
                self.keep,
            )?),
        };
        if let (Some(_), Some(current)) = (&self.left, &mut self.current) {
            current.keep_diary();
        }
        Ok(())
    }

    /// Handles up to `events` events.
    ///
    /// # Errors
    /// A run comes to the end of the clock before its own end; the next run cannot begin.
    pub fn run(&mut self, events: u32) -> Result<Progress, ScenarioError> {
        if let Some(mut simulation) = self.current.take() {
            if simulation.run(events) {
                self.current = Some(simulation);
            } else {
                simulation.within_the_clock()?;
                if let Some(left) = &mut self.left {
                    let caches = simulation.caches();
                    left.push(match self.scenario.left_before() {
                        Some(before) => caches.after(before)?,
                        None => caches,
                    });
                }
                self.runs.push(simulation.finish());
                self.next()?;
            }
        }
        Ok(self.progress())
    }

    /// How many requests are done, and of how many.
    pub fn progress(&self) -> Progress {
        let per_run = self.runs.first().map_or(0, |run| run.records.len() as u64);
        let current = self
            .current
            .as_ref()
            .map_or(0, |simulation| u64::from(simulation.progress().0));
        Progress {
            done: self.runs.len() as u64 * per_run + current,
            total: self.total,
            finished: self.current.is_none(),
        }
    }

    /// Goes on to the end of all runs.
    pub fn finish(mut self) -> Result<Vec<Run>, ScenarioError> {
        while !self.run(1 << 16)?.finished {}
        Ok(self.runs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::Outcome;
    use crate::units::ClockEnd;
    use crate::workload::Named;

    /// A replay of this many requests, one in a million seconds.
    fn slow(requests: u32) -> Result<Replay, ScenarioError> {
        let query = format!("v=2&w=template&n={requests}&rate=0.000001&arr=constant&r=2");
        let scenario = Scenario::from_query(&query)?;
        let workload = Named::parse(&scenario.workload)?.generate(16, 1, scenario.requests);
        Replay::new(scenario, Arc::new(workload.unwrap()), false)
    }

    #[test]
    fn a_run_beyond_the_end_of_the_clock_is_refused_before_or_where_it_comes_there() {
        let refused = ScenarioError::Clock(ClockEnd);
        assert_eq!(slow(3202).err(), Some(refused.clone()));
        // The last is due at the very end of the clock.
        assert_eq!(slow(3201).unwrap().finish().err(), Some(refused));
        let runs = slow(3200).unwrap().finish().unwrap();
        let records = runs.iter().flat_map(|run| &run.records);
        assert!(records.clone().count() >= 3200);
        assert!(records.clone().all(|it| it.outcome == Outcome::Completed));
    }
}
