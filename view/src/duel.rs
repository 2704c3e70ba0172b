//! Two policies over the same arrivals: their lanes, figures and first different decision.
//!
//! Everything shown is taken from `core`'s runs with their steps kept; nothing is computed anew here.

use crate::lanes::{self, Column};
use crate::playback::{Event, Marks, events};
use growth::Growth;
use holdings::{Moment, Shared, Watched};
use prefixes::Node;
use prefixes::names::Names;
use std::sync::Arc;
use warmpath_core::fleet::{Outcome, Replay, Run, race};
use warmpath_core::metrics::percentile;
use warmpath_core::order;
use warmpath_core::router::Knowledge;
use warmpath_core::scenario::Scenario;
use warmpath_core::units::VirtualTime;
use warmpath_core::workload::{Named, Workload};

pub mod growth;
pub mod holdings;
pub mod markup;
pub mod prefixes;
pub mod say;
pub mod standing;
pub mod trees;
mod wire;

/// What there is to play: in words, and the scenario but for its policies; all on four GPUs. The first is the one to begin with.
pub const PLAYS: [(&str, &str); 3] = [
    ("300 questions about 8 documents", "v=1&w=rag&n=300&rate=3"),
    (
        "2,000 questions about 100 documents",
        "v=1&w=rag:contexts%3D100;context%3D2048;questions%3D20&n=2000&rate=4",
    ),
    (
        "1,200 turns of 150 conversations",
        "v=1&w=multi-turn&n=1200&rate=3",
    ),
];
/// The policies to begin with.
pub const OPENING: [&str; 2] = ["least-load", "smart"];
/// Columns of a lane: at most one a pixel on a narrow screen.
const COLUMNS: usize = 280;

/// One policy's side.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// The policy as typed.
    pub policy: String,
    /// Requests answered.
    pub answered: u32,
    /// Median time to first token \[s\].
    pub ttft_p50_s: f64,
    /// Its 99th percentile \[s\].
    pub ttft_p99_s: f64,
    /// Whether the policy asks what the replicas hold.
    pub looks: bool,
    /// A replica's pool \[blocks\].
    pub pool_blocks: u32,
    /// Share of prompt tokens found in a cache.
    pub reuse: f64,
    /// A lane a replica.
    pub lanes: Vec<Vec<Column>>,
    /// Requests answered by each replica.
    pub shares: Vec<u32>,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// What the router believed and what was so, as it changed.
    pub moments: Vec<Moment>,
    /// The same of every prefix.
    pub growth: Growth,
    /// For each request: replica, and prompt tokens found there. `None`: not answered.
    pub choices: Vec<Option<(u16, u32)>>,
}

/// Both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Duel {
    /// The first is what the second is compared with.
    pub sides: [Side; 2],
    /// Length of each prompt \[tokens\].
    pub prompts: Vec<u32>,
    /// The moments to stop at; its end is the later of both runs'.
    pub marks: Marks,
    /// The first request that went elsewhere, and when it was sent.
    pub parting: Option<(u32, VirtualTime)>,
    /// The first that went elsewhere and whose first token came at least [`race::COSTLY`] sooner for it.
    pub costly: Option<race::Parting>,
    /// Requests that went elsewhere.
    pub elsewhere: u32,
    /// The prefixes that are followed.
    pub shared: Vec<Shared>,
    /// Every prefix.
    pub nodes: Vec<Node>,
    /// What they are called.
    pub names: Names,
}

/// The replay of two policies over one of [`PLAYS`], to be run in slices.
///
/// # Errors
/// A policy that there is not.
pub fn watched(play: usize, policies: [&str; 2]) -> Result<Watched, String> {
    replay(play, policies).map(Watched::new)
}

fn replay(play: usize, policies: [&str; 2]) -> Result<Replay, String> {
    let (_, scenario) = PLAYS.get(play).unwrap_or(&PLAYS[0]);
    let query = format!("{scenario}&p={}", policies.join(","));
    let scenario = Scenario::from_query(&query).map_err(|error| error.to_string())?;
    let named = Named::parse(&scenario.workload).map_err(|error| error.to_string())?;
    let workload = named
        .generate(scenario.block_size, scenario.seed, scenario.requests)
        .map_err(|error| error.to_string())?;
    Replay::new(scenario, Arc::new(workload), true).map_err(|error| error.to_string())
}

