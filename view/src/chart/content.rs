//! What is common to all charts: the name, the picture, the sentences, the table, and where a cursor stops on it.

use super::befell::{Befell, Mark};
use super::course::Course;
use super::ecdf::{self, PERCENTILES, SHARES, Sample};
use super::frame::LABEL;
use super::losses::{self, Bar, PARTS};
use super::over_time::{self, Series};
use super::percentiles::{self, Bars, RANKS};
use super::plane::Plane;
use super::sheet::{ChartDrawing, sheet};
use super::stop::Stop;
use super::swept::Swept;
use super::swept::handle::Handle;
use super::{Align, DrawResult, Pen, svg};
use crate::event::moment;
use crate::format;
use crate::palette::{DARK, LIGHT, Theme};
use crate::table::{self, Cell, Row};
use crate::text;
use warmpath_core::units::VirtualTime;

/// The name of the axis of active requests.
const IN_FLIGHT: &str = "active requests";

/// The name of the axis of waiting requests.
const WAITING: &str = "requests waiting";
/// The name of the axis of answered requests.
const ANSWERED: &str = "requests answered";

/// The name of the axis of hits.
const HITS: &str = "% of prompt tokens found";
/// The name of the axis of times to first token.
const WAITS: &str = "s to the first token";

/// Curves over time, with marks where something happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked {
    /// The curves, one per policy.
    pub series: Vec<Series>,
    /// What happened under any policy, each event once.
    pub marks: Vec<Mark>,
}

/// Width and height of a picture \[px\].
pub type Size = (f64, f64);

/// The functions of a kind of picture that only some programs show. The content refers to them by value, so a program that
/// never makes such a picture does not contain them.
pub struct Further<T> {
    /// The name of the picture's file without an ending, the chart's name, and the text beside the name.
    pub named: fn(&T) -> [&'static str; 3],
    /// Draws the picture, over the pale one of another run if there is one.
    pub draw: fn(&Pen<'_, ChartDrawing>, &T, Option<&T>) -> DrawResult<ChartDrawing>,
    /// The places for the cursor in a picture of a size \[px\].
    pub stops: fn(Size, &T, Option<&T>) -> Vec<Stop>,
    /// What the picture shows, in sentences.
    pub summary: fn(&T) -> Vec<String>,
    /// What the picture shows, as a table.
    pub table: fn(&T) -> Table,
}

impl<T> PartialEq for Further<T> {
    /// Two values of one type are always equal, as each kind of picture has one.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> core::fmt::Debug for Further<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Further")
    }
}

/// What a chart shows, with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// The share of requests whose first token came within a time, by that time.
    Shares(Vec<Sample>),
    /// The time to first token at three percentiles.
    Percentiles(Vec<Bars>),
    /// Requests in flight over time, of those that are answered in the end.
    InFlight(Vec<Series>),
    /// Requests waiting at the replicas over time.
    Waiting(Vec<Series>),
    /// Requests answered so far, over time.
    Answered(Vec<Series>),
    /// Where the prompts' blocks came from and where hits were lost.
    Losses(Vec<Bar>),
    /// The share of prompt tokens found in a cache, over time, of a fleet that something befell.
    Hits(Marked),
    /// Mean time to first token over time, of a fleet that something befell.
    Waits(Marked),
    /// Time to first token over the value that was varied: load, replicas, or a parameter of a policy.
    Swept(Swept, &'static Further<Swept>),
    /// What a search found, as marks in a plane.
    Plane(Plane, &'static Further<Plane>),
}

/// The numbers of a chart as a table, for readers who cannot see the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The columns' names; the first is the unit of all values, or empty.
    pub head: Vec<String>,
    /// The rows: a name, then a value for each further column.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The table as rows of cells, for the page.
    pub fn laid_out(&self) -> table::Table {
        let head = self.head.iter().skip(1).map(Cell::column);
        let row = |row: &Vec<String>| {
            let (name, values) = row
                .split_first()
                .map_or(("", &[][..]), |(name, rest)| (name.as_str(), rest));
            let values = values.iter().map(Cell::value);
            Row::new(core::iter::once(Cell::row(name)).chain(values))
        };
        let corner = match self.head.first().filter(|it| !it.is_empty()) {
            Some(unit) => Cell::column(unit),
            None => Cell::default(),
        };
        let head = core::iter::once(corner).chain(head);
        table::Table::simple(head, self.rows.iter().map(row).collect())
    }
}

/// A chart: its numbers, and the texts and the other run that are shown with them.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The numbers that are drawn.
    pub content: Content,
    /// The text below a chart that stands alone: the number of requests, and the scenario. Empty while a run is going on.
    pub foot: String,
    /// With several runs per policy, the seed of the run that is drawn and the number of runs.
    pub drawn: Option<(u64, u32)>,
    /// Another run, by its number, whose same chart is drawn pale below this one.
    pub pale: Option<(u32, Content)>,
}

