//! A figure over virtual time with a curve per policy, such as requests answered per second or requests in flight.

use core::ops::Range;

use super::caption::{counted, under};
use super::content::Marked;
use super::curve::wide;
use super::frame::{ABOVE, BELOW, BESIDE, Frame, NAME, NameRows, gutter, labelled, margin, time};
use super::label::{Spot, around, crossings, pick};
use super::scale::Scale;
use super::stop::{Stop, Value};
use super::{Align, DrawPoint, DrawResult, Pen};
use crate::format;
use crate::look::looks_of;
use crate::text;
use plotters::prelude::DrawingBackend;

/// One policy's figure over time, in bins from time zero on, or a count that grows from bin to bin.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name, drawn at the curve's end.
    pub name: String,
    /// The width of a bin \[s\].
    pub bin: f64,
    /// The mean in each bin, in the chart's unit; not a number where none is known. The last bin ends with the series, so it
    /// may be shorter or longer than the others. Of a count up to the edges of the bins: its values there, first that at time zero.
    pub values: Vec<f64>,
    /// Whether the values are of the bins' edges.
    pub edges: bool,
    /// From time zero to the last answer, where the last bin ends \[s\].
    pub duration: f64,
    /// The number of requests that the figure is of.
    pub count: u64,
    /// When half of these were answered \[s\]; NaN if none was, or where answers are not what is counted.
    pub half: f64,
}

impl Series {
    /// The beginning and the end of a bin \[s\].
    fn bin(&self, at: usize) -> (f64, f64) {
        let from = at as f64 * self.bin;
        match at + 1 < self.values.len() {
            true => (from, from + self.bin),
            false => (from, self.duration),
        }
    }

    /// The mean over the duration of all bins with a value; `None` if that is zero.
    pub fn mean(&self) -> Option<f64> {
        self.mean_of(0..self.values.len())
    }

    /// The mean over the duration of those of some bins that have a value; `None` if that is zero.
    pub fn mean_of(&self, bins: Range<usize>) -> Option<f64> {
        let (mut sum, mut duration) = (0.0, 0.0);
        let values = self.values.iter().enumerate();
        let some = values.skip(bins.start).take(bins.len());
        for (at, value) in some.filter(|(_, value)| !value.is_nan()) {
            let (from, to) = self.bin(at);
            sum += value * (to - from);
            duration += to - from;
        }
        (duration > 1e-9).then(|| sum / duration)
    }

    /// The time that a value is drawn at: the middle of its bin, or the edge between two \[s\].
    pub fn time(&self, at: usize) -> f64 {
        let (from, to) = self.bin(at);
        match self.edges {
            true if at + 1 == self.values.len() => to,
            true => from,
            false => (from + to) / 2.0,
        }
    }

    /// Its points: each value at its time.
    fn points(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let values = self.values.iter().enumerate();
        values.map(|(at, &value)| (self.time(at), value))
    }
}

/// The number of requests answered up to each edge between bins, from the answers a second in each bin.
pub fn answered(rate: &[f64], bin: f64, duration: f64) -> Vec<f64> {
    let mut so_far = 0.0;
    let mut edges = vec![0.0];
    for (at, value) in rate.iter().enumerate() {
        let from = at as f64 * bin;
        let last = at + 1 == rate.len();
        so_far += value * if last { duration - from } else { bin };
        edges.push(libm::round(so_far));
    }
    edges
}

impl Series {
    /// Its points in pieces, of which each has a value in every bin.
    fn pieces(&self) -> Vec<Vec<(f64, f64)>> {
        let points: Vec<(f64, f64)> = self.points().collect();
        let pieces = points.split(|(_, value)| value.is_nan());
        pieces
            .filter(|it| !it.is_empty())
            .map(<[_]>::to_vec)
            .collect()
    }
}

/// How each curve looks.
fn looks(series: &[Series]) -> Vec<usize> {
    looks_of(series, |it| &it.name)
}

/// The names of the curves, each with how the curve looks.
fn names(series: &[Series]) -> Vec<(usize, &str)> {
    let named = looks(series).into_iter().zip(series);
    named.map(|(look, it)| (look, it.name.as_str())).collect()
}

