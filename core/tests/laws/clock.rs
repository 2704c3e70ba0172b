//! Time goes on and comes to no end (I-4): from event to event, and within what happens to a request.

use std::sync::Arc;

use warmpath_core::fleet::{Fact, Run, Simulation, What};
use warmpath_core::units::VirtualTime;

use super::whole::Ready;

/// From event to event of a run.
pub(crate) fn never_runs_back(ready: &Ready) -> Result<(), String> {
    for policy in &ready.scenario.policies {
        let (scenario, workload) = (&ready.scenario, Arc::clone(&ready.workload));
        let simulation = Simulation::new(scenario, policy, workload, scenario.seed, false);
        let Ok(mut simulation) = simulation else {
            continue;
        };
        let mut before = simulation.now();
        while simulation.run(1) {
            let now = simulation.now();
            if now < before || now > VirtualTime::END {
                return Err(format!("{policy}: from {} ns to {} ns", before.0, now.0));
            }
            before = now;
        }
    }
    Ok(())
}

/// Where a fact stands in a request's way, and the request.
fn place(what: &What) -> Option<(u32, u32)> {
    Some(match *what {
        What::Due { request } => (0, request),
        What::Sent { request } => (1, request),
        What::Routed { request, .. } => (2, request),
        What::Queued { request, .. } => (3, request),
        What::Admitted { request, .. } => (4, request),
        What::FirstToken { request } => (5, request),
        What::Finished { request } => (6, request),
        What::Left { request } => (7, request),
        What::Answered { request } => (8, request),
        What::Ended { request, .. } => (9, request),
        // Another attempt, another way.
        What::Broke { request, .. } | What::Again { request, .. } => (0, request),
        _ => return None,
    })
}

/// What happens to a request happens in order, and nothing lies where the clock has no more times.
pub(crate) fn is_in_order(_: &Ready, run: &Run) -> Result<(), String> {
    let mut last: Vec<Option<(u32, Fact)>> = vec![None; run.records.len()];
    for &fact in run.log.as_deref().unwrap_or_default() {
        if fact.at > VirtualTime::END {
            return Err(format!("beyond the clock: {fact:?}"));
        }
        let Some((place, request)) = place(&fact.what) else {
            continue;
        };
        let last = &mut last[request as usize];
        if let Some((before, other)) = *last
            && (place > before && fact.at < other.at)
        {
            return Err(format!("{fact:?} is before {other:?}"));
        }
        *last = Some((place, fact));
    }
    Ok(())
}
