//! `capacity`, `plan` and `tune`: searches for what meets a goal; and `merge`, which joins their parts.
//!
//! Core says which trials are wanted and what follows from their outcomes; here the trials are run on as many threads as
//! there are cores. If a directory is given outcomes are stored in it, and taken from it if they are already there.

pub(super) mod capacity;
pub(super) mod driver;
pub(super) mod journal;
pub(super) mod merge;
pub(super) mod plan;
pub(super) mod tune;

use std::sync::Arc;

use clap::{Arg, ArgMatches};
use warmpath_core::plan::PlanError;
use warmpath_core::report::document::{Document, FORMATS};
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::Workload;

use super::replay::scenario;
use super::{fields, unknown};
use crate::failure::Failure;
use crate::output::{self, Output};
use crate::source;
use crate::terminal::{Label, say};

use driver::Driver;

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Scenario(error) => error.into(),
            _ => Self::usage(error),
        }
    }
}

/// The options for the scenario, for how and where the search is run, and for its output.
fn options() -> Vec<Arg> {
    let mut all = vec![
        Arg::new("scenario").value_name("SCENARIO").help(
            "a preset's name, a JSON file, or a query string as in the page's link; options override it",
        ),
        format_option(),
        output::arg(),
    ];
    all.extend(driver::options());
    all
}

pub(super) fn format_option() -> Arg {
    let names: Vec<&str> = FORMATS.iter().map(|(name, _)| *name).collect();
    Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .default_value("text")
        .help(format!(
            "one of {}; csv is the first table that has rows",
            names.join(", ")
        ))
}

/// A scenario and its workload, as they were asked for.
type AskedScenario = (Scenario, Arc<Workload>);

/// The scenario that was asked for (a single point, with a goal) and its workload; the options `left_out` change nothing in it.
fn asked(matches: &ArgMatches, left_out: &[&str]) -> Result<AskedScenario, Failure> {
    let sweep = scenario::without(matches, left_out)?;
    if !sweep.is_one_point() {
        return Err(Failure::usage(
            "a search goes with one rate and one number of replicas to begin with, not with a list of them",
        ));
    }
    let mut scenario = sweep.base;
    if scenario.goal.is_none() {
        return Err(PlanError::NoGoal.into());
    }
    for remark in scenario.remarks() {
        say(Label::Warning, &remark);
    }
    let workload = source::load(&mut scenario)?;
    Ok((scenario, Arc::new(workload)))
}

/// The function that writes the format that was asked for.
pub(super) fn writer(matches: &ArgMatches) -> Result<fn(&Document) -> String, Failure> {
    let wanted = fields::given(matches, "format").unwrap_or("text");
    let found = FORMATS.iter().find(|(name, _)| *name == wanted);
    let names = FORMATS.iter().map(|(name, _)| *name);
    found.map_or_else(|| Err(unknown("format", wanted, names)), |it| Ok(it.1))
}

/// Where the result of a search is written to, and in which format.
struct Telling {
    write: fn(&Document) -> String,
    output: Output,
}

impl Telling {
    fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        Ok(Self {
            write: writer(matches)?,
            output: Output::of(matches)?,
        })
    }

    fn tell(&self, document: &Document) -> Result<(), Failure> {
        self.output.write((self.write)(document).as_bytes())
    }
}

/// The value of an option that is a whole number within a range.
fn whole(matches: &ArgMatches, flag: &str, own: u32, range: (u32, u32)) -> Result<u32, Failure> {
    let given = |flag: &str| fields::given(matches, flag);
    Ok(warmpath_core::plan::options::whole(
        &given, flag, own, range,
    )?)
}

/// The value of an option that is a number within a range; a percentage is read as a share.
pub(super) fn real(
    matches: &ArgMatches,
    flag: &str,
    own: f64,
    range: (f64, f64),
) -> Result<f64, Failure> {
    let given = |flag: &str| fields::given(matches, flag);
    Ok(warmpath_core::plan::options::real(
        &given, flag, own, range,
    )?)
}

/// The text given for an option of a search; for a switch that is on, its name.
fn given<'a>(matches: &'a ArgMatches, flag: &str) -> Option<&'a str> {
    match flag {
        "finite" => matches.get_flag("finite").then_some("finite"),
        "no-loss" => matches.get_flag("no-loss").then_some("no-loss"),
        _ => fields::given(matches, flag),
    }
}

/// The options for how far apart the ends of a load search may be, whether a growing backlog counts, and whether the load with one
/// replica lost is searched as well.
fn capacity_options() -> Vec<Arg> {
    vec![
        Arg::new("tolerance")
            .long("tolerance")
            .value_name("SHARE")
            .help("how far the highest load that passes and the lowest that fails may be apart [default: 1%]"),
        Arg::new("finite")
            .long("finite")
            .action(clap::ArgAction::SetTrue)
            .help("judge each run as it is, even where active requests still grow at its end, or it is too short to show that"),
        Arg::new("no-loss")
            .long("no-loss")
            .action(clap::ArgAction::SetTrue)
            .help("do not search the load with one replica lost"),
    ]
}
