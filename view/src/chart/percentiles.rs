//! Time to first token at three percentiles, with a bar per policy, on a linear axis from zero.
//!
//! The percentiles are `core`'s: exact, with linear interpolation between neighbours.

use super::caption::{counted, under};
use super::curve::key;
use super::frame::{ABOVE, BELOW, BOLD, Frame, LABEL, NAME, NameRows, labelled, time};
use super::scale::Scale;
use super::stop::{Stop, Value};
use super::{Align, DrawResult, Pen};
use crate::look::looks_of;
use crate::{format, text};
use plotters::prelude::DrawingBackend;

/// The percentiles, in the order of the groups.
pub const RANKS: [&str; 3] = ["median", "P95", "P99"];

/// One policy's bars: a time at each of the percentiles.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// Its name, written behind each bar.
    pub name: String,
    /// The times at [`RANKS`] \[s\]; NaN if no request was answered.
    pub times: [f64; 3],
    /// The smallest and largest time over the seeds, for each percentile \[s\]; `None` with one seed.
    pub ranges: Option<[(f64, f64); 3]>,
    /// The number of requests that the percentiles are of.
    pub count: u64,
}

impl Bars {
    /// The right end of a bar, or of the range over seeds if that reaches further \[s\].
    fn most(&self, rank: usize) -> f64 {
        let range = self.ranges.map(|ranges| ranges[rank].1);
        range.unwrap_or(0.0).max(self.times[rank])
    }

    /// The time of a bar with its range over seeds, in words.
    pub fn time_text(&self, rank: usize) -> String {
        let time = format::seconds(self.times[rank]);
        match self.ranges.map(|ranges| ranges[rank]) {
            Some((least, most)) if least < most => format!(
                "{time} ({} to {} over the seeds)",
                format::seconds(least),
                format::seconds(most)
            ),
            _ => time,
        }
    }
}

