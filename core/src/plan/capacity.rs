//! The highest load at which a goal is met on every seed, for each policy; on demand also with one replica lost.
//!
//! "Lost" means that replica 0 dies after a third of the time in which requests start and does not come back. So the run
//! contains the loss of its cache, of the requests that were under way there, and the time until the routers notice. In a closed
//! loop that time depends on the fleet, so it is measured by a run in which nothing is lost, at the same load with the same seed.

use super::bracket::{Bracket, Did};
use super::{Load, PlanError, Search, Trial, TrialOutcome, rounded};
use crate::goal::Goal;
use crate::metrics::verdict::LimitKept;
use crate::request::Arrival;
use crate::router::PolicySpec;
use crate::scenario::life::{Event, Target, Verb};
use crate::scenario::{Arriving, Client, Scenario};
use crate::units::VirtualTime;
use crate::workload::Workload;

/// The settings of a search for the highest load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CapacitySearch {
    /// The gap between the highest passing and the lowest failing level at which the search ends, as a share.
    pub tolerance: f64,
    /// Whether a level fails if the number of requests under way keeps growing, even if the goal is met.
    pub steady: bool,
    /// Whether the capacity with one replica lost is searched as well.
    pub with_loss: bool,
}

impl Default for CapacitySearch {
    fn default() -> Self {
        Self {
            tolerance: 0.01,
            steady: true,
            with_loss: true,
        }
    }
}

/// A level of load that was tried, on every seed or until a seed failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// The level, in the unit of the search's [`Load`].
    pub level: f64,
    /// The outcome of each seed that was run, in their order.
    pub outcomes: Vec<TrialOutcome>,
    /// Whether all seeds met the goal.
    pub passed: bool,
    /// Whether it failed since requests piled up, and not for a limit: those that are missed are only missed for too little load.
    pub piled: bool,
}

/// The reason why a level failed.
#[derive(Clone, Debug, PartialEq)]
pub enum Broke {
    /// A limit of the goal was missed; this is its place in the goal.
    Limit(usize),
    /// The number of requests under way kept growing, by this share of its mean.
    Backlog(f64),
    /// The run was too short to tell: this share of the requests that had come was under way on the mean.
    TooShort(f64),
    /// The run was refused, for this reason.
    Refused(String),
}

impl Probe {
    /// Why the first failing seed failed; `None` if none did.
    pub fn broke(&self, steady: bool) -> Option<Broke> {
        let failed = self.outcomes.iter().find(|it| !it.is_met(steady))?;
        Some(match (&failed.refused, failed.gave_up, &failed.verdict) {
            (Some(reason), ..) => Broke::Refused(reason.clone()),
            (None, Some(gave_up), _) => Broke::Limit(gave_up.limit),
            (None, None, Some(verdict)) if !verdict.is_met() && !self.piled => {
                Broke::Limit(verdict.binding())
            }
            _ => match (failed.backlog, failed.unfinished) {
                (None, Some(share)) => Broke::TooShort(share),
                (growth, _) => Broke::Backlog(growth.unwrap_or(0.0)),
            },
        })
    }
}

/// The search for one policy, with all replicas or with one lost.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The policy whose capacity is searched.
    pub policy: PolicySpec,
    /// Whether replica 0 is lost during the run.
    pub lost: bool,
    bracket: Bracket,
    /// The levels that were tried, in the order of trying.
    pub probes: Vec<Probe>,
    /// The level that is being run, with the outcomes so far.
    current: Option<Probe>,
    /// In a closed loop with a replica lost, when the last request is sent in the next run if none is lost \[s\]; `None` before
    /// that was measured.
    starts_s: Option<f64>,
    /// Whether another part of a divided search runs this unit.
    left_out: bool,
}

impl Unit {
    /// The highest level that passed below every one that failed.
    pub fn passing(&self) -> Option<f64> {
        self.bracket.passing()
    }

    /// The lowest level that failed, and not for too little load.
    pub fn failing(&self) -> Option<f64> {
        self.bracket.failing()
    }

    /// The highest level that failed for too little load, below every other that failed; `None` if there is none.
    pub fn short(&self) -> Option<f64> {
        self.bracket.short()
    }

    /// The highest level that passed above the lowest that failed; `None` if there is none.
    pub fn out_of_order(&self) -> Option<f64> {
        self.bracket.out_of_order()
    }

    /// The runs at a level; `None` if it was not tried.
    pub fn probe(&self, level: f64) -> Option<&Probe> {
        self.probes.iter().find(|probe| probe.level == level)
    }
}

