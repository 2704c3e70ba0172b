//! P95 time to first token over a value that was varied: the arrival rate, the number of replicas, the number of concurrent
//! requests, or a policy's parameter. Each policy with each number of replicas has a line: its colour is the policy's, and
//! it is thicker for more replicas. With several seeds a point is the median and has a whisker from the smallest to the
//! largest.
//!
//! A limit lies across the chart. Where a line crosses it is read off the line as it is drawn between two runs, so
//! sentences call it "about" that value and name the two runs ([`answer`]). A reader can move the limit ([`handle`]).
//!
//! The times are of completed requests. A point that lost more than one request in twenty keeps no limit, since fewer than
//! 95 % of its requests got a whole answer. One that lost fewer keeps a limit that 95 % of its completed requests keep,
//! which is at least 90 % of all; the sentences then say how many were lost.

pub mod answer;
pub mod handle;

use super::content::{Further, Table, across};
use super::frame::{ABOVE, BELOW, Frame, LABEL, NAME, STROKE, gutter, labelled, margin, time};
use super::scale::Scale;
use super::stop::{Stop, Value};
use super::{DrawPoint, DrawResult, Pen};
use crate::{format, text};
use plotters::prelude::DrawingBackend;

/// The quantity on the horizontal axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SweptAxis {
    /// The arrival rate of requests \[1/s\].
    Rate,
    /// The number of replicas.
    Replicas,
    /// The number of concurrent requests.
    Level,
    /// A parameter of a policy.
    Parameter {
        /// The name of the parameter.
        name: String,
        /// The name of the policy that has it.
        policy: String,
    },
}

impl SweptAxis {
    /// The name of the horizontal axis, with the unit.
    fn title(&self) -> String {
        match self {
            Self::Rate => "arrivals a second".to_owned(),
            Self::Replicas => "replicas".to_owned(),
            Self::Level => "requests at a time".to_owned(),
            Self::Parameter { name, policy } => format!("{name} of {policy}"),
        }
    }

    /// A value of the horizontal axis in words.
    pub fn value_text(&self, x: f64) -> String {
        let value = format::setting(x);
        match self {
            Self::Rate => format!("{value} arrivals/s"),
            Self::Replicas => format::plural(x as u64, "replica"),
            Self::Level => format!("{value} at a time"),
            Self::Parameter { name, .. } => format!("{name} {value}"),
        }
    }
}

/// The result at one value of the horizontal axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The value that was set, in the axis's unit.
    pub x: f64,
    /// P95 of TTFT \[s\]; of several seeds, their median.
    pub p95: f64,
    /// The smallest and largest P95 over the seeds \[s\]; `None` with one seed.
    pub range: Option<(f64, f64)>,
    /// The number of completed requests.
    pub count: u64,
    /// The share of all requests that were not completed (refused, failed, cut off or never answered), from 0 to 1.
    pub lost: f64,
}

impl Point {
    /// Whether 95 % of its completed requests had their first token within a limit \[s\], and at most one request in twenty
    /// was lost.
    pub fn keeps(&self, limit: f64) -> bool {
        self.is_known() && self.p95 <= limit
    }

    /// Whether it has a time that can be held against a limit.
    fn is_known(&self) -> bool {
        self.count > 0 && self.p95.is_finite() && self.lost <= 0.05
    }

    /// The time of the point with its range over seeds, in words.
    pub fn time_text(&self) -> String {
        let mut text = match self.count {
            0 => return "none (no request was completed)".to_owned(),
            _ => format::seconds(self.p95),
        };
        if let Some((least, most)) = self.range.filter(|it| it.0 < it.1) {
            let [least, most] = [least, most].map(format::seconds);
            text += &format!(" ({least} to {most} over the seeds)");
        }
        if self.lost > 0.0 {
            text += &format!(
                ", {} of the requests lost (refused, failed or cut off)",
                format::share(self.lost)
            );
        }
        text
    }
}

/// The line of one policy with one number of replicas.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyLine {
    /// The policy as it is typed.
    pub policy: String,
    /// The place of the policy's colour among the curves' colours.
    pub curve: usize,
    /// The number of replicas; 0 where that is the quantity on the horizontal axis.
    pub replicas: u32,
    /// The points, in ascending order of their values.
    pub points: Vec<Point>,
}

