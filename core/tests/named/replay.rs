//! Replays of scenarios whose workload has a name.

use std::sync::Arc;

use warmpath_core::fleet::{Replay, Run};
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::Workload;

use crate::workload::named;

/// A query's scenario, its workload, and its runs to their end.
pub(crate) fn runs(query: &str) -> (Scenario, Arc<Workload>, Vec<Run>) {
    let scenario = Scenario::from_query(query).unwrap();
    let workload = named(&scenario);
    let replay = Replay::new(scenario.clone(), Arc::clone(&workload), false).unwrap();
    (scenario, workload, replay.finish().unwrap())
}
