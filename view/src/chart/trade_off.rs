//! What more load costs: mean time to first token over the throughput reached, a curve a policy, a point a rate.

use super::frame::{Frame, LABEL, NAME, STROKE};
use super::label::spread;
use super::scale::Scale;
use super::{Align, Drawn, Pen};
use crate::format;
use plotters::prelude::DrawingBackend;

/// One policy's points.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Its name, drawn at its end.
    pub name: String,
    /// Requests a second and mean time to first token \[s\], in the order of the rates asked for.
    pub points: Vec<(f64, f64)>,
}

/// Half the side of a point's square \[px\].
const POINT: f64 = 2.5;

/// Draws the curves.
pub fn draw<DB: DrawingBackend>(pen: &Pen<'_, DB>, curves: &[Curve]) -> Drawn<DB> {
    pen.clear()?;
    let (width, height) = pen.size();
    let names = curves.iter().map(|curve| pen.width(&curve.name, NAME));
    let margin = names.fold(0.0, f64::max).min(width * 0.4) + 14.0;
    let all = || curves.iter().flat_map(|curve| curve.points.iter().copied());
    let frame = Frame {
        left: 64.0,
        right: width - margin,
        top: 28.0,
        bottom: height - 46.0,
        x: Scale::from_zero(all().map(|point| point.0).fold(0.0, f64::max)),
        y: Scale::log_over(all().map(|point| point.1)),
    };
    let wanted = ((frame.right - frame.left) / 80.0) as usize;
    let label = |values: Vec<f64>, text: fn(f64) -> String| -> Vec<(f64, String)> {
        values.into_iter().map(|v| (v, text(v))).collect()
    };
    let x = label(frame.x.ticks(wanted.max(2)), format::setting);
    let y = label(frame.y.ticks(5), format::seconds);
    frame.grid(pen, &x, &y)?;
    let soft = pen.theme.soft;
    let top = (8.0, 12.0);
    pen.text("mean TTFT", top, LABEL, soft, Align::Start)?;
    let middle = ((frame.left + frame.right) / 2.0, height - 12.0);
    pen.text(
        "requests completed a second",
        middle,
        LABEL,
        soft,
        Align::Middle,
    )?;

    let mut ends = Vec::new();
    for (at, curve) in curves.iter().enumerate() {
        let ink = pen.theme.curves[at % pen.theme.curves.len()];
        let places: Vec<(f64, f64)> = curve
            .points
            .iter()
            .filter(|point| point.0.is_finite() && point.1.is_finite())
            .map(|&(x, y)| frame.at(x, y))
            .collect();
        pen.line(&places, ink, STROKE)?;
        for &(x, y) in &places {
            let (from, to) = ((x - POINT, y), (x + POINT, y));
            pen.line(&[from, to], ink, 2.0 * POINT)?;
        }
        ends.push(
            places
                .last()
                .copied()
                .unwrap_or((frame.right, frame.bottom)),
        );
    }
    let wanted: Vec<f64> = ends.iter().map(|end| end.1).collect();
    let places = spread(&wanted, NAME + 4.0, frame.top - 8.0, frame.bottom + 8.0);
    for (at, (curve, y)) in curves.iter().zip(places).enumerate() {
        let ink = pen.theme.curves[at % pen.theme.curves.len()];
        if ends[at].0 < frame.right - 12.0 {
            // The curve ends before the edge: a thin line leads to its name.
            pen.line(
                &[(ends[at].0 + 5.0, ends[at].1), (frame.right + 4.0, y)],
                ink,
                0.75,
            )?;
        }
        pen.name(&curve.name, (frame.right + 8.0, y), NAME, ink, Align::Start)?;
    }
    Ok(())
}

/// What the chart shows, in a sentence.
pub fn summary(curves: &[Curve]) -> String {
    let part = |curve: &Curve| match (curve.points.first(), curve.points.last()) {
        (Some(first), Some(last)) if curve.points.len() > 1 => format!(
            "{}: from {} at {} requests a second to {} at {}",
            curve.name,
            format::seconds(first.1),
            format::figure(first.0),
            format::seconds(last.1),
            format::figure(last.0)
        ),
        (Some(only), _) => format!(
            "{}: {} at {} requests a second",
            curve.name,
            format::seconds(only.1),
            format::figure(only.0)
        ),
        _ => format!("{}: nothing", curve.name),
    };
    let parts: Vec<String> = curves.iter().map(part).collect();
    format!("Mean time to first token. {}.", parts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curves() -> Vec<Curve> {
        vec![
            Curve {
                name: "smart".to_owned(),
                points: vec![(10.0, 0.1), (19.5, 0.15), (24.0, 2.0)],
            },
            Curve {
                name: "random".to_owned(),
                points: vec![(10.0, 0.3)],
            },
        ]
    }

    #[test]
    fn the_sentence_has_both_ends() {
        let said = summary(&curves());
        assert!(
            said.contains("smart: from 100") && said.contains("random: 300"),
            "{said}"
        );
    }

    #[cfg(feature = "svg")]
    #[test]
    fn every_curve_is_drawn_and_named_inside() {
        use crate::chart::svg::svg;
        use crate::palette::LIGHT;
        let picture = svg((560, 300), &LIGHT, |pen| draw(pen, &curves())).unwrap();
        for name in ["smart", "random", "mean TTFT"] {
            assert!(picture.contains(name), "{name}");
        }
        assert!(!picture.contains("NaN"));
        assert!(
            svg((300, 200), &LIGHT, |pen| draw(pen, &[]))
                .unwrap()
                .contains("<svg")
        );
    }
}