/// What a finished replay shows; `None` before it is finished.
pub fn duel(watched: &Watched) -> Option<Duel> {
    let [a, b] = watched.replay.runs() else {
        return None;
    };
    let workload = watched.replay.workload();
    let end = a.end.max(b.end);
    let mut sides = [side(a, workload, end), side(b, workload, end)];
    let kept = watched.moments.iter().zip(&watched.growths);
    for (side, (moments, growth)) in sides.iter_mut().zip(kept) {
        side.moments.clone_from(moments);
        side.growth.clone_from(growth);
    }
    let marks = Marks::new(&[&sides[0].events, &sides[1].events], end);
    let apart = race::pair(a, b, race::COSTLY);
    let when = |parting: &race::Parting| {
        let sent = |run: &Run| run.records[parting.request as usize].sent;
        sent(a).min(sent(b))
    };
    let base = workload.requests.len().max(1);
    let prompts = (0..a.records.len())
        .map(|n| workload.requests[n % base].prompt_tokens)
        .collect();
    Some(Duel {
        sides,
        prompts,
        marks,
        parting: apart.first.as_ref().map(|it| (it.request, when(it))),
        costly: apart.costly,
        elsewhere: apart.elsewhere,
        shared: watched.shared.clone(),
        nodes: watched.nodes.clone(),
        names: Names::of(&watched.replay.scenario().workload),
    })
}

impl Duel {
    /// Where it is worth to look: the first costly parting, else the first.
    pub fn flag(&self) -> Option<VirtualTime> {
        let costly = self.costly.as_ref();
        let costly = costly.map(|it| VirtualTime::from_millis(it.at_s * 1e3));
        costly.or(self.parting.map(|(_, at)| at))
    }
}

/// The page's opening duel, run to its end.
///
/// # Errors
/// None, unless the opening scenario itself is wrong.
pub fn opening() -> Result<Duel, String> {
    whole(OPENING)
}

/// A duel, run to its end.
///
/// # Errors
/// A policy that there is not.
pub fn whole(policies: [&str; 2]) -> Result<Duel, String> {
    let mut watched = watched(0, policies)?;
    while !watched.run(1 << 16)? {}
    duel(&watched).ok_or_else(|| "a replay of two policies has two runs".to_owned())
}

fn side(run: &Run, workload: &Workload, end: VirtualTime) -> Side {
    let base = workload.requests.len().max(1);
    let (mut waits, mut prompt, mut hits) = (Vec::new(), 0u64, 0u64);
    let mut shares = vec![0; run.replicas.len()];
    let mut choices = Vec::with_capacity(run.records.len());
    for (n, record) in run.records.iter().enumerate() {
        if record.outcome != Outcome::Completed {
            choices.push(None);
            continue;
        }
        waits.push(record.first_token.since(record.sent).secs());
        prompt += u64::from(workload.requests[n % base].prompt_tokens);
        hits += u64::from(record.hit_tokens);
        shares[usize::from(record.replica)] += 1;
        choices.push(Some((record.replica, record.hit_tokens)));
    }
    order::numbers(&mut waits);
    let lane = |steps: &[_]| lanes::columns(steps, end, COLUMNS);
    Side {
        policy: run.policy.to_string(),
        answered: waits.len() as u32,
        ttft_p50_s: percentile(&waits, 50.0),
        ttft_p99_s: percentile(&waits, 99.0),
        looks: run.policy.knowledge != Knowledge::Nothing,
        pool_blocks: run.replicas.first().map_or(0, |it| it.pool_blocks),
        moments: Vec::new(),
        growth: Growth::default(),
        reuse: hits as f64 / (prompt.max(1)) as f64,
        lanes: run
            .replicas
            .iter()
            .map(|replica| lane(replica.steps.as_deref().unwrap_or_default()))
            .collect(),
        shares,
        events: events(run),
        choices,
    }
}

#[cfg(test)]
mod tests;
