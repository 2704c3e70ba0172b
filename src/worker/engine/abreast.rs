//! A scenario's policies side by side: each in a replay of its own, the one that has come least far going on.
//!
//! So every policy has a curve from the first slice on, and all end together. A run depends on its scenario, its policy and
//! its seed alone, so neither the order nor the slices change what comes out; only memory does: so many fleets at once.

use std::sync::Arc;
use warmpath_core::fleet::{Progress, Record, Replay, Run};
use warmpath_core::scenario::{Scenario, ScenarioError};
use warmpath_core::workload::Workload;
use warmpath_view::chart::Course;
use warmpath_view::chart::course::courses;

/// Policies that run abreast: as many as a chart tells apart. More run one after the other, as none has a curve.
const MOST: usize = 4;

/// The runs of a scenario.
pub(super) struct Abreast {
    scenario: Scenario,
    workload: Arc<Workload>,
    /// A replay a policy; one of all where they are too many.
    replays: Vec<Replay>,
}

impl Abreast {
    /// Before the start.
    pub(super) fn new(
        scenario: Scenario,
        workload: Arc<Workload>,
        keep_steps: bool,
    ) -> Result<Self, ScenarioError> {
        scenario.check()?;
        let replay = |scenario| Replay::new(scenario, Arc::clone(&workload), keep_steps);
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

    /// Handles up to `events` events of the policy that has come least far.
    pub(super) fn run(&mut self, events: u32) -> Result<Progress, ScenarioError> {
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

    /// Each policy's course so far; of several seeds, the first one's. None where the policies are too many for curves.
    pub(super) fn so_far(&self) -> Option<Vec<Course>> {
        if self.scenario.policies.len() != self.replays.len() {
            return None;
        }
        let mut parts: Vec<(String, &[Record])> = Vec::new();
        for replay in &self.replays {
            let records = match replay.runs().first() {
                Some(run) => run.records.as_slice(),
                None => replay.current()?.records(),
            };
            parts.push((replay.scenario().policies.first()?.to_string(), records));
        }
        Some(courses(&self.workload, self.scenario.block_size, &parts))
    }

    /// The runs, each policy's after the other, with what they are of.
    pub(super) fn finish(self) -> Result<(Scenario, Arc<Workload>, Vec<Run>), ScenarioError> {
        let mut runs = Vec::new();
        for replay in self.replays {
            runs.extend(replay.finish()?);
        }
        Ok((self.scenario, self.workload, runs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use warmpath_core::report::Report;
    use warmpath_core::report::json;
    use warmpath_core::workload::Named;

    fn workload(scenario: &Scenario) -> Arc<Workload> {
        let named = Named::parse(&scenario.workload).unwrap();
        let made = named.generate(scenario.block_size, scenario.seed, scenario.requests);
        Arc::new(made.unwrap())
    }

    #[test]
    fn policies_abreast_come_to_what_they_come_to_one_after_the_other() {
        for query in [
            "v=1&n=300&p=round-robin,least-load,chwbl,smart&seeds=2",
            "v=1&n=200&p=random,round-robin,least-load,chwbl,smart",
        ] {
            let scenario = Scenario::from_query(query).unwrap();
            let workload = workload(&scenario);
            let alone = Replay::new(scenario.clone(), Arc::clone(&workload), false).unwrap();
            let alone = alone.finish().unwrap();
            for events in [1, 777] {
                let mut abreast =
                    Abreast::new(scenario.clone(), Arc::clone(&workload), false).unwrap();
                let mut looked = 0;
                while !abreast.run(events).unwrap().finished {
                    looked += 1;
                }
                assert!(looked > 1);
                let (_, _, runs) = abreast.finish().unwrap();
                let told = |runs: &[Run]| json::write(&Report::new(&scenario, &workload, runs));
                assert_eq!(told(&runs), told(&alone), "{query}, {events} at once");
                assert!(runs.iter().zip(&alone).all(|(a, b)| a.records == b.records));
            }
        }
    }

    #[test]
    fn every_policy_has_a_curve_early_and_none_where_they_are_too_many() {
        let started = |policies: &str| {
            let scenario = Scenario::from_query(&format!("v=1&n=300&p={policies}")).unwrap();
            let mut abreast = Abreast::new(scenario.clone(), workload(&scenario), false).unwrap();
            let progress = loop {
                let progress = abreast.run(16).unwrap();
                if progress.done > 80 {
                    break progress;
                }
            };
            assert!(progress.done < progress.total / 2);
            abreast.so_far()
        };
        let four = started("round-robin,least-load,chwbl,smart").unwrap();
        assert_eq!(four.len(), 4);
        assert!(four.iter().all(|course| course.completed > 0));
        assert_eq!(started("random,round-robin,least-load,chwbl,smart"), None);
    }
}
