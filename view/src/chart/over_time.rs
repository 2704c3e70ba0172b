//! A figure over virtual time, a curve a policy: requests answered a second, or requests in flight.

use super::frame::{ABOVE, BELOW, BOLD, Frame, NAME, STROKE, gutter, labelled, margin, time};
use super::label::{Spot, pick};
use super::scale::Scale;
use super::stop::{Stop, Value};
use super::{Align, At, Drawn, Pen};
use crate::palette::Rgb;
use crate::{format, text};
use plotters::prelude::DrawingBackend;

/// One policy's figure, bin after bin from time zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name, drawn at the curve's end.
    pub name: String,
    /// The width of a bin \[s\].
    pub bin: f64,
    /// The mean in each bin, in the chart's unit.
    pub values: Vec<f64>,
    /// From time zero to the last answer: its last bin may reach beyond \[s\].
    pub duration: f64,
    /// How many requests are behind it.
    pub count: u64,
}

impl Series {
    /// When its last bin ends \[s\].
    pub fn end(&self) -> f64 {
        self.bin * self.values.len() as f64
    }

    /// The mean over its duration; `None` without any.
    pub fn mean(&self) -> Option<f64> {
        let whole = self.values.iter().sum::<f64>() * self.bin;
        (self.duration > 0.0).then(|| whole / self.duration)
    }

    /// Its points: each bin's value at its middle.
    fn points(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let bin = self.bin;
        let values = self.values.iter().enumerate();
        values.map(move |(at, &value)| ((at as f64 + 0.5) * bin, value))
    }
}

/// The frame, and the labels up its side.
fn frame((width, height): (f64, f64), series: &[Series]) -> (Frame, Vec<(f64, String)>) {
    let largest = series.iter().flat_map(|s| s.values.iter().copied());
    let y = Scale::from_zero(largest.fold(0.0, f64::max));
    let rates = labelled(y.ticks(4), format::setting);
    let end = series.iter().map(Series::end).fold(0.0, f64::max);
    let to = if end > 0.0 { end } else { 1.0 };
    // Names of curves that reach the right edge stand beyond it; who ends before has room behind its end.
    let late = series.iter().filter(|it| it.end() > 0.9 * end);
    let frame = Frame {
        left: gutter(&rates),
        right: width - margin(late.map(|s| s.name.as_str()), width),
        top: ABOVE,
        bottom: height - BELOW,
        x: Scale::Linear { from: 0.0, to },
        y,
    };
    (frame, rates)
}

/// Draws the curves; `unit` is the figure's.
pub fn draw<DB: DrawingBackend>(pen: &Pen<'_, DB>, series: &[Series], unit: &str) -> Drawn<DB> {
    pen.clear()?;
    let (frame, rates) = frame(pen.size(), series);
    let wanted = ((frame.right - frame.left) / 80.0) as usize;
    let times = labelled(frame.x.ticks(wanted.max(2)), time);
    frame.grid(pen, &times, &rates)?;
    frame.axes(pen, "virtual time", unit)?;
    let traces: Vec<Vec<At>> = series.iter().map(|s| frame.trace(s.points())).collect();
    for (at, trace) in traces.iter().enumerate() {
        pen.line(trace, pen.theme.curves[at % 4], STROKE)?;
    }
    let last = series.iter().map(Series::end).fold(0.0, f64::max);
    let (mut late, mut early) = (Vec::new(), Vec::new());
    for (at, (one, trace)) in series.iter().zip(&traces).enumerate() {
        let ink = pen.theme.curves[at % 4];
        match trace.last() {
            Some(&end) if one.end() <= 0.9 * last => early.push((one.name.as_str(), end, ink)),
            end => late.push((one.name.as_str(), end.copied(), ink)),
        }
    }
    ends(pen, &frame, &traces, &early)?;
    frame.names(pen, &late)
}

/// The names of curves that end early: each beside a dot where its run was over.
fn ends<DB: DrawingBackend>(
    pen: &Pen<'_, DB>,
    frame: &Frame,
    traces: &[Vec<At>],
    early: &[(&str, At, Rgb)],
) -> Drawn<DB> {
    let curves: Vec<&[At]> = traces.iter().map(Vec::as_slice).collect();
    let bounds = (frame.left, frame.top, frame.right - 4.0, frame.bottom - 1.0);
    let mut taken = Vec::new();
    for &(name, (x, y), ink) in early {
        pen.dot((x, y), STROKE + 1.0, ink)?;
        let name = text::fit(name, BOLD, (bounds.2 - bounds.0) / 2.0);
        let (wide, high) = (text::width(&name, BOLD), NAME + 5.0);
        let spot = |left: f64, middle: f64| Spot {
            area: (left, middle - high / 2.0, left + wide, middle + high / 2.0),
            cost: (middle - y).abs() + if left < x { 20.0 } else { 0.0 },
        };
        let steps = [
            0.0, -10.0, -18.0, -36.0, -54.0, -72.0, -100.0, -130.0, 18.0, 36.0,
        ];
        let spots: Vec<Spot> = steps
            .iter()
            .flat_map(|step| [spot(x + 9.0, y + step), spot(x - wide - 4.0, y + step)])
            .collect();
        if let Some(area) = pick(&spots, &curves, &taken, bounds) {
            taken.push(area);
            let at = (area.0, (area.1 + area.3) / 2.0);
            pen.name(&name, at, NAME, ink, Align::Start)?;
        }
    }
    Ok(())
}

/// Places for the cursor: the bins.
pub fn stops(size: (f64, f64), series: &[Series], unit: &str) -> Vec<Stop> {
    let (frame, _) = frame(size, series);
    let longest = series.iter().max_by_key(|one| one.values.len());
    let Some(longest) = longest else {
        return Vec::new();
    };
    let stop = |(at, (time, _)): (usize, (f64, f64))| {
        let value = |(curve, one): (usize, &Series)| {
            let value = one.values.get(at);
            Value {
                curve,
                name: one.name.clone(),
                text: match value {
                    Some(value) => format!("{}{}{unit}", format::figure(*value), format::GAP),
                    None => "has ended".to_owned(),
                },
                at: value.map(|value| frame.at(time, *value)),
            }
        };
        Stop {
            x: frame.at(time, 0.0).0,
            y: None,
            title: format!("at {}", format::seconds(time)),
            values: series.iter().enumerate().map(value).collect(),
        }
    };
    longest.points().enumerate().map(stop).collect()
}

/// What the chart shows: a sentence a curve.
pub fn summary(series: &[Series], unit: &str) -> Vec<String> {
    let told = |one: &Series| match one.mean() {
        Some(mean) => format!(
            "{}: {}{}{unit} on average over {}, of {}.",
            one.name,
            format::figure(mean),
            format::GAP,
            format::seconds(one.duration),
            format::plural(one.count, "request")
        ),
        None => format!("{}: nothing yet.", one.name),
    };
    series.iter().map(told).collect()
}
