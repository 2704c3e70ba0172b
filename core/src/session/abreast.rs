//! A scenario's policies side by side: each has a replay of its own, and each slice goes to the replay that has come least far.
//!
//! So every policy has a curve early on, and all end together. A run depends on its scenario, its policy and its
//! seed alone, so neither the order nor the slices change the results; only the memory is larger, as every policy has its fleet at
//! the same time.

use std::sync::Arc;

use super::Work;
use crate::fleet::{Keep, Progress, Record, Replay, Run};
use crate::scenario::{Scenario, ScenarioError};
use crate::workload::Workload;

/// The most policies that run side by side: as many as a chart shows. More run one after the other, as no curves are drawn of them.
const MOST: usize = 4;

/// The runs of a scenario, in slices. See the [module](self).
pub struct Abreast {
    scenario: Scenario,
    workload: Arc<Workload>,
    /// A replay for each policy; a single one for all, if they are too many.
    replays: Vec<Replay>,
}

impl Abreast {
    /// The runs of a scenario before their beginning.
    ///
    /// # Errors
    /// What of the scenario does not go together or with the workload.
    pub fn new(
        scenario: Scenario,
        workload: Arc<Workload>,
        keep: impl Into<Keep>,
    ) -> Result<Self, ScenarioError> {
        scenario.check()?;
        let keep = keep.into();
        let replay = |scenario| Replay::new(scenario, Arc::clone(&workload), keep);
        let alone = |policy: &_| {
            replay(Scenario {
                policies: vec![Clone::clone(policy)],
                ..scenario.clone()
            })
        };
        let replays = if scenario.policies.len() > MOST {
            vec![replay(scenario.clone())?]
        } else {
            let each = scenario.policies.iter().map(alone);
            each.collect::<Result<_, _>>()?
        };
        Ok(Self {
            scenario,
            workload,
            replays,
        })
    }

    /// The scenario whose runs these are.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The workload that every run replays.
    pub fn workload(&self) -> &Workload {
        &self.workload
    }

    /// Each policy's name and its records so far; with several seeds, those of the first. `None` where the policies are too many to
    /// run side by side.
    pub fn so_far(&self) -> Option<Vec<(String, &[Record])>> {
        if self.scenario.policies.len() != self.replays.len() {
            return None;
        }
        let part = |replay: &'_ Replay| Some(replay.scenario().policies.first()?.to_string());
        let records = |replay| match Replay::runs(replay).first() {
            Some(run) => Some(run.records.as_slice()),
            None => Some(replay.current()?.records()),
        };
        let parts = self.replays.iter();
        parts.map(|it| Some((part(it)?, records(it)?))).collect()
    }

    /// Goes on to the end of all runs, and returns them policy by policy, with their scenario and workload.
    ///
    /// # Errors
    /// Why a run cannot go on to its end.
    pub fn finish(self) -> Result<(Scenario, Arc<Workload>, Vec<Run>), ScenarioError> {
        let mut runs = Vec::new();
        for replay in self.replays {
            runs.extend(replay.finish()?);
        }
        Ok((self.scenario, self.workload, runs))
    }
}

impl Work for Abreast {
    type Error = ScenarioError;

    /// Handles up to `events` events of the policy that has come least far.
    fn advance(&mut self, events: u32) -> Result<Progress, ScenarioError> {
        let behind = self
            .replays
            .iter_mut()
            .map(|replay| (replay.progress(), replay))
            .filter(|(progress, _)| !progress.finished)
            .min_by_key(|(progress, _)| progress.done);
        if let Some((_, replay)) = behind {
            replay.run(events)?;
        }
        Ok(self.progress())
    }

    fn progress(&self) -> Progress {
        let none = Progress {
            done: 0,
            total: 0,
            finished: true,
        };
        let each = self.replays.iter().map(Replay::progress);
        each.fold(none, |sum, one| Progress {
            done: sum.done + one.done,
            total: sum.total + one.total,
            finished: sum.finished && one.finished,
        })
    }
}