/// The names in rows, if they are too long to stand beside the curves' ends.
fn rows(width: f64, series: &[Series]) -> Option<NameRows> {
    NameRows::of(&names(series), width * BESIDE, width)
}

/// The frame, and the labels up its side.
fn frame(
    (width, height): (f64, f64),
    series: &[Series],
    pale: &[Series],
) -> (Frame, Vec<(f64, String)>) {
    let all = || series.iter().chain(pale);
    let largest = all().flat_map(|s| s.values.iter().copied());
    let y = Scale::from_zero(largest.fold(0.0, f64::max));
    let rates = labelled(y.ticks(4), format::setting);
    let end = all().map(|it| it.duration).fold(0.0, f64::max);
    let to = if end > 0.0 { end } else { 1.0 };
    // Names of curves that reach the right edge stand beyond it; the name of a curve that ends earlier has room behind its
    // end.
    let numbered = looks(series).into_iter().zip(series);
    let late = numbered.filter(|(_, it)| it.duration > 0.9 * end);
    let rows = rows(width, series);
    let beside = match rows {
        Some(_) => 14.0,
        None => margin(late.map(|(at, it)| (at, it.name.as_str())), width),
    };
    let frame = Frame {
        left: gutter(&rates),
        right: width - beside,
        top: ABOVE + NameRows::height(rows.as_ref()),
        bottom: height - BELOW,
        x: Scale::Linear { from: 0.0, to },
        y,
    };
    (frame, rates)
}

/// The largest number of lines of names at the marks.
const LINES: usize = 4;

/// Draws the curves, with marks where something happened.
pub fn draw_marked<DB: DrawingBackend>(
    pen: &Pen<'_, DB>,
    it: &Marked,
    unit: &str,
    pale: &[Series],
) -> DrawResult<DB> {
    draw(pen, &it.series, unit, pale)?;
    let (frame, _) = frame(pen.size(), &it.series, pale);
    let traces: Vec<Vec<DrawPoint>> = it
        .series
        .iter()
        .flat_map(Series::pieces)
        .map(|piece| frame.trace(piece.into_iter()))
        .collect();
    let curves: Vec<&[DrawPoint]> = traces.iter().map(Vec::as_slice).collect();
    // Names that would overlap stand in lines one below the other, each in the first that no curve runs through.
    let mut free = [frame.left; LINES];
    for mark in &it.marks {
        let x = frame.at(mark.at, 0.0).0;
        if !(frame.left..=frame.right).contains(&x) {
            continue;
        }
        pen.dashes((x, frame.top), (x, frame.bottom), pen.theme.ink)?;
        // A mark has a name if there is room for it after the last name of a line.
        let wide = text::width(&mark.what, NAME) + 8.0;
        // Near the edge it stands before the mark.
        let (from, align, apart) = match x + wide <= frame.right {
            true => (x, Align::Start, 4.0),
            false => (x - wide, Align::End, -4.0),
        };
        let middle = |line: usize| frame.top + NAME / 2.0 + 1.0 + (NAME + 4.0) * line as f64;
        let fits = (0..LINES).filter(|&line| from >= free[line]);
        let through = |line: &usize| {
            let at = (from + wide / 2.0, middle(*line));
            crossings(&curves, around(at, (wide - 8.0, NAME)))
        };
        if let Some(line) = fits.min_by_key(through) {
            let at = (x + apart, middle(line));
            pen.name(&mark.what, at, NAME, pen.theme.ink, align)?;
            free[line] = from + wide;
        }
    }
    Ok(())
}

