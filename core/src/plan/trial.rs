//! One policy on one seed, run until it has ended or until it is certain to miss the goal.
//!
//! Most of the work of a search is in runs that fail, and a fleet that is overloaded takes longest. But what such a run comes
//! to is certain long before its end: when 6 of 100 requests have waited longer than 500 ms, P95 is not below that any more.
//! A trial is told below which margin nobody cares how far it falls short, and stops when it is certain to be there. Whether that is
//! so is looked at after every thousand events of the model, never by a clock.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::backlog;
use crate::fleet::{Outcome as Ended, Record, Simulation};
use crate::goal::{Goal, Latency, Limit, Measure, Statistic};
use crate::metrics::{Verdict, summarise};
use crate::scenario::{Scenario, ScenarioError};
use crate::units::VirtualTime;
use crate::workload::Workload;

/// Events between two looks at whether it can still succeed.
const EVENTS: u32 = 1024;

/// A run to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// With one policy, one seed and a goal.
    pub scenario: Scenario,
    /// It may stop when its margin is certain to be below this; `None`: never.
    pub give_up: Option<f64>,
}

/// That a run was given up, and for which limit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GaveUp {
    /// The place of the limit in the goal.
    pub limit: usize,
    /// The margin that it is certain to be below.
    pub below: f64,
}

/// What a run came to, as far as a search looks at it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The verdict; `None`: it was given up, or could not run.
    pub verdict: Option<Verdict>,
    /// That it was given up.
    pub gave_up: Option<GaveUp>,
    /// Why it could not run.
    pub refused: Option<String>,
    /// By how much the requests under way grew over the last half of the arrivals, as a share of their mean, if that is beyond
    /// doubt; `None`: it did not, or cannot.
    pub backlog: Option<f64>,
    /// P95 of TTFT \[ms\].
    pub p95_ttft_ms: f64,
    /// Requests answered \[1/s\].
    pub request_throughput: f64,
    /// Tokens generated \[1/s\].
    pub output_throughput: f64,
    /// Share of prompt tokens found in the cache.
    pub token_reuse_rate: f64,
}

impl Outcome {
    /// Without figures.
    fn empty() -> Self {
        Self {
            verdict: None,
            gave_up: None,
            refused: None,
            backlog: None,
            p95_ttft_ms: 0.0,
            request_throughput: 0.0,
            output_throughput: 0.0,
            token_reuse_rate: 0.0,
        }
    }

    /// Of a run that cannot be made.
    fn refused(error: &ScenarioError) -> Self {
        Self {
            refused: Some(error.to_string()),
            ..Self::empty()
        }
    }

    /// Whether it met the goal; `steady`: a backlog that grows is a miss.
    pub fn is_met(&self, steady: bool) -> bool {
        let kept = self.verdict.as_ref().is_some_and(Verdict::is_met);
        kept && !(steady && self.backlog.is_some())
    }

    /// Its margin; of one that was given up, what it is certain to be below.
    pub fn margin(&self) -> f64 {
        match (&self.verdict, self.gave_up) {
            (Some(verdict), _) => verdict.margin(),
            (None, Some(gave_up)) => gave_up.below,
            (None, None) => f64::NEG_INFINITY,
        }
    }
}

impl Trial {
    /// What it is, as text: the same for trials that come to the same.
    pub fn key(&self) -> String {
        let bar = self.give_up.map_or(String::new(), |bar| bar.to_string());
        format!("{}#{bar}", self.scenario.to_query())
    }

    /// Runs it.
    pub fn run(&self, workload: &Arc<Workload>) -> Outcome {
        let mut begun = self.begin(workload);
        loop {
            if let Some(outcome) = begun.advance() {
                return outcome;
            }
        }
    }

    /// Begins it, for whoever runs it piece by piece.
    pub fn begin(&self, workload: &Arc<Workload>) -> Begun {
        let stage = match self.simulation(workload) {
            Ok(Some(run)) => Stage::Runs(Box::new(run)),
            Ok(None) => Stage::Ended(Outcome::empty()),
            Err(error) => Stage::Ended(Outcome::refused(&error)),
        };
        Begun {
            trial: self.clone(),
            workload: Arc::clone(workload),
            stage,
        }
    }

