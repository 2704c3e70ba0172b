//! The share of completed requests whose time to first token is at most a given time, on a logarithmic axis.
//!
//! Every completed request counts, and no other; nothing is binned. At most the lowest and the highest point of each pixel column
//! are drawn.

use super::caption::{counted, under};
use super::curve::wide;
use super::frame::{ABOVE, BELOW, Frame, NAME, NameRows, labelled, time};
use super::label::{Area, Spot, pick};
use super::scale::Scale;
use super::stop::{Stop, Value};
use super::{DrawResult, Pen};
use crate::format;
use crate::look::looks_of;
use plotters::prelude::DrawingBackend;

/// The shares whose times are kept exactly.
pub const SHARES: [f64; 8] = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0];
/// The places in [`SHARES`] of one half, 95 % and 99 %.
pub const PERCENTILES: [usize; 3] = [2, 5, 6];

/// One policy's times to first token, as points of their distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Its name, drawn beside the curve.
    pub name: String,
    /// The times in ascending order \[s\]; of many requests, a thousand of them at even ranks (see [`thin`]).
    pub sorted: Vec<f64>,
    /// The times that [`SHARES`] of these requests stay within: the exact percentiles of `core` \[s\].
    pub within: [f64; 8],
    /// The number of completed requests, which the shares are of.
    pub count: u64,
}

/// Thins sorted times out to at most `most` (at least 2) at even ranks, keeping the first and the last.
pub fn thin(sorted: &[f64], most: usize) -> Vec<f64> {
    if sorted.len() <= most {
        return sorted.to_vec();
    }
    let last = sorted.len() - 1;
    (0..most).map(|at| sorted[at * last / (most - 1)]).collect()
}

impl Sample {
    /// The time at which the drawn curve reaches a share \[s\]. Sentences use [`Self::within`] instead.
    fn reaches(&self, share: f64) -> Option<f64> {
        let rank = libm::ceil(share * self.sorted.len() as f64) as usize;
        self.sorted.get(rank.max(1) - 1).copied()
    }

    /// The curve: at each time, the share of requests up to and including it.
    fn steps(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let n = self.sorted.len() as f64;
        let first = self.sorted.first().map(|&t| (t, 0.0));
        let rest = self.sorted.iter().enumerate();
        first
            .into_iter()
            .chain(rest.map(move |(at, &t)| (t, (at + 1) as f64 / n)))
    }
}

/// The share of the requests whose time is at most `time` \[s\].
fn within(sample: &Sample, time: f64) -> f64 {
    let n = sample.sorted.len().max(1) as f64;
    sample.sorted.partition_point(|t| *t <= time) as f64 / n
}

/// The room at the left for the shares, and that at the right \[px\].
const SIDES: [f64; 2] = [52.0, 12.0];
/// The share of the area that a name beside a curve takes at most.
const BESIDE: f64 = 0.42;

/// The names of the curves, each with how the curve looks.
fn names(samples: &[Sample]) -> Vec<(usize, &str)> {
    let looks = looks_of(samples, |it| &it.name).into_iter();
    looks
        .zip(samples)
        .map(|(look, it)| (look, it.name.as_str()))
        .collect()
}

/// The names in rows, if they are too long to stand beside the curves.
fn rows(width: f64, samples: &[Sample]) -> Option<NameRows> {
    let room = (width - SIDES[0] - SIDES[1]) * BESIDE;
    NameRows::of(&names(samples), room, width)
}

fn frame((width, height): (f64, f64), samples: &[Sample], pale: &[Sample]) -> Frame {
    Frame {
        left: SIDES[0],
        right: width - SIDES[1],
        top: ABOVE + NameRows::height(rows(width, samples).as_ref()),
        bottom: height - BELOW,
        x: Scale::log_over(
            samples
                .iter()
                .chain(pale)
                .flat_map(|s| s.sorted.iter().copied()),
        ),
        y: Scale::Linear { from: 0.0, to: 1.0 },
    }
}

