//! `replay`: runs one workload under one or more policies, and compares them.

pub(in crate::command) mod attached;
pub(in crate::command) mod charts;
mod extra;
mod fork;
mod fork_event;
mod points;
mod race;
pub(in crate::command) mod scenario;
mod smallest;

use std::path::Path;
use std::sync::Arc;

use clap::{Arg, ArgMatches, Command};
use warmpath_core::cache::CacheState;
use warmpath_core::fleet::{Keep, Replay};
use warmpath_core::report::Report;
use warmpath_core::report::format::{FORMATS, Format, Writer};
use warmpath_core::scenario::{Scenario, Sweep};
use warmpath_core::units::VirtualTime;
use warmpath_core::workload::Workload;
use warmpath_view::chart::{Course, course};
use warmpath_view::export;

use super::fields;
use super::search::driver::threads;
use crate::failure::Failure;
use crate::memory;
use crate::output::{self, Output, same_file};
use crate::source;
use crate::terminal::{Label, drive, say};
use extra::Extra;
pub(in crate::command) use points::merged;

pub(super) fn command() -> Command {
    Command::new("replay")
        .about("Run one workload under one or more policies and print the comparison")
        .defer(with_options)
}

/// The command with its options, which are made only if it is called.
fn with_options(command: Command) -> Command {
    command
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
        .arg(fork_event::arg())
        .arg(race::arg())
        .arg(smallest::arg())
        .arg(attached::arg())
        .arg(output::arg())
        .arg(charts::arg())
        .args(super::search::driver::options())
        .after_help(
            "--rate and --replicas take lists (--rate 10,20,40 --replicas 4,8,16): a sweep, one row each, of at most 10,000 points. A \
             query string has them too: 'v=2&r=4,8,16&rate=10,20,40'.\n\
             Whole numbers may have their thousands apart or be powers of ten: --requests 5,000 and 5e3; in --replicas a comma parts a \
             list.\n\
             --resume and --shard go with a sweep.\n\
             --stages 5,10,20 is a ladder in one run: each rate begins when the one before has drained.\n\
             --workload takes the name of a workload (see warmpath list workloads), a file whose format is recognised, \
             or - for standard input.\n\
             --save-cache FILE keeps what the caches hold in the end and what the routers remember; --warm FILE begins another \
             run of the same workload with it.\n\
             --fork, --fork-event and --race go with one rate and one number of replicas, and add sections to text and markdown, the keys \
             \"fork\", \"fork_event\" and \"race\" to json.\n\n\
             Examples:\n  \
             warmpath replay rag\n  \
             warmpath replay 'v=2&w=multi-turn&r=8&p=round-robin,smart'\n  \
             warmpath replay --workload sharegpt.json --requests 5000 --replicas 8 --policy round-robin,smart --format json\n  \
             warmpath replay --policy 'smart:load_balance_weight=2@events:50ms' --policy least-load\n  \
             warmpath replay multi-turn --policy smart --save-cache chat.cache\n  \
             warmpath replay multi-turn --policy smart --warm chat.cache\n  \
             warmpath replay rag --policy smart --fork 20\n  \
             warmpath replay rag --events '30s:kill=1' --policy smart,chwbl,least-load --fork-event 0\n  \
             warmpath replay rag --autoscale hpa --rate 2 --smallest-fleet\n  \
             warmpath replay rag --policy least-load,smart,chwbl --race",
        )
}

