//! `reproduce`: simulates published benchmarks, or the requests of a log, and compares with what was measured.

mod file;

use std::sync::Arc;

use clap::{Arg, ArgMatches, Command};
use warmpath_core::fleet::{Progress, Replay, Run};
use warmpath_core::metrics::summarise;
use warmpath_core::reference::comparison;
use warmpath_core::reference::kubeai::{ROWS, scenario};
use warmpath_core::report::{self, Report};
use warmpath_core::scenario::{FIELDS, Scenario, ScenarioError};
use warmpath_core::session::Work;
use warmpath_core::words::excerpt;
use warmpath_core::workload::{Named, Workload};

use super::replay::charts;
use super::{fields, step_times};
use crate::failure::Failure;
use crate::output::{self, Output};
use crate::terminal::drive;

const BENCHMARKS: [&str; 2] = ["kubeai", "step-times"];
/// The options for a single row of the benchmark.
const BENCHMARK: [&str; 6] = ["policy", "concurrency", "rate", "requests", "seeds", "seed"];
const FORMATS: [&str; 3] = ["text", "json", "markdown"];

pub(super) fn command() -> Command {
    Command::new("reproduce")
        .about("Simulate a published benchmark, or your own log, beside its measured figures")
        .defer(with_options)
}

/// The command with its options, which are made only if it is called.
fn with_options(command: Command) -> Command {
    command
        .arg(
            Arg::new("benchmark")
                .value_name("BENCHMARK|FILE")
                .default_value("kubeai")
                .help(
                    "kubeai: prefix-aware load balancing on eight L4 GPUs, twelve rows and two archived ones; step-times: \
                     measurements of one engine, from FILE; or a log that records times to first token, latencies, \
                     replicas or cached tokens",
                ),
        )
        .arg(
            Arg::new("measurements")
                .value_name("FILE")
                .help("for step-times: a CSV file of measurements (its columns: warmpath calibrate --help)"),
        )
        .args(fields::except(&["workload"]))
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .default_value("text")
                .help("text, json or markdown"),
        )
        .arg(charts::arg())
        .arg(output::arg())
        .after_help(
            "Without options: the published rows, median and range over 8 seeds.\n\
             With --policy, --concurrency or --rate: any other row of the same set-up, predicted with the same \
             parameters, in the keys of replay.\n\
             Of a FILE: its requests at their recorded times, in the fleet that the options of replay describe (as many replicas as \
             the log names), beside what it measured. Without --policy the first is recorded, which sends each request where the log \
             says it went: what differs then is the model, and the next policies show what the routing costs. --svg DIR draws \
             the times to first token, measured and simulated, in one chart.\n\n\
             Examples:\n  \
             warmpath reproduce kubeai\n  \
             warmpath reproduce step-times runs.csv --format markdown\n  \
             warmpath reproduce kubeai --policy random --concurrency 1600 --rate 200 --seeds 8 --format json\n  \
             warmpath reproduce gateway.jsonl --gpu h100 --policy smart --map 'ttft=first_token_ms;replica=pod'",
        )
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let benchmark = fields::given(matches, "benchmark").unwrap_or("kubeai");
    let is_file = benchmark == "-" || std::path::Path::new(benchmark).exists();
    if !BENCHMARKS.contains(&benchmark) && !is_file {
        return Err(super::unknown(
            "benchmark",
            benchmark,
            BENCHMARKS.into_iter(),
        ));
    }
    let format = fields::given(matches, "format").unwrap_or("text");
    let measurements = fields::given(matches, "measurements");
    match (benchmark, measurements) {
        ("step-times", None) => {
            return Err(Failure::usage(
                "reproduce step-times wants a FILE of measurements: warmpath reproduce step-times runs.csv",
            ));
        }
        ("kubeai", Some(_)) => {
            return Err(Failure::usage(
                "reproduce kubeai reads no file; its measured figures come with the project",
            ));
        }
        ("step-times" | "kubeai", _) | (_, None) => {}
        (_, Some(file)) => {
            return Err(Failure::usage(format!(
                "reproduce takes one file, so {} would not be read; of measurements: warmpath reproduce step-times {0}",
                excerpt(file)
            )));
        }
    }
    if measurements.is_some()
        && let Some(field) = FIELDS.iter().find(|it| is_given(matches, it.flag))
    {
        return Err(Failure::usage(format!(
            "--{} does not go with step-times: the file's rows say what was measured; options of a fleet go with a log: warmpath \
             reproduce FILE --{0} …",
            field.flag
        )));
    }
    if !FORMATS.contains(&format) {
        return Err(super::unknown("format", format, FORMATS.into_iter()));
    }
    let output = Output::of(matches)?;
    let compared = is_file && !BENCHMARKS.contains(&benchmark);
    if !compared && charts::directory(matches)?.is_some() {
        return Err(Failure::usage(
            "--svg goes with a log of your own: warmpath reproduce FILE --svg DIR",
        ));
    }
    if let Some(file) = measurements {
        return output.write(step_times::reproduce(file, format)?.as_bytes());
    }
    if compared {
        let text = file::compare(matches, benchmark, format)?;
        return match format {
            "json" => output.write(text.as_bytes()),
            _ => output.write_text(&text),
        };
    }
    let other = (FIELDS.iter())
        .find(|field| is_given(matches, field.flag) && !BENCHMARK.contains(&field.flag));
    if let Some(field) = other {
        return Err(Failure::usage(format!(
            "--{} does not go with the benchmark kubeai, whose set-up is fixed; those that do: --{}",
            field.flag,
            BENCHMARK.join(", --")
        )));
    }
    let given = |flag| fields::given(matches, flag);
    let other = matches.contains_id("policy")
        || ["concurrency", "rate", "requests"]
            .iter()
            .any(|flag| given(flag).is_some());
    let text = if other {
        predict(matches, format)?
    } else {
        compare(matches, format)?
    };
    output.write(text.as_bytes())
}

