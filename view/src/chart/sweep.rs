//! What a report says of a sweep over rates and replicas, of a ladder of rates, or of a policy's parameter: the lines of
//! its chart, the heat map of the same figures, and the other figures of every point.

mod load;

use super::swept::{self, Point, PolicyLine, Swept, SweptAxis};
use super::{Chart, Content};
use crate::figure;
use crate::format;
use crate::look::looks;
use crate::rich::{RichText, Tone};
use crate::scenario_facts::{PolicyFacts, ScenarioFacts};
use crate::table::{Cell, Place, Row, Table};
use warmpath_core::figure::Figures;
use warmpath_core::metrics::{FIGURES, PLACES, Summary};
use warmpath_core::report::{self, Report};
use warmpath_core::router::POLICIES;
use warmpath_core::scenario::Arriving;

/// The run or the sweep that is shown: its figures, and what its scenario says.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// What the scenario says; of a sweep, that of the first point.
    pub facts: &'a ScenarioFacts,
    /// The figures of each policy; of a sweep, those of every point.
    pub summaries: &'a [Summary],
    /// In a sweep, the place of each summary; else empty.
    pub points: &'a [report::Point],
    /// What the arrivals followed.
    pub arriving: Arriving,
}

impl<'a> Shown<'a> {
    /// The run or the sweep of a report, given what the report's scenario says.
    pub fn new(report: &'a Report, facts: &'a ScenarioFacts) -> Self {
        Self {
            facts,
            summaries: &report.summaries,
            points: &report.points,
            arriving: report.arriving,
        }
    }

    /// The figures, each with its place in the sweep.
    fn rows(&self) -> impl Iterator<Item = (&'a Summary, Option<report::Point>)> {
        let points = self.points.iter().copied().map(Some);
        let points = points.chain(core::iter::repeat(None));
        self.summaries.iter().zip(points)
    }
}

/// The charts that can be made from the figures alone, without the courses of the runs.
pub fn of_run(run: &Shown<'_>) -> Vec<Chart> {
    let charts = [swept(run), parameter(run)];
    charts
        .into_iter()
        .flatten()
        .map(|it| Chart::new(Content::Swept(it, &swept::HOW)))
        .collect()
}

/// Whether the points of a sweep differ in their rate, and whether in their number of replicas.
fn varied(run: &Shown<'_>) -> (bool, bool) {
    let differ = |of: fn(&report::Point) -> f64| {
        run.points
            .windows(2)
            .any(|pair| of(&pair[0]) != of(&pair[1]))
    };
    (differ(|p| p.rate), differ(|p| f64::from(p.replicas)))
}

/// The chart of a sweep or of a ladder of rates; `None` for a single run.
pub fn swept(run: &Shown<'_>) -> Option<Swept> {
    let is_ladder = run.summaries.iter().any(|it| !it.stages.is_empty());
    if !is_ladder && run.points.is_empty() {
        return None;
    }
    let (rates, _) = varied(run);
    let over = match rates || is_ladder {
        true => SweptAxis::Rate,
        false => SweptAxis::Replicas,
    };
    let mut it = empty(run, over);
    if let (SweptAxis::Replicas, Some(point)) = (&it.over, run.points.first()) {
        it.held = load::held(run, point.rate);
    }
    for (summary, at) in run.rows() {
        let fleet = at.map_or(run.facts.replicas, |at| at.replicas);
        // A ladder of rates has all its rates in one run.
        for stage in &summary.stages {
            let point = point(stage.rate, &stage.values, stage.ranges.as_ref(), None);
            add(&mut it.lines, summary, fleet, point);
        }
        let (Some(at), true) = (at, summary.stages.is_empty()) else {
            continue;
        };
        let (replicas, x) = match it.over {
            SweptAxis::Replicas => (0, f64::from(at.replicas)),
            _ => (fleet, at.rate),
        };
        let point = whole(x, summary);
        add(&mut it.lines, summary, replicas, point);
    }
    for line in &mut it.lines {
        warmpath_core::order::by(&mut line.points, |a, b| a.x.total_cmp(&b.x));
    }
    let policy = |at: usize| {
        let line = it.lines.iter().find(|it| it.curve == at)?;
        Some(line.policy.as_str())
    };
    let looks = looks((0..).map_while(policy));
    // The fleets of a policy are next to each other, the smallest first.
    warmpath_core::order::by(&mut it.lines, |a, b| {
        (a.curve, a.replicas).cmp(&(b.curve, b.replicas))
    });
    // So far `curve` is the number of the policy; from here on it is the place of its colour.
    it.lines
        .iter_mut()
        .for_each(|line| line.curve = looks[line.curve]);
    Some(it)
}

