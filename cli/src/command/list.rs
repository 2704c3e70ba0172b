//! `list`: prints the tables of names (policies, workloads, hardware and so on), taken from the code that uses them.

mod health;
mod policies;
mod scaling;
mod terms;
mod things;
mod workloads;

use clap::{Arg, ArgMatches, Command};

use super::fields;
use crate::failure::Failure;
use crate::output::{self, Output};
use crate::table::{self, Table};

/// A list: its name, and a function that makes its tables.
type Entry = (&'static str, fn() -> Vec<Table>);

const LISTS: &[Entry] = &[
    ("policies", policies::policies),
    ("signals", policies::signals),
    ("gpus", things::gpus),
    ("models", things::models),
    ("workloads", workloads::workloads),
    ("presets", things::presets),
    ("terms", terms::terms),
    ("health", health::health),
    ("autoscalers", scaling::autoscalers),
    ("prices", scaling::prices),
];

const FORMATS: [&str; 3] = ["text", "json", "markdown"];

pub(super) fn command() -> Command {
    let names: Vec<&str> = LISTS.iter().map(|(name, _)| *name).collect();
    Command::new("list")
        .about("List policies, signals, GPUs, models, workloads, presets, terms of the replica model, health checks, autoscalers or prices, with units, defaults and sources")
        .arg(
            Arg::new("what")
                .value_name("WHAT")
                .required(true)
                .help(format!("one of {}", names.join(", "))),
        )
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .default_value("text")
                .help(format!("one of {}", FORMATS.join(", "))),
        )
        .arg(output::arg())
        .after_help("Example: warmpath list policies --format markdown")
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let output = Output::of(matches)?;
    let what = fields::given(matches, "what").unwrap_or_default();
    let Some((_, tables)) = LISTS.iter().find(|(name, _)| *name == what) else {
        return Err(super::unknown(
            "list",
            what,
            LISTS.iter().map(|(name, _)| *name),
        ));
    };
    let tables = tables();
    let each = |write: fn(&Table) -> String, mark: &str| {
        let texts = tables.iter().map(|table| match tables.len() {
            1 => write(table),
            _ => format!("{mark}{}\n\n{}", table.title, write(table)),
        });
        texts.collect::<Vec<_>>().join("\n")
    };
    let text = match fields::given(matches, "format").unwrap_or("text") {
        "text" => each(Table::text, ""),
        "markdown" => each(Table::markdown, "## "),
        "json" => table::json(&tables),
        other => return Err(super::unknown("format", other, FORMATS.into_iter())),
    };
    output.write(text.as_bytes())
}