/// The lines of a sweep, with a limit that they are held against.
#[derive(Clone, Debug, PartialEq)]
pub struct Swept {
    /// The quantity on the horizontal axis.
    pub over: SweptAxis,
    /// The lines, with those of one policy next to each other.
    pub lines: Vec<PolicyLine>,
    /// The limit on P95 TTFT that the lines are held against \[s\]; `None` if there is none.
    pub limit: Option<f64>,
    /// The limit that the scenario has \[s\], which the axis always includes; `None` if there is none.
    pub set: Option<f64>,
    /// The number of seeds of each point.
    pub seeds: u32,
    /// The name of the fleet's GPU.
    pub gpu: String,
    /// The number of GPUs per replica.
    pub each: u32,
    /// The GPUs of a fleet of several kinds of replicas, in words; `None` if all replicas are alike.
    pub mixed: Option<String>,
    /// The load that all points have in common, as part of a sentence, such as "at 12 arrivals/s"; may be empty.
    pub held: String,
    /// Why no number of GPUs can be called enough, as a sentence; `None` if one can.
    pub unjudged: Option<String>,
}

impl Swept {
    /// Whether the lines differ in their number of replicas.
    pub fn has_fleets(&self) -> bool {
        let pairs = self.lines.windows(2);
        pairs.into_iter().any(|it| it[0].replicas != it[1].replicas)
    }

    /// The name of a line, as it stands beside it.
    pub fn name(&self, line: &PolicyLine) -> String {
        match self.has_fleets() {
            true => {
                let count = format::plural(line.replicas.into(), "replica");
                format!("{}, {count}", line.policy)
            }
            false => line.policy.clone(),
        }
    }

    fn points(&self) -> impl Iterator<Item = &Point> + Clone {
        self.lines.iter().flat_map(|line| &line.points)
    }

    /// The values of the horizontal axis, each once, in ascending order.
    pub fn values(&self) -> Vec<f64> {
        let mut all: Vec<f64> = self.points().map(|it| it.x).collect();
        warmpath_core::order::by(&mut all, f64::total_cmp);
        all.dedup();
        all
    }

    /// The horizontal axis: linear, or logarithmic if the largest value is many times the smallest.
    fn across(&self) -> Scale {
        let all = self.values();
        let (Some(&from), Some(&to)) = (all.first(), all.last()) else {
            return Scale::Linear { from: 0.0, to: 1.0 };
        };
        match to > from {
            true if from > 0.0 && to / from > 6.0 => Scale::Log { from, to },
            true => Scale::Linear { from, to },
            false => Scale::Linear {
                from: from - 1.0,
                to: from + 1.0,
            },
        }
    }

    /// The upright axis. It does not change when the limit is moved.
    fn up(&self, pale: Option<&Swept>) -> Scale {
        let ends = |it: &Point| it.range.map_or([it.p95; 2], |range| [range.0, range.1]);
        let pale = pale.into_iter().flat_map(Self::points);
        Scale::log_over(self.points().chain(pale).flat_map(ends).chain(self.set))
    }

    /// The names that stand beside the lines' ends, each with its line's place. If there are too many for the height, only
    /// each policy's largest fleet has one.
    fn names(&self, high: f64) -> Vec<(usize, String)> {
        let fit = self.lines.len() as f64 * (NAME + 4.0) <= high + 16.0;
        let is_last = |at: usize| {
            let next = self.lines.get(at + 1);
            next.is_none_or(|next| next.curve != self.lines[at].curve)
        };
        let name = |(at, line): (usize, &PolicyLine)| match self.has_fleets() {
            true => (at, format!("{} ×{}", line.policy, line.replicas)),
            false => (at, line.policy.clone()),
        };
        let named = self
            .lines
            .iter()
            .enumerate()
            .filter(|it| fit || is_last(it.0));
        named.map(name).collect()
    }

    /// The thickness of a line \[px\].
    fn weight(&self, line: &PolicyLine) -> f64 {
        let mut counts: Vec<u32> = self.lines.iter().map(|it| it.replicas).collect();
        warmpath_core::order::by(&mut counts, u32::cmp);
        counts.dedup();
        match counts.iter().position(|it| *it == line.replicas) {
            Some(at) if counts.len() > 1 => 1.0 + 3.5 * at as f64 / (counts.len() - 1) as f64,
            _ => STROKE,
        }
    }

