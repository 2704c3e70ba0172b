//! `diff`: compares two reports, scenarios or links.

use std::path::Path;
use std::sync::Arc;

use clap::{Arg, ArgMatches, Command};
use warmpath_core::fleet::{Keep, Replay};
use warmpath_core::report::Report;
use warmpath_core::report::diff::{ComparedRun, diff};
use warmpath_core::scenario::{Scenario, Sweep};
use warmpath_core::words::excerpt;

use super::replay::{attached, scenario};
use super::{fields, search};
use crate::failure::Failure;
use crate::memory;
use crate::output::{self, Output};
use crate::source;
use crate::terminal::{Label, drive, say};
use crate::whole::Whole;

/// The size of the longest report that is read \[bytes\]; a sweep of 10,000 points has about 60 MB.
const REPORT: usize = 256 << 20;

/// The longest heading of a column \[characters\].
const HEADING: usize = 24;

pub(super) fn command() -> Command {
    let side = |name: &'static str, value: &'static str| {
        Arg::new(name).value_name(value).required(true).help(
            "a report (replay --format json --out FILE), or a scenario to run: a preset's name, a JSON file, a link or its query string",
        )
    };
    Command::new("diff")
        .about("Compare two reports, scenarios or links: what differs, and what is more than the seeds' noise")
        .arg(side("first", "A"))
        .arg(side("second", "B"))
        .arg(
            Arg::new("seeds")
                .long("seeds")
                .value_name("COUNT")
                .help("runs per policy, one seed each, of the sides that are scenarios; the figures then have intervals"),
        )
        .arg(search::format_option())
        .arg(output::arg())
        .after_help(
            "Policies are matched by name; where each side has one, these two are compared. A change is better or worse where the \
             intervals over the seeds are apart; with one seed nothing is.\n\n\
             Examples:\n  \
             warmpath diff before.json after.json\n  \
             warmpath diff rag 'v=2&w=rag&r=8' --seeds 5\n  \
             warmpath replay rag --seeds 5 --format json --out rag.json && warmpath diff rag.json 'v=2&w=rag&bs=32' --seeds 5",
        )
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let output = Output::of(matches)?;
    let write = search::writer(matches)?;
    let side = |name| fields::given(matches, name).unwrap_or_default();
    let texts = [side("first"), side("second")];
    let seeds = fields::given(matches, "seeds");
    if seeds.is_some() && stored(texts[0])?.is_some() && stored(texts[1])?.is_some() {
        return Err(Failure::usage(
            "both sides are stored reports, so nothing is run and --seeds changes nothing; leave it out",
        ));
    }
    let (first, second) = (outcome(texts[0], seeds)?, outcome(texts[1], seeds)?);
    // Texts that are equal, or too long for a heading as links are, are written once above the table.
    let long = texts[0] == texts[1] || texts.iter().any(|text| text.chars().count() > HEADING);
    let names = if long { ["A", "B"] } else { texts };
    let mut document = diff(
        names.map(excerpt).each_ref().map(String::as_str),
        &first,
        &second,
    );
    if long {
        let sides = format!("A is {}; B is {}.", excerpt(texts[0]), excerpt(texts[1]));
        document.sentences.insert(0, sides);
    }
    output.write(write(&document).as_bytes())
}

/// The file of a stored report; `None` if the text names no file, or one that is no report.
fn stored(text: &str) -> Result<Option<Whole>, Failure> {
    let path = Path::new(text);
    let file = match path.is_file() {
        true => Whole::open(path, REPORT)?,
        false => None,
    };
    Ok(file.filter(|it| it.text().contains("\"schema\"")))
}

/// The outcome in a stored report, or that of running a scenario.
fn outcome(text: &str, seeds: Option<&str>) -> Result<ComparedRun, Failure> {
    if let Some(file) = stored(text)? {
        return ComparedRun::read(file.text()).map_err(|error| Failure::file(text, error));
    }
    let sweep = scenario::named(text)?;
    let mut base = sweep.base.clone();
    if let Some(seeds) = seeds {
        base.set("seeds", seeds)?;
    }
    attached::read(&mut base)?;
    let mut sweep = Sweep::new(&base, sweep.rates(), sweep.replicas())?;
    for remark in sweep.base.remarks() {
        say(Label::Warning, &remark);
    }
    let workload = Arc::new(source::load(&mut sweep.base)?);
    if !sweep.rates().is_empty() {
        sweep.base.takes_rates(&workload)?;
    }
    memory::to_replay(&sweep.base, &workload)?;
    let one = |scenario: &Scenario| -> Result<Report, Failure> {
        let replay = Replay::new(scenario.clone(), Arc::clone(&workload), Keep::Figures)?;
        let replay = drive(replay, "replaying")?;
        Ok(Report::new(scenario, &workload, replay.runs()))
    };
    if sweep.is_one_point() {
        return Ok(ComparedRun::of(&one(&sweep.base)?));
    }
    let mut joined = None;
    for n in 0..sweep.len() {
        Report::join(&mut joined, one(&sweep.point(n)?)?);
    }
    let report = joined.ok_or_else(|| Failure::usage("nothing to run"))?;
    Ok(ComparedRun::of(&report))
}