/// A search for the highest load that meets a goal. See the [module](self).
#[derive(Clone, Debug)]
pub struct Capacity {
    scenario: Scenario,
    /// The quantity that is increased to load the fleet.
    pub load: Load,
    /// The settings of the search.
    pub search: CapacitySearch,
    /// One search per policy, each followed by one with a replica lost where that is asked for.
    pub units: Vec<Unit>,
    /// Why nothing is searched with a replica lost, though it was asked for; `None` if it is searched.
    pub without_loss: Option<&'static str>,
    /// Number of requests that start by themselves, that is, not after an answer of the same conversation.
    starts: usize,
    /// The time of the last recorded arrival \[s\], 0 without recorded arrivals.
    recorded_s: f64,
    /// Number of requests, of which those of a conversation follow each other.
    requests: usize,
    /// The units of the round under way, in the order of its trials.
    asked: Vec<usize>,
}

impl Capacity {
    /// Begins a search at the scenario's own load.
    ///
    /// # Errors
    /// If the scenario has no goal, is not valid, or has no load that can be increased.
    pub fn new(
        scenario: &Scenario,
        workload: &Workload,
        search: CapacitySearch,
    ) -> Result<Self, PlanError> {
        if scenario.goal.is_none() {
            return Err(PlanError::NoGoal);
        }
        scenario.check()?;
        let load = Load::of(scenario, workload)?;
        let without_loss = match search.with_loss {
            false => None,
            true if scenario.replicas < 2 => Some("there is only one replica to lose"),
            true if scenario.client == Client::Python => {
                Some("the Python client is not told of broken connections")
            }
            true if scenario.arriving(workload) == Arriving::AtOnce => {
                Some("all requests arrive at once, so no time is a third of that in which they do")
            }
            true => None,
        };
        let count = scenario.requests.unwrap_or(workload.count);
        let count = count.min(workload.count) as usize;
        let arrival = |n: usize| workload.request(n as u32).arrival;
        let starts = (0..count).filter(|&n| !matches!(arrival(n), Arrival::AfterPrevious(_)));
        let starts = starts.count();
        let bracket = Bracket::new(
            load.level(scenario),
            range(load, starts),
            search.tolerance,
            load.is_whole(),
        );
        let both: &[bool] = match search.with_loss && without_loss.is_none() {
            true => &[false, true],
            false => &[false],
        };
        let mut units = Vec::new();
        for policy in &scenario.policies {
            units.extend(both.iter().map(|&lost| Unit {
                policy: policy.clone(),
                lost,
                bracket: bracket.clone(),
                probes: Vec::new(),
                current: None,
                starts_s: None,
                left_out: false,
            }));
        }
        let recorded = workload.requests.iter().map(|it| match it.arrival {
            Arrival::At(at) => at.secs(),
            _ => 0.0,
        });
        Ok(Self {
            scenario: scenario.clone(),
            load,
            search,
            units,
            without_loss,
            starts,
            recorded_s: recorded.fold(0.0, f64::max),
            requests: count,
            asked: Vec::new(),
        })
    }

    /// The scenario at whose load the search began.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The goal that the load must meet.
    pub fn goal(&self) -> Option<&Goal> {
        self.scenario.goal.as_ref()
    }

    /// The load that was asked for; in a closed loop no more than there are to be active at once.
    pub fn own_level(&self) -> f64 {
        let (least, most) = range(self.load, self.starts);
        self.load.level(&self.scenario).max(least).min(most)
    }

