//! A figure over virtual time, a curve a policy: requests answered a second, or requests in flight.

use super::frame::{Frame, LABEL, STROKE, gutter, labelled, margin, time};
use super::scale::Scale;
use super::stop::{Stop, Value};
use super::{Align, Drawn, Pen};
use crate::format;
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
    /// How many requests are behind it.
    pub count: u64,
}

impl Series {
    /// When its last bin ends \[s\].
    pub fn end(&self) -> f64 {
        self.bin * self.values.len() as f64
    }

    /// The mean over all bins; `None` without any.
    pub fn mean(&self) -> Option<f64> {
        let n = self.values.len();
        (n > 0).then(|| self.values.iter().sum::<f64>() / n as f64)
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
    let frame = Frame {
        left: gutter(&rates),
        right: width - margin(series.iter().map(|s| s.name.as_str()), width),
        top: 28.0,
        bottom: height - 30.0,
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
    let above = (frame.left, 12.0);
    pen.text(unit, above, LABEL, pen.theme.soft, Align::Start)?;
    let mut names = Vec::new();
    for (at, one) in series.iter().enumerate() {
        let ink = pen.theme.curves[at % 4];
        let trace = frame.trace(one.points());
        pen.line(&trace, ink, STROKE)?;
        names.push((one.name.as_str(), trace.last().copied(), ink));
    }
    frame.names(pen, &names)
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
            format::seconds(one.end()),
            format::plural(one.count, "request")
        ),
        None => format!("{}: nothing yet.", one.name),
    };
    series.iter().map(told).collect()
}
