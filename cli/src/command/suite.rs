//! `suite`: runs the benchmark suites, writes their files, and reports what got worse since an earlier run.
//!
//! Core has the tests, the figures and the verdicts; here the tests are run on several threads, charts
//! are drawn, and all is written into a directory. Two runs of one command write the same bytes, except for `process.json`
//! and `process.md`, which are about the memory of this program.

mod charts;
mod process;
mod runs;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use warmpath_core::plan::suite::{REPLACED, SUITES, Suite, SuiteResults, suite};
use warmpath_core::report::document::{self, Document};
use warmpath_core::report::suite::{BaselineFigures, compare, one, readable, summary};
use warmpath_core::scenario::Scenario;
use warmpath_core::words::counted;

use super::replay::scenario;
use super::search::driver::Shard;
use super::search::journal::Journal;
use super::{fields, search, unknown};
use crate::failure::{Failure, reason};
use crate::output::{Output, replace};
use crate::terminal::{Label, say, show};
use crate::whole::Whole;

/// The number of seeds where the scenario has one seed and `--seeds` is not given.
const SEEDS: u32 = 5;
/// The number of seeds with `--quick`, where the scenario has one seed and `--seeds` is not given.
const SEEDS_QUICK: u32 = 3;
/// The size of the longest JSON of an earlier run that is read \[bytes\].
const BASELINE: usize = 64 << 20;

pub(super) fn command() -> Command {
    Command::new("suite")
        .about("Run the benchmark suites on a fleet, with verdicts, charts and a page; compare them with an earlier run")
        .defer(with_options)
}

/// The command with its options, which are made only if it is called.
fn with_options(command: Command) -> Command {
    let names: Vec<&str> = SUITES.iter().map(|it| it.name).collect();
    command
        .arg(
            Arg::new("suite")
                .value_name("SUITE")
                .help(format!("{}; all without one", names.join(", "))),
        )
        .arg(
            Arg::new("quick")
                .long("quick")
                .action(ArgAction::SetTrue)
                .help("few tests, and three seeds instead of five"),
        )
        .arg(out())
        .arg(Arg::new("scenario").long("scenario").value_name("SCENARIO").help(
            "the fleet: a preset's name, a JSON file, or a query string as in the page's link, of which the workload and its load are replaced \
             [default: four L4 with Llama-3.1-8B under round-robin and smart]",
        ))
        .arg(
            Arg::new("baseline")
                .long("baseline")
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .help("the directory of an earlier run: tell what got worse beyond the noise of both, and exit with code 1 if anything did"),
        )
        .arg(
            Arg::new("tolerance")
                .long("tolerance")
                .value_name("SHARE")
                .requires("baseline")
                .help("with --baseline: a median that is worse by no more than that is not counted, as 2% [default: 0]"),
        )
        .args(search::driver::options())
        .args(fields::except(&REPLACED))
        .after_help(
            "Into DIR go summary.md, summary.json and index.html; for each suite SUITE.md, SUITE.json and its charts; with the suite memory \
             process.md and process.json, the memory of this program; with --baseline baseline.md and baseline.json. The summary goes to \
             standard output too. With --resume a run that was broken off goes on; --shard and merge DIR --out DIR split it.\n\n\
             Examples:\n  \
             warmpath suite --quick --out suites\n  \
             warmpath suite kv-cache --policy smart,chwbl --replicas 8 --out suites\n  \
             warmpath suite --scenario 'v=2&hw=h100&r=2' --out now --baseline before --tolerance 2%",
        )
}

/// The option for the directory that files are written into.
fn out() -> Arg {
    Arg::new("out")
        .long("out")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .help("the directory of the files, which is made if it is not there; only a part (--shard) needs none")
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let wanted = wanted(matches)?;
    let shard = Shard::of(matches)?;
    let out = matches.get_one::<PathBuf>("out");
    let directory = match (out, shard) {
        (None, Some(_)) => None,
        (out, _) => Some(directory(out)?),
    };
    let before = baseline(matches, &wanted)?;
    let fleet = fleet(matches)?;
    for remark in fleet.remarks() {
        say(Label::Warning, &remark);
    }
    let quick = matches.get_flag("quick");
    let journal = Journal::of(matches, shard)?;
    let ran = runs::run(
        &wanted,
        &fleet,
        quick,
        search::driver::threads(matches)?,
        shard,
        journal,
    )?;
    match ran.zip(directory) {
        None => Ok(()),
        Some((ran, directory)) => write_files(matches, &ran.found, &ran.looks, &directory, before),
    }
}

/// Reports suites whose parts were run separately, into the directory that `merge` is given.
pub(super) fn merged(
    split: &ArgMatches,
    matches: &ArgMatches,
    journal: &Journal,
) -> Result<(), Failure> {
    let directory = directory(matches.get_one("out"))?;
    let wanted = wanted(split)?;
    let before = baseline(split, &wanted)?;
    let found = runs::kept(&wanted, &fleet(split)?, split.get_flag("quick"), journal)?;
    write_files(split, &found, &[], &directory, before)
}

fn wanted(matches: &ArgMatches) -> Result<Vec<&'static Suite>, Failure> {
    match fields::given(matches, "suite") {
        None => Ok(SUITES.iter().collect()),
        Some(name) => match suite(name) {
            Some(suite) => Ok(vec![suite]),
            None => Err(unknown("suite", name, SUITES.iter().map(|it| it.name))),
        },
    }
}

