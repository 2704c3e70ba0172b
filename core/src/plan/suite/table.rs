//! The suites as data.
//!
//! The numbers of requests, of concurrent requests and of rounds, and the rates are FakeAI's; where a test differs, its
//! comment says so. FakeAI's small, medium and large payload have answers of 50, 200 and 500 tokens; here the prompt has as
//! many tokens as the answer, and no two prompts have anything in common, so a cache cannot help. A prefix has 1,024 tokens
//! here, and the suffix that follows it 64.

use super::Suite;
use super::grade::{concurrency, kv_cache, memory, operations as by_success, throughput};
use super::metric::{CACHE, CONCURRENCY, MEMORY, OPERATIONS, THROUGHPUT};
use super::operations::{CROWDED, ENTRANCE, FAILURES, Operation, RATE, WORKLOAD};

/// Whether a test belongs to a suite's whole form, to its shorter form, or to both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quick {
    /// The test belongs to the whole form only.
    No,
    /// The test belongs to the whole form and to the shorter one.
    Too,
    /// The test belongs to the shorter form only.
    Only,
}

/// A test of a suite: a scenario's requests and load, without the fleet.
#[derive(Clone, Debug)]
pub struct Test {
    /// The name of the test, unique within its suite.
    pub name: String,
    /// The settings of the test, as part of a query string.
    pub set: String,
    /// Whether the client receives token after token; else the whole answer at its end.
    pub streamed: bool,
    /// The number of concurrent requests of a closed loop; `None` for an open loop.
    pub at_a_time: Option<u32>,
    /// The forms of the suite that the test belongs to.
    pub quick: Quick,
    /// Whether its rate is for six replicas, and has to be scaled to the size of another fleet.
    pub scaled: bool,
}

/// All suites, in the order in which they are listed and run.
pub static SUITES: [Suite; 5] = [
    Suite {
        name: "throughput",
        title: "Throughput",
        asks: "How many requests and tokens a second, with how long a wait, by size of the answer, streamed and not?",
        rule: "good: more than 50 requests a second and P99 of the wait below 500 ms; acceptable: from 20 on, below 1,000 ms; poor: the rest. The suite has the verdict of its best test",
        metrics: &THROUGHPUT,
        tests: throughput_tests,
        judge: throughput,
        best: true,
        uncached: false,
        timeline: false,
    },
    Suite {
        name: "kv-cache",
        title: "KV cache",
        asks: "How many prompt tokens are found in a cache, and what does that gain?",
        rule: "good: more than 60 % of prompt tokens found and more than 30 % gained of the mean time to first token; acceptable: from 40 and 20 % on; poor: the rest. The suite has the verdict of its worst test",
        metrics: &CACHE,
        tests: cache_tests,
        judge: kv_cache,
        best: false,
        uncached: true,
        timeline: false,
    },
    Suite {
        name: "concurrency",
        title: "Concurrency",
        asks: "How many requests can be active at a time, and are all answered?",
        rule: "good: all answered with 100 or more at a time; acceptable: 95 % with 50 or more; poor: fewer; with fewer than 50 at a time nothing is said unless it is poor. The suite has the verdict of its best test",
        metrics: &CONCURRENCY,
        tests: concurrency_tests,
        judge: concurrency,
        best: true,
        uncached: false,
        timeline: false,
    },
    Suite {
        name: "memory",
        title: "Memory",
        asks: "Do the replicas' pools give back what requests held?",
        rule: "good: no block is held when all is answered; acceptable: less than 1 MB a minute stays; poor: more. The suite has the verdict of its worst test",
        metrics: &MEMORY,
        tests: memory_tests,
        judge: memory,
        best: false,
        uncached: false,
        timeline: true,
    },
    Suite {
        name: "operations",
        title: "Operations",
        asks: "What becomes of requests when replicas fail, hang, slow down, drain, come and go, and when more is asked than is served?",
        rule: "good: all requests answered; acceptable: more than 95 %; poor: fewer (the targets of FakeAI's guide; it has no such suite). The suite has the verdict of its worst test",
        metrics: &OPERATIONS,
        tests: operations_tests,
        judge: by_success,
        best: false,
        uncached: false,
        timeline: false,
    },
];

