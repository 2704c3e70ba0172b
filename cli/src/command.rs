//! The commands of the command line, one file each: its options and what it does.

mod deploy;
mod diff;
mod fields;
mod import;
mod inspect;
mod list;
mod replay;
mod reproduce;
mod route;
mod search;
mod step_times;
mod suite;
mod tokens;

use clap::{ArgMatches, Command};
use warmpath_core::nearest::nearest;
use warmpath_core::words::excerpt;

use crate::failure::Failure;

/// A command: a function that describes it to clap, and one that runs it.
type Entry = (fn() -> Command, fn(&ArgMatches) -> Result<(), Failure>);

/// All commands, in the order of the help.
const COMMANDS: &[Entry] = &[
    (replay::command, replay::run),
    (search::capacity::command, search::capacity::run),
    (search::plan::command, search::plan::run),
    (search::tune::command, search::tune::run),
    (suite::command, suite::run),
    (search::merge::command, search::merge::run),
    (diff::command, diff::run),
    (reproduce::command, reproduce::run),
    (step_times::command, step_times::run),
    (route::command, route::run),
    (tokens::command, tokens::run),
    (inspect::command, inspect::run),
    (import::command, import::run),
    (deploy::command, deploy::run),
    (list::command, list::run),
];

/// The whole command line as clap parses it.
pub(crate) fn tree() -> Command {
    Command::new("warmpath")
        .version(env!("CARGO_PKG_VERSION"))
        .about("KV-cache-aware routing of LLM requests, simulated: who holds which prefix, where to send a prompt, what it gains")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .max_term_width(100)
        .subcommands(COMMANDS.iter().map(|(command, _)| command()))
        .after_help(
            "Results go to standard output, diagnostics to standard error.\n\
             Exit code 0: done; 2: something is wrong on the command line; 1: in a file, or while running.\n\n\
             Example: warmpath replay rag --policy round-robin,smart --replicas 8",
        )
}

/// Runs the command that was asked for.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let Some((name, matches)) = matches.subcommand() else {
        return Err(Failure::usage("no command given; see warmpath --help"));
    };
    let entry = COMMANDS
        .iter()
        .find(|(command, _)| command().get_name() == name);
    match entry {
        Some((_, run)) => run(matches),
        None => Err(Failure::usage(format!("unknown command \"{name}\""))),
    }
}

/// The error for an unknown name, with the known ones.
fn unknown<'a>(what: &str, found: &str, among: impl Iterator<Item = &'a str> + Clone) -> Failure {
    let hint = nearest(found, among.clone()).map(|name| format!("; did you mean \"{name}\"?"));
    let names: Vec<&str> = among.collect();
    Failure::usage(format!(
        "{what} is \"{}\", but must be one of {}{}",
        excerpt(found),
        names.join(", "),
        hint.unwrap_or_default()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of a line as a shell parts them, with single quotes alone.
    fn words(line: &str) -> Vec<String> {
        let mut words = vec![String::new()];
        for (at, piece) in line.split('\'').enumerate() {
            for (n, word) in piece.split(' ').enumerate() {
                if at % 2 == 1 {
                    words
                        .last_mut()
                        .unwrap()
                        .push_str(if n > 0 { " " } else { "" });
                } else if n > 0 {
                    words.push(String::new());
                }
                words.last_mut().unwrap().push_str(word);
            }
        }
        words.retain(|word| !word.is_empty());
        words
    }

    /// Every example of every help can be typed: its options exist, and its scenario is one.
    #[test]
    fn every_example_of_the_help_is_understood() {
        let mut whole = tree();
        whole.build();
        let subs = whole.get_subcommands();
        let helps = subs.map(|it| (it.get_name().to_owned(), it.get_after_help()));
        let helps = helps.chain([("warmpath".to_owned(), whole.get_after_help())]);
        for (name, help) in helps.filter(|it| it.0 != "help") {
            let help = help.map(ToString::to_string).unwrap_or_default();
            let from = help
                .find("Example")
                .unwrap_or_else(|| panic!("{name} has no example"));
            let lines = help[from..].lines();
            let each = lines.flat_map(|line| line.split(" && "));
            let examples: Vec<_> = each.filter_map(|it| it.split_once("warmpath ")).collect();
            assert!(!examples.is_empty(), "{name}");
            for (_, example) in examples {
                let line = words(&format!("warmpath {example}"));
                let matches = tree().try_get_matches_from(line);
                let matches = matches.unwrap_or_else(|error| panic!("{example}: {error}"));
                let (name, matches) = matches.subcommand().unwrap();
                if !["replay", "capacity", "plan", "tune", "suite"].contains(&name) {
                    continue;
                }
                // Files that an option names are not read: they are the reader's own.
                let lists = ["rate", "replicas", "gpu", "tp"];
                let read = fields::given(matches, "scenario").map(replay::scenario::named);
                let base = read
                    .transpose()
                    .unwrap_or_else(|it| panic!("{example}: {it:?}"));
                let mut scenario = base.map(|it| it.base).unwrap_or_default();
                let applied = fields::apply(matches, &mut scenario, &lists);
                assert!(applied.is_ok(), "{example}: {applied:?}");
            }
        }
    }
}
