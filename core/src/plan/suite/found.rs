//! What came of a suite: a row for each test and policy, each figure with its median and range over the seeds.

use super::Suite;
use super::grade::Grade;
use super::measured::{Measured, Prepared};
use super::metric::Metric;
use super::table::Test;
use crate::histogram::percentile;
use crate::order;
use crate::scenario::Scenario;

/// A figure over the seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The median.
    pub median: f64,
    /// The least of the seeds.
    pub least: f64,
    /// The most of the seeds, in the same unit.
    pub most: f64,
}

/// One policy in one test.
#[derive(Clone, Debug)]
pub struct Row {
    /// The test's place in [`Found::tests`].
    pub test: usize,
    /// The policy, canonical.
    pub policy: String,
    /// What was measured with each seed.
    pub runs: Vec<Measured>,
    spreads: Vec<(&'static Metric, Option<Spread>)>,
}

/// What came of a suite.
#[derive(Clone, Debug)]
pub struct Found {
    /// The suite.
    pub suite: &'static Suite,
    /// Whether it is its quick form.
    pub quick: bool,
    /// The fleet, with its policies and seeds.
    pub fleet: Scenario,
    /// The tests that were run.
    pub tests: Vec<Prepared>,
    /// Tests that were left out, with the reason.
    pub left_out: Vec<(String, String)>,
    /// In the order of tests, then of policies.
    pub rows: Vec<Row>,
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

impl Row {
    /// What its runs came to.
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

    /// Its figures, in the order of the suite's.
    pub fn figures(&self) -> impl Iterator<Item = (&'static Metric, Option<Spread>)> + '_ {
        self.spreads.iter().copied()
    }

    /// The median of a figure; `None`: there is none.
    pub fn median(&self, key: &str) -> Option<f64> {
        let (_, spread) = self.spreads.iter().find(|(metric, _)| metric.key == key)?;
        spread.map(|it| it.median)
    }
}

impl Found {
    /// The test of a row.
    pub fn test(&self, row: &Row) -> Option<&Test> {
        self.tests.get(row.test).map(|it| &it.test)
    }

    /// The verdict on a row; `None`: it is not judged.
    pub fn grade(&self, row: &Row) -> Option<Grade> {
        self.suite.grade(row, self.test(row)?)
    }
}
