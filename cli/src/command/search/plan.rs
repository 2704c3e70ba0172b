//! `plan`: the cheapest fleet that meets a goal.

use std::sync::Arc;

use clap::{Arg, ArgMatches, Command};
use warmpath_core::plan::fleets::Fleets;
use warmpath_core::plan::options as asked_for;
use warmpath_core::report::decision;

use super::{Driver, Telling, asked, capacity_options, given, options};
use crate::command::fields;
use crate::failure::Failure;

/// The options that take lists.
pub(super) const LISTS: [&str; 3] = ["replicas", "gpu", "tp"];

pub(in crate::command) fn command() -> Command {
    Command::new("plan")
        .about("Find the cheapest fleet that meets a goal, its head-room, and what more money buys")
        .defer(with_options)
}

/// The command with its options, which are made only if it is called.
fn with_options(command: Command) -> Command {
    let list = |flag: &'static str, value: &'static str, help: &'static str| {
        Arg::new(flag).long(flag).value_name(value).help(help)
    };
    command
        .args(options())
        .arg(list("replicas", "N,…|A..B", "numbers of replicas to choose from: 1..16, or 2,4,8"))
        .arg(list("gpu", "NAME,…", "GPUs to choose from: l4,h100 (see warmpath list gpus)"))
        .arg(list("tp", "N,…", "GPUs per replica to choose from: 1,2"))
        .arg(
            Arg::new("frontier")
                .long("frontier")
                .value_name("X")
                .help("run fleets up to X times the cheapest one's price, to see what more money buys; those that were begun before it was known, too [default: 2]"),
        )
        .args(capacity_options())
        .args(fields::except(&LISTS))
        .after_help(
            "Fleets are run from the cheapest on, so no cheaper fleet of the lists meets the goal, whatever more replicas do; runs \
             that are certain to miss it are stopped, and once an answer is found none is begun that is dearer than the frontier goes.\n\
             Prices stand in the report with date and source; --price 'l4=0.80;h100=2.20' sets your own.\n\n\
             Examples:\n  \
             warmpath plan rag --goal 'p95_ttft<500ms;errors<1%' --rate 20 --replicas 1..16 --policy smart\n  \
             warmpath plan chat --goal seed-slo --rate 8 --replicas 1..8 --gpu l4,h100 --tp 1,2 --price 'l4=0.80' --format json",
        )
}

pub(in crate::command) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let telling = Telling::of(matches)?;
    let asked = asked(matches, &LISTS)?;
    run_with(matches, &telling, asked, Driver::of)
}

pub(super) fn run_with(
    matches: &ArgMatches,
    telling: &Telling,
    (scenario, workload): super::AskedScenario,
    driver: impl FnOnce(&ArgMatches) -> Result<Driver, Failure>,
) -> Result<(), Failure> {
    let option = |flag: &str| given(matches, flag);
    let grid = asked_for::grid(&scenario, &option)?;
    let settings = asked_for::capacity(&option)?;
    let mut search = Fleets::new(&scenario, Arc::clone(&workload), &grid, settings)?;
    if driver(matches)?.run(&mut search, &workload)? {
        telling.tell(&decision::fleets(&search, &workload))?;
    }
    Ok(())
}
