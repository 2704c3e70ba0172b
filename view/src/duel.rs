//! Two policies over the same arrivals: their lanes, figures and first different decision.
//!
//! Everything shown is taken from `core`'s runs with their steps kept; nothing is computed anew here.

use crate::lanes::{self, Column};
use crate::playback::{Event, Kind, Marks, events};
use std::sync::Arc;
use warmpath_core::fleet::{Outcome, Replay, Run};
use warmpath_core::metrics::percentile;
use warmpath_core::scenario::Scenario;
use warmpath_core::units::VirtualTime;
use warmpath_core::workload::{Named, Workload};

pub mod markup;
pub mod say;

/// The scenario but for its policies: 300 questions about eight long documents, four GPUs, three questions a second.
const SCENARIO: &str = "v=1&w=rag&n=300&rate=3";
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
    /// Share of prompt tokens found in a cache.
    pub reuse: f64,
    /// A lane a replica.
    pub lanes: Vec<Vec<Column>>,
    /// Requests answered by each replica.
    pub shares: Vec<u32>,
    /// What happened, in order.
    pub events: Vec<Event>,
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
}

/// The replay of two policies, to be run in slices.
///
/// # Errors
/// A policy that there is not.
pub fn replay(policies: [&str; 2]) -> Result<Replay, String> {
    let query = format!("{SCENARIO}&p={}", policies.join(","));
    let scenario = Scenario::from_query(&query).map_err(|error| error.to_string())?;
    let named = Named::parse(&scenario.workload).map_err(|error| error.to_string())?;
    let workload = named
        .generate(scenario.block_size, scenario.seed, scenario.requests)
        .map_err(|error| error.to_string())?;
    Replay::new(scenario, Arc::new(workload), true).map_err(|error| error.to_string())
}

/// What a finished replay shows; `None` before it is finished.
pub fn duel(replay: &Replay) -> Option<Duel> {
    let [a, b] = replay.runs() else { return None };
    let workload = replay.workload();
    let end = a.end.max(b.end);
    let sides = [side(a, workload, end), side(b, workload, end)];
    let marks = Marks::new(&[&sides[0].events, &sides[1].events], end);
    let parting = sides[0]
        .events
        .iter()
        .filter(|event| event.kind == Kind::Sent)
        .find(|event| {
            let at = event.request as usize;
            let place = |side: &Side| side.choices[at].map(|(replica, _)| replica);
            place(&sides[0]) != place(&sides[1])
        })
        .map(|event| (event.request, event.at));
    let base = workload.requests.len().max(1);
    let prompts = (0..a.records.len())
        .map(|n| workload.requests[n % base].prompt_tokens)
        .collect();
    Some(Duel {
        sides,
        prompts,
        marks,
        parting,
    })
}

/// The page's opening duel, run to its end.
///
/// # Errors
/// None, unless the opening scenario itself is wrong.
pub fn opening() -> Result<Duel, String> {
    let mut replay = replay(OPENING)?;
    while !replay
        .run(1 << 16)
        .map_err(|error| error.to_string())?
        .finished
    {}
    duel(&replay).ok_or_else(|| "a replay of two policies has two runs".to_owned())
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
    waits.sort_by(f64::total_cmp);
    let lane = |steps: &[_]| lanes::columns(steps, end, COLUMNS);
    Side {
        policy: run.policy.to_string(),
        answered: waits.len() as u32,
        ttft_p50_s: percentile(&waits, 50.0),
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
