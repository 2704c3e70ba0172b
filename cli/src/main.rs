//! `warmpath`: the command line of Warmpath. It parses, calls core and prints; every command is a file of its own.
//!
//! Results go to stdout, progress and diagnostics to stderr. Exit code 0: done; 2: something is wrong on the command
//! line or in a query string; 1: something is wrong in a file, or happened while running.
#![forbid(unsafe_code)]

mod command;
mod failure;
mod memory;
mod output;
mod part;
mod source;
mod table;
mod terminal;
mod whole;

use std::process::ExitCode;

fn main() -> ExitCode {
    let matches = match command::tree().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return failure::parsing(&error),
    };
    match command::run(&matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