    /// Its run before the first event; nothing where there is no policy or no goal.
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

/// A trial under way: it is run a thousand events at a time, so that whoever runs it can look up in between.
pub struct Begun {
    trial: Trial,
    workload: Arc<Workload>,
    stage: Stage,
}

/// How far a trial is.
enum Stage {
    Runs(Box<Simulation>),
    Ended(Outcome),
}

impl Begun {
    /// Handles the next thousand events; what it came to, once that is certain.
    pub fn advance(&mut self) -> Option<Outcome> {
        let run = match &mut self.stage {
            Stage::Ended(outcome) => return Some(outcome.clone()),
            Stage::Runs(run) => run,
        };
        let goal = self.trial.scenario.goal.as_ref()?;
        if run.run(EVENTS) {
            let bar = self.trial.give_up?;
            let limit = Bars::new(goal, bar).out_of_reach(run, &self.workload)?;
            self.stage = Stage::Ended(Outcome {
                gave_up: Some(GaveUp { limit, below: bar }),
                ..Outcome::empty()
            });
        } else {
            let ended = core::mem::replace(&mut self.stage, Stage::Ended(Outcome::empty()));
            if let Stage::Runs(run) = ended {
                let outcome = self.trial.outcome(*run, &self.workload);
                self.stage = Stage::Ended(outcome);
            }
        }
        match &self.stage {
            Stage::Ended(outcome) => Some(outcome.clone()),
            Stage::Runs(_) => None,
        }
    }
}

impl Trial {
    /// What a run that has come to its end comes to.
    fn outcome(&self, run: Simulation, workload: &Workload) -> Outcome {
        let scenario = &self.scenario;
        if let Err(error) = run.within_the_clock() {
            return Outcome::refused(&error.into());
        }
        let run = run.finish();
        let backlog = backlog::growth(scenario, workload, &run.records);
        let summary = summarise(scenario, workload, core::slice::from_ref(&run));
        let Some(summary) = summary.into_iter().next() else {
            return Outcome::empty();
        };
        Outcome {
            verdict: summary.verdict,
            gave_up: None,
            refused: None,
            backlog,
            p95_ttft_ms: summary.values.p95_ttft_ms,
            request_throughput: summary.values.request_throughput,
            output_throughput: summary.values.output_throughput,
            token_reuse_rate: summary.values.token_reuse_rate,
        }
    }
}

/// From where on a run is certain to fall short of a margin.
struct Bars<'a> {
    goal: &'a Goal,
    bar: f64,
}

impl<'a> Bars<'a> {
    fn new(goal: &'a Goal, bar: f64) -> Self {
        Self { goal, bar }
    }

    /// The first limit at which the margin is certain to be below the bar.
    fn out_of_reach(&self, run: &Simulation, workload: &Workload) -> Option<usize> {
        let (now, records) = (run.now(), run.records());
        let limits = self.goal.limits().iter();
        let mut each = limits.map(|limit| self.is_lost(limit, now, records, workload));
        each.position(|lost| lost)
    }

    fn is_lost(
        &self,
        limit: &Limit,
        now: VirtualTime,
        records: &[Record],
        workload: &Workload,
    ) -> bool {
        let base = workload.requests.len().max(1);
        let answer = |n: usize| workload.requests[n % base].output_tokens;
        let all = records.len();
        if limit.of.is_some() {
            // Whose a request is follows from its run, so such a limit is judged at the end only.
            return false;
        }
        match &limit.measure {
            Measure::Times(Statistic::Percentile(p), latency) if limit.side.is_upper() => {
                // The margin is below the bar from this time on.
                let bar = limit.value() * (1.0 - self.bar);
                let late = |(n, record): &(usize, &Record)| {
                    least(*latency, record, answer(*n), now).is_some_and(|ms| ms > bar)
                };
                let late = records.iter().enumerate().filter(late).count();
                // Requests that have such a time, if all are answered; a miss that never had one only makes it worse.
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

/// Whether it will not be answered any more.
fn is_lost(record: &Record) -> bool {
    matches!(record.outcome, Ended::Rejected | Ended::Failed | Ended::Cut)
}

/// What a request's time is at the least \[ms\], now or at its end; infinite if it will not be answered.
fn least(latency: Latency, record: &Record, answer: u32, now: VirtualTime) -> Option<f64> {
    if is_lost(record) {
        let has = latency != Latency::Tpot || answer > 1;
        return has.then_some(f64::INFINITY);
    }
    let sent = record.sent > VirtualTime::ZERO;
    let (first, done) = (record.first_token, record.outcome == Ended::Completed);
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
