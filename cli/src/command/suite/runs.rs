//! Runs the suites: each test under each policy with each seed, on all cores; results are stored in a directory if one is
//! given.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use warmpath_core::plan::suite::{FoundRow, Measured, Prepared, Suite, SuiteResults, prepare};
use warmpath_core::scenario::Scenario;

use super::process::Look;
use crate::command::search::driver::{Shard, in_parallel};
use crate::command::search::journal::Journal;
use crate::failure::Failure;
use crate::terminal::{bar, show};

/// A suite that is to be run.
struct AskedSuite {
    suite: &'static Suite,
    tests: Vec<Prepared>,
    left_out: Vec<(String, String)>,
}

/// A run: the places of the suite, the test and the policy, and the number of the seed.
type Job = (usize, usize, usize, u32);

/// The result of a run, or why there is none.
#[derive(Clone, Serialize, Deserialize)]
enum Came {
    Measured(Box<Measured>),
    Refused(String),
}

/// The results of all runs, and the memory of this program meanwhile.
pub(super) struct SuiteRuns {
    pub(super) found: Vec<SuiteResults>,
    pub(super) looks: Vec<Look>,
}

fn asked(wanted: &[&'static Suite], fleet: &Scenario, quick: bool) -> Vec<AskedSuite> {
    let one = |&suite: &&'static Suite| {
        let (tests, left_out) = prepare(suite, fleet, quick);
        AskedSuite {
            suite,
            tests,
            left_out,
        }
    };
    wanted.iter().map(one).collect()
}

fn jobs(asked: &[AskedSuite], fleet: &Scenario) -> Vec<Job> {
    let mut all = Vec::new();
    for (suite, asked) in asked.iter().enumerate() {
        for test in 0..asked.tests.len() {
            for policy in 0..fleet.policies.len() {
                all.extend((0..fleet.seeds).map(|seed| (suite, test, policy, seed)));
            }
        }
    }
    all
}

fn key(asked: &[AskedSuite], (suite, test, policy, seed): Job) -> String {
    let prepared = &asked[suite].tests[test];
    let policy = prepared.scenario.policies.get(policy);
    let policy = policy.map_or(String::new(), ToString::to_string);
    format!(
        "{}#{}#{policy}#{seed}#{}",
        asked[suite].suite.name,
        prepared.test.name,
        prepared.query()
    )
}

fn made(asked: &[AskedSuite], (suite, test, policy, seed): Job) -> Came {
    match asked[suite].tests[test].measure(policy, seed) {
        Ok(measured) => Came::Measured(Box::new(measured)),
        Err(error) => Came::Refused(error.to_string()),
    }
}

/// Runs all tests, or a part of them. `None` after a part, which has no report of its own.
pub(super) fn run(
    wanted: &[&'static Suite],
    fleet: &Scenario,
    quick: bool,
    threads: usize,
    shard: Option<Shard>,
    journal: Option<Journal>,
) -> Result<Option<SuiteRuns>, Failure> {
    let asked = asked(wanted, fleet, quick);
    let all = jobs(&asked, fleet);
    let mine = |(n, _): &(usize, &Job)| shard.is_none_or(|it| n % it.parts == it.part);
    let todo: Vec<Job> = all
        .iter()
        .enumerate()
        .filter(mine)
        .map(|it| *it.1)
        .collect();
    let bar = bar("running", "runs", todo.len() as u64);
    let journal = Mutex::new(journal);
    let run = |job: Job| -> Result<Came, Failure> {
        let key = key(&asked, job);
        let known = {
            let journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
            journal.as_ref().and_then(|it| it.get(&key))
        };
        let came = match known {
            Some(known) => known,
            None => {
                let came = made(&asked, job);
                let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(journal) = &mut *journal {
                    journal.keep(&key, &came)?;
                }
                came
            }
        };
        bar.inc(1);
        Ok(came)
    };
    // The memory of this program is measured between the tests of the suite on memory, so its runs are not mixed with
    // others.
    let is_memory = |job: &Job| asked[job.0].suite.name == "memory";
    let (apart, mixed): (Vec<Job>, Vec<Job>) = todo.iter().copied().partition(is_memory);
    let mut came: Vec<(Job, Came)> = Vec::with_capacity(todo.len());
    let mut looks = Vec::new();
    for test in apart.chunk_by(|a, b| a.1 == b.1) {
        let before = super::process::resident();
        for (job, one) in test
            .iter()
            .zip(in_parallel(threads, test.len(), |at| run(test[at])))
        {
            came.push((*job, one?));
        }
        let prepared = &asked[test[0].0].tests[test[0].1];
        let requests: u64 = came[came.len() - test.len()..]
            .iter()
            .map(|(_, it)| match it {
                Came::Measured(it) => it.requests,
                Came::Refused(_) => 0,
            })
            .sum();
        if let Some((before, after)) = before.zip(super::process::resident()) {
            looks.push(Look {
                test: prepared.test.name.clone(),
                requests,
                before,
                after,
            });
        }
    }
    for (job, one) in mixed
        .iter()
        .zip(in_parallel(threads, mixed.len(), |at| run(mixed[at])))
    {
        came.push((*job, one?));
    }
    bar.finish_and_clear();
    let journal = journal.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let (Some(shard), Some(journal)) = (shard, journal) {
        show(&shard.kept(&journal));
        return Ok(None);
    }
    came.sort_by_key(|(job, _)| *job);
    let found = found(asked, fleet, quick, came);
    Ok(Some(SuiteRuns { found, looks }))
}

/// The results of all runs from what parts have stored.
pub(super) fn kept(
    wanted: &[&'static Suite],
    fleet: &Scenario,
    quick: bool,
    journal: &Journal,
) -> Result<Vec<SuiteResults>, Failure> {
    let asked = asked(wanted, fleet, quick);
    let mut came = Vec::new();
    for job in jobs(&asked, fleet) {
        let known = journal.get(&key(&asked, job));
        let known = known.ok_or_else(|| {
            Failure::run("a run is missing: one of the parts has not come to its end; run it again with the same --resume")
        })?;
        came.push((job, known));
    }
    Ok(found(asked, fleet, quick, came))
}

/// The results of each suite. A test is left out under a policy with which one of its runs was refused.
fn found(
    asked: Vec<AskedSuite>,
    fleet: &Scenario,
    quick: bool,
    came: Vec<(Job, Came)>,
) -> Vec<SuiteResults> {
    let mut came = came.into_iter().peekable();
    let mut all = Vec::new();
    for (at, asked) in asked.into_iter().enumerate() {
        let mut found = SuiteResults {
            suite: asked.suite,
            quick,
            fleet: fleet.clone(),
            tests: asked.tests,
            left_out: asked.left_out,
            rows: Vec::new(),
        };
        for (test, prepared) in found.tests.iter().enumerate() {
            for (policy, spec) in fleet.policies.iter().enumerate() {
                let mut runs = Vec::new();
                let mut refused = None;
                let here = |job: &Job| (job.0, job.1, job.2) == (at, test, policy);
                while let Some((_, one)) = came.next_if(|(job, _)| here(job)) {
                    match one {
                        Came::Measured(measured) => runs.push(*measured),
                        Came::Refused(reason) => refused = Some(reason),
                    }
                }
                match refused {
                    Some(reason) => {
                        let name = format!("{} under {spec}", prepared.test.name);
                        found.left_out.push((name, reason));
                    }
                    None => found.rows.push(FoundRow::new(
                        asked.suite,
                        test,
                        prepared,
                        spec.to_string(),
                        runs,
                    )),
                }
            }
        }
        all.push(found);
    }
    all
}