/// A chart without lines, with the limit and the fleet of a report.
fn empty(run: &Shown<'_>, over: SweptAxis) -> Swept {
    let facts = run.facts;
    let set = facts.limit.map(|ms| ms / 1e3);
    Swept {
        over,
        lines: Vec::new(),
        limit: set,
        set,
        seeds: facts.seeds,
        gpu: facts.gpu.clone(),
        each: facts.each,
        mixed: facts.mixed.then(|| facts.fleet.clone()),
        held: String::new(),
        unjudged: load::unjudged(run),
    }
}

/// Adds a point to the line of a policy with so many replicas. A new policy gets the next number, and keeps it for its other lines.
fn add(lines: &mut Vec<PolicyLine>, summary: &Summary, replicas: u32, point: Point) {
    let policy = &summary.policy;
    let same = |it: &&mut PolicyLine| it.policy == *policy && it.replicas == replicas;
    if let Some(line) = lines.iter_mut().find(same) {
        return line.points.push(point);
    }
    let known = lines.iter().find(|it| it.policy == *policy);
    let next = lines.iter().map(|it| it.curve + 1).max();
    lines.push(PolicyLine {
        policy: policy.clone(),
        curve: known.map_or(next.unwrap_or(0), |it| it.curve),
        replicas,
        points: vec![point],
    });
}

/// The point of a chart for one value, from the figures of a whole run.
fn whole(x: f64, summary: &Summary) -> Point {
    let life = summary.life.as_ref();
    let all = life.map(|life| life.outcomes.iter().sum());
    point(x, &summary.values, summary.ranges.as_ref(), all)
}

/// The point of a chart for one value, from the figures of its runs. `all` is how many requests each run had; `None` if
/// all were completed, refused or failed, which the figures count. (Those cut off or never answered are in none of them.)
pub fn point(
    x: f64,
    values: &Figures,
    ranges: Option<&Figures<(f64, f64)>>,
    all: Option<u64>,
) -> Point {
    let counted = values.completed + values.rejected + values.failed;
    let all = all.map_or(counted, |all| all as f64);
    let lost = (all - values.completed).max(0.0);
    Point {
        x,
        p95: values.p95_ttft_ms / 1e3,
        range: ranges
            .map(|it| (it.p95_ttft_ms.0 / 1e3, it.p95_ttft_ms.1 / 1e3))
            .filter(|it| !it.0.is_nan()),
        count: values.completed as u64,
        lost: if all > 0.0 { lost / all } else { 0.0 },
    }
}

/// The chart over a parameter, if three or more entries of one policy differ in that parameter and in nothing else.
fn parameter(run: &Shown<'_>) -> Option<Swept> {
    let policies = &run.facts.policies;
    let (first, rest) = policies.split_first()?;
    let same = |it: &PolicyFacts| it.name == first.name && it.knowledge == first.knowledge;
    if policies.len() < 3 || !run.points.is_empty() || !rest.iter().all(same) {
        return None;
    }
    let varied = |&at: &usize| {
        let others = rest.iter().map(|it| it.values.get(at));
        others.into_iter().any(|it| it != first.values.get(at))
    };
    let varied: Vec<usize> = (0..first.values.len()).filter(varied).collect();
    let [at] = varied[..] else { return None };
    let entry = POLICIES.iter().find(|it| it.name == first.name)?;
    let policy = first.name.clone();
    let mut swept = empty(
        run,
        SweptAxis::Parameter {
            name: entry.parameters.get(at)?.name.to_owned(),
            policy: policy.clone(),
        },
    );
    let setting =
        |(it, summary): (&PolicyFacts, &Summary)| Some(whole(*it.values.get(at)?, summary));
    let pairs = policies.iter().zip(run.summaries);
    let mut points: Vec<Point> = pairs.filter_map(setting).collect();
    warmpath_core::order::by(&mut points, |a, b| a.x.total_cmp(&b.x));
    swept.lines.push(PolicyLine {
        curve: looks([policy.as_str()])[0],
        policy,
        replicas: run.facts.replicas,
        points,
    });
    Some(swept)
}

