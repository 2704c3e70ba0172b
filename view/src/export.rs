//! Writes a finished run in any of `core`'s formats, with its charts where the format has pictures. The page and the
//! command line both export through here, so that their files are equal.

use crate::chart::{Chart, Content, RunSeries, content, sweep};
use crate::format;
use warmpath_core::report::Report;
use warmpath_core::report::html::Picture;
use warmpath_core::scenario::Scenario;

/// Width and height of a chart in a file \[px\].
pub const SIZE: (u32, u32) = (720, 400);
/// Width and height of a chart in a report, without its heading and foot \[px\].
const PLOT: (u32, u32) = (720, 340);

/// All charts of a run, or those of a sweep, which has no courses.
pub fn charts(report: &Report, courses: &[RunSeries]) -> Vec<Chart> {
    let mut charts = match courses {
        [] => Vec::new(),
        courses => content::of_courses(courses),
    };
    let scenario = &report.scenario;
    if scenario.seeds > 1 {
        for chart in &mut charts {
            chart.drawn = Some((scenario.seed, scenario.seeds));
            if let Content::Percentiles(bars) = &mut chart.content {
                bars.iter_mut()
                    .for_each(|it| it.ranges = ranges(report, &it.name));
            }
        }
    }
    charts.extend(sweep::of_report(report));
    for chart in &mut charts {
        chart.foot = foot(report, chart.drawn.is_some());
    }
    charts
}

/// The ranges over seeds of a policy's percentiles of TTFT \[s\]; `None` with one seed.
fn ranges(report: &Report, policy: &str) -> Option<[(f64, f64); 3]> {
    let summary = report.summaries.iter().find(|it| it.policy == policy)?;
    let ranges = summary.ranges.as_ref()?;
    let all = [
        ranges.median_ttft_ms,
        ranges.p95_ttft_ms,
        ranges.p99_ttft_ms,
    ];
    Some(all.map(|(least, most)| (least / 1e3, most / 1e3)))
}

/// The text below a chart: the number of requests, the workload, the fleet, the seeds; `one` if only one of several seeds
/// is drawn.
fn foot(report: &Report, one: bool) -> String {
    let scenario = &report.scenario;
    let completed = report.summaries.iter().map(|it| it.values.completed);
    let (least, most) = completed.fold((f64::INFINITY, 0.0_f64), |(least, most), n| {
        (least.min(n), most.max(n))
    });
    let [least, most] = [least, most].map(|n| format::count(n as u64));
    let count = match least == most {
        true => most,
        false => format!("{least} to {most}"),
    };
    let mut counts: Vec<u32> = report.points.iter().map(|point| point.replicas).collect();
    counts.dedup();
    let mut fleet = match counts[..] {
        [] => scenario.fleet_title(),
        [replicas] => Scenario {
            replicas,
            ..scenario.clone()
        }
        .fleet_title(),
        // In a sweep each point has its own rate and replicas.
        _ => match scenario.tensor_parallel {
            1 => scenario.gpu.title.to_owned(),
            gpus => format!("{gpus} × {} a replica", scenario.gpu.title),
        },
    };
    if let Some(scaled) = &scenario.autoscale {
        fleet += &format!(" at first, scaled by {}", scaled.preset.name);
    }
    let seeds = match (scenario.seeds, one) {
        (..=1, _) => format!("seed {}", scenario.seed),
        (many, true) => format!("seed {}, one of {many}", scenario.seed),
        (many, false) => format::plural(many.into(), "seed"),
    };
    let each = match report.points.is_empty() {
        true => "policy",
        false => "point",
    };
    format!(
        "n = {count} requests a {each}; {}; {fleet}, {}; {seeds}",
        scenario.workload, scenario.model.title
    )
}

/// The charts as pictures for a report.
pub fn pictures(report: &Report, courses: &[RunSeries]) -> Vec<Picture> {
    let mut verdict = sweep::verdict(report);
    let picture = |chart: Chart| {
        let mut caption = chart.summary();
        // The sentences on the sweep's result stand below its first chart.
        caption.append(&mut verdict);
        Picture {
            title: chart.title().to_owned(),
            caption,
            svg: chart.plot(PLOT),
        }
    };
    charts(report, courses).into_iter().map(picture).collect()
}

#[cfg(test)]
mod tests;