/// The suite with this name; `None` if there is none.
pub fn suite(name: &str) -> Option<&'static Suite> {
    SUITES.iter().find(|suite| suite.name == name)
}

/// A test with a closed loop of `at_a_time` concurrent requests whose prompts have nothing in common.
fn closed(
    name: impl Into<String>,
    requests: u32,
    at_a_time: u32,
    (prompt, answer): (u32, u32),
) -> Test {
    Test {
        name: name.into(),
        set: format!(
            "w=unique:prompt%3D{prompt};output%3D{answer};spread%3D0&n={requests}&arr=all-at-once&conc={at_a_time}"
        ),
        streamed: true,
        at_a_time: Some(at_a_time),
        quick: Quick::No,
        scaled: false,
    }
}

/// A test with an open loop at a constant rate \[requests/s\] for a number of seconds.
fn open(name: impl Into<String>, rate: u32, seconds: u32) -> Test {
    let requests = rate * seconds;
    Test {
        name: name.into(),
        set: format!(
            "w=unique:prompt%3D50;output%3D50;spread%3D0&n={requests}&arr=constant&rate={rate}"
        ),
        streamed: true,
        at_a_time: None,
        quick: Quick::No,
        scaled: false,
    }
}

/// A test with a closed loop in which the same prompts come again in several rounds.
fn rounds(
    name: impl Into<String>,
    (prefixes, suffixes, rounds): (u32, u32, u32),
    at_a_time: u32,
) -> Test {
    Test {
        name: name.into(),
        set: format!(
            "w=rounds:prefixes%3D{prefixes};suffixes%3D{suffixes};rounds%3D{rounds};output%3D50;spread%3D0&arr=all-at-once&conc={at_a_time}"
        ),
        streamed: true,
        at_a_time: Some(at_a_time),
        quick: Quick::No,
        scaled: false,
    }
}

impl Test {
    fn quick(self, quick: Quick) -> Self {
        Self { quick, ..self }
    }
}

fn throughput_tests() -> Vec<Test> {
    const SMALL: (u32, u32) = (50, 50);
    let each = [
        (closed("small", 100, 10, SMALL), false),
        (closed("small, streamed", 100, 10, SMALL), true),
        (closed("medium", 50, 10, (200, 200)), false),
        (closed("medium, streamed", 50, 10, (200, 200)), true),
        (closed("large", 20, 5, (500, 500)), false),
        (closed("large, streamed", 20, 5, (500, 500)), true),
        (closed("many at a time", 200, 50, SMALL), false),
        (closed("few", 20, 5, SMALL).quick(Quick::Only), false),
        (
            closed("few, streamed", 20, 5, SMALL).quick(Quick::Only),
            true,
        ),
    ];
    let test = |(test, streamed): (Test, bool)| Test { streamed, ..test };
    each.into_iter().map(test).collect()
}

fn cache_tests() -> Vec<Test> {
    vec![
        rounds("prompts that come again", (3, 4, 5), 1),
        rounds("shared prefixes", (3, 5, 1), 1).quick(Quick::Too),
        rounds("routing", (10, 10, 1), 1),
        // FakeAI has no such test: it is the same with prefixes that can be spread over replicas.
        rounds("routing, eight at a time", (10, 10, 1), 8),
    ]
}

