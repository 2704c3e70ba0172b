//! `tune`: the parameters of a policy that meet a goal best.

use clap::{Arg, ArgMatches, Command};
use warmpath_core::plan::options::tune as settings;
use warmpath_core::plan::tune::Tune;
use warmpath_core::report::decision;

use super::{Driver, Telling, asked, options};
use crate::command::fields;
use crate::failure::Failure;

pub(in crate::command) fn command() -> Command {
    Command::new("tune")
        .about("Search the numbers of a policy that meet a goal best, and say whether they are better than its own")
        .defer(with_options)
}

/// The command with its options, which are made only if it is called.
fn with_options(command: Command) -> Command {
    let number = |flag: &'static str, help: &'static str| {
        Arg::new(flag).long(flag).value_name("N").help(help)
    };
    command
        .args(options())
        .arg(number("settings", "settings that are tried for each policy, its own among them [default: 64]"))
        .arg(number("search-seeds", "seeds of the search [default: 4]"))
        .arg(number("held-out", "seeds that the search does not see, on which the gain is measured [default: 8]"))
        .args(fields::except(&["seeds"]))
        .after_help(
            "Each parameter is searched in a range of its own. All settings are run on one seed, the best quarter on a second, \
             the best quarter of these on the rest. A gain is told with its 95 % interval on other seeds, and is one only if \
             that lies above zero.\n\n\
             Examples:\n  \
             warmpath tune rag --goal 'p95_ttft<500ms' --rate 14 --policy 'smart;dynamo;endpoint-picker'\n  \
             warmpath tune chat --goal seed-slo --policy chwbl --settings 32 --format json",
        )
}

pub(in crate::command) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let telling = Telling::of(matches)?;
    let asked = asked(matches, &[])?;
    run_with(matches, &telling, asked, Driver::of)
}

pub(super) fn run_with(
    matches: &ArgMatches,
    telling: &Telling,
    (scenario, workload): super::AskedScenario,
    driver: impl FnOnce(&ArgMatches) -> Result<Driver, Failure>,
) -> Result<(), Failure> {
    let settings = settings(&|flag| fields::given(matches, flag))?;
    let mut search = Tune::new(&scenario, settings)?;
    if driver(matches)?.run(&mut search, &workload)? {
        telling.tell(&decision::tune(&search, &workload))?;
    }
    Ok(())
}
