//! `capacity`: the highest load that meets a goal.

use clap::{ArgMatches, Command};
use warmpath_core::plan::capacity::Capacity;
use warmpath_core::plan::options as plan_options;
use warmpath_core::report::decision;

use super::{Driver, Telling, asked, capacity_options, given, options};
use crate::command::fields;
use crate::failure::Failure;

pub(in crate::command) fn command() -> Command {
    Command::new("capacity")
        .about("Find the highest load that meets a goal, for each policy, on every seed, and with one replica lost")
        .defer(with_options)
}

/// The command with its options, which are made only if it is called.
fn with_options(command: Command) -> Command {
    command
        .args(options())
        .args(capacity_options())
        .args(fields::all())
        .after_help(
            "What is turned up is the rate; of conversations the rate at which they start; of a closed loop (--concurrency) the \
             active requests, up to all there are; of recorded times their speed. A ladder (--stages) has no one load and is refused.\n\
             A load passes if it meets the goal on each of --seeds seeds and active requests do not grow over the last half of \
             the arrivals, nor is the run so short that most of those that came are active still. A closed loop is judged by the \
             goal alone. Runs that are certain to miss the goal are stopped. A goal may ask for a throughput: where a load falls \
             short of it, more is tried.\n\
             A replica that is lost dies after a third of the time in which requests start, and does not come back.\n\n\
             Examples:\n  \
             warmpath capacity rag --goal 'p95_ttft<500ms;errors<1%' --policy round-robin,smart\n  \
             warmpath capacity chat --goal seed-slo --requests 2000 --seeds 3 --format markdown\n  \
             warmpath capacity --workload trace.jsonl --goal 'attainment(ttft<2s,tpot<80ms)>=90%' --resume runs",
        )
}

pub(in crate::command) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let telling = Telling::of(matches)?;
    // Errors in the scenario are reported before a directory is created.
    let asked = asked(matches, &[])?;
    run_with(matches, &telling, asked, Driver::of)
}

pub(super) fn run_with(
    matches: &ArgMatches,
    telling: &Telling,
    (scenario, workload): super::AskedScenario,
    driver: impl FnOnce(&ArgMatches) -> Result<Driver, Failure>,
) -> Result<(), Failure> {
    let options = plan_options::capacity(&|flag| given(matches, flag))?;
    let mut search = Capacity::new(&scenario, &workload, options)?;
    if driver(matches)?.run(&mut search, &workload)? {
        telling.tell(&decision::capacity(&search, &workload))?;
    }
    Ok(())
}
