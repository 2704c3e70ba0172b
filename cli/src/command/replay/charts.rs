//! The charts of a replay as SVG: files for `--svg`, pictures in the HTML report.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};
use warmpath_core::fleet::{Outcome, Run};
use warmpath_core::metrics::{ecdf, figure, throughput};
use warmpath_core::report::Report;
use warmpath_core::report::html::Picture;
use warmpath_core::scenario::Scenario;
use warmpath_view::chart::ecdf::Sample;
use warmpath_view::chart::over_time::Series;
use warmpath_view::chart::svg::svg;
use warmpath_view::chart::trade_off::Curve;
use warmpath_view::chart::{ecdf as shares, over_time, trade_off};
use warmpath_view::palette::LIGHT;

use crate::failure::{Failure, reason};
use crate::output::replace;

/// Width and height of a chart \[px\].
const SIZE: (u32, u32) = (720, 340);
/// Points of a curve over time.
const BINS: usize = 48;

/// The option `--svg`.
pub(super) fn arg() -> Arg {
    Arg::new("svg")
        .long("svg")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .help("write the charts into the directory DIR, which is made if it is not there")
}

/// The directory that `--svg` names, checked before any work is done.
pub(super) fn directory(matches: &ArgMatches) -> Result<Option<&Path>, Failure> {
    let Some(path) = matches.get_one::<PathBuf>("svg") else {
        return Ok(None);
    };
    if path.as_os_str().is_empty() || (path.exists() && !path.is_dir()) {
        return Err(Failure::usage(format!(
            "svg is \"{}\", but must be the name of a directory",
            path.display()
        )));
    }
    Ok(Some(path))
}

/// A chart and its file's name.
pub(super) struct Chart {
    file: &'static str,
    pub(super) picture: Picture,
}

/// Writes the charts as files.
pub(super) fn write(directory: &Path, charts: &[Chart]) -> Result<(), Failure> {
    let failed = |path: &Path, error| {
        Failure::run(format!(
            "cannot write {}: {}",
            path.display(),
            reason(&error)
        ))
    };
    fs::create_dir_all(directory).map_err(|error| failed(directory, error))?;
    for chart in charts {
        let path = directory.join(chart.file);
        replace(&path, chart.picture.svg.as_bytes()).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

/// What the charts of one scenario show: a curve a policy, of its first seed.
#[derive(Default)]
pub(super) struct Curves {
    first_tokens: Vec<Sample>,
    rates: Vec<Series>,
}

impl Curves {
    /// Takes the curves out of the runs.
    pub(super) fn add(&mut self, scenario: &Scenario, runs: &[Run]) {
        for run in runs.iter().filter(|run| run.seed == scenario.seed) {
            let name = run.policy.to_string();
            let times = ecdf(&run.records);
            let sorted: Vec<f64> = times.into_iter().map(|ms| ms / 1e3).collect();
            let done = run
                .records
                .iter()
                .filter(|r| r.outcome == Outcome::Completed);
            let end = done.map(|record| record.done.secs()).fold(0.0, f64::max);
            let values = match end > 0.0 {
                true => throughput(&run.records, end, BINS),
                false => Vec::new(),
            };
            self.first_tokens.push(Sample {
                name: name.clone(),
                count: sorted.len() as u64,
                sorted,
            });
            self.rates.push(Series {
                name,
                bin: end / BINS as f64,
                values,
            });
        }
    }

    /// Draws them.
    pub(super) fn charts(&self) -> Result<Vec<Chart>, Failure> {
        let unit = "requests completed a second";
        let (times, rates) = (&self.first_tokens, &self.rates);
        Ok(vec![
            chart(
                "ttft.svg",
                "Time to first token: share of requests within it",
                shares::summary(times).join(" "),
                svg(SIZE, &LIGHT, |pen| shares::draw(pen, times)),
            )?,
            chart(
                "throughput.svg",
                "Throughput over time",
                over_time::summary(rates, unit).join(" "),
                svg(SIZE, &LIGHT, |pen| over_time::draw(pen, rates, unit)),
            )?,
        ])
    }
}

/// The chart of a sweep or of a ladder of rates (none without): time to first token over throughput, a curve for each
/// policy and number of replicas.
pub(super) fn trade_offs(report: &Report) -> Result<Vec<Chart>, Failure> {
    let several = report
        .points
        .windows(2)
        .any(|pair| pair[0].replicas != pair[1].replicas);
    let mut curves: Vec<Curve> = Vec::new();
    for (summary, point) in report.rows() {
        let name = match point {
            Some(point) if several => format!("{}, {} replicas", summary.policy, point.replicas),
            _ => summary.policy.clone(),
        };
        let rungs = summary.stages.iter().map(|stage| &stage.values);
        let points: Vec<(f64, f64)> = match (summary.stages.is_empty(), point) {
            (false, _) => rungs.filter_map(|values| place(values)).collect(),
            (true, Some(_)) => place(&summary.values).into_iter().collect(),
            (true, None) => continue,
        };
        match curves.iter_mut().find(|curve| curve.name == name) {
            Some(curve) => curve.points.extend(points),
            None => curves.push(Curve { name, points }),
        }
    }
    if curves.is_empty() {
        return Ok(Vec::new());
    }
    let drawn = svg(SIZE, &LIGHT, |pen| trade_off::draw(pen, &curves));
    let title = "Time to first token over throughput";
    let caption = trade_off::summary(&curves);
    Ok(vec![chart("ttft-throughput.svg", title, caption, drawn)?])
}

/// Where figures stand in it: throughput \[req/s\] and mean TTFT \[s\].
fn place(values: &[f64]) -> Option<(f64, f64)> {
    let value = |key| figure(key).map(|at| values[at]);
    Some((value("request_throughput")?, value("mean_ttft_ms")? / 1e3))
}

fn chart(
    file: &'static str,
    title: &str,
    caption: String,
    drawn: Result<String, String>,
) -> Result<Chart, Failure> {
    let svg = drawn.map_err(|error| Failure::run(format!("the chart {file}: {error}")))?;
    // A picture without a name is silent to a screen reader.
    let name = title.replace('&', "&amp;").replace('<', "&lt;");
    let svg = svg.replacen('>', &format!(" role=\"img\"><title>{name}</title>"), 1);
    Ok(Chart {
        file,
        picture: Picture {
            title: title.to_owned(),
            caption,
            svg,
        },
    })
}