    fn frame(
        &self,
        (width, height): (f64, f64),
        pale: Option<&Swept>,
    ) -> (Frame, Vec<(f64, String)>) {
        let y = self.up(pale);
        let times = labelled(y.ticks(5), time);
        let names = self.names(height - BELOW - ABOVE);
        let names = names
            .iter()
            .map(|it| (self.lines[it.0].curve, it.1.as_str()));
        let right = match self.lines.len() {
            // A single line over a parameter needs no name; the text below says what it is.
            1 if matches!(self.over, SweptAxis::Parameter { .. }) => 16.0,
            _ => margin(names, width),
        };
        let frame = Frame {
            left: gutter(&times),
            right: width - right,
            top: ABOVE,
            bottom: height - BELOW,
            x: self.across(),
            y,
        };
        (frame, times)
    }

    /// The labelled ticks at the values that were run, leaving out those whose labels would touch.
    fn ticks(&self, frame: &Frame) -> Vec<(f64, String)> {
        let mut ticks: Vec<(f64, String)> = Vec::new();
        let mut free = f64::NEG_INFINITY;
        for value in self.values() {
            let label = format::setting(value);
            let half = text::width(&label, LABEL) / 2.0;
            let at = frame.at(value, 1.0).0;
            if at - half > free {
                free = at + half + 6.0;
                ticks.push((value, label));
            }
        }
        ticks
    }
}

/// The functions that draw and describe the chart.
pub static HOW: Further<Swept> = Further {
    named: |it| match it.over {
        SweptAxis::Parameter { .. } => [
            "parameter",
            "Time to first token over a parameter",
            "P95, log scale",
        ],
        SweptAxis::Replicas => [
            "ttft-load",
            "Time to first token over replicas",
            "P95, log scale",
        ],
        _ if it.has_fleets() => [
            "ttft-load",
            "Time to first token over load",
            "the thicker, the more replicas",
        ],
        _ => [
            "ttft-load",
            "Time to first token over load",
            "P95, log scale",
        ],
    },
    draw,
    stops,
    summary,
    table,
};

/// The times as a table with a column per line.
fn table(it: &Swept) -> Table {
    let values = it.values();
    let name = |line: &PolicyLine| it.name(line);
    let cell = |at: usize, line: &PolicyLine| {
        let point = line.points.iter().find(|point| point.x == values[at]);
        point.map_or(format::NONE.to_owned(), Point::time_text)
    };
    across(
        &it.lines,
        name,
        values.len(),
        |at| it.over.value_text(values[at]),
        cell,
    )
}