/// The heights of the heading and of the foot \[px\].
const HEADING: u32 = 34;
const FOOT: u32 = 28;
/// The margin around a picture that stands alone \[px\].
const EDGE: f64 = 12.0;
/// The font size of a picture's name \[px\].
const TITLE: f64 = 15.0;

/// The charts of a run.
pub fn of_courses(courses: &[Course]) -> Vec<Chart> {
    let series = |values: fn(&Course) -> &Vec<f64>| {
        let one = |it: &Course| Series {
            name: it.policy.clone(),
            bin: it.bin,
            values: values(it).clone(),
            edges: false,
            duration: it.duration,
            count: it.completed,
            half: it.half,
        };
        courses.iter().map(one).collect()
    };
    let answered = |it: &Course| Series {
        name: it.policy.clone(),
        bin: it.bin,
        values: over_time::answered(&it.rate, it.bin, it.duration),
        edges: true,
        duration: it.duration,
        count: it.completed,
        half: it.half,
    };
    let sample = |it: &Course| Sample {
        name: it.policy.clone(),
        sorted: it.ttft.clone(),
        within: it.within,
        count: it.completed,
    };
    let bars = |it: &Course| Bars {
        name: it.policy.clone(),
        times: PERCENTILES.map(|at| it.within[at]),
        ranges: None,
        count: it.completed,
    };
    let bar = |it: &Course| Bar {
        name: it.policy.clone(),
        shares: it.blocks,
        count: it.completed,
    };
    let contents = [
        Content::Shares(courses.iter().map(sample).collect()),
        Content::Percentiles(courses.iter().map(bars).collect()),
        Content::Losses(courses.iter().map(bar).collect()),
        Content::Answered(courses.iter().map(answered).collect()),
        Content::InFlight(series(|it| &it.in_flight)),
    ];
    let mut charts: Vec<Chart> = contents.map(Chart::new).into();
    let marks = marks(courses);
    if !marks.is_empty() {
        let marked = |values: fn(&Befell) -> &Vec<Option<f64>>| {
            let one = |it: &Course| {
                let known = it.befell.as_ref().map(values);
                let known = known.into_iter().flatten();
                let values: Vec<f64> = known.map(|it| it.unwrap_or(f64::NAN)).collect();
                let duration = it.bin * values.len() as f64;
                Series {
                    name: it.policy.clone(),
                    bin: it.bin,
                    duration: duration.min(it.duration),
                    values,
                    edges: false,
                    count: it.completed,
                    half: it.half,
                }
            };
            Marked {
                series: courses.iter().map(one).collect(),
                marks: marks.clone(),
            }
        };
        charts.push(Chart::new(Content::Hits(marked(|it| &it.hits))));
        charts.push(Chart::new(Content::Waits(marked(|it| &it.waits))));
    }
    charts
}

/// What happened under any policy, each event once, in order of time.
fn marks(courses: &[Course]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for mark in courses
        .iter()
        .filter_map(|it| it.befell.as_ref())
        .flat_map(|it| &it.marks)
    {
        if !marks.contains(mark) {
            let after = marks.partition_point(|it| it.at <= mark.at);
            marks.insert(after, mark.clone());
        }
    }
    marks
}

impl Marked {
    /// What the curves show and what happened, in sentences.
    fn summary(&self, unit: &str) -> Vec<String> {
        let mut sentences = over_time::summary(&self.series, unit);
        let mark = |it: &Mark| format!("At {} {}.", moment(VirtualTime::from_secs(it.at)), it.what);
        sentences.extend(self.marks.iter().map(mark));
        sentences.extend(self.gap());
        sentences
    }

