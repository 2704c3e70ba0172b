//! `replay`: one workload under one or more policies, and the comparison.

mod attached;
mod charts;
mod extra;
mod fork;
mod race;
mod scenario;
mod sweep;

use std::sync::Arc;

use clap::{Arg, ArgMatches, Command};
use warmpath_core::fleet::Replay;
use warmpath_core::report::html::Picture;
use warmpath_core::report::{self, Report};
use warmpath_core::scenario::Scenario;
use warmpath_core::workload::{Workload, trace};

use self::charts::Curves;
use super::fields;
use crate::failure::Failure;
use crate::output::{self, Output};
use crate::source;
use crate::terminal::bar;

/// What is written.
#[derive(Clone, Copy)]
enum Format {
    /// The run's figures.
    Report(fn(&Report) -> String),
    /// The run's figures and charts.
    Pictured(fn(&Report, &[Picture]) -> String),
    /// What would be run, without any text.
    Workload(fn(&Workload) -> String),
}

/// The formats by name.
const FORMATS: &[(&str, Format)] = &[
    ("text", Format::Report(report::text::write)),
    ("json", Format::Report(report::json::write)),
    ("csv", Format::Report(report::csv::write)),
    ("markdown", Format::Report(report::markdown::write)),
    ("html", Format::Pictured(report::html::write)),
    ("prometheus", Format::Report(report::prometheus::write)),
    ("trace", Format::Workload(trace::write)),
];

/// Events handled between two updates of the progress bar.
const SLICE: u32 = 1 << 16;

pub(super) fn command() -> Command {
    Command::new("replay")
        .about("Run one workload under one or more policies and print the comparison")
        .arg(Arg::new("scenario").value_name("SCENARIO").help(
            "a preset's name, a JSON file (one object keyed by option names), or a query string as in the page's \
             link; options override it",
        ))
        .args(fields::all())
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .default_value("text")
                .help(format!("one of {}; trace writes the workload instead of running it", names())),
        )
        .arg(fork::arg())
        .arg(race::arg())
        .arg(attached::arg())
        .arg(output::arg())
        .arg(charts::arg())
        .after_help(
            "--rate and --replicas take lists (--rate 10,20,40 --replicas 4,8,16): a sweep, one row each.\n\
             --stages 5,10,20 is a ladder in one run: each rate begins when the one before has drained.\n\
             --workload takes the name of a workload (see warmpath list workloads), a file whose format is recognised, \
             or - for standard input.\n\
             --save-cache FILE keeps what the caches hold in the end; --warm FILE begins another run of the same workload \
             with it.\n\
             --fork and --race go with one rate and one number of replicas, and add sections to text and markdown, the keys \
             \"fork\" and \"race\" to json.\n\n\
             Examples:\n  \
             warmpath replay rag\n  \
             warmpath replay 'v=1&w=multi-turn&r=8&p=round-robin,smart'\n  \
             warmpath replay --workload sharegpt.json --requests 5000 --replicas 8 --policy round-robin,smart --format json\n  \
             warmpath replay --policy 'smart:load_balance_weight=2@events:50ms' --policy least-load\n  \
             warmpath replay chat --policy smart --save-cache chat.cache\n  \
             warmpath replay chat --policy smart --warm chat.cache\n  \
             warmpath replay rag --policy smart --fork 20\n  \
             warmpath replay rag --policy least-load,smart,chwbl --race",
        )
}

