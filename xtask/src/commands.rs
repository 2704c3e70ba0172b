//! The commands of `cargo xtask`, one file each.

pub(crate) mod audit;
pub(crate) mod bless;
pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod fit;
pub(crate) mod help;
pub(crate) mod hostile;
pub(crate) mod laws;
pub(crate) mod mutants;
pub(crate) mod operations;
pub(crate) mod products;
pub(crate) mod serve;
pub(crate) mod setup;
pub(crate) mod shots;
pub(crate) mod tables;
pub(crate) mod test;

use crate::fault::{Fault, Outcome};

/// Fails if any option was given to a command that takes none.
pub(crate) fn no_options(command: &str, rest: &[String]) -> Outcome<()> {
    match rest.first() {
        None => Ok(()),
        Some(word) => Err(Fault::new(
            "the command line",
            format!("{command} takes no {word:?}"),
            "cargo xtask help",
        )),
    }
}
