//! One run of a search: one policy on one seed, until the run has ended or is certain to miss the goal.
//!
//! Most of the work of a search is in runs that fail, and an overloaded fleet takes longest to run. But that such a run
//! misses is certain long before its end: when 6 of 100 requests have waited longer than 500 ms, P95 cannot be below that
//! any more. A trial has a margin below which it does not matter how far the run falls short, and it stops when it is
//! certain to end below that margin. This is checked after every thousand events of the model, never by a clock.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::backlog;
use crate::fleet::{Outcome, Record, Simulation};
use crate::goal::{Goal, Latency, Limit, Measure, Statistic};
use crate::metrics::{Verdict, summarise};
use crate::scenario::{Scenario, ScenarioError};
use crate::units::VirtualTime;
use crate::workload::Workload;

/// Number of events between two checks whether the run can still reach its margin.
const EVENTS: u32 = 1024;

/// A run that a search asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// The scenario, with one policy, one seed and a goal.
    pub scenario: Scenario,
    /// The run may stop once its margin is certain to be below this; `None` if it must run to its end.
    pub give_up: Option<f64>,
}

/// The reason why a run was stopped early.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GaveUp {
    /// The place in the goal of the limit that is out of reach.
    pub limit: usize,
    /// The margin that the run is certain to be below.
    pub below: f64,
}

/// The result of a trial, as far as searches need it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialOutcome {
    /// The verdict on the goal; `None` if the run was stopped early or refused.
    pub verdict: Option<Verdict>,
    /// Why the run was stopped early; `None` if it was not.
    pub gave_up: Option<GaveUp>,
    /// Why the scenario could not be run; `None` if it could.
    pub refused: Option<String>,
    /// By how much the number of requests under way grew over the second half of the arrivals, as a share of its mean;
    /// `None` if it did not grow significantly, or if the load adapts to the fleet.
    pub backlog: Option<f64>,
    /// The share of the requests that had come which was still under way, on the mean over the second half of the arrivals;
    /// `None` if it is no more than half of them, they are few, or the load adapts to the fleet.
    pub unfinished: Option<f64>,
    /// The time at which the last request was sent that does not follow an answer \[s\]; 0 unless the run ended.
    pub starts_s: f64,
    /// 95th percentile of TTFT \[ms\]; 0 unless the run ended, NaN if it answered nobody.
    pub p95_ttft_ms: f64,
    /// Completed requests \[requests/s\]; 0 unless the run ended.
    pub request_throughput: f64,
    /// Output tokens generated \[tokens/s\]; 0 unless the run ended.
    pub output_throughput: f64,
    /// Share of prompt tokens found in the cache, from 0 to 1; 0 unless the run ended, NaN if it answered nobody.
    pub token_reuse_rate: f64,
}

impl TrialOutcome {
    /// An outcome with no verdict, no reason and zeros for figures.
    fn empty() -> Self {
        Self {
            verdict: None,
            gave_up: None,
            refused: None,
            backlog: None,
            unfinished: None,
            starts_s: 0.0,
            p95_ttft_ms: 0.0,
            request_throughput: 0.0,
            output_throughput: 0.0,
            token_reuse_rate: 0.0,
        }
    }

    /// The outcome of a trial whose scenario is refused.
    fn refused(error: &ScenarioError) -> Self {
        Self {
            refused: Some(error.to_string()),
            ..Self::empty()
        }
    }

    /// Whether the run met the goal; if `steady`, a growing backlog is a miss, and so is a run too short to show one.
    pub fn is_met(&self, steady: bool) -> bool {
        let kept = self.verdict.as_ref().is_some_and(Verdict::is_met);
        kept && !(steady && self.piles_up())
    }

    /// Whether requests piled up, so that a longer run would not have gone on like this one.
    pub fn piles_up(&self) -> bool {
        self.backlog.is_some() || self.unfinished.is_some()
    }

    /// The margin under the goal; of a run that was stopped early, the margin that it is certain to be below; minus
    /// infinity if it was refused.
    pub fn margin(&self) -> f64 {
        match (&self.verdict, self.gave_up) {
            (Some(verdict), _) => verdict.margin(),
            (None, Some(gave_up)) => gave_up.below,
            (None, None) => f64::NEG_INFINITY,
        }
    }
}