/// Whether an option of a scenario stands on the command line, where this command has it.
fn is_given(matches: &ArgMatches, flag: &str) -> bool {
    matches.try_contains_id(flag).unwrap_or(false)
}

/// Simulates any row of the benchmark's set-up, published or not.
fn predict(matches: &ArgMatches, format: &str) -> Result<String, Failure> {
    let mut asked = scenario("kubeai", "least-load", 1600, "200")?;
    asked.seeds = 8;
    fields::apply(matches, &mut asked, &[])?;
    let workload = workload(&asked)?;
    let runs = simulate(&[asked.clone()], &[Arc::clone(&workload)])?;
    let report = Report::new(&asked, &workload, &runs[0]);
    Ok(match format {
        "json" => report::json::write(&report),
        "markdown" => report::markdown::write(&report),
        _ => report::text::write(&report),
    })
}

/// Simulates the published rows and compares.
fn compare(matches: &ArgMatches, format: &str) -> Result<String, Failure> {
    let mut base = Scenario {
        seeds: 8,
        ..Scenario::default()
    };
    fields::apply(matches, &mut base, &[])?;
    let mut scenarios = Vec::new();
    let mut workloads: Vec<Arc<Workload>> = Vec::new();
    for row in &ROWS {
        let mut scenario = row.scenario(base.seeds)?;
        scenario.seed = base.seed;
        let known = workloads
            .iter()
            .find(|workload| workload.name == row.workload)
            .cloned();
        workloads.push(match known {
            Some(workload) => workload,
            None => self::workload(&scenario)?,
        });
        scenarios.push(scenario);
    }
    let runs = simulate(&scenarios, &workloads)?;
    let mut rows = Vec::new();
    for (((row, scenario), workload), runs) in
        ROWS.iter().zip(&scenarios).zip(&workloads).zip(&runs)
    {
        for summary in summarise(scenario, workload, runs) {
            rows.push((*row, row.compare(&summary)));
        }
    }
    Ok(match format {
        "json" => comparison::json(&rows, base.seeds),
        "markdown" => comparison::markdown(&rows),
        _ => comparison::text(&rows, base.seeds),
    })
}

fn workload(scenario: &Scenario) -> Result<Arc<Workload>, Failure> {
    let named = Named::parse(&scenario.workload).map_err(Failure::usage)?;
    let workload = named
        .generate(scenario.block_size, scenario.seed, None)
        .map_err(Failure::run)?;
    Ok(Arc::new(workload))
}

fn simulate(scenarios: &[Scenario], workloads: &[Arc<Workload>]) -> Result<Vec<Vec<Run>>, Failure> {
    let mut rows = Vec::new();
    for (scenario, workload) in scenarios.iter().zip(workloads) {
        rows.push(Replay::new(scenario.clone(), Arc::clone(workload), false)?);
    }
    let rows = drive(Rows { rows, at: 0 }, "simulating")?.rows;
    let runs: Result<_, _> = rows.into_iter().map(Replay::finish).collect();
    Ok(runs?)
}

/// The rows of the benchmark, which are run one after the other.
struct Rows {
    rows: Vec<Replay>,
    at: usize,
}

impl Work for Rows {
    type Error = ScenarioError;

    fn advance(&mut self, events: u32) -> Result<Progress, ScenarioError> {
        if let Some(row) = self.rows.get_mut(self.at)
            && row.run(events)?.finished
        {
            self.at += 1;
        }
        Ok(self.progress())
    }

    fn progress(&self) -> Progress {
        let each = self.rows.iter().map(Replay::progress);
        let (done, total) = each.fold((0, 0), |sum, row| (sum.0 + row.done, sum.1 + row.total));
        Progress {
            done,
            total,
            finished: self.at == self.rows.len(),
        }
    }
}