fn names() -> String {
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    names.join(", ")
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let format = format(matches)?;
    let (fork, race) = (fork::wanted(matches)?, race::wanted(matches)?);
    let output = Output::of(matches)?;
    // Checked where there is but one point, too.
    threads(matches)?;
    let mut sweep = scenario::of(matches)?;
    let sections = Sections {
        fork,
        race,
        event: fork_event::wanted(matches)?,
        smallest: smallest::wanted(matches),
    };
    let files = checked(matches, format, &sections, &output, &sweep)?;
    for remark in sweep.base.remarks() {
        say(Label::Warning, &remark);
    }
    let workload = Arc::new(source::load(&mut sweep.base)?);
    if let Writer::Workload(write) = format.writer() {
        return output.write(write(&workload).as_bytes());
    }
    memory::to_replay(&sweep.base, &workload)?;
    let outcome = if sweep.is_one_point() {
        one_point(&sweep.base, &workload, format, &sections, &files, &output)?
    } else {
        if format.of.keeps() > Keep::Figures {
            return Err(Failure::usage(format!(
                "a sweep cannot be written as {}: give one rate and one number of replicas",
                format.name
            )));
        }
        match points::report(matches, &sweep, &workload)? {
            Some(report) => Outcome::of(report),
            // One part of a sweep (`--shard`) has no report yet.
            None => return Ok(()),
        }
    };
    files.write(&outcome)?;
    match outcome.text(matches, format) {
        Some(text) => output.write(text.as_bytes()),
        None => Ok(()),
    }
}

/// The sections that are asked for beside the figures.
struct Sections {
    /// The request whose decision is forked.
    fork: Option<u32>,
    /// The least difference that a race calls costly.
    race: Option<VirtualTime>,
    /// The event that is taken away.
    event: Option<usize>,
    /// Whether each policy's smallest fleet is sought.
    smallest: bool,
}

impl Sections {
    /// Each section's option, and whether it is given.
    fn options(&self) -> [(&'static str, bool); 4] {
        [
            ("fork", self.fork.is_some()),
            ("race", self.race.is_some()),
            ("fork-event", self.event.is_some()),
            ("smallest-fleet", self.smallest),
        ]
    }

    /// The sections that need nothing of the scenario's own runs.
    fn of_own_runs(
        &self,
        scenario: &Scenario,
        workload: &Arc<Workload>,
    ) -> Result<Vec<Extra>, Failure> {
        let mut extras = Vec::new();
        if let Some(request) = self.fork {
            extras.push(fork::section(scenario, workload, request)?);
        }
        if let Some(event) = self.event {
            extras.push(fork_event::section(scenario, workload, event)?);
        }
        if self.smallest {
            extras.push(smallest::section(scenario, workload)?);
        }
        Ok(extras)
    }
}

/// The files that are written beside the report.
struct Files<'a> {
    /// Where the state of the caches goes.
    caches: Option<Output>,
    /// The directory of the charts.
    charts: Option<&'a Path>,
}

impl Files<'_> {
    fn write(&self, outcome: &Outcome) -> Result<(), Failure> {
        if let Some(directory) = self.charts {
            let charts = export::charts(&outcome.report, &outcome.courses);
            charts::write(directory, &charts)?;
        }
        if let (Some(file), Some(caches)) = (&self.caches, &outcome.caches) {
            file.write(caches.write().as_bytes())?;
        }
        Ok(())
    }
}

/// Refuses options that do not go together, before the workload is read and anything is run; returns the files that are to be
/// written.
fn checked<'a>(
    matches: &'a ArgMatches,
    format: &Format,
    sections: &Sections,
    output: &Output,
    sweep: &Sweep,
) -> Result<Files<'a>, Failure> {
    let swept = !sweep.is_one_point();
    extra::check(matches, &sections.options(), swept)?;
    if !swept && matches.contains_id("resume") {
        return Err(Failure::usage(
            "--resume and --shard go with a sweep: give a list of rates or of numbers of replicas",
        ));
    }
    let caches = attached::saved(matches, &sweep.base, swept)?;
    if let (Output::File(out), Some(Output::File(saved))) = (output, &caches)
        && same_file(out, saved)
    {
        return Err(Failure::usage(
            "--out and --save-cache name one file, and each would replace it; give two",
        ));
    }
    let charts = charts::directory(matches)?;
    if let Some(directory) = charts {
        for (flag, place) in [("--out", Some(output)), ("--save-cache", caches.as_ref())] {
            if let Some(Output::File(file)) = place {
                charts::refuse_overwriting(directory, flag, file)?;
            }
        }
    }
    if let Writer::Workload(_) = format.writer() {
        let without = [
            (
                "--save-cache",
                caches.is_some(),
                "there is no cache to save",
            ),
            ("--svg", charts.is_some(), "there is nothing to draw"),
        ];
        if let Some((flag, _, why)) = without.into_iter().find(|(_, given, _)| *given) {
            return Err(Failure::usage(format!(
                "--format trace runs nothing, so {why}; leave {flag} out"
            )));
        }
    }
    Ok(Files { caches, charts })
}