/// The scenario whose fleet is tested.
fn fleet(matches: &ArgMatches) -> Result<Scenario, Failure> {
    let sweep = scenario::without(matches, &[])?;
    if !sweep.is_one_point() {
        return Err(Failure::usage(
            "a suite goes with one number of replicas, not with a list of them",
        ));
    }
    let mut fleet = sweep.base;
    if fleet.seeds == 1 && fields::given(matches, "seeds").is_none() {
        fleet.seeds = if matches.get_flag("quick") {
            SEEDS_QUICK
        } else {
            SEEDS
        };
    }
    Ok(warmpath_core::plan::suite::fleet(&fleet))
}

fn directory(path: Option<&PathBuf>) -> Result<PathBuf, Failure> {
    let Some(path) = path.cloned() else {
        return Err(Failure::usage("suite writes files: give --out DIR"));
    };
    if path.as_os_str().is_empty() || (path.exists() && !path.is_dir()) {
        return Err(Failure::usage(format!(
            "out is \"{}\", but must be the name of a directory",
            path.display()
        )));
    }
    Ok(path)
}

/// Reads the earlier runs of the suites, before any work is done.
fn baseline(
    matches: &ArgMatches,
    wanted: &[&'static Suite],
) -> Result<Option<(Vec<BaselineFigures>, f64)>, Failure> {
    let Some(directory) = matches.get_one::<PathBuf>("baseline") else {
        return Ok(None);
    };
    let allowed = search::real(matches, "tolerance", 0.0, (0.0, 10.0))?;
    let mut all = Vec::new();
    for suite in wanted {
        let path = directory.join(format!("{}.json", suite.name));
        let shown = path.display().to_string();
        let Some(file) = Whole::open(&path, BASELINE)? else {
            return Err(Failure::usage(format!(
                "there is no file \"{shown}\": the baseline has no suite {}",
                suite.name
            )));
        };
        all.push(BaselineFigures::read(file.text()).map_err(|error| Failure::file(&shown, error))?);
    }
    Ok(Some((all, allowed)))
}

/// Writes all files and prints the summary; fails if anything got worse than before, or nothing of a suite could be compared.
fn write_files(
    matches: &ArgMatches,
    found: &[SuiteResults],
    looks: &[process::Look],
    directory: &Path,
    before: Option<(Vec<BaselineFigures>, f64)>,
) -> Result<(), Failure> {
    let failed = |path: &Path, error: std::io::Error| {
        Failure::run(format!(
            "cannot write {}: {}",
            path.display(),
            reason(&error)
        ))
    };
    fs::create_dir_all(directory).map_err(|error| failed(directory, error))?;
    let write = |name: &str, text: &str| {
        let path = directory.join(name);
        replace(&path, text.as_bytes()).map_err(|error| failed(&path, error))
    };
    let both = |name: &str, document: &Document| -> Result<(), Failure> {
        write(&format!("{name}.json"), &document::json(document))?;
        write(
            &format!("{name}.md"),
            &document::markdown(&readable(document.clone())),
        )
    };
    let whole = summary(found);
    both("summary", &whole)?;
    let mut parts = vec![(whole.clone(), Vec::new())];
    let compared = before.map(|(before, allowed)| compare(found, &before, allowed));
    if let Some(compared) = &compared {
        both("baseline", &compared.document)?;
        parts.push((compared.document.clone(), Vec::new()));
    }
    for suite in found {
        let document = one(suite);
        both(suite.suite.name, &document)?;
        let charts = charts::of(suite);
        for chart in &charts {
            write(&format!("{}.svg", chart.file), &chart.alone)?;
        }
        let pictures = charts.into_iter().map(|it| it.picture).collect();
        let mut document = readable(document);
        // Leave out what the page's head has already.
        document
            .sentences
            .retain(|it| !whole.sentences.contains(it));
        parts.push((document, pictures));
    }
    let parts: Vec<_> = parts
        .iter()
        .map(|(document, pictures)| (document, pictures.as_slice()))
        .collect();
    write("index.html", &document::book(&parts))?;
    if let Some(process) = process::document(looks) {
        both("process", &process)?;
    }
    Output::Stdout.write_text(&document::text(&whole))?;
    match compared {
        None => Ok(()),
        Some(compared) if !compared.without.is_empty() => Err(Failure::run(format!(
            "{}: nothing in {} could be compared; see {}",
            compared.without.join(", "),
            earlier(matches),
            directory.join("baseline.md").display()
        ))),
        Some(compared) if compared.worse == 0 => {
            compared.document.sentences.iter().for_each(|it| show(it));
            Ok(())
        }
        Some(compared) => Err(Failure::run(format!(
            "{} got worse than in {} beyond their noise; see {}",
            counted(compared.worse, "figure", "figures"),
            earlier(matches),
            directory.join("baseline.md").display()
        ))),
    }
}

/// The directory of the earlier run; empty if none is given.
fn earlier(matches: &ArgMatches) -> String {
    let path = matches.get_one::<PathBuf>("baseline");
    path.map_or(String::new(), |it| it.display().to_string())
}
