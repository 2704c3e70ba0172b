//! Verdicts on a test: good, acceptable or poor.
//!
//! The thresholds of the suites and the targets are those of FakeAI's benchmark guide (version 0.0.4, 2025-10-04). The
//! guide does not say which latency it means; here it is the wait until the client has something (the first token of a
//! streamed answer, the whole of one that is not streamed), since any other would depend on the length of the answer. The
//! guide's limit of 10 MB of growth is for a server's process; a pool that still holds blocks when every request is
//! answered has leaked them, so here only a growth of 0 is good.

use serde::{Deserialize, Serialize};

use super::Suite;
use super::found::{FoundRow, SuiteResults};
use super::metric::key;
use super::table::Test;

/// A verdict; a later one in this list is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Below what is acceptable.
    Poor,
    /// Acceptable, but below what is good.
    Acceptable,
    /// Within all thresholds for a good result.
    Good,
}

impl Grade {
    /// The verdict as reports write it: good, acceptable or poor.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Poor => "poor",
            Self::Acceptable => "acceptable",
            Self::Good => "good",
        }
    }

    const fn by(good: bool, acceptable: bool) -> Self {
        match (good, acceptable) {
            (true, _) => Self::Good,
            (false, true) => Self::Acceptable,
            (false, false) => Self::Poor,
        }
    }
}

pub(super) fn throughput(row: &FoundRow, _: &Test) -> Option<Grade> {
    let rate = row.median(key::RATE)?;
    let wait = row.median(key::P99_WAIT)?;
    let by_rate = Grade::by(rate > 50.0, rate >= 20.0);
    Some(by_rate.min(Grade::by(wait < 500.0, wait < 1000.0)))
}

pub(super) fn kv_cache(row: &FoundRow, _: &Test) -> Option<Grade> {
    let found = row.median(key::FOUND)?;
    let gained = row.median(key::GAINED)?;
    let by_found = Grade::by(found > 60.0, found >= 40.0);
    Some(by_found.min(Grade::by(gained > 30.0, gained >= 20.0)))
}

pub(super) fn concurrency(row: &FoundRow, test: &Test) -> Option<Grade> {
    let answered = row.median(key::ANSWERED)?;
    let level = test.at_a_time.unwrap_or(0);
    match (answered >= 100.0, answered >= 95.0) {
        (true, _) if level >= 100 => Some(Grade::Good),
        (_, true) if level >= 50 => Some(Grade::Acceptable),
        (_, true) => None,
        (_, false) => Some(Grade::Poor),
    }
}

pub(super) fn memory(row: &FoundRow, _: &Test) -> Option<Grade> {
    let held = row.median(key::HELD_AFTER)?;
    let pace = row.median(key::HELD_PACE)?;
    Some(Grade::by(held == 0.0, pace < 1.0))
}

pub(super) fn operations(row: &FoundRow, _: &Test) -> Option<Grade> {
    let answered = row.median(key::ANSWERED)?;
    Some(Grade::by(answered >= 100.0, answered > 95.0))
}

impl Suite {
    /// The verdict on one policy in one test; `None` if the suite does not judge this test.
    pub fn grade(&self, row: &FoundRow, test: &Test) -> Option<Grade> {
        (self.judge)(row, test)
    }
}

impl SuiteResults {
    /// The verdict on a policy over all tests of the suite, with the row that decided it; `None` if no test is judged.
    pub fn verdict(&self, policy: &str) -> Option<(Grade, &FoundRow)> {
        let rows = self.rows.iter().filter(|row| row.policy == policy);
        let mut judged = rows.filter_map(|row| Some((self.grade(row)?, row)));
        let first = judged.next()?;
        // Of several equal rows the first decides.
        Some(judged.fold(first, |best, next| {
            let ahead = match self.suite.best {
                true => next.0 > best.0 || next.0 == best.0 && serves_more(next.1, best.1),
                false => next.0 < best.0 || next.0 == best.0 && serves_less(next.1, best.1),
            };
            if ahead { next } else { best }
        }))
    }
}

