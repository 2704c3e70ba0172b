//! A run in which something befalls the fleet, beside the same run without it, under two to four policies.
//!
//! Both are whole runs of `core` over the same arrivals, and they are identical until the first event. Everything that is
//! said of an event (the requests it cut off, what a lost cache cost, when the router noticed) comes from the report.

use crate::chart::course::of_runs;
use crate::chart::{self, Chart, Content, content};
use crate::comparison::play::{self, MOST_REQUESTS};
use crate::comparison::sentences::under;
use crate::comparison::{LEAST, MOST};
use crate::format;
use crate::lanes::{self, Column};
use crate::lives::scaling::scaling;
use crate::lives::{Life, lives, scaling::Scaling};
use crate::playback::{Event, Marks, events};
use std::sync::Arc;
use warmpath_core::fleet::{Progress, Replay, Run};
use warmpath_core::metrics::{LifeFigures, PLACES, Recovery, Summary, summarise};
use warmpath_core::order;
use warmpath_core::scenario::Scenario;
use warmpath_core::scenario::life::Events;
use warmpath_core::units::VirtualTime;
use warmpath_core::workload::{Named, Workload};

pub mod choice;
pub mod figures;
mod happened;
mod recovery;
mod rules;
pub mod sentences;
pub mod touch;
mod wire;

/// The policies that the page opens with: one that looks at load only, and one that knows the caches.
pub const OPENING: [&str; 2] = ["least-load", "smart"];
/// The events that the page opens with.
pub const BEFALLS: &str = "30s:kill=1";
/// The number of columns of a lane.
const COLUMNS: usize = 200;

/// What is shown of one policy's run.
#[derive(Clone, Debug, PartialEq)]
pub struct FailureRun {
    /// The columns of each replica's lane, by replica.
    pub lanes: Vec<Vec<Column>>,
    /// The size of one replica's pool \[blocks\].
    pub pool_blocks: u32,
    /// The life of each replica: when it was starting, ready, draining, down.
    pub lives: Vec<Life>,
    /// The events of the requests, in order of time.
    pub events: Vec<Event>,
    /// The number of replicas over time if the run counts them, and the number of requests in the waiting line.
    pub scaling: Scaling,
    /// The figures of the run, as a report has them.
    pub summary: Summary,
}

/// The two runs of one policy.
#[derive(Clone, Debug, PartialEq)]
pub struct RunPair {
    /// The policy as it is typed.
    pub policy: String,
    /// The run in which something befalls the fleet.
    pub with: FailureRun,
    /// The run in which nothing does.
    pub without: FailureRun,
    /// For how long fewer prompt tokens were found in caches than without the events.
    pub hits_worse: Recovery,
    /// For how long P95 of TTFT was longer than without the events.
    pub ttft_worse: Recovery,
}

/// The runs of all policies, with and without the events.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The two runs of each policy.
    pub sides: Vec<RunPair>,
    /// The number of requests in each run.
    pub requests: u32,
    /// The number of requests of the scenario, of which only the first may have been run.
    pub of: u32,
    /// The events that befall the fleet, as they would be typed.
    pub befalls: String,
    /// The times and numbers that the run was made with and that its story depends on, as a sentence; empty if nothing fails.
    pub rules: String,
    /// The moments at which playing can stop; the end is the latest of all runs.
    pub marks: Marks,
    /// What the chart shows of the runs with the events.
    pub courses: Vec<chart::Course>,
}

impl FailureRun {
    /// What befell the fleet, as the report has it; `None` if nothing could.
    pub fn life(&self) -> Option<&LifeFigures> {
        self.summary.life.as_ref()
    }

    /// The number of requests with an outcome, given by its place in `core`'s list of outcomes.
    pub fn ended(&self, outcome: usize) -> u64 {
        match self.life() {
            Some(life) => life.outcomes.get(outcome).copied().unwrap_or(0),
            None => [
                self.summary.values[PLACES.completed],
                self.summary.values[PLACES.rejected],
                self.summary.values[PLACES.failed],
            ]
            .get(outcome)
            .map_or(0, |count| *count as u64),
        }
    }

    /// The 95th percentile of time to first token \[s\]; not a number if no request was answered.
    pub fn p95(&self) -> f64 {
        self.summary.values[PLACES.p95_ttft_ms] / 1e3
    }
}

impl Failure {
    /// Whether there is such a side and such a request.
    pub fn has(&self, (side, request): (usize, u32)) -> bool {
        side < self.sides.len() && request < self.requests
    }

    /// Time to first token over time under every policy, with marks at the events; `None` if there was none.
    pub fn chart(&self) -> Option<Chart> {
        let mut charts = content::of_courses(&self.courses).into_iter();
        charts.find(|chart| chart.key() == "ttft-over-time")
    }

    /// The line that stands for the chart while it is folded away.
    pub fn chart_in_brief(&self) -> String {
        let Some(Content::Waits(waits)) = self.chart().map(|it| it.content) else {
            return String::new();
        };
        let means = under(&|at| {
            let it = waits.series.get(at)?;
            let mean = it.mean().map_or(format::NONE.to_owned(), format::seconds);
            Some((mean, it.name.as_str()))
        });
        format!("Time to first token, averaged over time: {means}")
    }
}

/// The replays with and without the events, to be run in slices.
#[derive(Clone)]
pub struct Both {
    with: Replay,
    without: Replay,
    of: u32,
}

