//! A run in which something befalls the fleet, beside the same run without it, under two to four policies.
//!
//! Both are whole runs of `core` over the same arrivals; they are one until the first event. Whatever is said of an event (who
//! was cut off, what a lost cache cost, when the router knew) is what the report says of it.

use crate::chart::course::of_runs;
use crate::chart::{self, Chart, content};
use crate::duel::play::{self, MOST_REQUESTS};
use crate::duel::{LEAST, MOST};
use crate::lanes::{self, Column};
use crate::lives::staff::staff;
use crate::lives::{Life, lives, staff::Staff};
use crate::playback::{Event, Marks, events};
use std::sync::Arc;
use warmpath_core::fleet::{Progress, Replay, Run};
use warmpath_core::metrics::{LifeFigures, PLACES, Summary, summarise};
use warmpath_core::scenario::Scenario;
use warmpath_core::scenario::life::Events;
use warmpath_core::units::VirtualTime;
use warmpath_core::workload::{Named, Workload};

pub mod choice;
pub mod figures;
pub mod say;
pub mod touch;
mod wire;

/// The policies to begin with: one that goes by load alone, and one that knows the caches.
pub const OPENING: [&str; 2] = ["least-load", "smart"];
/// What befalls the fleet to begin with.
pub const BEFALLS: &str = "30s:kill=1";
/// Columns of a lane.
const COLUMNS: usize = 200;

/// One policy's run, and what is shown of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// A lane a replica.
    pub lanes: Vec<Vec<Column>>,
    /// A replica's pool \[blocks\].
    pub pool_blocks: u32,
    /// What each replica was when.
    pub lives: Vec<Life>,
    /// What happened to requests, in order.
    pub events: Vec<Event>,
    /// How many replicas there were, where that changed, and who stood in the line.
    pub staff: Staff,
    /// Its figures, as a report has them.
    pub summary: Summary,
}

/// A policy's two runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// The policy as typed.
    pub policy: String,
    /// The run in which it happens.
    pub with: Course,
    /// The run as if it had not been.
    pub without: Course,
}

/// All policies' runs, with what happens to their fleets and without it.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// A policy a side.
    pub sides: Vec<Side>,
    /// Requests of each run.
    pub requests: u32,
    /// How many the scenario has, of which these may be the first.
    pub of: u32,
    /// What befalls the fleet, as it would be typed.
    pub befalls: String,
    /// The moments to stop at; its end is the latest of all runs'.
    pub marks: Marks,
    /// What the chart shows of the runs in which it happens.
    pub courses: Vec<chart::Course>,
}

impl Course {
    /// What befell the fleet, as the report says; none where nothing could.
    pub fn life(&self) -> Option<&LifeFigures> {
        self.summary.life.as_ref()
    }

    /// How many requests ended so, by their place in `core`'s list of outcomes.
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

    /// Its 95th percentile of time to first token \[s\]; not a number where nobody was answered.
    pub fn p95(&self) -> f64 {
        match self.ended(0) {
            0 => f64::NAN,
            _ => self.summary.values[PLACES.p95_ttft_ms] / 1e3,
        }
    }
}

impl Failure {
    /// Time to first token over time, under every policy, with what happened; none where nothing did.
    pub fn chart(&self) -> Option<Chart> {
        let mut charts = content::of_courses(&self.courses).into_iter();
        charts.find(|chart| chart.key() == "ttft-over-time")
    }

    /// When the first thing befalls the fleet; none where nothing does.
    pub fn first(&self) -> Option<VirtualTime> {
        let events = Events::parse(&self.befalls).ok()?;
        events.all.iter().map(|event| event.at).min()
    }
}

/// Both replays, to be run in slices.
#[derive(Clone)]
pub struct Both {
    with: Replay,
    without: Replay,
    of: u32,
}

impl Both {
    /// The replay of [`LEAST`] to [`MOST`] policies over the first requests, and the same as if nothing befell the fleet.
    ///
    /// # Errors
    /// Too few or too many policies, more replicas than there are lanes for, and what the replay says is wrong.
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

    /// Handles so many events more; `true`: both are finished.
    ///
    /// # Errors
    /// What the replay says is wrong.
    pub fn run(&mut self, events: u32) -> Result<bool, String> {
        let next = match self.with.progress().finished {
            false => &mut self.with,
            true => &mut self.without,
        };
        next.run(events).map_err(|error| error.to_string())?;
        Ok(self.progress().finished)
    }

    /// How far they have come.
    pub fn progress(&self) -> Progress {
        let [a, b] = [self.with.progress(), self.without.progress()];
        Progress {
            done: a.done + b.done,
            total: a.total + b.total,
            finished: a.finished && b.finished,
        }
    }

    /// What there is to show of them; none before they are finished.
    pub fn failure(&self) -> Option<Failure> {
        let (with, without) = (self.with.runs(), self.without.runs());
        let policies = self.with.scenario().policies.len();
        if with.len() < policies || without.len() < policies {
            return None;
        }
        let end = with.iter().chain(without).map(|run| run.end).max()?;
        let sides = courses(&self.with, end)
            .into_iter()
            .zip(courses(&self.without, end));
        let sides = sides.zip(with).map(|((with, without), run)| Side {
            policy: run.policy.to_string(),
            with,
            without,
        });
        let sides: Vec<Side> = sides.collect();
        let events: Vec<&[Event]> = sides
            .iter()
            .map(|side| side.with.events.as_slice())
            .collect();
        let mut marks = Marks::new(&events, end);
        let scenario = self.with.scenario();
        // Where something befalls the fleet one can stop too.
        marks
            .events
            .extend(scenario.troubles.events.all.iter().map(|it| it.at));
        marks.events.retain(|at| *at <= end);
        marks.events.sort_unstable_by_key(|at| at.0);
        marks.events.dedup();
        Some(Failure {
            requests: with.first().map_or(0, |run| run.records.len() as u32),
            of: self.of,
            befalls: scenario.troubles.events.to_string(),
            courses: of_runs(scenario, self.with.workload(), with),
            marks,
            sides,
        })
    }
}

/// The courses of a replay's runs, until `end`.
fn courses(replay: &Replay, end: VirtualTime) -> Vec<Course> {
    let summaries = summarise(replay.scenario(), replay.workload(), replay.runs());
    let course = |(run, summary): (&Run, Summary)| {
        let lane = |steps: &[_]| lanes::columns(steps, end, COLUMNS);
        let lanes = run.replicas.iter();
        Course {
            lanes: lanes
                .map(|it| lane(it.steps.as_deref().unwrap_or_default()))
                .collect(),
            pool_blocks: run.replicas.first().map_or(0, |it| it.pool_blocks),
            lives: lives(run, end),
            events: events(run),
            staff: staff(run),
            summary,
        }
    };
    replay.runs().iter().zip(summaries).map(course).collect()
}

/// A scenario's two runs, made here to their end, of a workload that is made of the scenario alone.
///
/// # Errors
/// What is wrong with the query, and what [`Both::new`] says.
pub fn whole(query: &str) -> Result<Failure, String> {
    let scenario = Scenario::from_query(query).map_err(|error| error.to_string())?;
    let named = Named::parse(&scenario.workload).map_err(|error| error.to_string())?;
    let workload = named
        .generate(scenario.block_size, scenario.seed, scenario.requests)
        .map_err(|error| error.to_string())?;
    let mut both = Both::new(scenario, Arc::new(workload))?;
    while !both.run(1 << 16)? {}
    both.failure()
        .ok_or_else(|| "a finished replay has a run a policy".to_owned())
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
