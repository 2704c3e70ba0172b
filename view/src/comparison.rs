//! Two to four policies over the same arrivals: their lanes, figures, charts and first different decisions.
//!
//! Everything shown is taken from `core`'s runs, whose steps were kept; nothing is simulated here.

use crate::chart::ecdf::PERCENTILES;
use crate::chart::{Course, course};
use crate::lanes::{self, Column};
use crate::lives::scaling::{Scaling, scaling};
use crate::lives::{Life, lives};
use crate::playback::{Event, Marks, events};
pub use play::{MOST_REPLICAS, MOST_REQUESTS, PLAYS};

use growth::Growth;
use holdings::{BeliefSnapshot, Shared, Watched};
use prefixes::Node;
use prefixes::names::Names;
use warmpath_core::fleet::{Outcome, Run, race};
use warmpath_core::router::Knowledge;
use warmpath_core::scenario::Scenario;
use warmpath_core::units::VirtualTime;
use warmpath_core::workload::Workload;

mod charts;
pub mod deltas;
pub mod figures;
pub mod follow;
pub mod growth;
pub mod holdings;
pub mod misses;
pub mod play;
pub mod prefixes;
pub mod sentences;
mod setting;
pub mod touch;
pub mod trees;
pub mod trees_state;
mod wire;

/// The policies that the page opens with.
pub const OPENING: [&str; 2] = ["least-load", "smart"];
/// The smallest number of policies that are compared.
pub const LEAST: usize = 2;
/// The largest number of policies that are compared: as many as there is room for side by side.
pub const MOST: usize = 4;
/// The keys of the charts below the lanes.
pub const CHARTS: [&str; 4] = ["ttft", "ttft-percentiles", "queue", "answered"];
/// The number of columns of a lane. The unmagnified lane shows a quarter of them, so that a narrow screen has at least a
/// pixel for each; magnified lanes show more.
const COLUMNS: usize = 4 * 280;

/// One policy's side of a comparison: what is shown of its run.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicySide {
    /// The policy as it is typed, the number of answered requests, and what the charts show.
    pub course: Course,
    /// Whether the policy uses knowledge of what the replicas hold.
    pub looks: bool,
    /// The size of one replica's pool \[blocks\].
    pub pool_blocks: u32,
    /// Share of the prompt tokens of answered requests that were found in a cache, from 0 to 1; NaN if no request was answered.
    pub reuse: f64,
    /// The columns of each replica's lane, by replica, from time zero to the end of the longest run.
    pub lanes: Vec<Vec<Column>>,
    /// The share of that time after which the last of this run's requests had ended, from 0 to 1.
    pub lasts: f64,
    /// The life of each replica: when it was starting, ready, draining, down.
    pub lives: Vec<Life>,
    /// The number of replicas over time if the run counts them, and the number of requests in the waiting line.
    pub scaling: Scaling,
    /// The number of requests that each replica answered.
    pub shares: Vec<u32>,
    /// The events of the requests, in order of time.
    pub events: Vec<Event>,
    /// Every change of what the router believed and what was held, of the followed prefixes.
    pub moments: Vec<BeliefSnapshot>,
    /// Every change of what the router believed and what was held, of all prefixes.
    pub growth: Growth,
    /// For each request, its replica and the prompt tokens found there; `None` if no replica answered it.
    pub choices: Vec<Option<(u16, u32)>>,
    /// The requests that the cache of whole answers answered, so that they went to no replica, by their numbers.
    pub recalled: Vec<u32>,
}