impl Trial {
    /// The trial as text, by which outcomes are kept: trials of equal text have equal outcomes.
    pub fn key(&self) -> String {
        let bar = self.give_up.map_or(String::new(), |bar| bar.to_string());
        format!("{}#{bar}", self.scenario.to_query())
    }

    /// Runs the trial to its end.
    pub fn run(&self, workload: &Arc<Workload>) -> TrialOutcome {
        let mut begun = self.begin(workload);
        loop {
            if let Some(outcome) = begun.advance() {
                return outcome;
            }
        }
    }

    /// Begins the trial, for a caller that runs it piece by piece.
    pub fn begin(&self, workload: &Arc<Workload>) -> Begun {
        let stage = match self.simulation(workload) {
            Ok(Some(run)) => TrialStage::Runs(Box::new(run)),
            Ok(None) => TrialStage::Ended(TrialOutcome::empty()),
            Err(error) => TrialStage::Ended(TrialOutcome::refused(&error)),
        };
        Begun {
            trial: self.clone(),
            workload: Arc::clone(workload),
            stage,
        }
    }

    /// The simulation before its first event; `None` if the scenario has no policy or no goal.
    fn simulation(&self, workload: &Arc<Workload>) -> Result<Option<Simulation>, ScenarioError> {
        let scenario = &self.scenario;
        scenario.check()?;
        scenario.fits_the_clock(workload)?;
        let Some((policy, _)) = scenario.policies.first().zip(scenario.goal.as_ref()) else {
            return Ok(None);
        };
        let workload = Arc::clone(workload);
        Simulation::new(scenario, policy, workload, scenario.seed, false).map(Some)
    }
}

/// A trial under way, which runs a thousand events at a time so that its caller can do other work in between.
pub struct Begun {
    trial: Trial,
    workload: Arc<Workload>,
    stage: TrialStage,
}

/// Whether a trial is running or has ended.
enum TrialStage {
    Runs(Box<Simulation>),
    Ended(TrialOutcome),
}

impl Begun {
    /// Handles the next thousand events; returns the outcome once it is certain, else `None`.
    pub fn advance(&mut self) -> Option<TrialOutcome> {
        let run = match &mut self.stage {
            TrialStage::Ended(outcome) => return Some(outcome.clone()),
            TrialStage::Runs(run) => run,
        };
        let goal = self.trial.scenario.goal.as_ref()?;
        if run.run(EVENTS) {
            let bar = self.trial.give_up?;
            let limit = Bars::new(goal, bar).out_of_reach(run, &self.workload)?;
            self.stage = TrialStage::Ended(TrialOutcome {
                gave_up: Some(GaveUp { limit, below: bar }),
                ..TrialOutcome::empty()
            });
        } else {
            let ended =
                core::mem::replace(&mut self.stage, TrialStage::Ended(TrialOutcome::empty()));
            if let TrialStage::Runs(run) = ended {
                let outcome = self.trial.outcome(*run, &self.workload);
                self.stage = TrialStage::Ended(outcome);
            }
        }
        match &self.stage {
            TrialStage::Ended(outcome) => Some(outcome.clone()),
            TrialStage::Runs(_) => None,
        }
    }
}

impl Trial {
    /// The outcome of a simulation that has run to its end.
    fn outcome(&self, run: Simulation, workload: &Workload) -> TrialOutcome {
        let scenario = &self.scenario;
        if let Err(error) = run.within_the_clock() {
            return TrialOutcome::refused(&error.into());
        }
        let run = run.finish();
        let piled = backlog::of(scenario, workload, &run.records);
        let starts_s = backlog::last_start_s(workload, &run.records);
        let summary = summarise(scenario, workload, core::slice::from_ref(&run));
        let Some(summary) = summary.into_iter().next() else {
            return TrialOutcome::empty();
        };
        TrialOutcome {
            verdict: summary.verdict,
            gave_up: None,
            refused: None,
            backlog: piled.growth,
            unfinished: piled.unfinished,
            starts_s,
            p95_ttft_ms: summary.values.p95_ttft_ms,
            request_throughput: summary.values.request_throughput,
            output_throughput: summary.values.output_throughput,
            token_reuse_rate: summary.values.token_reuse_rate,
        }
    }
}

