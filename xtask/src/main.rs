//! `cargo xtask`: set-up, build, test and serve, on a machine that has little more than rustup, a C compiler and git.
//!
//! Each command is a file in `commands/`, each step of the set-up one in `setup/`. There are no dependencies, so that the
//! first command that a newcomer types answers within seconds.

// The bans are for the model; a build tool may read the clock and use threads.
#![allow(clippy::disallowed_methods)]

mod commands;
mod fault;
mod fnv;
mod naming;
mod places;
mod precache;
mod process;
mod seed;
mod serve;
mod setup;
mod styles;

use fault::{Fault, Outcome};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("\n{fault}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Outcome<()> {
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", arguments),
    };
    if rest.iter().any(|word| word == "--help" || word == "-h") {
        return commands::help::run();
    }
    match command {
        "setup" => commands::no_options(command, rest).and_then(|()| commands::setup::run()),
        "build" => commands::no_options(command, rest).and_then(|()| commands::build::run()),
        "serve" => commands::serve::run(rest),
        "test" => commands::no_options(command, rest).and_then(|()| commands::test::run()),
        "check" => commands::no_options(command, rest).and_then(|()| commands::check::run()),
        "audit" => commands::audit::run(rest),
        "products" => commands::products::run(rest),
        "laws" => commands::laws::run(rest),
        "mutants" => commands::mutants::run(rest),
        "operations" => commands::operations::run(rest),
        "fit" => commands::fit::run(rest),
        "bless" => commands::no_options(command, rest).and_then(|()| commands::bless::run()),
        "tables" => commands::no_options(command, rest).and_then(|()| commands::tables::run()),
        "hostile" => commands::hostile::run(rest),
        "shots" => commands::no_options(command, rest).and_then(|()| commands::shots::run()),
        "help" | "--help" | "-h" => commands::help::run(),
        other => Err(Fault::new(
            "the command line",
            format!("there is no command {other:?}"),
            "cargo xtask help",
        )),
    }
}
