//! The command line as its users meet it: real processes, their output, their exit codes.

mod deciding;
mod deploy;
mod diff;
mod files;
mod fork;
mod hostile;
mod import;
mod inspect;
mod list;
mod output;
mod refusals;
mod replay;
mod reproduce;
mod route;
mod run;
mod scaling;
mod search;
mod step_times;
mod suite;
mod tokens;
