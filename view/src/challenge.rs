//! Challenges that only a reader who understood the page can solve, checked by the simulator.
//!
//! A challenge is a scenario to begin with, a list of fields that may be changed, and a goal: conditions on a run's
//! figures. [`judge`] looks at any finished run; nothing is solved by what a reader says, and any run that meets the
//! conditions is a solution. The tests hold that no challenge is solved at its start and that each has a solution.

use warmpath_core::metrics::Summary;
use warmpath_core::router::PolicySpec;
use warmpath_core::scenario::{FIELDS, Scenario};
use warmpath_core::units::Set;

mod fleet;
mod table;

pub use table::CHALLENGES;

/// A challenge: a start for the laboratory, a task, and the conditions that a run must meet.
#[derive(Clone, Copy, Debug)]
pub struct Challenge {
    /// The name of the challenge in addresses and in elements' ids.
    pub id: &'static str,
    /// The task, in a line.
    pub title: &'static str,
    /// The goal with its numbers, in a sentence or two.
    pub goal: &'static str,
    /// Where to look for the answer, in a sentence.
    pub hint: &'static str,
    /// The scenario to begin with, as a query string.
    pub start: &'static str,
    /// The fields that may differ from the start, by the names of their options; `None` if all may.
    pub free: Option<&'static [&'static str]>,
    /// The conditions of the goal, computed from the policies of a run.
    check: fn(&[PolicyRun<'_>]) -> Vec<Condition>,
}

/// One policy of a run, with its figures.
#[derive(Clone, Copy, Debug)]
pub struct PolicyRun<'a> {
    /// The policy of the run that is judged.
    pub policy: &'a PolicySpec,
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
        use warmpath_core::router::Knowledge::Nothing;
        let entry = self.policy.entry();
        let looks = entry.text || self.policy.knowledge != Nothing;
        looks && !entry.reference
    }

    fn is(&self, name: &str) -> bool {
        self.policy.entry().name == name
    }
}

/// A part of a goal, and whether it is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Whether the run meets the condition.
    pub met: bool,
    /// What was asked and what the run has, in words with the numbers.
    pub rendered: String,
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

/// Judges a run of `scenario` that gave these figures, one summary per policy.
pub fn judge(challenge: &Challenge, scenario: &Scenario, summaries: &[Summary]) -> ChallengeResult {
    let sides: Vec<PolicyRun<'_>> = scenario
        .policies
        .iter()
        .zip(summaries)
        .map(|(policy, summary)| PolicyRun { policy, summary })
        .collect();
    let mut conditions = (challenge.check)(&sides);
    let changed = changed(challenge, scenario);
    if challenge.free.is_some() {
        conditions.push(Condition {
            met: changed.is_empty(),
            rendered: match changed.is_empty() {
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

/// The fields that differ from the start although they may not.
fn changed(challenge: &Challenge, scenario: &Scenario) -> Vec<&'static str> {
    let (Some(free), Ok(start)) = (challenge.free, Scenario::from_query(challenge.start)) else {
        return Vec::new();
    };
    let free: Set<&str> = free.iter().copied().collect();
    let other = FIELDS
        .iter()
        .filter(|field| !free.contains(field.flag))
        .filter(|field| field.get(scenario) != field.get(&start))
        .map(|field| field.flag);
    // An autoscaler that may be chosen does not make its replicas start sooner.
    let starts = |of: &Scenario| of.autoscale.as_ref().map(|it| it.start_s);
    let sooner = match (starts(scenario), starts(&start)) {
        (Some(now), Some(asked)) => now != asked,
        _ => false,
    };
    other.chain(sooner.then_some("autoscale's start")).collect()
}

#[cfg(test)]
mod tests;