    /// What a gap in a curve means; `None` if there is none.
    fn gap(&self) -> Option<String> {
        let gap = |it: &Series| it.values.iter().any(|value| value.is_nan());
        self.series.iter().any(gap).then(|| {
            format!(
                "Where a curve has a gap, and the table {}, no request that was sent then was answered.",
                format::NONE
            )
        })
    }
}

impl Content {
    /// What a gap in a curve means, for what may have gaps.
    fn gap(&self) -> Option<String> {
        match self {
            Self::Hits(it) | Self::Waits(it) => it.gap(),
            _ => None,
        }
    }
}

impl Chart {
    /// The [`Chart::key`] of each chart that a run or a sweep can have.
    pub const KEYS: [&'static str; 9] = [
        "ttft",
        "ttft-percentiles",
        "cache-hits",
        "answered",
        "in-flight",
        "hits-over-time",
        "ttft-over-time",
        "ttft-load",
        "parameter",
    ];

    /// A chart with this content, and nothing beside or below it.
    pub fn new(content: Content) -> Self {
        Self {
            content,
            foot: String::new(),
            drawn: None,
            pale: None,
        }
    }

    /// The name of the chart's file, without an ending.
    pub fn key(&self) -> &'static str {
        match &self.content {
            Content::Shares(_) => "ttft",
            Content::Percentiles(_) => "ttft-percentiles",
            Content::InFlight(_) => "in-flight",
            Content::Waiting(_) => "queue",
            Content::Answered(_) => "answered",
            Content::Losses(_) => "cache-hits",
            Content::Hits(_) => "hits-over-time",
            Content::Waits(_) => "ttft-over-time",
            Content::Swept(it, how) => (how.named)(it)[0],
            Content::Plane(it, how) => (how.named)(it)[0],
        }
    }

    /// The name of the chart, as it stands above it.
    pub fn title(&self) -> &'static str {
        match &self.content {
            Content::Shares(_) => "Time to first token",
            Content::Percentiles(_) => "Time to first token, percentiles",
            Content::InFlight(_) => "Active requests",
            Content::Waiting(_) => "Queue depth",
            Content::Answered(_) => "Answered so far",
            Content::Losses(_) => "Cache hits, and where they were lost",
            Content::Hits(_) => "Hits over time",
            Content::Waits(_) => "Time to first token over time",
            Content::Swept(it, how) => (how.named)(it)[1],
            Content::Plane(it, how) => (how.named)(it)[1],
        }
    }

    /// The explanation beside the chart's name.
    pub fn about(&self) -> &'static str {
        match &self.content {
            Content::Shares(_) => "the share of answered requests with a first token by then",
            Content::Percentiles(_) => "of answered requests, without rounding or bins",
            Content::InFlight(_) => "of those answered in the end, over virtual time",
            Content::Waiting(_) => "at the replicas, over virtual time",
            Content::Answered(_) => "throughput is how steep it is",
            Content::Losses(_) => "prompt blocks, counted when a request first joins a batch",
            Content::Hits(_) => "by when requests were sent",
            Content::Waits(_) => "mean, by when requests were sent",
            Content::Swept(it, how) => (how.named)(it)[2],
            Content::Plane(it, how) => (how.named)(it)[2],
        }
    }

    fn pale_samples(&self) -> &[Sample] {
        match &self.pale {
            Some((_, Content::Shares(it))) => it,
            _ => &[],
        }
    }

    fn pale_series(&self) -> &[Series] {
        match &self.pale {
            Some((_, Content::Answered(it) | Content::Waiting(it) | Content::InFlight(it))) => it,
            Some((_, Content::Hits(it) | Content::Waits(it))) => &it.series,
            _ => &[],
        }
    }

    fn pale_bars(&self) -> &[Bars] {
        match &self.pale {
            Some((_, Content::Percentiles(it))) => it,
            _ => &[],
        }
    }

    fn pale_shares(&self) -> &[Bar] {
        match &self.pale {
            Some((_, Content::Losses(it))) => it,
            _ => &[],
        }
    }

    fn pale_sweep(&self) -> Option<&Swept> {
        match &self.pale {
            Some((_, Content::Swept(it, _))) => Some(it),
            _ => None,
        }
    }

    /// Lays the same chart of another run pale below this one; does nothing if the two cannot be compared.
    pub fn lay_over(&mut self, number: u32, other: &Content) {
        let fits = match (&self.content, other) {
            (Content::Swept(mine, _), Content::Swept(other, _)) => mine.over == other.over,
            (Content::Plane(..), _) => false,
            (mine, other) => core::mem::discriminant(mine) == core::mem::discriminant(other),
        };
        self.pale = fits.then(|| (number, other.clone()));
    }

    /// The sweep that the chart shows; `None` for another chart.
    pub fn swept(&self) -> Option<&Swept> {
        match &self.content {
            Content::Swept(it, _) => Some(it),
            _ => None,
        }
    }

    /// Where the sweep's limit stands in a picture of a size \[px\]; `None` for a chart without one.
    pub fn handle(&self, size: (f64, f64)) -> Option<Handle> {
        Some(self.swept()?.handle(size, self.pale_sweep()))
    }

    /// Moves the sweep's limit to a height in a picture of a size \[px\].
    pub fn move_limit(&mut self, size: (f64, f64), top: f64) {
        let limit = self
            .swept()
            .map(|it| it.at_height(size, self.pale_sweep(), top));
        self.set_limit(limit);
    }

    /// Moves the sweep's limit up the axis by a number of steps, or down if it is negative.
    pub fn step_limit(&mut self, steps: f64) {
        let limit = self.swept().map(|it| it.stepped(self.pale_sweep(), steps));
        self.set_limit(limit);
    }

    fn set_limit(&mut self, limit: Option<f64>) {
        if let Content::Swept(it, _) = &mut self.content {
            it.limit = limit;
        }
    }

    /// Draws the chart in a size \[px\] and a set of colours.
    pub fn sheet(&self, size: (u32, u32), theme: &Theme) -> ChartDrawing {
        sheet(size, theme, |pen| match &self.content {
            Content::Shares(it) => ecdf::draw(pen, it, self.pale_samples()),
            Content::Percentiles(it) => percentiles::draw(pen, it, self.pale_bars()),
            Content::InFlight(it) => over_time::draw(pen, it, IN_FLIGHT, self.pale_series()),
            Content::Waiting(it) => over_time::draw(pen, it, WAITING, self.pale_series()),
            Content::Answered(it) => over_time::draw(pen, it, ANSWERED, self.pale_series()),
            Content::Losses(it) => losses::draw(pen, it, self.pale_shares()),
            Content::Hits(it) => over_time::draw_marked(pen, it, HITS, self.pale_series()),
            Content::Waits(it) => over_time::draw_marked(pen, it, WAITS, self.pale_series()),
            Content::Swept(it, how) => (how.draw)(pen, it, self.pale_sweep()),
            Content::Plane(it, how) => (how.draw)(pen, it, None),
        })
    }

    /// Draws the chart as it stands alone: with its name above and its foot below.
    pub fn alone(&self, (width, height): (u32, u32), theme: &Theme) -> ChartDrawing {
        let room = f64::from(width) - 2.0 * EDGE;
        let mut whole = sheet((width, height), theme, |pen| {
            pen.clear()?;
            let (title, line) = (self.title(), f64::from(HEADING) / 2.0 + 2.0);
            pen.bold(title, (EDGE, line), TITLE, theme.ink, Align::Start)?;
            let after = EDGE + text::width(title, TITLE * 1.14) + 14.0;
            if after + 40.0 < room {
                let about = text::fit(self.about(), LABEL, room - after);
                pen.text(&about, (after, line), LABEL, theme.soft, Align::Start)?;
            }
            let foot = text::fit(&self.foot, LABEL, room);
            let below = (EDGE, f64::from(height) - f64::from(FOOT) / 2.0);
            pen.text(&foot, below, LABEL, theme.soft, Align::Start)
        });
        // The plot has edges of its own.
        let plot = (
            width - 2 * EDGE as u32,
            height.saturating_sub(HEADING + FOOT),
        );
        whole.place(self.sheet(plot, theme), (EDGE, f64::from(HEADING)));
        whole
    }

    /// The chart that stands alone, as SVG.
    pub fn svg(&self, size: (u32, u32)) -> String {
        let [day, night] = [&LIGHT, &DARK].map(|theme| self.alone(size, theme));
        svg::write(&day, &night, self.title())
    }

    /// The chart without its name, as SVG, for places where the name stands beside it.
    pub fn plot(&self, size: (u32, u32)) -> String {
        let [day, night] = [&LIGHT, &DARK].map(|theme| self.sheet(size, theme));
        svg::write(&day, &night, self.title())
    }

    /// The places for the cursor in a picture of a size \[px\].
    pub fn stops(&self, size: (u32, u32)) -> Vec<Stop> {
        let size = (f64::from(size.0), f64::from(size.1));
        match &self.content {
            Content::Shares(it) => ecdf::stops(size, it, self.pale_samples()),
            Content::Percentiles(it) => percentiles::stops(size, it, self.pale_bars()),
            Content::InFlight(it) => over_time::stops(size, it, IN_FLIGHT, self.pale_series()),
            Content::Waiting(it) => over_time::stops(size, it, WAITING, self.pale_series()),
            Content::Answered(it) => over_time::stops(size, it, ANSWERED, self.pale_series()),
            Content::Losses(it) => losses::stops(size, it),
            Content::Hits(it) => over_time::stops(size, &it.series, HITS, self.pale_series()),
            Content::Waits(it) => over_time::stops(size, &it.series, WAITS, self.pale_series()),
            Content::Swept(it, how) => (how.stops)(size, it, self.pale_sweep()),
            Content::Plane(it, how) => (how.stops)(size, it, None),
        }
    }

    /// What the chart shows, in one sentence for all policies, and what has to be known of the picture. The numbers are in its table,
    /// and [`Chart::summary`] has a sentence a policy.
    pub fn caption(&self) -> Vec<String> {
        let first = match &self.content {
            Content::Shares(it) => ecdf::caption(it),
            Content::Percentiles(it) => percentiles::caption(it),
            Content::InFlight(it) => over_time::caption(it, "Active requests", format::amount),
            Content::Waiting(it) => over_time::caption(it, "Requests waiting", format::amount),
            Content::Answered(it) => over_time::half_way_caption(it),
            Content::Losses(it) => losses::caption(it),
            Content::Hits(it) => over_time::caption(&it.series, "Prompt tokens found", percent),
            Content::Waits(it) => {
                over_time::caption(&it.series, "Time to first token", format::seconds)
            }
            // A search's has few, and none of them for each policy.
            Content::Swept(..) | Content::Plane(..) => return self.summary(),
        };
        // First what the numbers are of, since those above the charts are of more.
        let mut all: Vec<String> = self.drawn().into_iter().collect();
        all.push(first);
        all.extend(self.content.gap());
        all.extend(self.laid_below());
        all
    }

    /// What has to be known of the picture: which run is pale, and which seed is drawn.
    fn beside(&self) -> Vec<String> {
        self.laid_below().into_iter().chain(self.drawn()).collect()
    }

    /// Which run is pale; `None` if none is.
    fn laid_below(&self) -> Option<String> {
        let pale = self.pale.as_ref();
        pale.map(|(number, _)| format!("Pale: run {number}, the baseline."))
    }

    /// Which seed is drawn; `None` if there is only one.
    fn drawn(&self) -> Option<String> {
        self.drawn.map(|(seed, of)| {
            format!(
                "Drawn with seed {seed}, one of {of}: its times differ from the medians of all, which the table of results has."
            )
        })
    }

    /// What the chart shows, in sentences with numbers.
    pub fn summary(&self) -> Vec<String> {
        let mut sentences = match &self.content {
            Content::Shares(it) => ecdf::summary(it),
            Content::Percentiles(it) => percentiles::summary(it),
            Content::InFlight(it) => over_time::summary(it, IN_FLIGHT),
            Content::Waiting(it) => over_time::summary(it, WAITING),
            Content::Answered(it) => over_time::half_way(it),
            Content::Losses(it) => losses::summary(it),
            Content::Hits(it) => it.summary(HITS),
            Content::Waits(it) => it.summary(WAITS),
            Content::Swept(it, how) => (how.summary)(it),
            Content::Plane(it, how) => (how.summary)(it),
        };
        sentences.extend(self.beside());
        sentences
    }

    /// The numbers of the chart, as a table.
    pub fn table(&self) -> Table {
        match &self.content {
            Content::Shares(it) => {
                let cell = |at: usize, sample: &Sample| match sample.count {
                    0 => format::NONE.to_owned(),
                    _ => format::seconds(sample.within[at]),
                };
                let title = |at: usize| format!("{} of requests within", format::share(SHARES[at]));
                across(it, |it| it.name.clone(), SHARES.len(), title, cell)
            }
            Content::Percentiles(it) => {
                let cell = |at: usize, bars: &Bars| bars.time_text(at);
                across(
                    it,
                    |it| it.name.clone(),
                    RANKS.len(),
                    |at| RANKS[at].to_owned(),
                    cell,
                )
            }
            Content::Losses(it) => {
                let cell = |at: usize, bar: &Bar| bar.share_text(at);
                across(
                    it,
                    |it| it.name.clone(),
                    PARTS.len(),
                    // By the name that the key has, too.
                    |at| format!("{}: {}", PARTS[at].0, PARTS[at].1),
                    cell,
                )
            }
            Content::InFlight(it) => over_bins(it, IN_FLIGHT),
            Content::Waiting(it) => over_bins(it, WAITING),
            // A growing count belongs to a moment and not to a bin.
            Content::Answered(it) => at_edges(it, ANSWERED),
            Content::Hits(it) => over_bins(&it.series, HITS),
            Content::Waits(it) => over_bins(&it.series, WAITS),
            Content::Swept(it, how) => (how.table)(it),
            Content::Plane(it, how) => (how.table)(it),
        }
    }
}