/// The place of a bar, and the text behind it.
struct Bar {
    rank: usize,
    /// Which of the policies.
    of: usize,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

/// The distance between two groups of bars \[px\]; less where many policies need the height for their texts.
fn gap(policies: usize) -> f64 {
    if policies > 3 { 6.0 } else { 12.0 }
}

/// The share of the width that the texts behind the bars take at most.
const BEHIND: f64 = 0.46;

/// The width of the texts behind the bars, with the policies' names or their shapes alone \[px\].
fn behind(bars: &[Bars], named: bool) -> f64 {
    let label = |(bar, look): (&Bars, usize)| {
        let widest = bar.times.map(|t| text::width(&format::seconds(t), BOLD));
        let name = if named {
            text::width(&bar.name, LABEL)
        } else {
            0.0
        };
        widest.into_iter().fold(0.0, f64::max) + name + key(look) + 22.0
    };
    let looks = looks_of(bars, |it| &it.name);
    bars.iter().zip(looks).map(label).fold(0.0, f64::max)
}

/// The policies' names, each with how the policy looks.
fn names(bars: &[Bars]) -> Vec<(usize, &str)> {
    let looks = looks_of(bars, |it| &it.name).into_iter();
    looks
        .zip(bars)
        .map(|(look, it)| (look, it.name.as_str()))
        .collect()
}

/// The names in rows, if they are too long to stand behind the bars.
fn rows(width: f64, bars: &[Bars]) -> Option<NameRows> {
    let fit = behind(bars, true) <= width * BEHIND;
    NameRows::of(&names(bars), if fit { f64::INFINITY } else { 0.0 }, width)
}

fn frame((width, height): (f64, f64), bars: &[Bars], pale: &[Bars]) -> Frame {
    let rows = rows(width, bars);
    let behind = behind(bars, rows.is_none());
    let most = |bar: &Bars| (0..RANKS.len()).map(|at| bar.most(at)).fold(0.0, f64::max);
    let longest = bars.iter().chain(pale).map(most).fold(0.0, f64::max);
    Frame {
        left: RANKS
            .map(|it| text::width(it, LABEL))
            .into_iter()
            .fold(0.0, f64::max)
            + 14.0,
        right: width - behind.min(width * BEHIND),
        top: ABOVE + NameRows::height(rows.as_ref()),
        bottom: height - BELOW,
        x: Scale::Linear {
            from: 0.0,
            to: if longest > 0.0 { longest } else { 1.0 },
        },
        y: Scale::Linear { from: 0.0, to: 1.0 },
    }
}

fn places(frame: &Frame, bars: &[Bars]) -> Vec<Bar> {
    let count = bars.len().max(1) as f64;
    let gap = gap(bars.len());
    let group = (frame.bottom - frame.top - 2.0 * gap) / RANKS.len() as f64;
    let high = (group / count).min(26.0);
    let mut all = Vec::new();
    for rank in 0..RANKS.len() {
        let from = frame.top + rank as f64 * (group + gap) + (group - high * count) / 2.0;
        for (of, bar) in bars.iter().enumerate() {
            let top = from + of as f64 * high;
            all.push(Bar {
                rank,
                of,
                left: frame.left,
                right: frame.at(bar.times[rank], 0.0).0.max(frame.left + 1.0),
                top: top + 1.0,
                bottom: top + high - 1.0,
            });
        }
    }
    all
}

/// Draws a group of bars per percentile, with axes and names; a tick on each marks the same policy's time in another run.
pub fn draw<DB: DrawingBackend>(pen: &Pen<'_, DB>, bars: &[Bars], pale: &[Bars]) -> DrawResult<DB> {
    pen.clear()?;
    let frame = frame(pen.size(), bars, pale);
    let wanted = ((frame.right - frame.left) / 90.0) as usize;
    let ticks = labelled(frame.x.ticks(wanted.max(1)), time);
    frame.grid(pen, &ticks, &[])?;
    frame.axes(pen, "time to first token", "percentile of requests")?;
    let looks = looks_of(bars, |it| &it.name);
    let rows = rows(pen.size().0, bars);
    if let Some(rows) = &rows {
        rows.draw(pen, &names(bars))?;
    }
    for bar in places(&frame, bars) {
        let (of, look) = (&bars[bar.of], looks[bar.of]);
        let ink = pen.curve_ink(look);
        pen.rect((bar.left, bar.top), (bar.right, bar.bottom), ink)?;
        let middle = (bar.top + bar.bottom) / 2.0;
        let value = format::seconds(of.times[bar.rank]);
        let mut at = bar.right + 7.0;
        let known = |it: &&Bars| it.name == of.name && it.count > 0;
        if let Some(before) = pale.iter().find(known) {
            let x = frame.at(before.times[bar.rank], 0.0).0;
            pen.pale_tick(x, (bar.top, bar.bottom))?;
            if x > bar.right - 7.0 && x < at + 60.0 {
                at = x + 7.0;
            }
        }
        if let Some((least, most)) = of.ranges.map(|ranges| ranges[bar.rank]) {
            let [least, most] = [least, most].map(|it| frame.at(it, 0.0).0);
            let ink = pen.theme.ink;
            pen.line(&[(least, middle), (most, middle)], ink, 1.25)?;
            for end in [least, most] {
                pen.line(&[(end, middle - 3.5), (end, middle + 3.5)], ink, 1.25)?;
            }
            at = at.max(most + 7.0);
        }
        pen.name(&value, (at, middle), NAME, pen.theme.ink, Align::Start)?;
        let at = pen.key((at + text::width(&value, BOLD) + 7.0, middle), look)?;
        if rows.is_none() {
            let room = pen.size().0 - at - 2.0;
            let name = text::fit(&of.name, LABEL, room);
            pen.text(&name, (at, middle), LABEL, ink, Align::Start)?;
        }
    }
    // The name of a group is at the middle of its bars.
    let all = places(&frame, bars);
    for (rank, name) in RANKS.iter().enumerate() {
        let mine: Vec<&Bar> = all.iter().filter(|bar| bar.rank == rank).collect();
        if let (Some(first), Some(last)) = (mine.first(), mine.last()) {
            let at = (frame.left - 8.0, (first.top + last.bottom) / 2.0);
            pen.text(name, at, LABEL, pen.theme.soft, Align::End)?;
        }
    }
    Ok(())
}

/// The places for the cursor: the bars.
pub fn stops(size: (f64, f64), bars: &[Bars], pale: &[Bars]) -> Vec<Stop> {
    let frame = frame(size, bars, pale);
    let looks = looks_of(bars, |it| &it.name);
    let stop = |bar: Bar| {
        let of = &bars[bar.of];
        let middle = (bar.top + bar.bottom) / 2.0;
        Stop {
            x: (bar.left + bar.right) / 2.0,
            y: Some(middle),
            title: format!("{}, {}", of.name, RANKS[bar.rank]),
            values: vec![Value {
                look: looks[bar.of],
                name: String::new(),
                text: of.time_text(bar.rank),
                at: Some((bar.right, middle)),
            }],
        }
    };
    places(&frame, bars).into_iter().map(stop).collect()
}

/// What the chart shows, in one sentence: the 95th percentile under each policy.
pub fn caption(bars: &[Bars]) -> String {
    let times = under(bars.iter().map(|it| (it.time_text(1), it.name.as_str())));
    let of = counted(bars.iter().map(|it| it.count));
    format!("{} of TTFT: {times}, of {of}.", RANKS[1])
}

/// What the chart shows: a sentence per policy.
pub fn summary(bars: &[Bars]) -> Vec<String> {
    let sentence = |bar: &Bars| {
        let [half, p95, p99] = [0, 1, 2].map(|at| bar.time_text(at));
        let n = format::plural(bar.count, "request");
        let name = &bar.name;
        if bar.count == 0 {
            return format!("{name}: no request was answered.");
        }
        format!("{name}: median TTFT {half}, P95 {p95}, P99 {p99}, of {n}.")
    };
    bars.iter().map(sentence).collect()
}
