//! `merge`: the report of a search, a sweep or of suites whose parts were run separately.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};

use super::driver::Driver;
use super::journal::Journal;
use super::{Telling, asked, capacity, plan, tune};
use crate::command::{replay, suite, tree};
use crate::failure::{self, Failure};
use crate::output::{self, Output};

pub(in crate::command) fn command() -> Command {
    Command::new("merge")
        .about("Tell the whole of which --shard ran the parts, as one machine would have told it")
        .arg(
            Arg::new("directory")
                .value_name("DIR")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("the directory into which the parts were run with --resume"),
        )
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .default_value("text")
                .help("as for the command that was split"),
        )
        .arg(output::arg().help(
            "write to FILE instead of standard output; it appears whole or not at all. Of parts of warmpath suite: the directory of its files",
        ))
        .after_help(
            "Files that the command names have to be where they were.\n\n\
             Example:\n  \
             warmpath capacity rag --goal 'p95_ttft<500ms' --shard 1/2 --resume runs\n  \
             warmpath capacity rag --goal 'p95_ttft<500ms' --shard 2/2 --resume runs\n  \
             warmpath merge runs",
        )
}

pub(in crate::command) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let none = PathBuf::new();
    let directory = matches.get_one("directory").unwrap_or(&none);
    let (journal, command) = Journal::parts(directory)?;
    let line = std::iter::once("warmpath".to_owned()).chain(command.iter().cloned());
    let split = tree().try_get_matches_from(line).map_err(|error| {
        Failure::file(
            &directory.display().to_string(),
            format!(
                "its command is not one of this program: {}",
                failure::message_of(&error)
            ),
        )
    })?;
    let Some((name, split)) = split.subcommand() else {
        return Err(Failure::usage("the directory's command is empty"));
    };
    if name == "suite" {
        return suite::merged(split, matches, &journal);
    }
    let output = Output::of(matches)?;
    if name == "replay" {
        return replay::merged(split, matches, &journal, &output);
    }
    let telling = Telling {
        write: super::writer(matches)?,
        output,
    };
    let driver = |_: &ArgMatches| Ok(Driver::merging(journal));
    match name {
        "capacity" => capacity::run_with(split, &telling, asked(split, &[])?, driver),
        "plan" => plan::run_with(split, &telling, asked(split, &plan::LISTS)?, driver),
        "tune" => tune::run_with(split, &telling, asked(split, &[])?, driver),
        other => Err(Failure::usage(format!(
            "the directory's command is {other}, which is not run in parts"
        ))),
    }
}