/// Draws the curves, and below them `pale` ones of another run; `unit` is the name of the upright axis.
pub fn draw<DB: DrawingBackend>(
    pen: &Pen<'_, DB>,
    series: &[Series],
    unit: &str,
    pale: &[Series],
) -> DrawResult<DB> {
    pen.clear()?;
    let (frame, rates) = frame(pen.size(), series, pale);
    let wanted = ((frame.right - frame.left) / 80.0) as usize;
    let times = labelled(frame.x.ticks(wanted.max(2)), time);
    frame.grid(pen, &times, &rates)?;
    frame.axes(pen, "virtual time", unit)?;
    for piece in pale.iter().flat_map(Series::pieces) {
        pen.pale(&frame.trace(piece.into_iter()))?;
    }
    let looks = looks(series);
    for (look, piece) in looks
        .iter()
        .zip(series)
        .flat_map(|(look, one)| one.pieces().into_iter().map(move |it| (look, it)))
    {
        match frame.trace(piece.into_iter()).as_slice() {
            // A single value between two gaps.
            [(x, y)] => pen.point((*x, *y), *look)?,
            trace => pen.curve(trace, *look)?,
        }
    }
    let traces: Vec<Vec<DrawPoint>> = series.iter().map(|s| frame.trace(s.points())).collect();
    let all = series.iter().chain(pale);
    let last = all.map(|it| it.duration).fold(0.0, f64::max);
    let (mut late, mut early) = (Vec::new(), Vec::new());
    for ((one, trace), at) in series.iter().zip(&traces).zip(looks) {
        match trace.last() {
            Some(&end) if one.duration <= 0.9 * last => early.push((one.name.as_str(), end, at)),
            end => late.push((one.name.as_str(), end.copied(), at)),
        }
    }
    if let Some(rows) = rows(pen.size().0, series) {
        for &(_, end, look) in &early {
            pen.point(end, look)?;
        }
        return rows.draw(pen, &names(series));
    }
    ends(pen, &frame, &traces, &early)?;
    frame.names(pen, &late)
}

/// Writes the names of curves that end early, each beside a dot at its run's end.
fn ends<DB: DrawingBackend>(
    pen: &Pen<'_, DB>,
    frame: &Frame,
    traces: &[Vec<DrawPoint>],
    early: &[(&str, DrawPoint, usize)],
) -> DrawResult<DB> {
    let curves: Vec<&[DrawPoint]> = traces.iter().map(Vec::as_slice).collect();
    let bounds = (frame.left, frame.top, frame.right - 4.0, frame.bottom - 1.0);
    let mut taken = Vec::new();
    for &(name, (x, y), number) in early {
        pen.point((x, y), number)?;
        let room = (bounds.2 - bounds.0) / 2.0;
        let (wide, high) = (wide(name, number).min(room), NAME + 5.0);
        let spot = |left: f64, middle: f64| Spot {
            area: (left, middle - high / 2.0, left + wide, middle + high / 2.0),
            cost: (middle - y).abs() + if left < x { 20.0 } else { 0.0 },
        };
        let steps = [
            0.0, -10.0, -18.0, -27.0, -36.0, -54.0, -72.0, -100.0, -130.0, 18.0, 27.0, 36.0, 54.0,
        ];
        let spots: Vec<Spot> = steps
            .iter()
            .flat_map(|step| [spot(x + 9.0, y + step), spot(x - wide - 4.0, y + step)])
            .collect();
        if let Some(area) = pick(&spots, &curves, &taken, bounds) {
            taken.push(area);
            let at = (area.0, (area.1 + area.3) / 2.0);
            pen.named(name, at, room, number)?;
        }
    }
    Ok(())
}

/// The places for the cursor: the bins.
pub fn stops(size: (f64, f64), series: &[Series], unit: &str, pale: &[Series]) -> Vec<Stop> {
    let (frame, _) = frame(size, series, pale);
    let longest = series.iter().max_by_key(|one| one.values.len());
    let Some(longest) = longest else {
        return Vec::new();
    };
    let looks = looks(series);
    let stop = |(at, (time, _)): (usize, (f64, f64))| {
        let value = |(&look, one): (&usize, &Series)| {
            let point = one.points().nth(at);
            Value {
                look,
                name: one.name.clone(),
                text: match point {
                    Some((_, value)) if value.is_nan() => {
                        "no request sent then was answered".to_owned()
                    }
                    Some((_, value)) => told(value, unit),
                    None => "has ended".to_owned(),
                },
                at: point
                    .filter(|(_, value)| !value.is_nan())
                    .map(|(time, value)| frame.at(time, value)),
            }
        };
        Stop {
            x: frame.at(time, 0.0).0,
            y: None,
            title: format!("at {}", format::seconds(time)),
            values: looks.iter().zip(series).map(value).collect(),
        }
    };
    longest.points().enumerate().map(stop).collect()
}