/// Several policies that were run on the same arrivals, side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// On what the policies are run, in a sentence: the GPU and the model, the room in a cache, how long prompts and
    /// answers are.
    pub setting: String,
    /// The first is the baseline, which the others are compared with.
    pub sides: Vec<PolicySide>,
    /// The length of each request's prompt \[tokens\].
    pub prompts: Vec<u32>,
    /// The number of requests of the scenario, of which only the first may have been run.
    pub of: u32,
    /// The moments at which playing can stop; the end is the latest of all runs.
    pub marks: Marks,
    /// For each side but the first, where its decisions first differ from the first side's.
    pub apart: Vec<race::Pair>,
    /// The prefixes that the table follows.
    pub shared: Vec<Shared>,
    /// The size of a block \[tokens\].
    pub block_size: u32,
    /// For each request, the place of its prefix among these, or [`holdings::NO_PREFIX`].
    pub prefix_of: Vec<u32>,
    /// All prefixes of the requests, shared or not, parents before children.
    pub nodes: Vec<Node>,
    /// What the prefixes are called.
    pub names: Names,
}

impl PolicySide {
    /// The policy as it is typed.
    pub fn policy(&self) -> &str {
        &self.course.policy
    }

    /// Time to first token: median, 95th and 99th percentile \[s\]; NaN if no request was answered.
    pub fn ttft(&self) -> [f64; 3] {
        PERCENTILES.map(|at| self.course.within[at])
    }

    /// A lane as one column: its means over the time of this run, whatever stands beside it.
    pub fn whole(&self, lane: &[Column]) -> Column {
        lanes::whole(lane).over(self.lasts)
    }

    /// Completed requests per second, up to the last answer.
    pub fn throughput(&self) -> f64 {
        self.course.completed as f64 / self.course.duration.max(f64::MIN_POSITIVE)
    }
}

/// The comparison of a finished replay; `None` before it is finished.
pub fn comparison(watched: &Watched) -> Option<Comparison> {
    let runs = watched.replay.runs();
    let (first, others) = runs.split_first()?;
    if runs.len() < watched.replay.scenario().policies.len() {
        return None;
    }
    let workload = watched.replay.workload();
    let end = runs.iter().map(|run| ended(watched.replay.scenario(), run));
    let end = end.max()?;
    let courses = course::of_runs(watched.replay.scenario(), workload, runs);
    let kept = watched.moments.iter().zip(&watched.growths);
    let sides: Vec<PolicySide> = runs
        .iter()
        .zip(courses)
        .zip(kept)
        .map(|((run, course), (moments, growth))| PolicySide {
            moments: moments.clone(),
            growth: growth.clone(),
            ..side(run, course, workload, end)
        })
        .collect();
    let events: Vec<&[Event]> = sides.iter().map(|side| side.events.as_slice()).collect();
    let marks = Marks::new(&events, end);
    let prompts = (0..first.records.len() as u32)
        .map(|n| workload.request(n).prompt_tokens)
        .collect();
    let apart = others
        .iter()
        .map(|run| race::pair(first, run, race::COSTLY));
    Some(Comparison {
        setting: setting::setting(watched.replay.scenario(), workload, first.records.len()),
        prompts,
        of: watched.of,
        marks,
        apart: apart.collect(),
        shared: watched.shared.clone(),
        block_size: watched.replay.scenario().block_size,
        prefix_of: watched.prefix_of.clone(),
        nodes: watched.nodes.clone(),
        names: Names::of(&watched.replay.scenario().workload),
        sides,
    })
}

impl Comparison {
    /// The first decision that differs from the first side's and changes a latency noticeably, with the place of the side.
    pub fn costly(&self) -> Option<(usize, &race::Parting)> {
        self.earliest(|pair| pair.costly.as_ref())
    }

    /// The first decision that differs from the first side's, with the place of the side.
    pub fn parting(&self) -> Option<(usize, &race::Parting)> {
        self.earliest(|pair| pair.first.as_ref())
    }

    fn earliest(
        &self,
        of: fn(&race::Pair) -> Option<&race::Parting>,
    ) -> Option<(usize, &race::Parting)> {
        let all = (1..).zip(&self.apart);
        all.filter_map(|(side, pair)| Some((side, of(pair)?)))
            .min_by(|a, b| a.1.at_s.total_cmp(&b.1.at_s))
    }

