//! What can be played: a few scenarios that are told here, and the laboratory's within limits.
//!
//! Whoever plays a scenario knows of it what [`Own`] says, and asks for it as a query; what reads scenarios is the engine.

use super::holdings::Watched;
use super::{Duel, LEAST, MOST, OPENING};
use crate::{format, query, wire_fields};
use std::sync::Arc;
use warmpath_core::fleet::Replay;
use warmpath_core::scenario::{Scenario, Sweep, Warm};
use warmpath_core::workload::{Named, Workload};

/// What there is to play: in words, and the scenario but for its policies; all on four GPUs. The first is the one to begin with.
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
/// Most replicas: a lane each, a square each.
pub const MOST_REPLICAS: u32 = 8;
/// Most replicas that may come to be there. Those that never come have no lane.
pub const MOST_EVER: u32 = 16;
/// Most requests that are shown, from the first: what is there of every prefix is kept for every moment.
pub const MOST_REQUESTS: u32 = 2_000;

/// A scenario of the reader's own, as far as whoever plays it has to know it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Own {
    /// All of it as a query, canonical.
    pub query: String,
    /// Its name as a play.
    pub name: String,
    /// The policies that stand side by side, as they are typed.
    pub policies: Vec<String>,
    /// Replicas there are at the beginning.
    pub replicas: u32,
    /// Whether anything befalls its fleet.
    pub befallen: bool,
    /// What befalls its replicas by the clock, as it is typed.
    pub events: String,
}

wire_fields! {
    Own { query, name, policies, replicas, befallen, events }
}

impl Own {
    /// What there is to know of a scenario.
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

    /// The same of a query; of a sweep's, its first point.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn read(query: &str) -> Result<Self, String> {
        let sweep = Sweep::from_query(query).map_err(|error| error.to_string())?;
        Ok(Self::of(&sweep.base))
    }
}

/// The policies of a scenario that stand side by side: the first [`MOST`]; one alone is compared with a policy that knows nothing
/// of caches.
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

/// One of [`PLAYS`] under these policies, as a query.
pub fn query(play: usize, policies: &[String]) -> String {
    under(PLAYS.get(play).unwrap_or(&PLAYS[0]).1, policies)
}

/// The run that is shown of a query, as the query of one that is as long: of a longer one the first requests, of several seeds the
/// first.
pub fn forked(query: &str, duel: &Duel) -> String {
    let shorter = query::with(query, "n", &duel.prompts.len().to_string());
    query::with(&shorter, "seeds", "1")
}

/// Why a scenario cannot be shown here, if it cannot.
///
/// # Errors
/// It has more replicas than there are lanes for, or stands on a file that only the laboratory has read.
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

/// The replay of [`LEAST`] to [`MOST`] policies over at most [`MOST_REQUESTS`] requests, to be run in slices. Of several seeds
/// it is the first one's.
///
/// # Errors
/// Too few or too many policies, what [`showable`] says, and what the replay says is wrong.
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

/// The same with a workload that is made here.
pub(super) fn made(query: &str) -> Result<Watched, String> {
    let scenario = Scenario::from_query(query).map_err(|error| error.to_string())?;
    let named = Named::parse(&scenario.workload).map_err(|error| error.to_string())?;
    let workload = named
        .generate(scenario.block_size, scenario.seed, scenario.requests)
        .map_err(|error| error.to_string())?;
    watched(scenario, Arc::new(workload))
}
