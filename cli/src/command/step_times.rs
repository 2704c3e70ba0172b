//! `reproduce step-times FILE` and `calibrate FILE`: simulates measured step times, and fits constants to them.

use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use clap::{Arg, ArgAction, ArgMatches, Command};
use indicatif::ProgressBar;
use warmpath_core::llm::Llm;
use warmpath_core::reference::step_times::fit::{CONSTANTS, Fitted, first_principles, fit};
use warmpath_core::reference::step_times::{
    Bench, COLUMNS, ColumnDefaults, MeasuredStep, Predicted, comparison, read,
};
use warmpath_core::replica::calibration::Calibration;
use warmpath_core::replica::roofline::Efficiency;
use warmpath_core::text::RECORDS;

use super::fields;
use crate::failure::Failure;
use crate::output::{self, Output};
use crate::terminal::{bar, show};
use crate::whole::Whole;

/// The largest number of rounds of a fit, which ends earlier if nothing is gained.
const ROUNDS: u32 = 8;
/// If less than this share of what is known of a constant comes from the rows, the rows are said not to determine it.
const TELLS: f64 = 0.5;

/// Values that a file may leave out, given as options: name, placeholder and help.
const GIVEN: [(&str, &str, &str); 4] = [
    ("gpu", "NAME", "the GPU, where the file does not say it"),
    (
        "tensor-parallel",
        "N",
        "GPUs that share every layer, where the file does not say it",
    ),
    (
        "weights",
        "FORMAT",
        "format of the weights, where the file does not say it: bf16, fp8, int4, mxfp4",
    ),
    (
        "vllm",
        "VERSION",
        "version of vLLM, where the file does not say it: 0.18.0",
    ),
];

fn given(matches: &ArgMatches) -> ColumnDefaults<'_> {
    let option = |name| fields::given(matches, name).unwrap_or_default();
    ColumnDefaults {
        gpu: option("gpu"),
        tensor_parallel: option("tensor-parallel"),
        weights: option("weights"),
        vllm: option("vllm"),
    }
}

pub(super) fn command() -> Command {
    let columns = |needed: bool| {
        let names = COLUMNS
            .iter()
            .filter(|(_, it)| *it == needed)
            .map(|(name, _)| *name);
        names.collect::<Vec<_>>().join(", ")
    };
    Command::new("calibrate")
        .about("Fit the constants of step times to measurements of your own, and write a calibration")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .help(
                    "runs of one engine at a fixed number of requests in flight: a CSV file, or the JSON that vllm bench serve \
                     --save-result writes",
                ),
        )
        .args(GIVEN.map(|(flag, value, help)| Arg::new(flag).long(flag).value_name(value).help(help)))
        .arg(
            Arg::new("from-scratch")
                .long("from-scratch")
                .action(ArgAction::SetTrue)
                .help("begin with round figures instead of the constants that come with the program"),
        )
        .arg(
            Arg::new("leave-one-out")
                .long("leave-one-out")
                .action(ArgAction::SetTrue)
                .help("also fit, from scratch, without each model in turn, and say how near that comes to it"),
        )
        .arg(output::arg())
        .after_help(format!(
            "Columns: {}; and, if there, {}. Others are passed over.\n\
             Times are means over a run: ttft_ms to the first token, tpot_ms of each after it. The errors before and \
             after, and what the rows cannot tell, go to standard error; the calibration goes to --out or standard \
             output, and into a run by replay --calibration.\n\
             vLLM's results hold none of gpu, tp, weights and vllm: give them as options, or to the benchmark by --metadata \
             (gpu=h100 tp=2). Several results may stand in one file (cat *.json).\n\n\
             Example: warmpath calibrate runs.csv --out own.json",
            columns(true),
            columns(false)
        ))
}

/// Reads the rows of a file.
fn rows(path: &str, given: &ColumnDefaults<'_>) -> Result<Vec<MeasuredStep>, Failure> {
    let file = Whole::open(Path::new(path), RECORDS)?
        .ok_or_else(|| Failure::usage(format!("there is no file {path}")))?;
    read(file.text(), given).map_err(|error| Failure::file(path, error))
}

fn bench(path: &str, rows: &[MeasuredStep]) -> Result<Bench, Failure> {
    Bench::new(rows).map_err(|error| Failure::file(path, error))
}

/// Simulates every row on all cores. The results do not depend on the number of cores.
fn run_all(
    bench: &Bench,
    engine: Option<&Efficiency>,
    bar: &ProgressBar,
) -> Result<Vec<Predicted>, Failure> {
    let count = bench.rows().len();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= count {
                return Ok(done);
            }
            done.push((n, bench.run(n, engine)?));
            bar.inc(1);
        }
    };
    let cores = thread::available_parallelism()
        .map_or(1, NonZero::get)
        .min(count.max(1));
    let parts: Vec<Result<Vec<(usize, Predicted)>, Failure>> = thread::scope(|scope| {
        let handles: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let ended = handles.into_iter().map(|handle| {
            handle
                .join()
                .unwrap_or_else(|_| Err(Failure::run("a run ended early")))
        });
        ended.collect()
    });
    let mut all = Vec::new();
    for part in parts {
        all.extend(part?);
    }
    all.sort_by_key(|(n, _)| *n);
    Ok(all.into_iter().map(|(_, predicted)| predicted).collect())
}