    /// The moment that is most worth looking at: when the first noticeable difference shows (one side has a first token
    /// that the other lacks), else when the first decision differs.
    pub fn flag(&self) -> Option<VirtualTime> {
        let shows = |(_, parting): (usize, &race::Parting)| {
            let sooner = parting.ttft_ms.into_iter().flatten().reduce(f64::min);
            parting.at_s * 1e3 + sooner.unwrap_or(0.0)
        };
        let parts = |(_, parting): (usize, &race::Parting)| parting.at_s * 1e3;
        let at = self.costly().map(shows).or(self.parting().map(parts));
        // Rounded up to the next millisecond, which an address can hold, so that the difference has happened by then.
        at.map(|ms| VirtualTime::from_millis(libm::floor(ms) + 1.0))
    }

    /// The moment of [`Self::flag`] with its name, as a mark over the lanes.
    pub fn mark(&self) -> Option<(VirtualTime, String)> {
        let name = match self.costly() {
            Some(_) => "first costs",
            None => "they part",
        };
        Some((self.flag()?, name.to_owned()))
    }
}

/// The page's opening comparison, run to its end.
///
/// # Errors
/// None, unless the opening scenario itself is wrong.
pub fn opening() -> Result<Comparison, String> {
    whole(&OPENING)
}

/// The scenario of [`opening`] as a query string.
pub fn opening_query() -> String {
    play::query(0, &OPENING.map(str::to_owned))
}

/// The opening scenario under other policies, run to its end.
///
/// # Errors
/// If a policy does not exist, or there are too few or too many of them.
pub fn whole(policies: &[&str]) -> Result<Comparison, String> {
    let policies: Vec<String> = policies.iter().map(|&it| it.to_owned()).collect();
    let mut watched = play::made(&play::query(0, &policies))?;
    while !watched.run(1 << 16)? {}
    comparison(&watched).ok_or_else(|| "the finished replay lacks the run of a policy".to_owned())
}

/// When a run ends: with its last request, unless replicas may still come, go and fail after that. Timers of routers go on for longer,
/// but have nothing to do.
fn ended(scenario: &Scenario, run: &Run) -> VirtualTime {
    match scenario.changes() {
        true => run.end,
        false => {
            let events = events(run);
            events.last().map_or(run.end, |it| it.at)
        }
    }
}

/// The side of a run, without the moments and growth that are followed separately.
fn side(run: &Run, course: Course, workload: &Workload, end: VirtualTime) -> PolicySide {
    let (mut prompt, mut hits) = (0u64, 0u64);
    let mut shares = vec![0; run.replicas.len()];
    let mut choices = Vec::with_capacity(run.records.len());
    let mut recalled = Vec::new();
    for (n, record) in run.records.iter().enumerate() {
        if record.outcome != Outcome::Completed || record.recalled {
            if record.recalled {
                recalled.push(n as u32);
            }
            choices.push(None);
            continue;
        }
        prompt += u64::from(workload.request(n as u32).prompt_tokens);
        hits += u64::from(record.hit_tokens);
        shares[usize::from(record.replica)] += 1;
        choices.push(Some((record.replica, record.hit_tokens)));
    }
    let lane = |steps: &[_]| lanes::columns(steps, end, COLUMNS);
    let events = events(run);
    let last = events.last().map_or(VirtualTime::ZERO, |it| it.at);
    PolicySide {
        course,
        looks: run.policy.knowledge != Knowledge::Nothing,
        pool_blocks: run.replicas.first().map_or(0, |it| it.pool_blocks),
        moments: Vec::new(),
        growth: Growth::default(),
        reuse: hits as f64 / prompt as f64,
        lanes: run
            .replicas
            .iter()
            .map(|replica| lane(replica.steps.as_deref().unwrap_or_default()))
            .collect(),
        lasts: last.secs() / end.secs().max(f64::MIN_POSITIVE),
        lives: lives(run, end),
        scaling: scaling(run),
        shares,
        events,
        choices,
        recalled,
    }
}

#[cfg(test)]
mod tests;