impl Both {
    /// Prepares a replay of [`LEAST`] to [`MOST`] policies over the first requests, and the same without any event.
    ///
    /// # Errors
    /// If there are too few or too many policies, there are more replicas than lanes, or the replay refuses the scenario.
    pub fn new(mut scenario: Scenario, workload: Arc<Workload>) -> Result<Self, String> {
        let sides = scenario.policies.len();
        if !(LEAST..=MOST).contains(&sides) {
            return Err(format!(
                "{LEAST} to {MOST} policies stand side by side, not {sides}"
            ));
        }
        play::showable(&scenario)?;
        let of = scenario.requests.unwrap_or(workload.count);
        scenario.requests = Some(of.min(MOST_REQUESTS));
        scenario.seeds = 1;
        let mut calm = scenario.clone();
        calm.troubles.events = Events::default();
        calm.troubles.mtbf_h = None;
        let replay = |scenario| {
            Replay::new(scenario, Arc::clone(&workload), true).map_err(|error| error.to_string())
        };
        Ok(Self {
            with: replay(scenario)?,
            without: replay(calm)?,
            of,
        })
    }

    /// Handles up to `events` further events; returns whether both replays are finished.
    ///
    /// # Errors
    /// If the replay fails.
    pub fn run(&mut self, events: u32) -> Result<bool, String> {
        let next = match self.with.progress().finished {
            false => &mut self.with,
            true => &mut self.without,
        };
        next.run(events).map_err(|error| error.to_string())?;
        Ok(self.progress().finished)
    }

    /// The progress of both replays together.
    pub fn progress(&self) -> Progress {
        let [a, b] = [self.with.progress(), self.without.progress()];
        Progress {
            done: a.done + b.done,
            total: a.total + b.total,
            finished: a.finished && b.finished,
        }
    }

    /// What is shown of the two replays; `None` before both are finished.
    pub fn failure(&self) -> Option<Failure> {
        let (with, without) = (self.with.runs(), self.without.runs());
        let policies = self.with.scenario().policies.len();
        if with.len() < policies || without.len() < policies {
            return None;
        }
        let end = with.iter().chain(without).map(|run| run.end).max()?;
        let sides = shown_runs(&self.with, end)
            .into_iter()
            .zip(shown_runs(&self.without, end));
        let sides = sides.zip(with.iter().zip(without));
        let sides = sides.map(|((with, without), (run, calm))| {
            let [hits_worse, ttft_worse] =
                recovery::recovery(self.with.workload(), run, calm, began(run));
            RunPair {
                policy: run.policy.to_string(),
                with,
                without,
                hits_worse,
                ttft_worse,
            }
        });
        let sides: Vec<RunPair> = sides.collect();
        let events: Vec<&[Event]> = sides
            .iter()
            .map(|side| side.with.events.as_slice())
            .collect();
        let mut marks = Marks::new(&events, end);
        let scenario = self.with.scenario();
        // The moments at which something happened to the fleet are added to those at which playing can stop.
        marks.events.extend(with.iter().flat_map(befell));
        order::by(&mut marks.events, Ord::cmp);
        marks.events.dedup();
        Some(Failure {
            requests: with.first().map_or(0, |run| run.records.len() as u32),
            of: self.of,
            befalls: scenario.troubles.events.to_string(),
            rules: rules::text(scenario, &sides),
            courses: of_runs(scenario, self.with.workload(), with),
            marks,
            sides,
        })
    }
}

/// The moments at which something befell the fleet of a run, in order of time.
fn befell(run: &Run) -> impl Iterator<Item = VirtualTime> {
    let all = run.lives.iter().flat_map(|it| &it.happenings);
    all.filter(|it| !it.is_retirement()).map(|it| it.at)
}

/// The moment of the first thing that befell the fleet of a run; time zero if nothing did.
fn began(run: &Run) -> VirtualTime {
    befell(run).next().unwrap_or(VirtualTime::ZERO)
}

/// What is shown of each run of a replay, until `end`.
fn shown_runs(replay: &Replay, end: VirtualTime) -> Vec<FailureRun> {
    let summaries = summarise(replay.scenario(), replay.workload(), replay.runs());
    let shown = |(run, summary): (&Run, Summary)| {
        let lane = |steps: &[_]| lanes::columns(steps, end, COLUMNS);
        let lanes = run.replicas.iter();
        FailureRun {
            lanes: lanes
                .map(|it| lane(it.steps.as_deref().unwrap_or_default()))
                .collect(),
            pool_blocks: run.replicas.first().map_or(0, |it| it.pool_blocks),
            lives: lives(run, end),
            events: events(run),
            scaling: scaling(run),
            summary,
        }
    };
    replay.runs().iter().zip(summaries).map(shown).collect()
}

/// The two runs of a query, made here to their end; the workload must be a generated one.
///
/// # Errors
/// If the query cannot be read, or [`Both::new`] refuses the scenario.
pub fn whole(query: &str) -> Result<Failure, String> {
    let scenario = Scenario::from_query(query).map_err(|error| error.to_string())?;
    let named = Named::parse(&scenario.workload).map_err(|error| error.to_string())?;
    let workload = named
        .generate(scenario.block_size, scenario.seed, scenario.requests)
        .map_err(|error| error.to_string())?;
    let mut both = Both::new(scenario, Arc::new(workload))?;
    while !both.run(1 << 16)? {}
    both.failure()
        .ok_or_else(|| "the finished replay lacks the run of a policy".to_owned())
}

/// What the page opens with, run to its end.
///
/// # Errors
/// None, unless the opening scenario itself is wrong.
pub fn opening() -> Result<Failure, String> {
    whole(&choice::Choice::default().query())
}

#[cfg(test)]
mod tests;