/// What came of the runs.
struct Outcome {
    report: Report,
    /// The series of each run, where charts are drawn.
    courses: Vec<Course>,
    extras: Vec<Extra>,
    /// What a format that is written from the runs has made of them.
    from_runs: Option<String>,
    /// What the first run's caches held in the end, where it is kept.
    caches: Option<CacheState>,
}

impl Outcome {
    fn of(report: Report) -> Self {
        Self {
            report,
            courses: Vec::new(),
            extras: Vec::new(),
            from_runs: None,
            caches: None,
        }
    }

    /// The outcome in a format; `None` if it was written while it was made.
    fn text(self, matches: &ArgMatches, format: &Format) -> Option<String> {
        match format.writer() {
            Writer::Report(_) if !self.extras.is_empty() => {
                Some(extra::write(matches, &self.report, &self.extras))
            }
            Writer::Report(write) => Some(write(&self.report)),
            Writer::Pictured(write) => {
                let pictures = export::pictures(&self.report, &self.courses);
                Some(write(&self.report, &pictures))
            }
            Writer::Workload(_) | Writer::Runs(_) => self.from_runs,
            Writer::Rows(_) => None,
        }
    }
}

/// Runs one scenario. A format that is written row by row goes to `output` here, so that no more than a row is in memory.
fn one_point(
    scenario: &Scenario,
    workload: &Arc<Workload>,
    format: &Format,
    sections: &Sections,
    files: &Files<'_>,
    output: &Output,
) -> Result<Outcome, Failure> {
    let mut extras = sections.of_own_runs(scenario, workload)?;
    let race = sections.race;
    let lines = race.map(|costly| race::Lines::run(scenario, workload, costly));
    let lines = lines.transpose()?;
    let mut replay = Replay::new(scenario.clone(), Arc::clone(workload), format.of.keeps())?;
    if files.caches.is_some() {
        replay.keep_caches();
    }
    let replay = drive(replay, "replaying")?;
    let runs = replay.runs();
    let pictured = files.charts.is_some() || matches!(format.writer(), Writer::Pictured(_));
    let courses = match pictured {
        true => course::of_runs(scenario, workload, runs),
        false => Vec::new(),
    };
    let from_runs = match format.writer() {
        Writer::Runs(write) => Some(write(scenario, workload, runs)),
        Writer::Rows(write) => {
            output.stream(|out| write(workload, runs, out))?;
            None
        }
        Writer::Report(_) | Writer::Pictured(_) | Writer::Workload(_) => None,
    };
    extras.extend(lines.map(|lines| lines.section(runs, workload)));
    Ok(Outcome {
        report: Report::new(scenario, workload, runs),
        courses,
        extras,
        from_runs,
        caches: replay.caches().first().cloned(),
    })
}

fn format(matches: &ArgMatches) -> Result<&'static Format, Failure> {
    let wanted = fields::given(matches, "format").unwrap_or("text");
    let found = FORMATS.iter().find(|format| format.name == wanted);
    found.ok_or_else(|| {
        let all = FORMATS.iter().map(|format| format.name);
        super::unknown("format", wanted, all)
    })
}
