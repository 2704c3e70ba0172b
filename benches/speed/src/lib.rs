//! Runs of the speed presets, for whoever times them: natively `main.rs`, in wasm `run.mjs` under Node.

#[cfg(not(target_arch = "wasm32"))]
pub mod counts;
#[cfg(not(target_arch = "wasm32"))]
pub mod cpu;
#[cfg(not(target_arch = "wasm32"))]
pub mod growth;

use std::cell::RefCell;
use std::sync::Arc;

use warmpath_core::fleet::Replay;
use warmpath_core::scenario::{Scenario, preset};
use warmpath_core::workload::{Named, Workload};

/// The speed presets; their places here are the numbers that [`ready`] takes.
pub const PRESETS: [&str; 3] = ["bench-sessions", "bench-mooncake", "bench-kubeai"];

/// A preset's scenario and its workload; `None` if there is no such preset or its workload cannot be made.
pub fn prepare(name: &str) -> Option<(Scenario, Arc<Workload>)> {
    let scenario = Scenario::from_query(preset(name)?.query).ok()?;
    let workload = workload(&scenario)?;
    Some((scenario, workload))
}

/// The named workload of a scenario.
pub fn workload(scenario: &Scenario) -> Option<Arc<Workload>> {
    let named = Named::parse(&scenario.workload).ok()?;
    let (size, seed) = (scenario.block_size, scenario.seed);
    let workload = named.generate(size, seed, scenario.requests).ok()?;
    Some(Arc::new(workload))
}

/// Runs every policy of a scenario to the end and returns the number of requests in all these runs.
pub fn replay(scenario: &Scenario, workload: &Arc<Workload>) -> Option<u64> {
    let replay = Replay::new(scenario.clone(), Arc::clone(workload), false).ok()?;
    let runs = replay.finish().ok()?;
    Some(runs.iter().map(|run| run.records.len() as u64).sum())
}

thread_local! {
    static PREPARED: RefCell<Option<(Scenario, Arc<Workload>)>> = const { RefCell::new(None) };
}

/// Makes the workload of preset `number` and keeps it for [`go`]; 1, or 0 if that fails.
#[unsafe(no_mangle)]
pub extern "C" fn ready(number: u32) -> u32 {
    let prepared = PRESETS.get(number as usize).and_then(|name| prepare(name));
    let done = u32::from(prepared.is_some());
    PREPARED.with_borrow_mut(|slot| *slot = prepared);
    done
}

/// Replays what [`ready`] has kept and returns the number of requests; 0 if nothing is kept.
#[unsafe(no_mangle)]
pub extern "C" fn go() -> u32 {
    PREPARED.with_borrow(|slot| slot.as_ref().and_then(|(s, w)| replay(s, w)).unwrap_or(0)) as u32
}
