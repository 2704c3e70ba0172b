//! What charts share: margins, a light grid, axis labels, names at the ends of curves, and curves thinned to the pixels
//! there are.

use super::curve::wide;
use super::label::{Area, Spot, around, pick, spread};
use super::scale::Scale;
use super::{Align, DrawPoint, DrawResult, Pen};
use crate::format;
use crate::text;
use plotters::prelude::DrawingBackend;

/// The font size of axis labels \[px\].
pub const LABEL: f64 = 13.0;
/// The font size of the curves' names \[px\].
pub const NAME: f64 = 13.0;
/// The font size that a bold text of size [`NAME`] is measured with \[px\].
pub const BOLD: f64 = NAME * 1.14;
/// The room above a frame, for the name of its upright axis \[px\].
pub const ABOVE: f64 = 28.0;
/// The room below a frame, for labels and the other axis's name \[px\].
pub const BELOW: f64 = 46.0;
/// The width of a curve's line \[px\].
pub const STROKE: f64 = 2.25;

/// The room at the right for the names of curves (each given with its curve's place) \[px\]: the width of the longest, at
/// most a share of the whole.
pub fn margin<'a>(names: impl Iterator<Item = (usize, &'a str)>, width: f64) -> f64 {
    let widest = names
        .map(|(number, name)| wide(name, number))
        .fold(0.0, f64::max);
    widest.min(width * BESIDE) + 14.0
}

/// The share of the width that names beside the ends of curves take at most.
pub const BESIDE: f64 = 0.34;

/// The height of a row of names \[px\].
const ROW: f64 = 18.0;

/// Names of curves that are too long to stand beside them: they stand in rows above the area, whole.
pub struct NameRows {
    /// Where each name begins, in the order of the curves.
    places: Vec<DrawPoint>,
    /// The height of all rows \[px\].
    pub high: f64,
}

impl NameRows {
    /// The rows for names (each given with its curve's place) in a drawing of a width \[px\]; `None` if none is wider than `room`
    /// \[px\].
    pub fn of(names: &[(usize, &str)], room: f64, width: f64) -> Option<Self> {
        let widths = names.iter().map(|&(number, name)| wide(name, number));
        let widths: Vec<f64> = widths.collect();
        if widths.iter().all(|it| *it <= room) {
            return None;
        }
        let (mut x, mut y) = (0.0, ROW / 2.0 + 1.0);
        let mut places = Vec::new();
        for wide in widths {
            if x > 0.0 && x + wide > width - 2.0 {
                (x, y) = (0.0, y + ROW);
            }
            places.push((x, y));
            x += wide + 16.0;
        }
        let high = y + ROW / 2.0 - 1.0;
        Some(Self { places, high })
    }

    /// Draws each series' mark and, beside it, its name.
    pub fn draw<DB: DrawingBackend>(
        &self,
        pen: &Pen<'_, DB>,
        names: &[(usize, &str)],
    ) -> DrawResult<DB> {
        for (&(number, name), &at) in names.iter().zip(&self.places) {
            pen.named(name, at, pen.size().0 - at.0 - 2.0, number)?;
        }
        Ok(())
    }

    /// The height of rows that may not be there \[px\].
    pub fn height(rows: Option<&Self>) -> f64 {
        rows.map_or(0.0, |it| it.high)
    }
}

/// The room at the left for an axis's labels \[px\].
pub fn gutter(labels: &[(f64, String)]) -> f64 {
    let widths = labels.iter().map(|(_, label)| text::width(label, LABEL));
    widths.fold(0.0, f64::max) + 14.0
}

/// Pairs values with their labels.
pub fn labelled(values: Vec<f64>, label: impl Fn(f64) -> String) -> Vec<(f64, String)> {
    values.into_iter().map(|v| (v, label(v))).collect()
}

/// A time as an axis label; a round one has no decimals.
pub fn time(t: f64) -> String {
    let (value, unit) = match t.abs() {
        0.0 => (0.0, "s"),
        size if size < 0.000_999 => (t * 1e6, "µs"),
        size if size < 0.999 => (t * 1e3, "ms"),
        _ => (t, "s"),
    };
    format!("{}{}{unit}", format::setting(value), format::GAP)
}