/// Simulates the rows of a file with the shipped constants, and prints how near they come.
pub(super) fn reproduce(path: &str, format: &str) -> Result<String, Failure> {
    let rows = rows(path, &ColumnDefaults::default())?;
    let bench = bench(path, &rows)?;
    let bar = bar("simulating", "rows", rows.len() as u64);
    let found = run_all(&bench, None, &bar)?;
    bar.finish_and_clear();
    let compared: Vec<comparison::Compared<'_>> = rows.iter().zip(found).collect();
    Ok(match format {
        "json" => comparison::json(&compared),
        "markdown" => comparison::markdown(&compared),
        _ => comparison::text(&compared),
    })
}

fn fitted(path: &str, rows: &[MeasuredStep], start: Efficiency) -> Result<Fitted, Failure> {
    let bench = bench(path, rows)?;
    let measured: Vec<Predicted> = rows
        .iter()
        .map(|row| Predicted {
            ttft_ms: row.ttft_ms,
            tpot_ms: row.tpot_ms,
        })
        .collect();
    let most = (CONSTANTS.len() as u64 + 2) * u64::from(ROUNDS) * rows.len() as u64;
    let bar = bar("fitting", "runs", most);
    let found = fit(start, &measured, ROUNDS, |engine| {
        run_all(&bench, Some(engine), &bar)
    });
    bar.finish_and_clear();
    found
}

fn errors(
    path: &str,
    rows: &[MeasuredStep],
    engine: Option<&Efficiency>,
) -> Result<String, Failure> {
    let bench = bench(path, rows)?;
    let found = run_all(&bench, engine, &ProgressBar::hidden())?;
    let compared: Vec<comparison::Compared<'_>> = rows.iter().zip(found).collect();
    Ok(comparison::text(&compared))
}

pub(super) fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let output = Output::of(matches)?;
    let path = fields::given(matches, "file").unwrap_or_default();
    let rows = rows(path, &given(matches))?;
    show(&format!("before:\n{}", errors(path, &rows, None)?));
    let start = match matches.get_flag("from-scratch") {
        true => first_principles(),
        false => Efficiency::ASSUMED,
    };
    let found = fitted(path, &rows, start)?;
    show(&format!(
        "after:\n{}",
        errors(path, &rows, Some(&found.engine))?
    ));
    let (mut from, mut to) = (start, found.engine);
    for (constant, share) in CONSTANTS.iter().zip(&found.share_from_rows) {
        let (from, to) = ((constant.at)(&mut from), (constant.at)(&mut to));
        let remark = match *share < TELLS {
            true => "  these rows cannot tell it",
            false => "",
        };
        show(&format!(
            "{:<20}{from:>14.4e} -> {to:>12.4e}{remark}",
            constant.name
        ));
    }
    if matches.get_flag("leave-one-out") {
        leave_one_out(path, &rows)?;
    }
    let models = |row: &MeasuredStep| (row.llm.title, row.gpu.title);
    let mut about: Vec<_> = rows.iter().map(models).collect();
    about.sort_unstable();
    about.dedup();
    let about: Vec<_> = about
        .iter()
        .map(|(llm, gpu)| format!("{llm} on {gpu}"))
        .collect();
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let shipped = Calibration::shipped().map_err(Failure::run)?;
    let own = Calibration {
        about: about.join(", "),
        fitted_to: vec![format!("{} rows of {file}", rows.len())],
        kv_tokens: None,
        engine: found.engine,
        client: shipped.client,
    };
    let text = serde_json::to_string_pretty(&own).map_err(Failure::run)?;
    output.write(format!("{text}\n").as_bytes())
}

/// Fits the constants without each model in turn, and prints how near the model that was left out comes.
fn leave_one_out(path: &str, rows: &[MeasuredStep]) -> Result<(), Failure> {
    let mut models: Vec<&'static Llm> = Vec::new();
    for row in rows {
        if !models.iter().any(|llm| llm.name == row.llm.name) {
            models.push(row.llm);
        }
    }
    for llm in models {
        let (out, rest): (Vec<MeasuredStep>, Vec<MeasuredStep>) = rows
            .iter()
            .cloned()
            .partition(|row| row.llm.name == llm.name);
        if rest.is_empty() {
            continue;
        }
        let found = fitted(path, &rest, first_principles())?;
        show(&format!(
            "fitted without {}:\n{}",
            llm.title,
            errors(path, &out, Some(&found.engine))?
        ));
    }
    Ok(())
}
