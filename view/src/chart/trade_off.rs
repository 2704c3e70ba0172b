//! What more load costs: mean time to first token over the throughput reached, a curve a policy, a point a rate or a
//! number of replicas.

use super::frame::{ABOVE, BELOW, Frame, LABEL, gutter, labelled, margin, time};
use super::scale::Scale;
use super::stop::{Stop, Value};
use super::{Align, Drawn, Pen};
use crate::format;
use plotters::prelude::DrawingBackend;

/// One point of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// What was set: "10 arrivals/s".
    pub setting: String,
    /// Requests completed a second.
    pub throughput: f64,
    /// Mean time to first token \[s\].
    pub ttft: f64,
    /// How many requests are behind it.
    pub count: u64,
}

/// One policy's points: throughput and time to first token, one for each setting of the sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Its name, drawn at its end.
    pub name: String,
    /// In the order of what was set.
    pub points: Vec<Point>,
}

/// The curves, and a limit that the time to first token is to keep.
#[derive(Clone, Debug, PartialEq)]
pub struct TradeOff {
    /// The curve of each policy.
    pub curves: Vec<Curve>,
    /// The limit that times are held against \[s\]; none where the scenario has none.
    pub limit: Option<f64>,
}

const UNIT: &str = "requests completed a second";

/// The frame, and the times up its side.
fn frame((width, height): (f64, f64), it: &TradeOff) -> (Frame, Vec<(f64, String)>) {
    let all = || it.curves.iter().flat_map(|curve| &curve.points);
    let y = Scale::log_over(all().map(|point| point.ttft).chain(it.limit));
    let times = labelled(y.ticks(5), time);
    let names = it.curves.iter().map(|curve| curve.name.as_str());
    let frame = Frame {
        left: gutter(&times),
        right: width - margin(names.enumerate(), width),
        top: ABOVE,
        bottom: height - BELOW,
        x: Scale::from_zero(all().map(|point| point.throughput).fold(0.0, f64::max)),
        y,
    };
    (frame, times)
}

fn places(frame: &Frame, curve: &Curve) -> Vec<(f64, f64)> {
    let known = |point: &&Point| point.throughput.is_finite() && point.ttft.is_finite();
    let points = curve.points.iter().filter(known);
    points
        .map(|point| frame.at(point.throughput, point.ttft))
        .collect()
}

/// Draws a curve for each policy, with axes, names and the limit.
pub fn draw<DB: DrawingBackend>(pen: &Pen<'_, DB>, it: &TradeOff) -> Drawn<DB> {
    pen.clear()?;
    let (frame, y) = frame(pen.size(), it);
    let wanted = ((frame.right - frame.left) / 80.0) as usize;
    let x = labelled(frame.x.ticks(wanted.max(2)), format::setting);
    frame.grid(pen, &x, &y)?;
    frame.axes(pen, UNIT, "mean TTFT, log scale")?;
    if let Some(limit) = it.limit {
        let (_, at) = frame.at(0.0, limit);
        let ink = pen.theme.ink;
        pen.dashes((frame.left, at), (frame.right, at), ink)?;
        let label = format!("limit {}", format::seconds(limit));
        pen.name(
            &label,
            (frame.left + 6.0, at - 9.0),
            LABEL,
            ink,
            Align::Start,
        )?;
    }
    let mut names = Vec::new();
    for (at, curve) in it.curves.iter().enumerate() {
        let places = places(&frame, curve);
        // Its shapes stand at its points alone.
        pen.stroke(&places, at)?;
        for &place in &places {
            pen.point(place, at)?;
        }
        names.push((curve.name.as_str(), places.last().copied(), at));
    }
    frame.names(pen, &names)
}

/// Places for the cursor: the points.
pub fn stops(size: (f64, f64), it: &TradeOff) -> Vec<Stop> {
    let (frame, _) = frame(size, it);
    let of = |(number, curve): (usize, &Curve)| {
        let stop = |point: &Point| {
            let at = frame.at(point.throughput, point.ttft);
            let value = |name: &str, text: String, at| Value {
                curve: number,
                name: name.to_owned(),
                text,
                at,
            };
            let rate = format!("{} requests/s", format::figure(point.throughput));
            Stop {
                x: at.0,
                y: Some(at.1),
                title: format!("{}, {}", curve.name, point.setting),
                values: vec![
                    value("mean TTFT", format::seconds(point.ttft), Some(at)),
                    value("throughput", rate, None),
                ],
            }
        };
        curve.points.iter().map(stop).collect::<Vec<_>>()
    };
    it.curves.iter().enumerate().flat_map(of).collect()
}

/// What the chart shows: a sentence a curve.
pub fn summary(it: &TradeOff) -> Vec<String> {
    let told = |curve: &Curve| {
        let at = |point: &Point| {
            let (time, rate) = (
                format::seconds(point.ttft),
                format::figure(point.throughput),
            );
            format!("{time} at {rate} requests a second ({})", point.setting)
        };
        match (curve.points.first(), curve.points.last()) {
            (Some(first), Some(last)) if curve.points.len() > 1 => format!(
                "{}: mean TTFT from {} to {}; {} a point.",
                curve.name,
                at(first),
                at(last),
                format::plural(last.count, "request")
            ),
            (Some(only), _) => format!(
                "{}: mean TTFT {}, of {}.",
                curve.name,
                at(only),
                format::plural(only.count, "request")
            ),
            _ => format!("{}: nothing.", curve.name),
        }
    };
    it.curves.iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Chart, Content};

    fn curve(name: &str, points: &[(f64, f64)]) -> Curve {
        let point = |&(throughput, ttft): &(f64, f64)| Point {
            setting: format!("{throughput} arrivals/s"),
            throughput,
            ttft,
            count: 120,
        };
        Curve {
            name: name.to_owned(),
            points: points.iter().map(point).collect(),
        }
    }

    fn chart(curves: Vec<Curve>) -> Chart {
        let limit = Some(0.5);
        Chart::new(Content::TradeOff(TradeOff { curves, limit }))
    }

    #[test]
    fn every_curve_is_drawn_named_and_told_with_both_ends() {
        let curves = vec![
            curve("smart", &[(10.0, 0.1), (19.5, 0.15), (24.0, 2.0)]),
            curve("random", &[(10.0, 0.3)]),
        ];
        let chart = chart(curves);
        let said = chart.summary().join(" ").replace(format::GAP, " ");
        assert!(
            said.contains("120 requests a point")
                && said.contains("smart: mean TTFT from 100 ms")
                && said.contains("random: mean TTFT 300 ms"),
            "{said}"
        );
        let picture = chart.svg((560, 300));
        for name in [
            "smart",
            "random",
            "mean TTFT",
            "requests completed a second",
            "limit 500",
        ] {
            assert!(picture.contains(name), "{name}");
        }
        assert!(!picture.contains("NaN"));
        assert_eq!(chart.stops((560, 300)).len(), 4);
    }

    #[test]
    fn nothing_is_an_empty_grid() {
        assert!(chart(Vec::new()).svg((300, 200)).contains("<svg"));
    }
}