/// The rectangle that holds the curves, and its axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The left edge of the area, from the drawing's left \[px\].
    pub left: f64,
    /// The right edge of the area, from the drawing's left \[px\].
    pub right: f64,
    /// The upper edge of the area, from the drawing's top \[px\].
    pub top: f64,
    /// The lower edge of the area, from the drawing's top \[px\].
    pub bottom: f64,
    /// The axis along the bottom.
    pub x: Scale,
    /// The axis up the side.
    pub y: Scale,
}

impl Frame {
    /// The place of a point in the drawing \[px\].
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let across = self.x.place(x).clamp(0.0, 1.0);
        let up = self.y.place(y).clamp(0.0, 1.0);
        (
            self.left + across * (self.right - self.left),
            self.bottom - up * (self.bottom - self.top),
        )
    }

    /// Draws the grid with its labels.
    pub fn grid<DB: DrawingBackend>(
        &self,
        pen: &Pen<'_, DB>,
        x: &[(f64, String)],
        y: &[(f64, String)],
    ) -> DrawResult<DB> {
        let (line, soft) = (pen.theme.line, pen.theme.soft);
        for (value, label) in x {
            let (at, _) = self.at(*value, 0.0);
            let crisp = libm::floor(at) + 0.5;
            pen.line(&[(crisp, self.top), (crisp, self.bottom)], line, 1.0)?;
            let half = text::width(label, LABEL) / 2.0;
            let at = at.min(pen.size().0 - half - 1.0).max(half);
            pen.text(label, (at, self.bottom + 15.0), LABEL, soft, Align::Middle)?;
        }
        for (value, label) in y {
            let (_, at) = self.at(0.0, *value);
            let crisp = libm::floor(at) + 0.5;
            pen.line(&[(self.left, crisp), (self.right, crisp)], line, 1.0)?;
            pen.text(label, (self.left - 8.0, at), LABEL, soft, Align::End)?;
        }
        Ok(())
    }

    /// Writes the names of the axes: that of the upright one above it, that of the other below the labels.
    pub fn axes<DB: DrawingBackend>(&self, pen: &Pen<'_, DB>, x: &str, y: &str) -> DrawResult<DB> {
        let (soft, (width, height)) = (pen.theme.soft, pen.size());
        let y = text::fit(y, LABEL, width - 2.0);
        pen.text(&y, (0.0, self.top - 16.0), LABEL, soft, Align::Start)?;
        let x = text::fit(x, LABEL, width - 8.0);
        // The name is in the middle of its axis, as far as there is room.
        let half = text::width(&x, LABEL) / 2.0;
        let middle = ((self.left + self.right) / 2.0).min(width - half - 2.0);
        let below = (middle.max(half), height - 10.0);
        pen.text(&x, below, LABEL, soft, Align::Middle)
    }

    /// A limit on what the upright axis measures: a dashed line across the area.
    pub fn limit<DB: DrawingBackend>(&self, pen: &Pen<'_, DB>, limit: f64) -> DrawResult<DB> {
        let (_, at) = self.at(1.0, limit);
        pen.dashes((self.left, at), (self.right, at), pen.theme.ink)
    }

    /// The name of a limit, above its line or below it where it stands so high that its name would touch the axis'; as far left as
    /// neither `curves` nor other names (`taken`) are in its way.
    pub fn limit_name<DB: DrawingBackend>(
        &self,
        pen: &Pen<'_, DB>,
        (limit, name): (f64, &str),
        curves: &[&[DrawPoint]],
        taken: &[Area],
    ) -> DrawResult<DB> {
        let (_, at) = self.at(1.0, limit);
        let wide = text::width(name, LABEL * 1.14);
        let first = beside(at, self.top);
        let mut spots = Vec::new();
        for (side, cost) in [(first, 0.0), (-first, 30.0)] {
            let mut left = self.left + 6.0;
            while left + wide <= self.right {
                let middle = (left + wide / 2.0, at + side);
                spots.push(Spot {
                    area: around(middle, (wide, LABEL + 2.0)),
                    cost: cost + (left - self.left) * 0.05,
                });
                left += 12.0;
            }
        }
        let bounds = (self.left, self.top - 6.0, self.right, self.bottom);
        let area = pick(&spots, curves, taken, bounds);
        let left = area.map_or(self.left + 6.0, |it| it.0);
        let middle = area.map_or(at + first, |it| (it.1 + it.3) / 2.0);
        pen.name(name, (left, middle), LABEL, pen.theme.ink, Align::Start)
    }

    /// Writes the names of curves (each given with its curve's place) beside their ends, moved apart, with thin lines to
    /// curves that end early.
    pub fn names<DB: DrawingBackend>(
        &self,
        pen: &Pen<'_, DB>,
        names: &[(&str, Option<DrawPoint>, usize)],
    ) -> DrawResult<DB> {
        let end = |end: Option<DrawPoint>| end.unwrap_or((self.right, self.bottom));
        let wanted: Vec<f64> = names.iter().map(|name| end(name.1).1).collect();
        let places = spread(&wanted, NAME + 4.0, self.top - 8.0, self.bottom + 8.0);
        let left = self.right + 8.0;
        for (&(name, at, number), y) in names.iter().zip(places) {
            let at = end(at);
            if at.0 < self.right - 24.0 {
                // Not in the curve's colour: it is no part of the curve.
                let ink = pen.theme.soft;
                pen.line(&[(at.0 + 5.0, at.1), (self.right + 4.0, y)], ink, 0.75)?;
            }
            let room = pen.size().0 - left - 2.0;
            pen.named(name, (left, y), room, number)?;
        }
        Ok(())
    }

    /// A curve's points in the drawing \[px\], at most the lowest and the highest of each pixel column; the first and the
    /// last are kept.
    pub fn trace(&self, points: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
        let mut out: Vec<(f64, f64)> = Vec::new();
        let mut column: Option<Column> = None;
        for point in points.filter(|p| p.0.is_finite() && p.1.is_finite()) {
            let at = self.at(point.0, point.1);
            match &mut column {
                Some(open) if libm::floor(open.first.0) == libm::floor(at.0) => open.add(at),
                _ => {
                    if let Some(done) = column.replace(Column::of(at)) {
                        done.finish(&mut out);
                    }
                }
            }
        }
        if let Some(done) = column {
            done.finish(&mut out);
        }
        out
    }
}

