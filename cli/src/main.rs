//! `warmpath`: the command line of Warmpath. It parses arguments, calls core and prints; every command is a file of its
//! own.
//!
//! Results go to stdout, progress and diagnostics to stderr. Exit code 0 means success; 2, that something on the command
//! line or in a query string is wrong; 1, that something in a file is wrong, that a run failed, or that `suite` found something worse
//! than its baseline.
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
