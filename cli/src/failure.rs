//! What can go wrong, reported as one line on stderr and an exit code.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use clap::error::ErrorKind;
use warmpath_core::router::SpecError;
use warmpath_core::scenario::ScenarioError;

use crate::terminal;

/// Why a command ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line or a query string is wrong. Exit code 2.
    Usage(String),
    /// A file's content is wrong, or the run failed. Exit code 1.
    Run(String),
    /// The reader of the output has closed it, which is no failure: exit code 0.
    Pipe,
}

impl Failure {
    pub(crate) fn usage(what: impl Display) -> Self {
        Self::Usage(what.to_string())
    }

    pub(crate) fn run(what: impl Display) -> Self {
        Self::Run(what.to_string())
    }

    /// A failure because of something in the file with this name.
    pub(crate) fn file(name: &str, what: impl Display) -> Self {
        Self::Run(format!("{name}: {what}"))
    }

    /// A failure to write to stdout.
    pub(crate) fn stdout(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Pipe
        } else {
            Self::Run(format!("standard output: {}", reason(error)))
        }
    }

    /// Prints the failure and returns its exit code.
    pub(crate) fn report(&self) -> ExitCode {
        let (text, code) = match self {
            Self::Pipe => return ExitCode::SUCCESS,
            Self::Usage(text) => (text, 2),
            Self::Run(text) => (text, 1),
        };
        terminal::say(terminal::Label::Error, text);
        ExitCode::from(code)
    }
}

impl From<SpecError> for Failure {
    fn from(error: SpecError) -> Self {
        match error {
            // The message names only a few policies, so it is added where all of them are listed.
            SpecError::Policy { .. } => {
                Self::usage(format!("{error} (\"warmpath list policies\" has them all)"))
            }
            _ => Self::usage(error),
        }
    }
}

impl From<ScenarioError> for Failure {
    fn from(error: ScenarioError) -> Self {
        match error {
            ScenarioError::Policy(error) => error.into(),
            // The file's content is wrong, not the command line.
            ScenarioError::Cache { .. } | ScenarioError::Clock(_) => Self::run(error),
            _ => Self::usage(error),
        }
    }
}

/// The reason of an I/O error in words, without the system's error number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}

/// Handles a result of clap that ends the program: help and version are printed as they are, an error as one line.
pub(crate) fn parsing(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // If it cannot be printed, there is no reader to report that to.
            let _ = error.print();
            ExitCode::from(if error.use_stderr() { 2 } else { 0 })
        }
        _ => Failure::Usage(one_line(&error.render().to_string())).report(),
    }
}

/// The message of a command-line error, as one line.
pub(crate) fn message_of(error: &clap::Error) -> String {
    one_line(&error.render().to_string())
}

/// The error and its tips out of clap's paragraphs, without the usage.
fn one_line(message: &str) -> String {
    let paragraphs = message.split("\n\n").filter(|paragraph| {
        let start = paragraph.trim_start();
        !start.is_empty() && !start.starts_with("Usage:") && !start.starts_with("For more")
    });
    let lines = paragraphs.map(|paragraph| {
        let words: Vec<&str> = paragraph.split_whitespace().collect();
        words.join(" ").replace("tip: ", "")
    });
    let text = lines.collect::<Vec<_>>().join("; ");
    text.strip_prefix("error: ").unwrap_or(&text).to_owned()
}
