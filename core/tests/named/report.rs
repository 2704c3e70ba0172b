//! Reports on scenarios whose workload has a name.

use std::sync::Arc;

use warmpath_core::fleet::{Replay, Run};
use warmpath_core::report::Report;
use warmpath_core::scenario::Scenario;

use crate::workload::named;

/// A query's report, and its runs with their logs.
pub(crate) fn report_of(query: &str) -> (Report, Vec<Run>) {
    let scenario = Scenario::from_query(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    let workload = named(&scenario);
    let replay = Replay::new(scenario.clone(), Arc::clone(&workload), true).unwrap();
    let runs = replay.finish().unwrap();
    (Report::new(&scenario, &workload, &runs), runs)
}