fn concurrency_tests() -> Vec<Test> {
    const SMALL: (u32, u32) = (50, 50);
    let levels = [(100, 10), (200, 50), (300, 100), (400, 200)];
    let mut all: Vec<Test> = levels
        .into_iter()
        .map(|(requests, at)| closed(format!("{at} at a time"), requests, at, SMALL))
        .collect();
    all.push(closed("50 at a time, few", 50, 50, SMALL).quick(Quick::Only));
    all.push(open("10 a second for 30 s", 10, 30));
    // FakeAI 0.3.2 contains this ramp but never calls it; here each level has two requests per place.
    let ramp = (1..=10).map(|step| step * 20);
    all.extend(ramp.map(|at| closed(format!("ramp, {at} at a time"), at * 2, at, SMALL)));
    // The levels of FakeAI's AIPerf run.
    let aiperf = [10, 50, 100, 250, 500];
    all.extend(aiperf.map(|at| {
        let requests = (at * 10).min(1000);
        closed(format!("AIPerf, {at} at a time"), requests, at, (300, 1000))
    }));
    all
}

fn memory_tests() -> Vec<Test> {
    vec![
        open("5 a second for 60 s", 5, 60),
        open("20 a second for 60 s", 20, 60),
        rounds("ten prompts, three times", (10, 1, 3), 1),
        open("10 a second for 120 s", 10, 120),
        open("5 a second for 30 s", 5, 30).quick(Quick::Only),
    ]
}

fn operations_tests() -> Vec<Test> {
    let mut all = Vec::new();
    let tables: [(&[Operation], f64); 2] = [(&FAILURES, RATE), (&ENTRANCE, CROWDED)];
    for (operations, rate) in tables {
        for operation in operations {
            for (variant, set) in operation.variants {
                let quick = operation.name == FAILURES[0].name;
                let parts = [operation.with, *set];
                let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                all.push(Test {
                    name: format!("{}: {variant}", operation.name),
                    set: merged(&format!("{WORKLOAD}&rate={rate}"), &parts.join("&")),
                    streamed: true,
                    at_a_time: None,
                    quick: if quick { Quick::Too } else { Quick::No },
                    scaled: true,
                });
            }
        }
    }
    all
}

/// Joins two parts of a query string; the second one's value wins where both have a key, and policies are dropped.
fn merged(first: &str, second: &str) -> String {
    let key = |pair: &str| pair.split_once('=').map_or(pair, |it| it.0).to_owned();
    let taken: Vec<String> = second.split('&').map(key).collect();
    let kept = first.split('&').filter(|pair| !taken.contains(&key(pair)));
    let own = second
        .split('&')
        .filter(|pair| !pair.is_empty() && key(pair) != "p");
    kept.chain(own).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::units::Set;

    #[test]
    fn every_test_goes_with_the_fleet_that_is_there_by_itself() {
        for suite in &SUITES {
            for quick in [false, true] {
                let tests = suite.tests(quick);
                assert!(!tests.is_empty(), "{}", suite.name);
                let names: Set<&str> = tests.iter().map(|it| it.name.as_str()).collect();
                assert_eq!(names.len(), tests.len(), "{}", suite.name);
                for test in &tests {
                    let scenario = test.scenario(&Scenario::default());
                    let scenario =
                        scenario.unwrap_or_else(|error| panic!("{}: {error}", test.name));
                    assert_eq!(scenario.concurrency, test.at_a_time, "{}", test.name);
                }
            }
        }
    }

    #[test]
    fn an_operations_rate_follows_the_fleet_unless_it_says_its_own_replicas() {
        let tests = operations_tests();
        let rate = |name: &str, replicas| {
            let fleet = Scenario {
                replicas,
                ..Scenario::default()
            };
            let test = tests.iter().find(|it| it.name.starts_with(name)).unwrap();
            let own = test.scenario(&fleet).unwrap();
            (own.replicas, own.rate)
        };
        assert_eq!(rate("crash-cold", 6), (6, 2.0));
        assert_eq!(rate("crash-cold", 3), (3, 1.0));
        assert_eq!(rate("retry-storm", 3), (3, 1.5));
        assert_eq!(rate("priority-mix", 12), (12, 12.0));
        assert_eq!(rate("rolling-update", 8), (4, 2.0));
    }
}
