//! Suites: the same tests for any fleet, and verdicts by thresholds that were fixed beforehand.
//!
//! The tests and thresholds are those of FakeAI's benchmarks (the 0.3.2 wheel's `benchmarks/`, and the benchmark guide 0.0.4 of
//! 2025-10-04, which alone has the thresholds), run in virtual time. FakeAI assumes many of its figures; here all are measured:
//!
//! | FakeAI 0.3.2 | here |
//! | --- | --- |
//! | every request after a prompt's first counts as a hit without looking: 80 % in any run | prompt tokens taken from a replica's cache |
//! | the column P90 shows the P50 | the P90 |
//! | the client itself computes which worker a prompt would go to | where the router sent it |
//! | "sustained" sends one request after the other | an open loop |
//! | the gain from the cache is the latency of the first rounds against that of later ones | the same requests without a cache |
//! | memory is that of the server's process | blocks of the pools, and those still held when all requests are answered |
//!
//! A [`Suite`] is a list of [`Test`]s. A test is part of a query string that is applied to the scenario of the fleet; it is
//! run for each of the scenario's policies and seeds ([`Prepared::measure`]), and [`SuiteResults`] has all results. The suite
//! `operations` has the scenarios of docs/operations.md. FakeAI's guide does not say what its prompts are, so their lengths
//! are chosen here ([`table`]).
//!
//! Left out: FakeAI's list of errors, and the models of its AIPerf run (the scenario's model is used instead).

pub mod operations;

mod found;
mod grade;
mod measured;
mod metric;
mod table;

pub use found::{FoundRow, Spread, SuiteResults};
pub use grade::{Grade, TARGETS, Target, targets};
pub use measured::{Measured, Prepared, prepare};
pub use metric::Metric;
pub use table::{SUITES, Test, suite};

use crate::scenario::{Arrivals, Scenario, ScenarioError, Warm};

/// A list of tests that any fleet can be put through, with the rule by which it is judged.
#[derive(Debug)]
pub struct Suite {
    /// The name by which the suite is asked for, which is also the name of its files.
    pub name: &'static str,
    /// The heading of the suite's report.
    pub title: &'static str,
    /// The question that the suite answers.
    pub asks: &'static str,
    /// The thresholds of the verdicts, in words.
    pub rule: &'static str,
    /// The figures in the suite's tables, in order.
    pub metrics: &'static [Metric],
    tests: fn() -> Vec<Test>,
    judge: fn(&FoundRow, &Test) -> Option<Grade>,
    /// Whether the best test decides the suite's verdict (what the fleet can do); else the worst test decides.
    best: bool,
    /// Whether each run is repeated on replicas without a prefix cache.
    uncached: bool,
    /// Whether the blocks in use are sampled during the run.
    timeline: bool,
}

impl Suite {
    /// The tests of the whole form, or of the shorter form if `quick`.
    pub fn tests(&self, quick: bool) -> Vec<Test> {
        let mut tests = (self.tests)();
        tests.retain(|test| match quick {
            true => test.quick != table::Quick::No,
            false => test.quick != table::Quick::Only,
        });
        tests
    }
}

/// The fleet of a scenario with its policies and seeds, its workload and load being reset to the defaults.
pub fn fleet(scenario: &Scenario) -> Scenario {
    let own = Scenario::default();
    Scenario {
        workload: own.workload,
        requests: None,
        rate: own.rate,
        stages: Vec::new(),
        arrivals: Arrivals::Auto,
        time_scale: 1.0,
        think_s: 0.0,
        concurrency: None,
        warm: Warm::Cold,
        goal: None,
        reading: own.reading,
        ..scenario.clone()
    }
}

impl Test {
    /// The scenario that runs this test: the fleet, policies and seeds of `scenario` with the test's requests.
    ///
    /// # Errors
    /// If the test cannot be run on this fleet, the reason.
    pub fn scenario(&self, scenario: &Scenario) -> Result<Scenario, ScenarioError> {
        let mut own = fleet(scenario);
        own.apply_query(&self.set)?;
        if self.scaled && !self.set.contains("&r=") {
            own.rate *= f64::from(scenario.replicas) / f64::from(operations::REPLICAS);
        }
        if !self.streamed {
            // The client reads the whole answer at once, so it needs no time per token.
            own.client = crate::scenario::Client::Free;
        }
        own.policies.clone_from(&scenario.policies);
        Ok(own)
    }
}

/// The options of a scenario that a suite replaces by its own, or that have no effect on its figures.
pub const REPLACED: [&str; 19] = [
    "workload",
    "requests",
    "rate",
    "stages",
    "arrivals",
    "time-scale",
    "think",
    "concurrency",
    "warm",
    "goal",
    "tokenizer",
    "tokens-per-id",
    "time-unit",
    "map",
    "session-rows",
    "chat-template",
    "ttft-slo",
    "tpot-slo",
    "price",
];
