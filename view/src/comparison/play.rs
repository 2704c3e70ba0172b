//! The scenarios that can be played: a few that are defined here, and the laboratory's within limits.
//!
//! A station that plays a scenario knows of it what [`Own`] says, and asks for it as a query; the engine alone reads scenarios.

use super::holdings::Watched;
use super::{LEAST, MOST, OPENING};
use crate::{format, query, wire_fields};
use std::sync::Arc;
use warmpath_core::fleet::Replay;
use warmpath_core::scenario::{Scenario, Sweep, Warm};
use warmpath_core::workload::{Named, Workload};

/// Chooses the policy of side `which`. What another side has already, the two exchange, so that no policy is compared with itself.
pub fn choose(policies: &mut [String], which: usize, to: String) {
    match policies.iter().position(|it| *it == to) {
        Some(other) if which < policies.len() => policies.swap(which, other),
        _ => {
            if let Some(it) = policies.get_mut(which) {
                *it = to;
            }
        }
    }
}

/// The scenarios that are offered, each in words and as a query string without policies; all have four GPUs. The page opens
/// with the first.
pub const PLAYS: [(&str, &str); 3] = [
    ("300 questions about 8 documents", "v=2&w=rag&n=300&rate=3"),
    (
        "2,000 questions about 100 documents",
        "v=2&w=rag:contexts%3D100;context%3D2048;questions%3D20&n=2000&rate=4",
    ),
    (
        "1,200 turns of 150 conversations",
        "v=2&w=multi-turn&n=1200&rate=3",
    ),
];
/// The largest number of replicas at the start: each needs a lane and a coloured square.
pub const MOST_REPLICAS: u32 = 8;
/// The largest number of replicas that may ever exist; those that never start have no lane.
pub const MOST_EVER: u32 = 16;
/// The largest number of requests that are played (the first ones), since the state of every prefix is kept for every
/// moment.
pub const MOST_REQUESTS: u32 = 2_000;

/// A scenario of the reader's own, as far as a station that plays it has to know it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Own {
    /// The whole scenario as a canonical query.
    pub query: String,
    /// The scenario in words, for the list of scenarios.
    pub name: String,
    /// The policies that are compared, each as a query writes it.
    pub policies: Vec<String>,
    /// How many replicas there are at the beginning.
    pub replicas: u32,
    /// Whether the scenario has events or random failures.
    pub befallen: bool,
    /// The events that befall replicas by the clock, as a query writes them.
    pub events: String,
}

wire_fields! {
    Own { query, name, policies, replicas, befallen, events }
}

impl Own {
    /// What a station has to know of a scenario.
    pub fn of(scenario: &Scenario) -> Self {
        let replicas = format::plural(scenario.replicas.into(), "replica");
        Self {
            query: scenario.to_query(),
            name: format!("The laboratory: {}, {replicas}", scenario.workload),
            policies: sides(scenario),
            replicas: scenario.replicas,
            befallen: scenario.troubles.any(),
            events: scenario.troubles.events.to_string(),
        }
    }

    /// The same, read from a query; of a sweep's query, the first point.
    ///
    /// # Errors
    /// If the query is not a scenario's, with what is wrong with it.
    pub fn read(query: &str) -> Result<Self, String> {
        let sweep = Sweep::from_query(query).map_err(|error| error.to_string())?;
        Ok(Self::of(&sweep.base))
    }
}

/// The policies that are compared: the first [`MOST`] of a scenario; a single one is compared with a policy that knows
/// nothing of caches.
fn sides(scenario: &Scenario) -> Vec<String> {
    let own = scenario.policies.iter().take(MOST).map(ToString::to_string);
    let mut sides: Vec<String> = own.collect();
    if sides.len() < LEAST {
        let other = OPENING.into_iter().chain(["round-robin"]);
        let other = other.map(str::to_owned).find(|it| !sides.contains(it));
        sides.splice(0..0, other);
    }
    sides
}

/// A scenario's query under other policies.
pub fn under(scenario: &str, policies: &[String]) -> String {
    query::with(scenario, "p", &policies.join(","))
}

/// One of [`PLAYS`] under these policies, as a query string.
pub fn query(play: usize, policies: &[String]) -> String {
    under(PLAYS.get(play).unwrap_or(&PLAYS[0]).1, policies)
}

/// The query of the run that is shown, limited to the requests and the seed that are shown.
pub fn forked(query: &str, requests: u32) -> String {
    let shorter = query::with(query, "n", &requests.to_string());
    query::with(&shorter, "seeds", "1")
}

/// Checks whether a scenario can be shown here.
///
/// # Errors
/// If it has more replicas than there are lanes for, or uses a file that only the laboratory has read.
pub fn showable(scenario: &Scenario) -> Result<(), String> {
    let [first, ever] = [scenario.replicas, scenario.replicas_ever()];
    for (most, replicas) in [(MOST_REPLICAS, first), (MOST_EVER, ever)] {
        if replicas > most {
            return Err(format!(
                "there are lanes for {most} replicas, not for {}",
                format::count(replicas.into())
            ));
        }
    }
    let read = Named::parse(&scenario.workload).is_err()
        || scenario.calibration.is_some()
        || matches!(scenario.warm, Warm::Left(_));
    match read {
        true => Err("a file of your own is read by the laboratory only".to_owned()),
        false => Ok(()),
    }
}

/// A replay of [`LEAST`] to [`MOST`] policies over at most [`MOST_REQUESTS`] requests and one seed, to be run in slices.
///
/// # Errors
/// If there are too few or too many policies, the scenario is not [`showable`], or the replay refuses it.
pub fn watched(mut scenario: Scenario, workload: Arc<Workload>) -> Result<Watched, String> {
    let sides = scenario.policies.len();
    if !(LEAST..=MOST).contains(&sides) {
        return Err(format!(
            "{LEAST} to {MOST} policies stand side by side, not {sides}"
        ));
    }
    showable(&scenario)?;
    let of = scenario.requests.unwrap_or(workload.count);
    scenario.requests = Some(of.min(MOST_REQUESTS));
    scenario.seeds = 1;
    let replay = Replay::new(scenario, workload, true).map_err(|error| error.to_string())?;
    Ok(Watched::new(replay, of))
}

/// A replay of a query whose workload is generated here.
pub(super) fn made(query: &str) -> Result<Watched, String> {
    let scenario = Scenario::from_query(query).map_err(|error| error.to_string())?;
    let named = Named::parse(&scenario.workload).map_err(|error| error.to_string())?;
    let workload = named
        .generate(scenario.block_size, scenario.seed, scenario.requests)
        .map_err(|error| error.to_string())?;
    watched(scenario, Arc::new(workload))
}
