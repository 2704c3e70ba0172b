//! Writes a finished run in any of `core`'s formats, with its charts where the format has pictures. The page and the
//! command line both export through here, so that their files are equal.

use crate::chart::sweep::Shown;
use crate::chart::{Chart, Content, Course, content, sweep};
use crate::format;
use crate::scenario_facts::ScenarioFacts;
use warmpath_core::metrics::Summary;
use warmpath_core::report::Report;
use warmpath_core::report::html::Picture;

/// Width and height of a chart in a file \[px\].
pub const SIZE: (u32, u32) = (720, 400);
/// Width and height of a chart in a report, without its heading and foot \[px\].
const PLOT: (u32, u32) = (720, 340);

/// All charts of a run, or those of a sweep, which has no courses.
pub fn charts_of(run: &Shown<'_>, courses: &[Course]) -> Vec<Chart> {
    let mut charts = match courses {
        [] => Vec::new(),
        courses => content::of_courses(courses),
    };
    let facts = run.facts;
    if facts.seeds > 1 {
        for chart in &mut charts {
            chart.drawn = Some((facts.seed, facts.seeds));
            if let Content::Percentiles(bars) = &mut chart.content {
                bars.iter_mut()
                    .for_each(|it| it.ranges = ranges(run.summaries, &it.name));
            }
        }
    }
    charts.extend(sweep::of_run(run));
    for chart in &mut charts {
        chart.foot = foot(run, chart.drawn.is_some());
    }
    charts
}

/// All charts of the run or the sweep of a report.
pub fn charts(report: &Report, courses: &[Course]) -> Vec<Chart> {
    let facts = ScenarioFacts::new(&report.scenario);
    charts_of(&Shown::new(report, &facts), courses)
}

/// The ranges over seeds of a policy's percentiles of TTFT \[s\]; `None` with one seed.
fn ranges(summaries: &[Summary], policy: &str) -> Option<[(f64, f64); 3]> {
    let summary = summaries.iter().find(|it| it.policy == policy)?;
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
fn foot(run: &Shown<'_>, one: bool) -> String {
    let facts = run.facts;
    let completed = run.summaries.iter().map(|it| it.values.completed);
    let (least, most) = completed.fold((f64::INFINITY, 0.0_f64), |(least, most), n| {
        (least.min(n), most.max(n))
    });
    let [least, most] = [least, most].map(|n| format::count(n as u64));
    let count = match least == most {
        true => most,
        false => format!("{least} to {most}"),
    };
    let first = run.points.first().map(|point| point.replicas);
    let mut fleet = match run.points.iter().all(|it| Some(it.replicas) == first) {
        true => facts.fleet.clone(),
        // In a sweep each point has its own rate and replicas.
        false => match facts.each {
            1 => facts.gpu.clone(),
            gpus => format!("{gpus} × {} a replica", facts.gpu),
        },
    };
    if let Some(scaled) = &facts.scaled {
        fleet += &format!(" at first, scaled by {scaled}");
    }
    let seeds = match (facts.seeds, one) {
        (..=1, _) => format!("seed {}", facts.seed),
        (many, true) => format!("seed {}, one of {many}", facts.seed),
        (many, false) => format::plural(many.into(), "seed"),
    };
    let each = match run.points.is_empty() {
        true => "policy",
        false => "point",
    };
    let (workload, model) = (&facts.workload, &facts.model);
    format!("n = {count} requests a {each}; {workload}; {fleet}, {model}; {seeds}")
}

/// The charts as pictures for a report.
pub fn pictures_of(run: &Shown<'_>, courses: &[Course]) -> Vec<Picture> {
    let mut verdict = sweep::verdict(run);
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
    charts_of(run, courses).into_iter().map(picture).collect()
}

/// The charts of a report's run or sweep as pictures for it.
pub fn pictures(report: &Report, courses: &[Course]) -> Vec<Picture> {
    let facts = ScenarioFacts::new(&report.scenario);
    pictures_of(&Shown::new(report, &facts), courses)
}

#[cfg(test)]
mod tests;