/// The classes of the heat map's cells, from the shortest time to the longest.
const HEAT: [&str; 5] = [
    "heat",
    "heat heat-1",
    "heat heat-2",
    "heat heat-3",
    "heat heat-4",
];

/// The figures of the chart as a heat map: a row per number of replicas, a column per rate, darker for longer times, with a
/// tick where the limit is kept.
pub fn heat(it: &Swept) -> Table {
    let values = it.values();
    let corner = Cell::value("P95 TTFT").classed("soft");
    let head = values.iter().map(|&x| Cell::column(it.over.value_text(x)));
    let known = it.lines.iter().flat_map(|line| &line.points);
    let known = known
        .filter(|it| it.count > 0 && it.p95 > 0.0)
        .map(|it| it.p95);
    let (least, most) = known.fold((f64::INFINITY, 0.0_f64), |all, it| {
        (all.0.min(it), all.1.max(it))
    });
    let cell = |point: Option<&Point>| {
        let Some(point) = point.filter(|it| it.count > 0) else {
            return Cell::value(format::NONE);
        };
        let share = libm::log(point.p95 / least) / libm::log(most / least).max(1e-9);
        let shade = libm::round(share.clamp(0.0, 1.0) * 4.0) as usize;
        Cell::rich(Place::Value, times(point, it.limit)).classed(HEAT[shade.min(4)])
    };
    let row = |line: &PolicyLine| {
        let at = |&x: &f64| cell(line.points.iter().find(|it| it.x == x));
        let name = Cell::row(it.name(line));
        Row::new(core::iter::once(name).chain(values.iter().map(at)))
    };
    Table::simple(
        core::iter::once(corner).chain(head),
        it.lines.iter().map(row).collect(),
    )
}

/// The time of a point, ticked if it keeps the limit, with its range over seeds below.
fn times(point: &Point, limit: Option<f64>) -> RichText {
    let mut text = Vec::new();
    if limit.is_some_and(|limit| point.keeps(limit)) {
        text.push((Tone::Strong, "✓".to_owned()));
        text.push((Tone::Unseen, " keeps the limit,".to_owned()));
        text.push((Tone::Plain, " ".to_owned()));
    }
    text.push((Tone::Plain, format::seconds(point.p95)));
    if let Some((least, most)) = point.range.filter(|it| it.0 < it.1) {
        let [least, most] = [least, most].map(format::seconds);
        text.push((Tone::Range, format!("{least} to {most}")));
    }
    if point.lost > 0.0 {
        text.push((Tone::Range, format!("{} lost", format::share(point.lost))));
    }
    text
}

/// The rows of a sweep: each point with its place in the sweep, and the figures that matter there with their ranges over
/// seeds.
pub fn table(run: &Shown<'_>) -> Table {
    const SHOWN: [(usize, &str); 7] = [
        (PLACES.completed, "completed"),
        (PLACES.request_throughput, "requests/s"),
        (PLACES.mean_ttft_ms, "mean TTFT"),
        (PLACES.p95_ttft_ms, "P95 TTFT"),
        (PLACES.p99_ttft_ms, "P99 TTFT"),
        (PLACES.mean_tpot_ms, "mean TPOT"),
        (PLACES.token_reuse_rate, "tokens reused"),
    ];
    let row = |(summary, point): (&Summary, Option<report::Point>)| {
        let place = point.map(|at| {
            let count = format::plural(at.replicas.into(), "replica");
            let load = run
                .arriving
                .words()
                .map_or_else(|| SweptAxis::Rate.value_text(at.rate), str::to_owned);
            format!(", {load}, {count}")
        });
        let title = format!("{}{}", summary.policy, place.unwrap_or_default());
        let cell = |&(at, _): &(usize, &str)| figure::cell(&FIGURES[at], at, summary, None);
        Row::new(core::iter::once(Cell::row(title)).chain(SHOWN.iter().map(cell)))
    };
    let head = SHOWN.iter().map(|(_, title)| Cell::column(*title));
    Table::simple(
        core::iter::once(Cell::default()).chain(head),
        run.rows().map(row).collect(),
    )
}

/// How many GPUs are needed to keep the scenario's limit on the P95 of TTFT, and how much load they bear, in sentences;
/// empty if the report is no sweep.
pub fn verdict(run: &Shown<'_>) -> Vec<String> {
    match run.points.is_empty() {
        true => Vec::new(),
        false => swept(run).map_or(Vec::new(), |it| it.verdict()),
    }
}

#[cfg(test)]
mod tests;