/// A table with a column per policy.
pub(super) fn across<T>(
    of: &[T],
    name: impl Fn(&T) -> String,
    rows: usize,
    title: impl Fn(usize) -> String,
    cell: impl Fn(usize, &T) -> String,
) -> Table {
    let head = core::iter::once(String::new()).chain(of.iter().map(name));
    let row = |at: usize| {
        core::iter::once(title(at))
            .chain(of.iter().map(|one| cell(at, one)))
            .collect()
    };
    Table {
        head: head.collect(),
        rows: (0..rows).map(row).collect(),
    }
}

/// A number of per cent as it is printed.
fn percent(x: f64) -> String {
    format::share(x / 100.0)
}

/// The number of rows of a table over time.
const ROWS: usize = 20;

/// The longest of some series, and how many of its values a row of a table of at most [`ROWS`] takes.
fn rows_of(series: &[Series]) -> Option<(&Series, usize)> {
    let longest = series.iter().max_by_key(|one| one.values.len())?;
    Some((longest, longest.values.len().div_ceil(ROWS).max(1)))
}

/// A table of means, each over the time up to the next row; `unit` is that of all values.
fn over_bins(series: &[Series], unit: &str) -> Table {
    let Some((longest, step)) = rows_of(series) else {
        return across(
            series,
            |it| it.name.clone(),
            0,
            |_| String::new(),
            |_, _| String::new(),
        );
    };
    let title = |at: usize| format!("from {}", format::seconds(longest.bin * (at * step) as f64));
    let cell = |at: usize, one: &Series| {
        let mean = one.mean_of(at * step..(at + 1) * step);
        mean.map_or(format::NONE.to_owned(), format::amount)
    };
    let rows = longest.values.len().div_ceil(step);
    in_unit(
        across(series, |it| it.name.clone(), rows, title, cell),
        unit,
    )
}

/// A table of a growing count at even distances and at its end; `unit` is that of all values.
fn at_edges(series: &[Series], unit: &str) -> Table {
    let of = rows_of(series);
    // The curves end with the last value, so the table does too.
    let mut places: Vec<usize> = of.map_or(Vec::new(), |(it, step)| {
        (0..it.values.len()).step_by(step).collect()
    });
    places.extend(
        of.and_then(|(it, step)| Some(it.values.len().checked_sub(1)?).filter(|at| at % step > 0)),
    );
    let title = |at: usize| {
        of.map_or(String::new(), |(it, _)| {
            format!("by {}", format::seconds(it.time(places[at])))
        })
    };
    let cell = |at: usize, one: &Series| {
        // A run that has ended before has all its answers.
        let value = one.values.get(places[at]).or(one.values.last());
        value.map_or(format::NONE.to_owned(), |it| format::amount(*it))
    };
    in_unit(
        across(series, |it| it.name.clone(), places.len(), title, cell),
        unit,
    )
}

/// The table with the unit of all its values in its corner.
fn in_unit(mut table: Table, unit: &str) -> Table {
    if let Some(corner) = table.head.first_mut() {
        *corner = format!("in {unit}");
    }
    table
}

#[cfg(test)]
mod tests;
