//! The charts of suites, as files and for the HTML report.

use warmpath_core::metrics::{Figures, percentile};
use warmpath_core::plan::suite::{FoundRow, SuiteResults};
use warmpath_core::report::html::Picture;
use warmpath_view::chart::Align;
use warmpath_view::chart::content::{Chart, Content};
use warmpath_view::chart::losses::Bar;
use warmpath_view::chart::over_time::{self, Series};
use warmpath_view::chart::percentiles::Bars;
use warmpath_view::chart::sheet::{ChartDrawing, sheet};
use warmpath_view::chart::svg;
use warmpath_view::chart::sweep;
use warmpath_view::chart::swept::{self, PolicyLine, Swept, SweptAxis};
use warmpath_view::export::SIZE;
use warmpath_view::look::looks;
use warmpath_view::palette::{DARK, LIGHT, Theme};

/// A chart: the name of its file without an ending, its SVG, and the same picture for the HTML report.
pub(super) struct SuiteChart {
    pub(super) file: String,
    pub(super) alone: String,
    pub(super) picture: Picture,
}

/// The charts of a suite.
pub(super) fn of(found: &SuiteResults) -> Vec<SuiteChart> {
    match found.suite.name {
        "throughput" => by_policy(found, |rows| {
            // If an answer is not streamed, its first token is nothing that the client waits for.
            let streamed = |row: &FoundRow| found.test(row).is_some_and(|it| it.streamed);
            Content::Percentiles(waits(found, rows, streamed))
        }),
        "operations" => by_policy(found, |rows| {
            let mut last = String::new();
            Content::Percentiles(waits(found, rows, |row| {
                // The first variant of each incident.
                let name = name(found, row);
                let operation = name.split(':').next().unwrap_or_default();
                let first = operation != last;
                operation.clone_into(&mut last);
                first
            }))
        }),
        "kv-cache" => by_policy(found, |rows| Content::Losses(blocks(found, rows))),
        "concurrency" => of_all_policies(found, levels(found)),
        "memory" => held(found),
        _ => Vec::new(),
    }
}

fn name(found: &SuiteResults, row: &FoundRow) -> String {
    found.test(row).map_or(String::new(), |it| it.name.clone())
}

