//! A rate over virtual time, a curve a policy: output tokens a second, for one.

use super::frame::{Frame, NAME, STROKE};
use super::label::spread;
use super::scale::Scale;
use super::{Align, Drawn, Pen};
use crate::format;
use plotters::prelude::DrawingBackend;

/// One policy's rate, bin after bin from time zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name, drawn at the curve's end.
    pub name: String,
    /// The width of a bin \[s\].
    pub bin: f64,
    /// The mean rate in each bin, in the chart's unit.
    pub values: Vec<f64>,
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

/// Draws the curves; `unit` is the rate's.
pub fn draw<DB: DrawingBackend>(pen: &Pen<'_, DB>, series: &[Series], unit: &str) -> Drawn<DB> {
    pen.clear()?;
    let (width, height) = pen.size();
    let names = series.iter().map(|s| pen.width(&s.name, NAME));
    let margin = names.fold(0.0, f64::max).min(width * 0.32) + 14.0;
    let largest = series.iter().flat_map(|s| s.values.iter().copied());
    let y = Scale::from_zero(largest.fold(0.0, f64::max));
    let rates: Vec<(f64, String)> = y
        .ticks(4)
        .into_iter()
        .map(|v| (v, format::setting(v)))
        .collect();
    let widest = rates
        .iter()
        .map(|(_, label)| pen.width(label, super::frame::LABEL));
    let end = series.iter().map(Series::end).fold(0.0, f64::max);
    let frame = Frame {
        left: widest.fold(0.0, f64::max) + 14.0,
        right: width - margin,
        top: 28.0,
        bottom: height - 30.0,
        x: Scale::Linear {
            from: 0.0,
            to: if end > 0.0 { end } else { 1.0 },
        },
        y,
    };
    let wanted = ((frame.right - frame.left) / 80.0) as usize;
    let times: Vec<(f64, String)> = frame
        .x
        .ticks(wanted.max(2))
        .into_iter()
        .map(|t| (t, format!("{}{}s", format::setting(t), format::GAP)))
        .collect();
    frame.grid(pen, &times, &rates)?;
    pen.text(
        unit,
        (frame.left, 12.0),
        super::frame::LABEL,
        pen.theme.soft,
        Align::Start,
    )?;

    let mut ends = Vec::new();
    for (at, one) in series.iter().enumerate() {
        let trace = frame.trace(one.points());
        pen.line(&trace, pen.theme.curves[at % 4], STROKE)?;
        ends.push(trace.last().copied().unwrap_or((frame.right, frame.bottom)));
    }
    let wanted: Vec<f64> = ends.iter().map(|end| end.1).collect();
    let places = spread(&wanted, NAME + 4.0, frame.top - 8.0, frame.bottom + 8.0);
    for (at, (one, y)) in series.iter().zip(places).enumerate() {
        let ink = pen.theme.curves[at % 4];
        let x = frame.right + 8.0;
        if ends[at].0 < frame.right - 24.0 {
            // Its run ended earlier: a thin line leads from the end to the name.
            pen.line(
                &[(ends[at].0 + 4.0, ends[at].1), (frame.right + 4.0, y)],
                ink,
                0.75,
            )?;
        }
        pen.name(&one.name, (x, y), NAME, ink, Align::Start)?;
    }
    Ok(())
}

/// What the chart shows: a sentence a curve.
pub fn summary(series: &[Series], unit: &str) -> Vec<String> {
    let told = |one: &Series| match one.mean() {
        Some(mean) => format!(
            "{}: {}{}{unit} on average over {}.",
            one.name,
            format::figure(mean),
            format::GAP,
            format::seconds(one.end())
        ),
        None => format!("{}: nothing yet.", one.name),
    };
    series.iter().map(told).collect()
}