/// Tells for a goal and a margin (`bar`) whether a running simulation is certain to end below that margin.
struct Bars<'a> {
    goal: &'a Goal,
    bar: f64,
}

impl<'a> Bars<'a> {
    fn new(goal: &'a Goal, bar: f64) -> Self {
        Self { goal, bar }
    }

    /// The place in the goal of the first limit whose margin is certain to end below the bar; `None` if none is.
    fn out_of_reach(&self, run: &Simulation, workload: &Workload) -> Option<usize> {
        let (now, records) = (run.now(), run.records());
        let limits = self.goal.limits().iter();
        let mut each = limits.map(|limit| self.is_hopeless(limit, now, records, workload));
        each.position(|lost| lost)
    }

    /// Whether the limit's margin is certain to end below the bar.
    fn is_hopeless(
        &self,
        limit: &Limit,
        now: VirtualTime,
        records: &[Record],
        workload: &Workload,
    ) -> bool {
        let answer = |n: usize| workload.request(n as u32).output_tokens;
        let all = records.len();
        if limit.of.is_some() {
            // The tenant or class of a request is known only to the run, so such a limit is judged at the end.
            return false;
        }
        match &limit.measure {
            Measure::Times(Statistic::Percentile(p), latency) if limit.side.is_upper() => {
                let late = |(n, record): &(usize, &Record)| {
                    let ms = least(*latency, record, answer(*n), now);
                    ms.is_some_and(|ms| limit.margin(ms) < self.bar)
                };
                let late = records.iter().enumerate().filter(late).count();
                // The requests that have this latency if all are answered; a request that fails only makes the result
                // worse.
                let counted = match latency {
                    Latency::Tpot => (0..all).filter(|&n| answer(n) > 1).count(),
                    _ => all,
                };
                let rank = counted.saturating_sub(1) as f64 * (p / 100.0);
                late > counted.saturating_sub(1 + rank as usize)
            }
            Measure::Errors if limit.side.is_upper() && all > 0 => {
                let lost = records.iter().filter(|record| is_lost(record)).count();
                limit.margin(lost as f64 / all as f64) < self.bar
            }
            Measure::Attainment(parts) if !limit.side.is_upper() && all > 0 => {
                let misses = |(n, record): &(usize, &Record)| {
                    let late = parts.iter().any(|part| {
                        let time = least(part.latency, record, answer(*n), now);
                        time.is_some_and(|ms| !part.keeps(ms))
                    });
                    is_lost(record) || late
                };
                let missed = records.iter().enumerate().filter(misses).count();
                limit.margin(1.0 - missed as f64 / all as f64) < self.bar
            }
            _ => false,
        }
    }
}

/// Whether a request is certain never to be answered.
fn is_lost(record: &Record) -> bool {
    matches!(
        record.outcome,
        Outcome::Rejected | Outcome::Failed | Outcome::Cut
    )
}

/// A lower bound for a latency of a request \[ms\], exact once it is answered; infinite if it never will be and counts as
/// infinitely late, `None` if it has no such latency so far. ITL has none: its limits are of the gaps in answers.
fn least(latency: Latency, record: &Record, answer: u32, now: VirtualTime) -> Option<f64> {
    if is_lost(record) {
        let has = match latency {
            Latency::Tpot => answer > 1,
            Latency::Itl => false,
            Latency::Ttft | Latency::E2el | Latency::ClientWait => true,
        };
        return has.then_some(f64::INFINITY);
    }
    let sent = record.sent > VirtualTime::ZERO;
    let (first, done) = (record.first_token, record.outcome == Outcome::Completed);
    match latency {
        Latency::Ttft if first > record.sent => Some((first - record.sent).millis()),
        Latency::Ttft if sent && !done => Some(now.since(record.sent).millis()),
        Latency::E2el if done => Some((record.done - record.sent).millis()),
        Latency::E2el if sent => Some(now.since(record.sent).millis()),
        Latency::Tpot if done && answer > 1 => {
            Some((record.done - first).millis() / f64::from(answer - 1))
        }
        Latency::ClientWait if sent => Some((record.sent - record.due).millis()),
        _ => None,
    }
}
