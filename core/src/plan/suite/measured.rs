//! One run of a suite (one policy, one seed, one test), and the figures that are measured of it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Suite;
use super::table::Test;
use crate::fleet::{Outcome, Simulation};
use crate::metrics::{Figures, summarise};
use crate::replica::terms::Switch;
use crate::scenario::{Scenario, ScenarioError};
use crate::units::VirtualTime;
use crate::workload::{Named, Workload};

/// Virtual time between two samples of the blocks in use \[s\].
const LOOK: f64 = 5.0;
/// Number of events that are handled between two checks whether a sample is due.
const EVENTS: u32 = 8;

/// A test that is ready to be run.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The suite it belongs to.
    pub suite: &'static Suite,
    /// The test that is to be run.
    pub test: Test,
    /// The scenario that runs the test, with all policies and seeds.
    pub scenario: Scenario,
    workload: Arc<Workload>,
}

/// The figures that were measured in one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The figures that every report has.
    pub values: Figures,
    /// Requests of the test, answered or not.
    pub requests: u64,
    /// The number of answered requests that found at least one token of their prompt in a cache.
    pub with_hit: u64,
    /// The least time from sending a request to its last token \[ms\]; `None`: none was answered.
    pub least_ms: Option<f64>,
    /// The most time from sending a request to its last token \[ms\]; `None`: none was answered.
    pub most_ms: Option<f64>,
    /// Mean TTFT of the same run on replicas without a prefix cache \[ms\]; `None` if the suite does not ask for it.
    pub uncached_ttft_ms: Option<f64>,
    /// The number of attempts that were sent to each replica, without those sent there while it was dead.
    pub routed: Vec<u64>,
    /// The number of blocks that requests still held when the run had ended.
    pub held_after: u64,
    /// The size of a block \[bytes\].
    pub block_bytes: f64,
    /// The memory that the blocks of the largest request's prompt and answer take \[kB\]; computed, whether it was answered or not.
    pub request_kb: f64,
    /// Samples of the blocks that requests held in all pools: virtual time \[s\] and number of blocks.
    pub timeline: Vec<(f64, u64)>,
    /// The number of attempts sent to replicas that were down or hung; `None` if nothing could befall the fleet.
    pub sent_to_dead: Option<u64>,
    /// Prompt tokens that were computed again because a cache was lost; `None` if nothing could befall the fleet.
    pub recomputed_tokens: Option<u64>,
}

/// Prepares the tests of a suite for a fleet; also returns the tests that cannot be run on it, each with the reason.
pub fn prepare(
    suite: &'static Suite,
    fleet: &Scenario,
    quick: bool,
) -> (Vec<Prepared>, Vec<(String, String)>) {
    let (mut ready, mut left_out) = (Vec::new(), Vec::new());
    for test in suite.tests(quick) {
        let name = test.name.clone();
        match prepared(suite, test, fleet) {
            Ok(prepared) => ready.push(prepared),
            Err(reason) => left_out.push((name, reason)),
        }
    }
    (ready, left_out)
}

/// A test with its workload, ready to be run on this fleet.
fn prepared(suite: &'static Suite, test: Test, fleet: &Scenario) -> Result<Prepared, String> {
    let mut scenario = test.scenario(fleet).map_err(|error| error.to_string())?;
    scenario.check().map_err(|error| error.to_string())?;
    let named = Named::parse(&scenario.workload).map_err(|error| error.to_string())?;
    let made = named.generate(scenario.block_size, scenario.seed, scenario.requests);
    let workload = made.map_err(|error| error.to_string())?;
    scenario.workload.clone_from(&workload.name);
    scenario
        .fits_the_clock(&workload)
        .map_err(|error| error.to_string())?;
    Ok(Prepared {
        suite,
        test,
        scenario,
        workload: Arc::new(workload),
    })
}

impl Prepared {
    /// The scenario as a query string, with which `warmpath replay` repeats the runs.
    pub fn query(&self) -> String {
        self.scenario.to_query()
    }

    /// The requests of the test.
    pub fn workload(&self) -> &Workload {
        &self.workload
    }

    /// Runs the test under one of the scenario's policies, with one of its seeds (both counted from 0).
    ///
    /// # Errors
    /// If the policy and the scenario contradict each other, or the run reaches the end of the clock.
    pub fn measure(&self, policy: usize, seed: u32) -> Result<Measured, ScenarioError> {
        let (scenario, seed) = (
            self.alone(policy),
            self.scenario.seed.wrapping_add(seed.into()),
        );
        let mut measured = self.run(&scenario, seed)?;
        if self.suite.uncached {
            let mut without = scenario;
            without.off = without.off.with(Switch::PrefixCache);
            measured.uncached_ttft_ms = Some(self.run(&without, seed)?.values.mean_ttft_ms);
        }
        Ok(measured)
    }

