//! Challenges that only a reader who understood the page can solve, checked by the simulator.
//!
//! A challenge is a scenario to begin with, a list of fields that may be changed, and a goal: conditions on a run's
//! figures. [`judge`] looks at any finished run; nothing is solved by what a reader says, and any run that meets the
//! conditions is a solution. The tests hold that no challenge is solved at its start and that each has a solution.

use crate::scenario_facts::{PolicyFacts, ScenarioFacts};
use warmpath_core::metrics::{PLACES, Summary};
use warmpath_core::scenario::{FIELDS, Scenario};

mod fleet;
mod table;

pub use table::CHALLENGES;
use table::CHECKS;

/// A challenge: a start for the laboratory, a task, and the conditions that a run must meet.
#[derive(Clone, Copy, Debug)]
pub struct Challenge {
    /// The name of the challenge in addresses and in elements' ids.
    pub id: &'static str,
    /// The task, in a line.
    pub title: &'static str,
    /// The goal with its numbers, in a sentence or two.
    pub goal: &'static str,
    /// Why the goal's limit is where it is: what it is of, what the start has, and what a solution has.
    pub limit: &'static str,
    /// Where to look for the answer, each saying more than the one before; the last names a solution.
    pub hints: [&'static str; 3],
    /// The scenario to begin with, as a query string.
    pub start: &'static str,
    /// The fields that may differ from the start, by the names of their options; `None` if all may.
    pub free: Option<&'static [&'static str]>,
}

/// The conditions of a challenge's goal, computed from the policies of a run.
type Check = fn(&[PolicyRun<'_>]) -> Vec<Condition>;

/// One policy of a run, with its figures.
#[derive(Clone, Copy, Debug)]
pub struct PolicyRun<'a> {
    /// What the scenario of the run says.
    pub facts: &'a ScenarioFacts,
    /// The policy of the run that is judged.
    pub policy: &'a PolicyFacts,
    /// The figures of the run that is judged.
    pub summary: &'a Summary,
}

impl PolicyRun<'_> {
    /// The value of a figure, by its place in the table of `core`.
    pub fn value(&self, at: usize) -> f64 {
        self.summary.values[at]
    }

    /// Whether the policy is a router that looks at the beginnings of prompts.
    fn looks_at_prefixes(&self) -> bool {
        self.policy.sees
    }

    /// The number of requests without a whole answer: turned away, failed, broken off in the middle, or never ended.
    fn unanswered(&self) -> u64 {
        match &self.summary.life {
            Some(life) => life.outcomes[1..].iter().sum(),
            // Where nothing can befall a replica, no answer breaks off.
            None => (self.value(PLACES.failed) + self.value(PLACES.rejected)) as u64,
        }
    }

    fn is(&self, name: &str) -> bool {
        self.policy.name == name
    }
}

/// A part of a goal, and whether it is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Whether the run meets the condition.
    pub met: bool,
    /// What was asked and what the run has, in words with the numbers.
    pub text: String,
}

/// The result of holding a run against a challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeResult {
    /// Whether all conditions are met.
    pub solved: bool,
    /// Each condition with whether the run meets it, in the challenge's order.
    pub conditions: Vec<Condition>,
}

/// A sentence on how the challenge stands, judged by the last run since it was started.
pub fn standing(verdict: Option<&ChallengeResult>) -> &'static str {
    match verdict {
        None => "Run it as it is, then change it.",
        Some(verdict) if verdict.solved => "Solved.",
        Some(_) => "Not yet.",
    }
}

/// Judges a run by what its scenario says and by its figures, one summary per policy. `differs` is what differs between the
/// scenario of the run and the start (`differing`).
pub fn judge(
    challenge: &Challenge,
    facts: &ScenarioFacts,
    summaries: &[Summary],
    differs: &[String],
) -> ChallengeResult {
    let side = |(policy, summary)| PolicyRun {
        facts,
        policy,
        summary,
    };
    let sides: Vec<PolicyRun<'_>> = facts.policies.iter().zip(summaries).map(side).collect();
    let place = CHALLENGES.iter().position(|it| it.id == challenge.id);
    let mut conditions = place.map_or(Vec::new(), |at| CHECKS[at](&sides));
    if let Some(free) = challenge.free {
        let changed = differs.iter().map(String::as_str);
        let changed: Vec<&str> = changed.filter(|it| !free.contains(it)).collect();
        conditions.push(Condition {
            met: changed.is_empty(),
            text: match changed.is_empty() {
                true => "all else as at the start".to_owned(),
                false => format!("all else as at the start: put {} back", changed.join(", ")),
            },
        });
    }
    ChallengeResult {
        solved: !conditions.is_empty() && conditions.iter().all(|it| it.met),
        conditions,
    }
}

/// What differs between two scenarios: fields, by the names of their options, and how soon an autoscaler's replicas start.
pub(crate) fn differing(start: &Scenario, scenario: &Scenario) -> Vec<String> {
    let other = FIELDS
        .iter()
        .filter(|field| field.get(scenario) != field.get(start))
        .map(|field| field.flag);
    // An autoscaler that may be chosen does not make its replicas start sooner.
    let starts = |of: &Scenario| of.autoscale.as_ref().map(|it| it.start_s);
    let sooner = match (starts(scenario), starts(start)) {
        (Some(now), Some(asked)) => now != asked,
        _ => false,
    };
    let all = other.chain(sooner.then_some("autoscale's start"));
    all.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