/// A value with the name of its axis, which begins with the unit: a time is written in the unit that suits it.
fn told(value: f64, unit: &str) -> String {
    match unit.strip_prefix("s ") {
        Some(rest) => format!("{} {rest}", format::seconds(value)),
        None => format!("{}{}{unit}", format::amount(value), format::GAP),
    }
}

/// What the chart shows: a sentence per curve.
pub fn summary(series: &[Series], unit: &str) -> Vec<String> {
    let sentence = |one: &Series| match one.mean() {
        Some(mean) => format!(
            "{}: {} on average over {}, of {}.",
            one.name,
            told(mean, unit),
            format::seconds(one.duration),
            format::plural(one.count, "request")
        ),
        None => format!("{}: nothing yet.", one.name),
    };
    series.iter().map(sentence).collect()
}

/// What the chart shows, in one sentence: what is averaged, and its mean under each policy with its unit. Each moment counts alike,
/// where the tables count each request alike.
pub fn caption(series: &[Series], what: &str, shown: fn(f64) -> String) -> String {
    let mean = |it: &Series| it.mean().map_or(format::NONE.to_owned(), shown);
    let means = under(series.iter().map(|it| (mean(it), it.name.as_str())));
    let of = counted(series.iter().map(|it| it.count));
    format!("{what}, averaged over time: {means}, of {of}.")
}

/// For growing counts, in one sentence: when half of the answers were there under each policy.
pub fn half_way_caption(series: &[Series]) -> String {
    let half = |it: &Series| match it.half.is_nan() {
        true => "never".to_owned(),
        false => format!("by {}", format::seconds(it.half)),
    };
    let halves = under(series.iter().map(|it| (half(it), it.name.as_str())));
    let of = counted(series.iter().map(|it| it.count));
    format!("Half of {of} were answered {halves}.")
}

/// For growing counts: when half of them were there, a sentence per curve.
pub fn half_way(series: &[Series]) -> Vec<String> {
    let sentence = |one: &Series| match one.half.is_nan() {
        true => format!("{}: nothing yet.", one.name),
        false => format!(
            "{}: half of {} were answered by {}.",
            one.name,
            format::plural(one.count, "request"),
            format::seconds(one.half)
        ),
    };
    series.iter().map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_up_to_the_edges_of_bins_and_all_at_the_end() {
        // Two seconds a bin, and one left at the end.
        let edges = answered(&[1.0, 3.0, 2.0], 2.0, 5.0);
        assert_eq!(edges, [0.0, 2.0, 8.0, 10.0]);
        let series = Series {
            name: "smart".to_owned(),
            bin: 2.0,
            values: edges,
            edges: true,
            duration: 5.0,
            count: 10,
            half: 3.25,
        };
        let times: Vec<f64> = series.points().map(|it| it.0).collect();
        assert_eq!(times, [0.0, 2.0, 4.0, 5.0]);
        let caption = half_way_caption(&[series]).replace(format::GAP, " ");
        assert_eq!(
            caption,
            "Half of 10 requests were answered by 3.25 s under smart."
        );
        assert_eq!(answered(&[], 2.0, 0.0), [0.0]);
    }

    #[test]
    fn each_mean_of_a_caption_has_its_unit() {
        let series = |name: &str, value: f64| Series {
            name: name.to_owned(),
            bin: 2.0,
            values: vec![value; 2],
            edges: false,
            duration: 4.0,
            count: 10,
            half: 1.0,
        };
        let two = [series("smart", 0.637), series("random", 7.06)];
        assert_eq!(
            caption(&two, "Time to first token", format::seconds).replace(format::GAP, " "),
            "Time to first token, averaged over time: 637 ms under smart, 7.06 s under random, of 10 requests."
        );
        let whole = summary(&[series("smart", 4.0)], "requests waiting");
        assert_eq!(
            whole[0].replace(format::GAP, " "),
            "smart: 4 requests waiting on average over 4.00 s, of 10 requests."
        );
    }
}
