//! The scenarios that can be played: a few that are defined here, and the laboratory's within limits.

use super::holdings::Watched;
use super::{LEAST, MOST, OPENING};
use crate::format;
use std::sync::Arc;
use warmpath_core::fleet::Replay;
use warmpath_core::router::PolicySpec;
use warmpath_core::scenario::{Scenario, Warm};
use warmpath_core::workload::{Named, Workload};

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
/// A laboratory's scenario in words, for the list of scenarios.
pub fn name(scenario: &Scenario) -> String {
    format!(
        "The laboratory: {}, {}",
        scenario.workload,
        format::plural(scenario.replicas.into(), "replica")
    )
}

/// The policies that are compared: the first [`MOST`] of a scenario; a single one is compared with a policy that knows
/// nothing of caches.
pub fn sides(scenario: &Scenario) -> Vec<String> {
    let own = scenario.policies.iter().take(MOST).map(ToString::to_string);
    let mut sides: Vec<String> = own.collect();
    if sides.len() < LEAST {
        let other = OPENING.into_iter().chain(["round-robin"]);
        let other = other.map(str::to_owned).find(|it| !sides.contains(it));
        sides.splice(0..0, other);
    }
    sides
}

/// A scenario under other policies, as a query string.
///
/// # Errors
/// If a policy does not exist.
pub fn under(scenario: &Scenario, policies: &[String]) -> Result<String, String> {
    let parse = |policy: &String| PolicySpec::parse(policy);
    let policies: Result<_, _> = policies.iter().map(parse).collect();
    let scenario = Scenario {
        policies: policies.map_err(|error| error.to_string())?,
        ..scenario.clone()
    };
    Ok(scenario.to_query())
}

/// One of [`PLAYS`] under these policies, as a query string.
pub fn query(play: usize, policies: &[String]) -> String {
    let (_, scenario) = PLAYS.get(play).unwrap_or(&PLAYS[0]);
    format!("{scenario}&p={}", policies.join(","))
}

/// The query of the run that is shown, limited to the requests and the seed that are shown.
///
/// # Errors
/// The query is none.
pub fn forked(query: &str, requests: u32) -> Result<String, String> {
    let scenario = Scenario::from_query(query).map_err(|error| error.to_string())?;
    let scenario = Scenario {
        requests: Some(requests),
        seeds: 1,
        ..scenario
    };
    Ok(scenario.to_query())
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