fn policies(found: &SuiteResults) -> Vec<&str> {
    let mut all: Vec<&str> = found.rows.iter().map(|row| row.policy.as_str()).collect();
    all.dedup();
    let mut names: Vec<&str> = Vec::new();
    for name in all {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A policy as part of a file's name: letters, digits and hyphens.
fn plain(policy: &str) -> String {
    let letter = |it: char| if it.is_ascii_alphanumeric() { it } else { '-' };
    policy.chars().take(40).map(letter).collect()
}

/// A chart for each policy.
fn by_policy(found: &SuiteResults, content: impl Fn(&[&FoundRow]) -> Content) -> Vec<SuiteChart> {
    let each = policies(found).into_iter().enumerate().map(|(at, policy)| {
        let rows: Vec<&FoundRow> = found
            .rows
            .iter()
            .filter(|row| row.policy == policy)
            .collect();
        let chart = chart(found, content(&rows), policy);
        let file = format!("{}-{}-{}", found.suite.name, at + 1, plain(policy));
        drawn(file, &format!("{}, {policy}", chart.title()), &chart)
    });
    each.collect()
}

/// The one chart of a suite that shows all policies together.
fn of_all_policies(found: &SuiteResults, content: Content) -> Vec<SuiteChart> {
    let chart = chart(found, content, "all policies");
    vec![drawn(found.suite.name.to_owned(), chart.title(), &chart)]
}

fn chart(found: &SuiteResults, content: Content, whose: &str) -> Chart {
    let mut chart = Chart::new(content);
    chart.foot = foot(found, whose);
    chart
}

/// The text below a chart. Percentiles are medians over the seeds; everything else is of the first seed.
fn foot(found: &SuiteResults, whose: &str) -> String {
    let fleet = &found.fleet;
    let seeds = match found.suite.name {
        "throughput" | "operations" => format!("medians of {} seeds", fleet.seeds),
        _ => format!("seed {}, one of {}", fleet.seed, fleet.seeds),
    };
    format!(
        "suite {}; {whose}; {}, {}; {seeds}",
        found.suite.name,
        fleet.fleet_title(),
        fleet.model.title
    )
}

fn drawn(file: String, title: &str, chart: &Chart) -> SuiteChart {
    // The chart is high enough for the texts beside many bars.
    let high = match &chart.content {
        Content::Percentiles(bars) => SIZE.1.max(130 + bars.len() as u32 * 48),
        _ => SIZE.1,
    };
    SuiteChart {
        file,
        alone: chart.svg((SIZE.0, high)),
        picture: Picture {
            title: title.to_owned(),
            caption: chart.summary(),
            svg: chart.plot((SIZE.0, high - 60)),
        },
    }
}

/// The times to first token in some of the rows.
fn waits(
    found: &SuiteResults,
    rows: &[&FoundRow],
    mut wanted: impl FnMut(&FoundRow) -> bool,
) -> Vec<Bars> {
    let bars = |row: &&FoundRow| {
        let over_seeds = |of: fn(&Figures) -> f64| {
            let mut values: Vec<f64> = row.runs.iter().map(|run| of(&run.values) / 1e3).collect();
            values.sort_by(f64::total_cmp);
            let ends = values.first().copied().zip(values.last().copied());
            (percentile(&values, 50.0), ends.unwrap_or_default())
        };
        let ranks: [fn(&Figures) -> f64; 3] = [
            |it| it.median_ttft_ms,
            |it| it.p95_ttft_ms,
            |it| it.p99_ttft_ms,
        ];
        let spreads = ranks.map(over_seeds);
        Bars {
            name: name(found, row),
            times: spreads.map(|it| it.0),
            ranges: (row.runs.len() > 1).then(|| spreads.map(|it| it.1)),
            count: row
                .runs
                .first()
                .map_or(0, |run| run.values.completed as u64),
        }
    };
    let rows = rows.iter().filter(|row| wanted(row));
    rows.map(bars).collect()
}

/// For each row, where prompt blocks were found and where they were lost.
fn blocks(found: &SuiteResults, rows: &[&FoundRow]) -> Vec<Bar> {
    let bar = |row: &&FoundRow| {
        let first = row.runs.first().map(|run| run.values).unwrap_or_default();
        Bar {
            name: name(found, row),
            shares: [
                first.cache_hit_rate,
                first.lost_elsewhere,
                first.lost_forgotten,
                first.lost_unknown,
                first.lost_evicted,
                first.lost_never_cached,
            ],
            count: first.completed as u64,
        }
    };
    rows.iter().map(bar).collect()
}

/// P95 time to first token over the number of concurrent requests, a line per policy: for the tests of the ramp, or for
/// whatever tests were run without it.
fn levels(found: &SuiteResults) -> Content {
    let ramps = |name: &str| name.starts_with("ramp");
    let has_ramp = found.tests.iter().any(|it| ramps(&it.test.name));
    let line = |(policy, curve): (&str, usize)| {
        let rows = found.rows.iter().filter(|row| row.policy == policy);
        let plain = rows.filter_map(|row| {
            let test = found.test(row)?;
            let level = test.at_a_time.filter(|_| ramps(&test.name) == has_ramp)?;
            let values = row.runs.first()?.values;
            Some(sweep::point(f64::from(level), &values, None, None))
        });
        let mut points: Vec<_> = plain.collect();
        points.sort_by(|a, b| a.x.total_cmp(&b.x));
        PolicyLine {
            policy: policy.to_owned(),
            curve,
            replicas: found.fleet.replicas,
            points,
        }
    };
    let all = policies(found);
    let looks = looks(all.iter().copied());
    let lines = all.into_iter().zip(looks).map(line);
    Content::Swept(
        Swept {
            over: SweptAxis::Level,
            lines: lines.collect(),
            limit: None,
            set: None,
            seeds: 1,
            gpu: found.fleet.gpu.title.to_owned(),
            each: found.fleet.tensor_parallel,
            mixed: None,
            held: String::new(),
            unjudged: None,
        },
        &swept::HOW,
    )
}

/// The plot of the blocks that are held over time.
fn plot(series: &[Series], theme: &Theme) -> ChartDrawing {
    let size = (SIZE.0 - 24, SIZE.1 - 62);
    sheet(size, theme, |pen| {
        over_time::draw(pen, series, "blocks held", &[])
    })
}

/// The charts of blocks held over time: a chart per policy, a curve per test.
fn held(found: &SuiteResults) -> Vec<SuiteChart> {
    let each = policies(found).into_iter().enumerate().map(|(at, policy)| {
        let rows = found.rows.iter().filter(|row| row.policy == policy);
        let series = rows.filter_map(|row| {
            let run = row.runs.first()?;
            // The last sample is at the end; those before it are about five seconds apart.
            Some(Series {
                name: name(found, row),
                bin: 5.0,
                values: run.timeline.iter().map(|it| it.1 as f64).collect(),
                edges: false,
                duration: run.timeline.last()?.0,
                count: run.requests,
                half: f64::NAN,
            })
        });
        let series: Vec<Series> = series.collect();
        let title = format!("Blocks held by requests, {policy}");
        let foot = foot(found, policy);
        let [plot, night_plot] = [&LIGHT, &DARK].map(|theme| plot(&series, theme));
        let svg = svg::write(&plot, &night_plot, &title);
        let [day, night] = [(&LIGHT, plot), (&DARK, night_plot)].map(|(theme, plot)| {
            let mut whole = sheet(SIZE, theme, |pen| {
                pen.clear()?;
                pen.bold(&title, (12.0, 19.0), 15.0, theme.ink, Align::Start)?;
                let below = (12.0, f64::from(SIZE.1) - 14.0);
                pen.text(&foot, below, 12.0, theme.soft, Align::Start)
            });
            whole.place(plot, (12.0, 34.0));
            whole
        });
        SuiteChart {
            file: format!("memory-{}-{}", at + 1, plain(policy)),
            alone: svg::write(&day, &night, &title),
            picture: Picture {
                title,
                caption: over_time::summary(&series, "blocks held"),
                svg,
            },
        }
    });
    each.collect()
}
