//! Short runs for the tests of this crate.

use std::sync::Arc;
use warmpath_core::fleet::{Replay, Run};
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::Named;

/// A scenario with a generated workload, run to its end.
pub(crate) fn run(query: &str) -> Replay {
    replay(query, false)
}

/// The runs of a scenario, each with its log.
pub(crate) fn logged(query: &str) -> Vec<Run> {
    replay(query, true).runs().to_vec()
}

fn replay(query: &str, log: bool) -> Replay {
    let scenario = Scenario::from_query(query).expect("a valid scenario");
    let named = Named::parse(&scenario.workload).expect("a known workload");
    let workload = named
        .generate(scenario.block_size, scenario.seed, scenario.requests)
        .expect("generated, or built in");
    let mut replay = Replay::new(scenario, Arc::new(workload), log).expect("valid");
    while !replay.run(1 << 16).expect("no fault").finished {}
    replay
}
