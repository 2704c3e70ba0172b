//! Workloads that have a name.

use std::sync::Arc;

use warmpath_core::scenario::Scenario;
use warmpath_core::workload::{Named, Workload};

/// A scenario's workload, generated.
pub(crate) fn named(scenario: &Scenario) -> Arc<Workload> {
    let workload = Named::parse(&scenario.workload).unwrap().generate(
        scenario.block_size,
        scenario.seed,
        scenario.requests,
    );
    Arc::new(workload.unwrap())
}