/// Draws a curve for each policy, with axes and names, and below them `pale` curves of another run.
pub fn draw<DB: DrawingBackend>(
    pen: &Pen<'_, DB>,
    samples: &[Sample],
    pale: &[Sample],
) -> DrawResult<DB> {
    pen.clear()?;
    let (width, height) = pen.size();
    let frame = frame((width, height), samples, pale);
    let wanted = ((width / 90.0) as usize).max(2);
    let x = labelled(frame.x.ticks(wanted), time);
    let y = [0.0, 0.5, 0.9, 1.0].map(|share| (share, format::share(share)));
    frame.grid(pen, &x, &y)?;
    let (across, up) = ("time to first token, log scale", "share of requests");
    frame.axes(pen, across, up)?;

    for sample in pale {
        pen.pale(&frame.trace(sample.steps()))?;
    }
    let traces: Vec<Vec<(f64, f64)>> = samples.iter().map(|s| frame.trace(s.steps())).collect();
    let looks = looks_of(samples, |it| &it.name);
    for (look, trace) in looks.iter().zip(&traces) {
        pen.curve(trace, *look)?;
    }
    if let Some(rows) = rows(width, samples) {
        return rows.draw(pen, &names(samples));
    }
    let curves: Vec<&[(f64, f64)]> = traces.iter().map(Vec::as_slice).collect();
    let mut taken: Vec<Area> = Vec::new();
    for (at, sample) in looks.into_iter().zip(samples) {
        let room = (frame.right - frame.left) * BESIDE;
        let spots = spots(&frame, sample, wide(&sample.name, at).min(room));
        let bounds = (frame.left, frame.top, frame.right, frame.bottom);
        if let Some(area) = pick(&spots, &curves, &taken, bounds) {
            taken.push(area);
            let middle = (area.1 + area.3) / 2.0;
            pen.named(&sample.name, (area.0, middle), room, at)?;
        }
    }
    Ok(())
}

/// Places beside a curve where its name may stand: preferably right of it, half way up.
fn spots(frame: &Frame, sample: &Sample, wide: f64) -> Vec<Spot> {
    let high = NAME + 5.0;
    let mut spots = Vec::new();
    for share in [0.62, 0.45, 0.3, 0.75, 0.2, 0.85, 0.1] {
        let Some(time) = sample.reaches(share) else {
            continue;
        };
        let (x, y) = frame.at(time, share);
        let right = [(x + 10.0, 0.0), (x + 22.0, 4.0), (x + 36.0, 8.0)];
        let left = [(x - 10.0, 3.0), (x - 22.0, 7.0), (x - 36.0, 11.0)];
        let left = left.map(|(end, side)| (end - wide, side));
        for (left, side) in right.into_iter().chain(left) {
            spots.push(Spot {
                area: (left, y - high / 2.0, left + wide, y + high / 2.0),
                cost: side + (share - 0.62_f64).abs() * 10.0,
            });
        }
    }
    spots
}

/// The places for the cursor: every few pixels along the axis of times.
pub fn stops(size: (f64, f64), samples: &[Sample], pale: &[Sample]) -> Vec<Stop> {
    const APART: f64 = 6.0;
    let frame = frame(size, samples, pale);
    let count = ((frame.right - frame.left) / APART) as usize;
    let looks = looks_of(samples, |it| &it.name);
    let stop = |at: usize| {
        let share = at as f64 / count.max(1) as f64;
        let time = frame.x.value(share);
        let value = |(&look, sample): (&usize, &Sample)| {
            let share = within(sample, time);
            Value {
                look,
                name: sample.name.clone(),
                text: format::share(share),
                at: Some(frame.at(time, share)),
            }
        };
        Stop {
            x: frame.at(time, 0.0).0,
            y: None,
            title: format!("within {}", format::seconds(time)),
            values: looks.iter().zip(samples).map(value).collect(),
        }
    };
    (0..=count).map(stop).collect()
}

/// What the chart shows, in one sentence: the median under each policy.
pub fn caption(samples: &[Sample]) -> String {
    let half = |it: &Sample| match it.count {
        0 => "never".to_owned(),
        _ => format!("within {}", format::seconds(it.within[PERCENTILES[0]])),
    };
    let halves = under(samples.iter().map(|it| (half(it), it.name.as_str())));
    let of = counted(samples.iter().map(|it| it.count));
    format!("Half of {of} had their first token {halves}.")
}

/// What the chart shows: a sentence per curve.
pub fn summary(samples: &[Sample]) -> Vec<String> {
    let sentence = |sample: &Sample| {
        let n = format::plural(sample.count, "request");
        let [half, _, most] = PERCENTILES.map(|at| sample.within[at]);
        match sample.count {
            1.. => format!(
                "{}: half of {n} had their first token within {}, 99{}% within {}.",
                sample.name,
                format::seconds(half),
                format::GAP,
                format::seconds(most)
            ),
            0 => format!("{}: no request was answered.", sample.name),
        }
    };
    samples.iter().map(sentence).collect()
}

#[cfg(test)]
mod tests;