/// Whether one row has more requests a second than another, or as many with a shorter wait.
fn serves_more(a: &FoundRow, b: &FoundRow) -> bool {
    let rates = (a.median(key::RATE), b.median(key::RATE));
    rates.0 > rates.1 || rates.0 == rates.1 && a.median(key::P99_WAIT) < b.median(key::P99_WAIT)
}

/// Whether fewer requests are answered in one row than in another; in a suite without that figure, fewer prompt tokens found.
fn serves_less(a: &FoundRow, b: &FoundRow) -> bool {
    let served = |row: &FoundRow| row.median(key::ANSWERED).or(row.median(key::FOUND));
    served(a) < served(b)
}

/// A threshold of FakeAI's guide for one figure, which is taken from one suite's result.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name of the suite whose results have the figure.
    pub suite: &'static str,
    /// The key of the figure.
    pub figure: &'static str,
    /// The name of the figure in tables and sentences.
    pub title: &'static str,
    /// The thresholds for good and for poor, in words.
    pub limits: &'static str,
    grade: fn(f64) -> Grade,
}

/// The targets of FakeAI's benchmark guide.
pub static TARGETS: [Target; 5] = [
    Target {
        suite: "throughput",
        figure: key::RATE,
        title: "requests a second (the most of any test)",
        limits: "good above 100, poor below 50",
        grade: |it| Grade::by(it > 100.0, it >= 50.0),
    },
    Target {
        suite: "throughput",
        figure: key::P99_WAIT,
        title: "P99 of the wait [ms] (of that test)",
        limits: "good below 300, poor above 500",
        grade: |it| Grade::by(it < 300.0, it <= 500.0),
    },
    Target {
        suite: "kv-cache",
        figure: key::FOUND,
        title: "prompt tokens found [%] (the least of any test of kv-cache)",
        limits: "good above 70, poor below 50",
        grade: |it| Grade::by(it > 70.0, it >= 50.0),
    },
    Target {
        suite: "concurrency",
        figure: key::ANSWERED,
        title: "requests answered [%] (the least of any test of concurrency)",
        limits: "good at 100, poor up to 95",
        grade: |it| Grade::by(it >= 100.0, it > 95.0),
    },
    Target {
        suite: "memory",
        figure: key::HELD_AFTER_MB,
        title: "memory of the pools held when all is answered [MB] (the most of any test of memory)",
        limits: "good at 0, poor from 10",
        grade: |it| Grade::by(it == 0.0, it < 10.0),
    },
];