/// Draws the lines with their whiskers, axes and names, and the limit with a ring where a line crosses it (over replicas,
/// where it comes to stay below; else where it first leaves); below them `pale` lines of another run.
pub fn draw<DB: DrawingBackend>(
    pen: &Pen<'_, DB>,
    it: &Swept,
    pale: Option<&Swept>,
) -> DrawResult<DB> {
    pen.clear()?;
    let (frame, times) = it.frame(pen.size(), pale);
    frame.grid(pen, &it.ticks(&frame), &times)?;
    let seeds = match it.seeds {
        ..=1 => String::new(),
        many => format!(
            ": median and range over {}",
            format::plural(many.into(), "seed")
        ),
    };
    let above = format!("P95 TTFT, log scale{seeds}");
    frame.axes(pen, &it.over.title(), &above)?;
    if let Some(limit) = it.limit {
        frame.limit(pen, limit)?;
    }
    let place = |point: &Point| frame.at(point.x, point.p95);
    for line in pale.into_iter().flat_map(|it| &it.lines) {
        let places: Vec<_> = line.points.iter().map(place).collect();
        pen.pale(&places)?;
    }
    let mut curves = Vec::new();
    for line in &it.lines {
        let drawn = line.points.iter().filter(|it| it.count > 0);
        let places: Vec<_> = drawn.clone().map(place).collect();
        pen.stroke_of(&places, line.curve, it.weight(line))?;
        let ink = pen.curve_ink(line.curve);
        for (point, &at) in drawn.zip(&places) {
            if let Some((least, most)) = point.range {
                let [least, most] = [least, most].map(|it| frame.at(point.x, it).1);
                pen.line(&[(at.0, least), (at.0, most)], ink, 1.25)?;
                for end in [least, most] {
                    pen.line(&[(at.0 - 3.5, end), (at.0 + 3.5, end)], ink, 1.25)?;
                }
            }
            pen.point(at, line.curve)?;
        }
        let crossed = it
            .limit
            .zip(it.limit.and_then(|limit| it.crossing(line, limit)));
        if let Some((limit, x)) = crossed {
            let at = frame.at(x, limit);
            pen.dot(at, 5.5, ink)?;
            pen.dot(at, 3.5, pen.theme.card)?;
        }
        curves.push(places);
    }
    if let Some(limit) = it.limit {
        let curves: Vec<&[DrawPoint]> = curves.iter().map(Vec::as_slice).collect();
        let name = format!("limit {}", format::seconds(limit));
        frame.limit_name(pen, (limit, &name), &curves, &[])?;
    }
    if frame.right >= pen.size().0 - 16.0 {
        return Ok(());
    }
    let names = it.names(frame.bottom - frame.top);
    let named = |(at, name): &(usize, String)| {
        let line = &it.lines[*at];
        (line.points.last().map(place), line.curve, name.clone())
    };
    let named: Vec<_> = names.iter().map(named).collect();
    let named: Vec<_> = named.iter().map(|it| (it.2.as_str(), it.0, it.1)).collect();
    frame.names(pen, &named)
}

/// The places for the cursor: the points.
pub fn stops(size: (f64, f64), it: &Swept, pale: Option<&Swept>) -> Vec<Stop> {
    let (frame, _) = it.frame(size, pale);
    let of = |line: &PolicyLine| {
        let stop = |point: &Point| {
            let at = frame.at(point.x, point.p95);
            Stop {
                x: at.0,
                y: Some(at.1),
                title: format!("{}, {}", it.name(line), it.over.value_text(point.x)),
                values: vec![Value {
                    look: line.curve,
                    name: "P95 TTFT".to_owned(),
                    text: point.time_text(),
                    at: Some(at),
                }],
            }
        };
        line.points.iter().map(stop).collect::<Vec<_>>()
    };
    it.lines.iter().flat_map(of).collect()
}

/// What the chart shows: a sentence per line.
pub fn summary(it: &Swept) -> Vec<String> {
    let sentence = |line: &PolicyLine| {
        let name = it.name(line);
        let (Some(first), Some(last)) = (line.points.first(), line.points.last()) else {
            return format!("{name}: nothing was run.");
        };
        let at =
            |point: &Point| format!("{} at {}", point.time_text(), it.over.value_text(point.x));
        let counts = || line.points.iter().map(|it| it.count);
        let (least, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
        let most = format::plural(most, "request");
        let count = match counts().all(|it| it == least) {
            true => most,
            false => format!("{} to {most}", format::count(least)),
        };
        match line.points.len() {
            1 => format!("{name}: P95 TTFT {}, of {count}.", at(first)),
            _ => format!(
                "{name}: P95 TTFT from {} to {}; {count} a point.",
                at(first),
                at(last)
            ),
        }
    };
    let mut sentences: Vec<String> = it.lines.iter().map(sentence).collect();
    if let (SweptAxis::Parameter { .. }, Some(line)) = (&it.over, it.lines.first()) {
        let known = || line.points.iter().filter(|it| it.count > 0);
        let best = known().min_by(|a, b| a.p95.total_cmp(&b.p95));
        let alike =
            known().count() > 1 && best.is_some_and(|best| known().all(|it| it.p95 == best.p95));
        sentences.extend(best.map(|best| match alike {
            true => "It is the same with all of these values: on this load none of them changes what is chosen.".to_owned(),
            false => format!(
                "It is least with {}: {}.",
                it.over.value_text(best.x),
                best.time_text()
            ),
        }));
        sentences.push(format!("Over {}.", format::plural(it.seeds.into(), "seed")));
    }
    sentences
}

#[cfg(test)]
mod tests;