/// How far the middle of a line's name is from the line \[px\], downwards if positive: below a line that is so near the area's upper
/// edge, `top`, that a name above it would touch it, else above.
fn beside(at: f64, top: f64) -> f64 {
    if at < top + LABEL { 11.0 } else { -9.0 }
}

/// The points that fall into one pixel column.
struct Column {
    first: (f64, f64),
    low: (f64, f64),
    high: (f64, f64),
    last: (f64, f64),
}

impl Column {
    fn of(at: (f64, f64)) -> Self {
        Self {
            first: at,
            low: at,
            high: at,
            last: at,
        }
    }

    fn add(&mut self, at: (f64, f64)) {
        if at.1 < self.low.1 {
            self.low = at;
        }
        if at.1 > self.high.1 {
            self.high = at;
        }
        self.last = at;
    }

    /// Appends the points of the column that are left, in the order of x.
    fn finish(self, out: &mut Vec<(f64, f64)>) {
        let (early, late) = if self.low.0 <= self.high.0 {
            (self.low, self.high)
        } else {
            (self.high, self.low)
        };
        for point in [self.first, early, late, self.last] {
            if out.last() != Some(&point) {
                out.push(point);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Frame {
        Frame {
            left: 0.0,
            right: 100.0,
            top: 0.0,
            bottom: 50.0,
            x: Scale::Linear { from: 0.0, to: 1.0 },
            y: Scale::Linear { from: 0.0, to: 1.0 },
        }
    }

    #[test]
    fn the_name_of_a_limit_stays_off_the_name_of_the_axis() {
        // That of the axis ends a few pixels above the area.
        let (top, half) = (28.0, LABEL / 2.0);
        for at in 28..200 {
            let middle = f64::from(at) + beside(f64::from(at), top);
            assert!(middle - half >= top - 6.0, "{at}");
            assert!((middle - f64::from(at)).abs() > half, "{at}");
        }
    }

    #[test]
    fn decimation_keeps_peaks_and_ends() {
        let mut points: Vec<(f64, f64)> = (0..100_000).map(|n| (f64::from(n) / 1e5, 0.5)).collect();
        points[54_321].1 = 1.0;
        let trace = frame().trace(points.into_iter());
        assert!(trace.len() <= 404, "{}", trace.len());
        assert!(trace.iter().any(|p| p.1 == 0.0), "the peak is at the top");
        assert_eq!(trace[0], (0.0, 25.0));
        assert!(trace.windows(2).all(|w| w[0].0 <= w[1].0));
    }

    #[test]
    fn nothing_is_drawn_of_what_is_no_number() {
        assert!(frame().trace([(f64::NAN, 1.0)].into_iter()).is_empty());
    }
}