fn names() -> String {
    let names: Vec<&str> = FORMATS.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let format = format(matches)?;
    let wanted = (fork::wanted(matches)?, race::wanted(matches)?);
    extra::check(
        matches,
        &[("fork", wanted.0.is_some()), ("race", wanted.1.is_some())],
    )?;
    let output = Output::of(matches)?;
    let mut base = scenario::of(matches)?;
    let points = sweep::points(matches, &base)?;
    let saved = attached::saved(matches, &base, sweep::is_one(matches))?;
    let workload = Arc::new(source::load(&mut base)?);
    if let Format::Workload(write) = format {
        if saved.is_some() {
            return Err(Failure::usage(
                "--format trace runs nothing, so there is no cache to save; leave one out",
            ));
        }
        return output.write(write(&workload).as_bytes());
    }
    let directory = charts::directory(matches)?;
    let swept = sweep::is_one(matches);
    let pictured = directory.is_some() || matches!(format, Format::Pictured(_));
    let mut curves = Curves::default();
    let mut extras = Vec::new();
    let whole = || {
        points
            .first()
            .map_or_else(|| Ok(base.clone()), |point| point.of(&base))
    };
    if let Some(request) = wanted.0 {
        extras.push(fork::told(&whole()?, &workload, request)?);
    }
    let lines = wanted
        .1
        .map(|costly| race::Lines::run(&whole()?, &workload, costly))
        .transpose()?;
    let mut left = None;
    let reports = replay(&base, &points, &workload, saved.is_some(), |replay| {
        let runs = replay.runs();
        left = replay.caches().first().cloned();
        if pictured && !swept {
            curves.add(&base, runs);
        }
        if let Some(lines) = &lines {
            extras.push(lines.told(runs, &workload));
        }
    })?;
    let report = match swept {
        true => Report::sweep(reports),
        false => reports.into_iter().next(),
    };
    let report = report.ok_or_else(|| Failure::usage("nothing to run"))?;
    let charts = match (pictured, swept) {
        (false, _) => Vec::new(),
        (true, true) => charts::trade_offs(&report)?,
        (true, false) => {
            let mut charts = curves.charts()?;
            charts.extend(charts::trade_offs(&report)?);
            charts
        }
    };
    if let Some(directory) = directory {
        charts::write(directory, &charts)?;
    }
    if let (Some(file), Some(left)) = (saved, left) {
        file.write(left.write().as_bytes())?;
    }
    let told = match format {
        Format::Report(_) if !extras.is_empty() => extra::write(matches, &report, &extras),
        Format::Report(write) => write(&report),
        Format::Workload(write) => write(&workload),
        Format::Pictured(write) => {
            let pictures: Vec<Picture> = charts.into_iter().map(|chart| chart.picture).collect();
            write(&report, &pictures)
        }
    };
    output.write(told.as_bytes())
}

fn format(matches: &ArgMatches) -> Result<Format, Failure> {
    let wanted = fields::given(matches, "format").unwrap_or("text");
    let found = FORMATS.iter().find(|(name, _)| *name == wanted);
    found.map(|&(_, format)| format).ok_or_else(|| {
        let all = FORMATS.iter().map(|&(name, _)| name);
        super::unknown("format", wanted, all)
    })
}

/// Runs every point of a sweep (one, if it is none) over the same workload; `look` sees each point's runs, and what they
/// left in the caches if that is kept.
fn replay(
    base: &Scenario,
    points: &[sweep::Setting],
    workload: &Arc<Workload>,
    keep: bool,
    mut look: impl FnMut(&Replay),
) -> Result<Vec<Report>, Failure> {
    let mut replays = Vec::new();
    for point in points {
        let scenario = point.of(base)?;
        let mut replay = Replay::new(scenario, Arc::clone(workload), false)?;
        if keep {
            replay.keep_caches();
        }
        replays.push(replay);
    }
    let total = replays.iter().map(|replay| replay.progress().total).sum();
    let bar = bar("replaying", "requests", total);
    let (mut reports, mut before) = (Vec::new(), 0);
    for mut replay in replays {
        loop {
            let progress = replay.run(SLICE)?;
            bar.set_position(before + progress.done);
            if progress.finished {
                before += progress.total;
                break;
            }
        }
        look(&replay);
        reports.push(Report::new(replay.scenario(), workload, replay.runs()));
    }
    bar.finish_and_clear();
    Ok(reports)
}
