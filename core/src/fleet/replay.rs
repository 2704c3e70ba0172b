//! A whole scenario: every policy and seed over the same workload, in slices.

use std::sync::Arc;

use super::record::Run;
use super::simulation::Simulation;
use crate::cache::CacheState;
use crate::scenario::{Scenario, ScenarioError};
use crate::workload::Workload;

/// How far a replay has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Requests that have come to an end, over all runs.
    pub done: u64,
    /// All there are.
    pub total: u64,
    /// Whether everything is done.
    pub finished: bool,
}

/// The runs of a scenario, one after the other.
#[derive(Clone)]
pub struct Replay {
    scenario: Scenario,
    workload: Arc<Workload>,
    /// Policy index and seed of the runs still to come, last first.
    ahead: Vec<(usize, u64)>,
    current: Option<Simulation>,
    runs: Vec<Run>,
    total: u64,
    keep_steps: bool,
    /// What each finished run left, if that is kept.
    left: Option<Vec<CacheState>>,
}

impl Replay {
    /// Prepares the runs: for each policy, each seed.
    pub fn new(
        scenario: Scenario,
        workload: Arc<Workload>,
        keep_steps: bool,
    ) -> Result<Self, ScenarioError> {
        scenario.check()?;
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
            keep_steps,
            left: None,
        };
        replay.next()?;
        Ok(replay)
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The workload.
    pub fn workload(&self) -> &Arc<Workload> {
        &self.workload
    }

    /// From now on, what a finished run leaves in its caches is kept.
    pub fn keep_caches(&mut self) {
        self.left = Some(Vec::new());
    }

    /// What the finished runs left in their caches, if that is kept.
    pub fn caches(&self) -> &[CacheState] {
        self.left.as_deref().unwrap_or_default()
    }

    /// The runs that are finished.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The run under way.
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
                self.keep_steps,
            )?),
        };
        Ok(())
    }

    /// Handles up to `events` events.
    pub fn run(&mut self, events: u32) -> Result<Progress, ScenarioError> {
        if let Some(mut simulation) = self.current.take() {
            if simulation.run(events) {
                self.current = Some(simulation);
            } else {
                if let Some(left) = &mut self.left {
                    left.push(simulation.caches());
                }
                self.runs.push(simulation.finish());
                self.next()?;
            }
        }
        Ok(self.progress())
    }

    /// How far it has come.
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

    /// Runs to the end.
    pub fn finish(mut self) -> Result<Vec<Run>, ScenarioError> {
        while !self.run(1 << 16)?.finished {}
        Ok(self.runs)
    }
}