/// The value of each target's figure for a policy, with its verdict; targets whose suite was not run are left out.
pub fn targets(all: &[SuiteResults], policy: &str) -> Vec<(&'static Target, f64, Grade)> {
    let value = |target: &Target| {
        let found = all.iter().find(|it| it.suite.name == target.suite)?;
        let rows = found.rows.iter().filter(|row| row.policy == policy);
        let of = |row: &FoundRow| row.median(target.figure);
        match (target.suite, target.figure) {
            ("throughput", _) => {
                let most = rows.reduce(|a, b| if serves_more(b, a) { b } else { a });
                most.and_then(of)
            }
            ("memory", _) => rows.filter_map(of).reduce(f64::max),
            _ => rows.filter_map(of).reduce(f64::min),
        }
    };
    let each = TARGETS.iter();
    each.filter_map(|it| value(it).map(|found| (it, found, (it.grade)(found))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Measured, prepare, suite};
    use super::*;
    use crate::scenario::Scenario;

    /// The verdict on the test of a suite at this place, whose one run came to what `change` makes of it.
    fn verdict(name: &str, at: usize, change: impl Fn(&mut Measured)) -> Option<Grade> {
        let suite = suite(name).unwrap();
        let (tests, left_out) = prepare(suite, &Scenario::default(), false);
        assert_eq!(left_out, []);
        let mut measured = tests[at].measure(0, 0).unwrap();
        change(&mut measured);
        let row = FoundRow::new(suite, at, &tests[at], "smart".to_owned(), vec![measured]);
        suite.grade(&row, &tests[at].test)
    }

    use Grade::{Acceptable, Good, Poor};

    #[test]
    fn throughput_is_judged_by_rate_and_wait_together() {
        let judged = |at, rate, first, whole| {
            let set = |it: &mut Measured| {
                it.values.request_throughput = rate;
                (it.values.p99_ttft_ms, it.values.p99_e2el_ms) = (first, whole);
            };
            verdict("throughput", at, set).unwrap()
        };
        // The answer is streamed, so the time until its end does not matter.
        assert_eq!(judged(1, 50.1, 499.0, 9e9), Good);
        assert_eq!(judged(1, 50.0, 499.0, 9e9), Acceptable);
        assert_eq!(judged(1, 50.1, 500.0, 9e9), Acceptable);
        assert_eq!(judged(1, 20.0, 999.0, 9e9), Acceptable);
        assert_eq!(judged(1, 19.9, 1.0, 1.0), Poor);
        assert_eq!(judged(1, 99.0, 1000.0, 9e9), Poor);
        // The answer is not streamed, so the client has nothing before its end.
        assert_eq!(judged(0, 99.0, 1.0, 1000.0), Poor);
        assert_eq!(judged(0, 99.0, 1.0, 499.0), Good);
    }

    #[test]
    fn a_cache_is_judged_by_what_it_has_and_what_that_gains() {
        let judged = |found, gained| {
            let set = |it: &mut Measured| {
                it.values.token_reuse_rate = found;
                it.values.mean_ttft_ms = 100.0 * (1.0 - gained);
                it.uncached_ttft_ms = Some(100.0);
            };
            verdict("kv-cache", 0, set).unwrap()
        };
        assert_eq!(judged(0.61, 0.31), Good);
        assert_eq!(judged(0.61, 0.29), Acceptable);
        assert_eq!(judged(0.41, 0.31), Acceptable);
        assert_eq!(judged(0.39, 0.9), Poor);
        assert_eq!(judged(0.9, 0.19), Poor);
    }

    #[test]
    fn concurrency_is_judged_from_fifty_at_a_time_on() {
        let judged = |at, answered| {
            let set = |it: &mut Measured| it.values.completed = answered * it.requests as f64;
            verdict("concurrency", at, set)
        };
        // The tests with 10, 50 and 100 concurrent requests.
        assert_eq!(judged(0, 1.0), None);
        assert_eq!(judged(0, 0.9), Some(Poor));
        assert_eq!(judged(1, 1.0), Some(Acceptable));
        assert_eq!(judged(1, 0.94), Some(Poor));
        assert_eq!(judged(2, 1.0), Some(Good));
        assert_eq!(judged(2, 0.99), Some(Acceptable));
    }

    #[test]
    fn blocks_held_when_all_is_answered_are_a_leak() {
        let judged = |held| verdict("memory", 0, |it| it.held_after = held).unwrap();
        assert_eq!(judged(0), Good);
        // A block of 16 tokens of Llama-3.1-8B is 2.1 MB; the test takes a minute.
        assert_eq!(judged(1), Poor);
        let small = |it: &mut Measured| (it.held_after, it.block_bytes) = (1, 0.9e6);
        assert_eq!(verdict("memory", 0, small), Some(Acceptable));
        // While the test runs, requests hold blocks, which the samples show.
        let seen = |it: &mut Measured| {
            let held: Vec<u64> = it.timeline.iter().map(|it| it.1).collect();
            assert!(
                held.len() > 10 && held[..10].iter().all(|&it| it > 0),
                "{held:?}"
            );
            assert_eq!(held.last(), Some(&0));
        };
        verdict("memory", 0, seen);
    }
}
