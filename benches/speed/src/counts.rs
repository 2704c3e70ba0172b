//! What the replay of a preset consists of, as counts that are the same on every machine: requests, events, engine steps,
//! preemptions, touches of pools, probes.
//!
//! Instructions (valgrind) over these counts say whether a preset costs more because each unit of work does, or because
//! there is more of it.

use std::sync::Arc;

use warmpath_core::fleet::{Replay, Run};
use warmpath_core::scenario::{PRESETS, Scenario};
use warmpath_core::workload::Workload;

/// Prints a row of counts for each of the presets named (or of the scenarios in query form), or for all presets; `None` if one
/// is not to be had.
pub fn print(names: &[String]) -> Option<()> {
    println!(
        "preset                   requests     events      steps     tokens  preempted    touches     probes"
    );
    let all: Vec<String> = PRESETS
        .iter()
        .map(|preset| preset.name.to_owned())
        .collect();
    for name in if names.is_empty() { &all } else { names } {
        let (scenario, workload) = prepare(name)?;
        let runs = replay(&scenario, &workload)?;
        let sum = |of: &dyn Fn(&Run) -> u64| runs.iter().map(of).sum::<u64>();
        let tally = |of: fn(&warmpath_core::replica::schedule::Tally) -> u64| {
            sum(&|run| run.replicas.iter().map(|it| of(&it.tally)).sum())
        };
        println!(
            "{name:<22}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}{:>11}",
            sum(&|run| run.records.len() as u64),
            sum(&|run| run.work.events),
            tally(|it| it.steps),
            tally(|it| it.generated_tokens),
            tally(|it| it.preemptions),
            sum(&|run| run.work.touches),
            sum(&|run| run.work.probes),
        );
    }
    Some(())
}

/// A preset's scenario by its name, or another one by its query form.
fn prepare(name: &str) -> Option<(Scenario, Arc<Workload>)> {
    if !name.contains('=') {
        return crate::prepare(name);
    }
    let scenario = Scenario::from_query(name).ok()?;
    let workload = crate::workload(&scenario)?;
    Some((scenario, workload))
}

/// The one function that valgrind is to count in: `--toggle-collect='*counts::replay*'`.
#[inline(never)]
fn replay(scenario: &Scenario, workload: &Arc<Workload>) -> Option<Vec<Run>> {
    let replay = Replay::new(scenario.clone(), Arc::clone(workload), false).ok()?;
    replay.finish().ok()
}
