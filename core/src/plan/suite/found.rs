//! The results of a suite: a row for each test and policy, in which each figure has its median and range over the seeds.

use super::Suite;
use super::grade::Grade;
use super::measured::{Measured, Prepared};
use super::metric::Metric;
use super::table::Test;
use crate::histogram::percentile;
use crate::order;
use crate::scenario::Scenario;

/// A figure's median and range over the seeds, in the figure's unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The median over the seeds.
    pub median: f64,
    /// The smallest value of any seed.
    pub least: f64,
    /// The largest value of any seed.
    pub most: f64,
}

/// The results of one policy in one test.
#[derive(Clone, Debug)]
pub struct FoundRow {
    /// The test's place in [`SuiteResults::tests`].
    pub test: usize,
    /// The policy in its canonical spelling, parameters included.
    pub policy: String,
    /// What was measured, by seed.
    pub runs: Vec<Measured>,
    spreads: Vec<(&'static Metric, Option<Spread>)>,
}

/// The results of a suite on one fleet.
#[derive(Clone, Debug)]
pub struct SuiteResults {
    /// The suite that was run.
    pub suite: &'static Suite,
    /// Whether the suite was run in its shorter form.
    pub quick: bool,
    /// The fleet that was tested, with its policies and seeds.
    pub fleet: Scenario,
    /// The tests that were run.
    pub tests: Vec<Prepared>,
    /// The names of the tests that cannot be run on this fleet, each with the reason.
    pub left_out: Vec<(String, String)>,
    /// The results, in the order of the tests and then of the policies.
    pub rows: Vec<FoundRow>,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Option<Self> {
        order::numbers(&mut values);
        let (&least, &most) = values.first().zip(values.last())?;
        Some(Self {
            median: percentile(&values, 50.0),
            least,
            most,
        })
    }
}

impl FoundRow {
    /// Summarises the runs of one policy in one test.
    pub fn new(
        suite: &'static Suite,
        test: usize,
        prepared: &Prepared,
        policy: String,
        runs: Vec<Measured>,
    ) -> Self {
        let spread = |metric: &'static Metric| {
            let values: Option<Vec<f64>> = runs
                .iter()
                .map(|run| (metric.of)(run, &prepared.test))
                .collect();
            (metric, values.and_then(Spread::of))
        };
        Self {
            test,
            policy,
            spreads: suite.metrics.iter().map(spread).collect(),
            runs,
        }
    }

    /// The figures of the row, in the order of [`Suite::metrics`]; `None` for a figure that a run does not have.
    pub fn figures(&self) -> impl Iterator<Item = (&'static Metric, Option<Spread>)> + '_ {
        self.spreads.iter().copied()
    }

    /// The median of the figure with this key; `None` if a run does not have the figure.
    pub fn median(&self, key: &str) -> Option<f64> {
        let (_, spread) = self.spreads.iter().find(|(metric, _)| metric.key == key)?;
        spread.map(|it| it.median)
    }
}

impl SuiteResults {
    /// The test that a row belongs to.
    pub fn test(&self, row: &FoundRow) -> Option<&Test> {
        self.tests.get(row.test).map(|it| &it.test)
    }

    /// The verdict on a row; `None` if the suite does not judge this test.
    pub fn grade(&self, row: &FoundRow) -> Option<Grade> {
        self.suite.grade(row, self.test(row)?)
    }
}