    fn alone(&self, policy: usize) -> Scenario {
        let policy = self.scenario.policies.get(policy).into_iter();
        Scenario {
            policies: policy.cloned().collect(),
            seeds: 1,
            ..self.scenario.clone()
        }
    }

    fn run(&self, scenario: &Scenario, seed: u64) -> Result<Measured, ScenarioError> {
        let Some(policy) = scenario.policies.first() else {
            return Err(ScenarioError::Conflict("there is no policy".to_owned()));
        };
        let workload = Arc::clone(&self.workload);
        let mut run = Simulation::new(scenario, policy, workload, seed, false)?;
        let mut timeline = Vec::new();
        let events = if self.suite.timeline { EVENTS } else { 1 << 16 };
        let mut next = VirtualTime::from_secs(LOOK);
        while run.run(events) {
            if self.suite.timeline && run.now() >= next {
                let held: u64 = run.blocks_held().into_iter().map(u64::from).sum();
                timeline.push((run.now().secs(), held));
                while next <= run.now() {
                    next += VirtualTime::from_secs(LOOK);
                }
            }
        }
        run.within_the_clock()?;
        let held_after: u64 = run.blocks_held().into_iter().map(u64::from).sum();
        timeline.push((run.now().secs(), held_after));
        let run = run.finish();
        let answered = || {
            let records = run.records.iter();
            records.filter(|it| it.outcome == Outcome::Completed)
        };
        let whole = || answered().map(|it| (it.done - it.sent).millis());
        let block_bytes = scenario.pool_sum().per_token
            * f64::from(scenario.block_size)
            * f64::from(scenario.tensor_parallel);
        let tokens = |n: usize| {
            let request = self.workload.request(n as u32);
            u64::from(request.prompt_tokens) + u64::from(request.output_tokens)
        };
        let largest = (0..run.records.len()).map(tokens).max().unwrap_or(0);
        let blocks = largest.div_ceil(scenario.block_size.into());
        let summary = summarise(scenario, &self.workload, core::slice::from_ref(&run));
        let Some(summary) = summary.into_iter().next() else {
            return Err(ScenarioError::Conflict("nothing was run".to_owned()));
        };
        let life = summary.life.as_ref();
        Ok(Measured {
            requests: run.records.len() as u64,
            with_hit: answered().filter(|it| it.hit_tokens > 0).count() as u64,
            least_ms: whole().reduce(f64::min),
            most_ms: whole().reduce(f64::max),
            uncached_ttft_ms: None,
            routed: run.replicas.iter().map(|it| it.requests.into()).collect(),
            held_after,
            block_bytes,
            request_kb: blocks as f64 * block_bytes / 1e3,
            timeline: if self.suite.timeline {
                timeline
            } else {
                Vec::new()
            },
            sent_to_dead: life.map(|it| it.sent_to_dead),
            recomputed_tokens: life.map(|it| it.recomputed_tokens),
            values: summary.values,
        })
    }
}

impl Measured {
    /// The share of requests that were answered \[%\]; 0 if there were no requests.
    pub fn answered(&self) -> f64 {
        match self.requests {
            0 => 0.0,
            all => self.values.completed / all as f64 * 100.0,
        }
    }

    /// A figure that is NaN where nothing has it, which is `None` here.
    pub(super) fn some(&self, value: f64) -> Option<f64> {
        (!value.is_nan()).then_some(value)
    }

    /// A number of requests as a share of all \[%\]; `None` if there were no requests.
    pub(super) fn share(&self, of: u64) -> Option<f64> {
        (self.requests > 0).then(|| of as f64 / self.requests as f64 * 100.0)
    }

    /// The time until the client has something \[ms\]: that to the first token, or that to the whole of an answer that is not
    /// streamed.
    pub(super) fn wait(&self, test: &Test, ttft_ms: f64, e2el_ms: f64) -> Option<f64> {
        self.some(if test.streamed { ttft_ms } else { e2el_ms })
    }

    /// FakeAI's figure for balance, computed from where the requests really went: 100 less their variance over the replicas
    /// as a percentage of their mean, never below 0.
    pub(super) fn balance(&self) -> Option<f64> {
        let counts: Vec<f64> = self.routed.iter().map(|&it| it as f64).collect();
        let mean = crate::histogram::mean(&counts);
        let squares: Vec<f64> = counts.iter().map(|it| (it - mean) * (it - mean)).collect();
        (mean > 0.0).then(|| (100.0 - crate::histogram::mean(&squares) / mean * 100.0).max(0.0))
    }

    /// The size of the blocks that were still held at the end \[MB\].
    pub(super) fn held_after_mb(&self) -> f64 {
        self.held_after as f64 * self.block_bytes / 1e6
    }
}