    /// In a closed loop, what there are no more of than the highest level: requests, or conversations, of which each has one
    /// request active at a time; `None` where the highest level is but the end of the range.
    pub fn all_there_are(&self) -> Option<&'static str> {
        (self.load == Load::Concurrency).then_some(match self.starts < self.requests {
            true => "conversations",
            false => "requests",
        })
    }

    /// Whether the search goes on until levels differ only in their fourth digit.
    pub fn is_fine(&self) -> bool {
        self.search.tolerance < 1e-3
    }

    /// A level for people, with no more digits than the search has found; `--rate` and its like take all of them.
    pub fn near(&self, level: f64) -> f64 {
        match self.load.is_whole() || self.is_fine() {
            true => level,
            false => rounded(level, 4),
        }
    }

    /// A level in words, with its unit.
    pub fn words(&self, level: f64) -> String {
        self.load.words(self.near(level))
    }

    /// The trial of a unit at a probe's level, with the next seed.
    fn trial(&self, unit: &Unit, probe: &Probe) -> Trial {
        let seed = self.scenario.seed.wrapping_add(probe.outcomes.len() as u64);
        let base = Scenario {
            policies: vec![unit.policy.clone()],
            seeds: 1,
            seed,
            ..self.scenario.clone()
        };
        // Levels are within [`Load::range`], which the fields allow, so this does not fail.
        let mut scenario = self.load.at(&base, probe.level).unwrap_or(base);
        if unit.lost {
            let span = match self.load {
                Load::Rate | Load::Conversations => self.starts as f64 / probe.level,
                Load::Speed => self.recorded_s / probe.level,
                Load::Concurrency => match unit.starts_s {
                    Some(span) => span,
                    // First the same without the loss, to its end.
                    None => {
                        return Trial {
                            scenario,
                            give_up: None,
                        };
                    }
                },
            };
            scenario.troubles.events.all.push(Event {
                at: VirtualTime::from_secs(libm::round(span / 3.0 * 1e3) / 1e3),
                verb: Verb::Kill { stay: true },
                target: Target::One(0),
            });
        }
        // At the lowest level of all, how long a request takes says why even that is too much. And where a limit may be missed
        // for too little load, all limits are needed to tell.
        let is_lowest = probe.level <= self.load.range().0;
        let mut limits = self.goal().into_iter().flat_map(Goal::limits);
        let whole = is_lowest || limits.any(|limit| self.load.eases(limit, probe.level));
        Trial {
            scenario,
            give_up: (!whole).then_some(0.0),
        }
    }

    /// How a level did, by the last outcome there, since the others passed; and whether requests piled up where it else would have
    /// failed for too little load.
    fn did(&self, probe: &Probe) -> (Did, bool) {
        if probe.passed {
            return (Did::Pass, false);
        }
        let last = probe.outcomes.last();
        let verdict = last.and_then(|it| it.verdict.as_ref());
        let short = verdict.zip(self.goal()).is_some_and(|(verdict, goal)| {
            let each = goal.limits().iter().zip(&verdict.found);
            let mut missed = each.filter(|it| it.1.standing != LimitKept::Met);
            missed.all(|it| self.load.eases(it.0, probe.level))
        });
        let piled = self.search.steady && last.is_some_and(TrialOutcome::piles_up);
        match (short, piled) {
            (true, false) => (Did::FallShort, false),
            _ => (Did::Fail, short),
        }
    }
}

/// The lowest and the highest level that is tried: no more is active at once than starts by itself.
fn range(load: Load, starts: usize) -> (f64, f64) {
    let (least, most) = load.range();
    match load {
        Load::Concurrency => (least, most.min(starts.max(1) as f64)),
        _ => (least, most),
    }
}

impl Search for Capacity {
    fn wanted(&mut self) -> Vec<Trial> {
        self.asked.clear();
        let mut trials = Vec::new();
        for at in 0..self.units.len() {
            let unit = &mut self.units[at];
            if unit.left_out {
                continue;
            }
            if unit.current.is_none() {
                unit.current = unit.bracket.next().map(|level| Probe {
                    level,
                    outcomes: Vec::new(),
                    passed: true,
                    piled: false,
                });
            }
            let unit = &self.units[at];
            if let Some(probe) = &unit.current {
                trials.push(self.trial(unit, probe));
                self.asked.push(at);
            }
        }
        trials
    }

    fn take(&mut self, outcomes: Vec<TrialOutcome>) {
        for (&at, outcome) in self.asked.iter().zip(outcomes) {
            let unit = &mut self.units[at];
            let Some(mut probe) = unit.current.take() else {
                continue;
            };
            let measures = unit.lost && self.load == Load::Concurrency && unit.starts_s.is_none();
            if measures && outcome.refused.is_none() {
                unit.starts_s = Some(outcome.starts_s);
                unit.current = Some(probe);
                continue;
            }
            unit.starts_s = None;
            probe.passed &= outcome.is_met(self.search.steady);
            probe.outcomes.push(outcome);
            if probe.passed && probe.outcomes.len() < self.scenario.seeds as usize {
                unit.current = Some(probe);
            } else {
                let (did, piled) = self.did(&probe);
                probe.piled = piled;
                let unit = &mut self.units[at];
                unit.bracket.tell(probe.level, did);
                unit.probes.push(probe);
            }
        }
    }

    fn expected(&self) -> u64 {
        let each = |unit: &Unit| {
            let probes = unit.probes.len() as u64;
            let probes = match unit.bracket.next() {
                None => probes,
                Some(_) => (probes + 2).max(14),
            };
            // In a closed loop a run with a loss has one before it.
            probes * (1 + u64::from(unit.lost && self.load == Load::Concurrency))
        };
        let probes: u64 = self.units.iter().filter(|it| !it.left_out).map(each).sum();
        probes * u64::from(self.scenario.seeds)
    }

    fn only(&mut self, part: usize, parts: usize) {
        for (at, unit) in self.units.iter_mut().enumerate() {
            unit.left_out = at % parts != part;
        }
    }
}
