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

use std::sync::Arc;

use clap::{Arg, ArgMatches, Command};
use warmpath_core::fleet::{Keep, Replay};
use warmpath_core::report::Report;
use warmpath_core::report::format::{FORMATS, Format, Writer};
use warmpath_view::chart::{RunSeries, course};
use warmpath_view::export;

use super::fields;
use crate::failure::Failure;
use crate::memory;
use crate::output::{self, Output, same_file};
use crate::source;
use crate::terminal::{Label, drive, say};
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
             warmpath replay chat --policy smart --save-cache chat.cache\n  \
             warmpath replay chat --policy smart --warm chat.cache\n  \
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
    let forked = fork::wanted(matches)?;
    let costly = race::wanted(matches)?;
    let output = Output::of(matches)?;
    let mut sweep = scenario::of(matches)?;
    let swept = !sweep.is_one_point();
    let event = fork_event::wanted(matches)?;
    let asked = [
        ("fork", forked.is_some()),
        ("race", costly.is_some()),
        ("fork-event", event.is_some()),
        ("smallest-fleet", smallest::wanted(matches)),
    ];
    extra::check(matches, &asked, swept)?;
    if !swept && matches.contains_id("resume") {
        return Err(Failure::usage(
            "--resume and --shard go with a sweep: give a list of rates or of numbers of replicas",
        ));
    }
    let saved = attached::saved(matches, &sweep.base, swept)?;
    if let (Output::File(out), Some(Output::File(saved))) = (&output, &saved)
        && same_file(out, saved)
    {
        return Err(Failure::usage(
            "--out and --save-cache name one file, and each would replace it; give two",
        ));
    }
    let directory = charts::directory(matches)?;
    if let Some(directory) = directory {
        for (flag, place) in [("--out", Some(&output)), ("--save-cache", saved.as_ref())] {
            if let Some(Output::File(file)) = place {
                charts::apart(directory, flag, file)?;
            }
        }
    }
    if let Writer::Workload(_) = format.writer() {
        let drawn = directory.is_some();
        let without = [
            ("--save-cache", saved.is_some(), "there is no cache to save"),
            ("--svg", drawn, "there is nothing to draw"),
        ];
        if let Some((flag, _, why)) = without.into_iter().find(|(_, given, _)| *given) {
            return Err(Failure::usage(format!(
                "--format trace runs nothing, so {why}; leave {flag} out"
            )));
        }
    }
    for remark in sweep.base.remarks() {
        say(Label::Warning, &remark);
    }
    let workload = Arc::new(source::load(&mut sweep.base)?);
    if let Writer::Workload(write) = format.writer() {
        return output.write(write(&workload).as_bytes());
    }
    let runs = sweep.base.policies.len() as u64 * u64::from(sweep.base.seeds);
    let count = sweep.base.requests.unwrap_or(workload.count);
    memory::to_run(count.min(workload.count).into(), runs)?;
    let detailed = format.of.keeps() > Keep::Figures;
    if swept && detailed {
        return Err(Failure::usage(format!(
            "a sweep cannot be written as {}: give one rate and one number of replicas",
            format.name
        )));
    }
    let pictured = directory.is_some() || matches!(format.writer(), Writer::Pictured(_));
    let mut courses: Vec<RunSeries> = Vec::new();
    let mut rendered = None;
    let mut extras = Vec::new();
    let mut left = None;
    let report = if swept {
        match points::report(matches, &sweep, &workload)? {
            Some(report) => report,
            // One part of a sweep (`--shard`) has no report yet.
            None => return Ok(()),
        }
    } else {
        let scenario = &sweep.base;
        if let Some(request) = forked {
            extras.push(fork::rendered(scenario, &workload, request)?);
        }
        if let Some(event) = event {
            extras.push(fork_event::rendered(scenario, &workload, event)?);
        }
        if smallest::wanted(matches) {
            extras.push(smallest::rendered(scenario, &workload)?);
        }
        let lines = costly.map(|costly| race::Lines::run(scenario, &workload, costly));
        let lines = lines.transpose()?;
        let mut replay = Replay::new(scenario.clone(), Arc::clone(&workload), format.of.keeps())?;
        if saved.is_some() {
            replay.keep_caches();
        }
        let replay = drive(replay, "replaying")?;
        let runs = replay.runs();
        left = replay.caches().first().cloned();
        if pictured {
            courses = course::of_runs(scenario, &workload, runs);
        }
        match format.writer() {
            Writer::Runs(write) => rendered = Some(write(scenario, &workload, runs)),
            Writer::Rows(write) => output.stream(|out| write(&workload, runs, out))?,
            Writer::Report(_) | Writer::Pictured(_) | Writer::Workload(_) => {}
        }
        if let Some(lines) = &lines {
            extras.push(lines.rendered(runs, &workload));
        }
        Report::new(scenario, &workload, runs)
    };
    if let Some(directory) = directory {
        charts::write(directory, &export::charts(&report, &courses))?;
    }
    if let (Some(file), Some(left)) = (saved, left) {
        file.write(left.write().as_bytes())?;
    }
    let rendered = match format.writer() {
        Writer::Report(_) if !extras.is_empty() => extra::write(matches, &report, &extras),
        Writer::Report(write) => write(&report),
        Writer::Pictured(write) => write(&report, &export::pictures(&report, &courses)),
        Writer::Workload(_) | Writer::Runs(_) => rendered.unwrap_or_default(),
        Writer::Rows(_) => return Ok(()),
    };
    output.write(rendered.as_bytes())
}

fn format(matches: &ArgMatches) -> Result<&'static Format, Failure> {
    let wanted = fields::given(matches, "format").unwrap_or("text");
    let found = FORMATS.iter().find(|format| format.name == wanted);
    found.ok_or_else(|| {
        let all = FORMATS.iter().map(|format| format.name);
        super::unknown("format", wanted, all)
    })
}
