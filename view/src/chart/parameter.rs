//! A policy's parameter against the mean time to first token: the median over the seeds as a line, their range as a band.
//!
//! With the load factor of consistent hashing it shows what the bound is: insurance against an unlucky ring.

use super::frame::{ABOVE, BELOW, Frame, LABEL, STROKE, gutter, labelled, time};
use super::scale::Scale;
use super::stop::{Stop, Value};
use super::{Drawn, Pen};
use crate::{format, text};
use plotters::prelude::DrawingBackend;

/// One value of the parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// The value of the parameter in these runs.
    pub value: f64,
    /// Median over the seeds of the mean time to first token \[s\].
    pub median: f64,
    /// The least and the largest of them \[s\].
    pub range: (f64, f64),
}

/// A policy over its parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The name of the policy whose parameter changes.
    pub policy: String,
    /// The name of the parameter that changes.
    pub name: String,
    /// The values that were run with their times, from the least value on.
    pub settings: Vec<Setting>,
    /// How many seeds each value was run with.
    pub seeds: u32,
}

/// The frame, the values along the bottom and the times up the side.
type Laid = (Frame, Vec<(f64, String)>, Vec<(f64, String)>);

fn frame((width, height): (f64, f64), it: &Parameter) -> Laid {
    let all = || it.settings.iter();
    let times = all().flat_map(|s| [s.median, s.range.0, s.range.1]);
    let y = Scale::log_over(times);
    let labels = labelled(y.ticks(5), time);
    let (from, to) = match (all().next(), all().last()) {
        (Some(first), Some(last)) if last.value > first.value => (first.value, last.value),
        (Some(only), _) => (only.value - 1.0, only.value + 1.0),
        _ => (0.0, 1.0),
    };
    // A wide positive span has even factors, so that small values are not one heap.
    let x = if from > 0.0 && to / from > 8.0 {
        Scale::Log { from, to }
    } else {
        Scale::Linear { from, to }
    };
    let frame = Frame {
        left: gutter(&labels),
        right: width - 16.0,
        top: ABOVE,
        bottom: height - BELOW,
        x,
        y,
    };
    // The values that were run are the ticks, as far as their labels do not touch.
    let mut ticks: Vec<(f64, String)> = Vec::new();
    let mut free = f64::NEG_INFINITY;
    for setting in all() {
        let label = format::setting(setting.value);
        let (at, half) = (
            frame.at(setting.value, 0.0).0,
            text::width(&label, LABEL) / 2.0,
        );
        if at - half > free {
            free = at + half + 6.0;
            ticks.push((setting.value, label));
        }
    }
    (frame, ticks, labels)
}

/// Draws the band and the line.
pub fn draw<DB: DrawingBackend>(pen: &Pen<'_, DB>, it: &Parameter) -> Drawn<DB> {
    pen.clear()?;
    let (frame, x, y) = frame(pen.size(), it);
    frame.grid(pen, &x, &y)?;
    let above = match it.seeds {
        1 => "mean TTFT, log scale".to_owned(),
        n => format!(
            "mean TTFT, log scale: median and range over {}",
            format::plural(n.into(), "seed")
        ),
    };
    frame.axes(pen, &format!("{} of {}", it.name, it.policy), &above)?;
    let ink = pen.theme.curves[1];
    let up = it.settings.iter().map(|s| frame.at(s.value, s.range.1));
    let down = it
        .settings
        .iter()
        .rev()
        .map(|s| frame.at(s.value, s.range.0));
    let band: Vec<(f64, f64)> = up.chain(down).collect();
    if it.seeds > 1 && band.len() > 2 {
        pen.veil(&band, ink, 0.18)?;
    }
    let line: Vec<(f64, f64)> = it
        .settings
        .iter()
        .map(|s| frame.at(s.value, s.median))
        .collect();
    pen.line(&line, ink, STROKE)?;
    for at in line {
        pen.dot(at, 3.5, ink)?;
    }
    Ok(())
}

/// Places for the cursor: the settings.
pub fn stops(size: (f64, f64), it: &Parameter) -> Vec<Stop> {
    let (frame, ..) = frame(size, it);
    let stop = |s: &Setting| {
        let at = frame.at(s.value, s.median);
        let mut values = vec![Value {
            curve: 1,
            name: "mean TTFT".to_owned(),
            text: format::seconds(s.median),
            at: Some(at),
        }];
        if it.seeds > 1 {
            values.push(Value {
                curve: 1,
                name: "range".to_owned(),
                text: format!(
                    "{} to {}",
                    format::seconds(s.range.0),
                    format::seconds(s.range.1)
                ),
                at: None,
            });
        }
        Stop {
            x: at.0,
            y: None,
            title: format!("{} {}", it.name, format::setting(s.value)),
            values,
        }
    };
    it.settings.iter().map(stop).collect()
}

/// What the chart shows, in a sentence.
pub fn summary(it: &Parameter) -> String {
    let best = it
        .settings
        .iter()
        .min_by(|a, b| a.median.total_cmp(&b.median));
    let widest = it
        .settings
        .iter()
        .max_by(|a, b| (a.range.1 - a.range.0).total_cmp(&(b.range.1 - b.range.0)));
    match (best, widest) {
        (Some(best), Some(widest)) => {
            let mut said = format!(
                "{}: the mean TTFT is least, {}, with {} {}",
                it.policy,
                format::seconds(best.median),
                it.name,
                format::setting(best.value)
            );
            if it.seeds > 1 {
                said += &format!(
                    "; over {} it varies most with {}, from {} to {}",
                    format::plural(it.seeds.into(), "seed"),
                    format::setting(widest.value),
                    format::seconds(widest.range.0),
                    format::seconds(widest.range.1)
                );
            }
            said + "."
        }
        _ => format!("{}: nothing was run.", it.policy),
    }
}
