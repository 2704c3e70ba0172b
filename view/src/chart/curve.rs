//! How curves are told apart: seven colours, each with dashes of its own, and a shape along the curve and beside its name. Which
//! curve has which is said in [`crate::look`]: a policy's follow from its name.
//!
//! Dashes and shapes tell what a colour does not, so nothing depends on colour alone, and a picture in black and white can still
//! be read. Curves with the dot have it at single points only; those with an outline have that along the way too.

use super::frame::{BOLD, NAME, STROKE};
use super::{Align, DrawPoint, DrawResult, Pen};
use crate::look::{COLOURS, colour, shape};
use crate::palette::Rgb;
use crate::text;
use plotters::prelude::{DrawingAreaErrorKind, DrawingBackend};

/// The distance between two shapes along a curve \[px\].
const APART: f64 = 84.0;
/// Half the width of a shape \[px\].
const SIZE: f64 = 4.0;
/// The radius of a dot \[px\].
pub(super) const DOT: f64 = 3.5;
/// The room that the shape takes in front of a curve's name \[px\].
const KEY: f64 = 15.0;

/// How long a curve's line is drawn and left out in turn \[px\], by its colour: ink is one line.
const DASHES: [&[f64]; COLOURS] = [
    &[],
    &[11.0, 4.0],
    &[2.5, 3.5],
    &[11.0, 3.5, 2.5, 3.5],
    &[22.0, 4.0],
    &[6.0, 3.0],
    &[11.0, 3.5, 2.5, 3.5, 2.5, 3.5],
];

/// The outlines of the shapes: square, triangle, diamond, triangle upside down.
const SHAPES: [&[DrawPoint]; 4] = [
    &[(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)],
    &[(0.0, -1.3), (1.25, 0.95), (-1.25, 0.95)],
    &[(0.0, -1.45), (1.45, 0.0), (0.0, 1.45), (-1.45, 0.0)],
    &[(0.0, 1.3), (-1.25, -0.95), (1.25, -0.95)],
];

/// The outline of a look's shape, and whether it is hollow; a dot has none.
fn outline(look: usize) -> Option<(usize, bool)> {
    let at = shape(look).checked_sub(1)?;
    Some((at % SHAPES.len(), at / SHAPES.len() == 1))
}

/// The width of a curve's name with its shape \[px\].
pub fn wide(name: &str, number: usize) -> f64 {
    text::width(name, BOLD) + key(number)
}

/// The room that the shape in front of a name takes \[px\]; 0 for a dot, which is left out.
pub(super) fn key(number: usize) -> f64 {
    outline(number).map_or(0.0, |_| KEY)
}

impl<DB: DrawingBackend> Pen<'_, DB> {
    /// The colour of a look.
    pub fn curve_ink(&self, number: usize) -> Rgb {
        self.theme.curves[colour(number)]
    }

    /// Draws a curve's line in its colour and dashes.
    pub fn stroke(&self, trace: &[DrawPoint], number: usize) -> DrawResult<DB> {
        self.stroke_of(trace, number, STROKE)
    }

    /// Draws a curve's line in its colour and dashes, with a thickness \[px\].
    pub fn stroke_of(&self, trace: &[DrawPoint], number: usize, thick: f64) -> DrawResult<DB> {
        let ink = self.curve_ink(number);
        match DASHES[colour(number)] {
            [] => self.line(trace, ink, thick),
            pattern => dashed(trace, pattern)
                .iter()
                .try_for_each(|piece| self.line(piece, ink, thick)),
        }
    }

    /// Draws a curve: its line with its shapes along it.
    pub fn curve(&self, trace: &[DrawPoint], number: usize) -> DrawResult<DB> {
        self.stroke(trace, number)?;
        if outline(number).is_none() {
            return Ok(());
        }
        // Curves begin with different offsets, so that the shapes of curves that run together do not hide each other.
        let mut next = 12.0 + (number * 19 % 60) as f64;
        let mut way = 0.0;
        for piece in trace.windows(2) {
            let ((x, y), (dx, dy)) = (piece[0], (piece[1].0 - piece[0].0, piece[1].1 - piece[0].1));
            let length = libm::hypot(dx, dy);
            while length > 0.0 && next <= way + length {
                let share = (next - way) / length;
                self.point((x + dx * share, y + dy * share), number)?;
                next += APART;
            }
            way += length;
        }
        Ok(())
    }

    /// Draws a curve of another run, pale and without a name.
    pub fn pale(&self, trace: &[DrawPoint]) -> DrawResult<DB> {
        let half = |a: u8, b: u8| u8::midpoint(a, b);
        let (Rgb(r, g, b), Rgb(x, y, z)) = (self.theme.card, self.theme.soft);
        self.line(trace, Rgb(half(r, x), half(g, y), half(b, z)), 1.75)
    }

    /// Draws the tick on a bar that marks the value of another run, from the bar's upper to its lower edge.
    pub fn pale_tick(&self, x: f64, (top, bottom): (f64, f64)) -> DrawResult<DB> {
        let ends = [(x, top - 2.0), (x, bottom + 2.0)];
        // A rim of the card's colour separates it from the bar below.
        self.line(&ends, self.theme.card, 4.5)?;
        self.line(&ends, self.theme.soft, 1.75)
    }

    /// Draws a single point of a curve: its shape, or a dot.
    pub fn point(&self, at: DrawPoint, number: usize) -> DrawResult<DB> {
        let hollow = outline(number).is_some_and(|(_, hollow)| hollow);
        self.shape(at, number, 1.0, hollow)
    }

    /// Draws a curve's shape, or a dot, so many times as large as along the curve, and filled or hollow whichever the curve's own are.
    pub fn shape(
        &self,
        (x, y): DrawPoint,
        number: usize,
        times: f64,
        hollow: bool,
    ) -> DrawResult<DB> {
        let ink = self.curve_ink(number);
        let inside = self.theme.card;
        let Some((outline, _)) = outline(number) else {
            let radius = DOT * times;
            self.dot((x, y), radius, ink)?;
            return match hollow {
                true => self.dot((x, y), radius - 1.75, inside),
                false => Ok(()),
            };
        };
        let shape = |size: f64| -> Vec<DrawPoint> {
            let corner = |&(dx, dy): &DrawPoint| (x + dx * size, y + dy * size);
            SHAPES[outline].iter().map(corner).collect()
        };
        let size = SIZE * times;
        // A rim of the card's colour separates it from the curves below.
        self.veil(&shape(size + 1.5), inside, 1.0)?;
        self.veil(&shape(size), ink, 1.0)?;
        match hollow {
            true => self.veil(&shape(size - 2.0), inside, 1.0),
            false => Ok(()),
        }
    }

    /// Draws the shape in front of a name, at this place; a dot is left out. Returns where the name begins \[px from the left\].
    pub fn key(
        &self,
        (x, y): DrawPoint,
        number: usize,
    ) -> Result<f64, DrawingAreaErrorKind<DB::ErrorType>> {
        let wide = key(number);
        if wide > 0.0 {
            self.point((x + SIZE + 1.0, y), number)?;
        }
        Ok(x + wide)
    }

    /// A curve's name, cut to `room` \[px\], behind its shape.
    pub fn named(&self, name: &str, (x, y): DrawPoint, room: f64, number: usize) -> DrawResult<DB> {
        let after = self.key((x, y), number)?;
        let name = text::fit(name, BOLD, room + x - after);
        let ink = self.curve_ink(number);
        self.name(&name, (after, y), NAME, ink, Align::Start)
    }
}

/// The dashes of a line; `pattern` has the lengths of dashes and gaps in turn \[px\].
fn dashed(trace: &[DrawPoint], pattern: &[f64]) -> Vec<Vec<DrawPoint>> {
    let mut pieces = Vec::new();
    let Some(&first) = trace.first() else {
        return pieces;
    };
    let mut open = vec![first];
    let (mut turn, mut left) = (0, pattern[0]);
    for step in trace.windows(2) {
        let (from, to) = (step[0], step[1]);
        let length = libm::hypot(to.0 - from.0, to.1 - from.1);
        let mut way = 0.0;
        while length - way > left {
            way += left;
            let share = way / length;
            let at = (
                from.0 + (to.0 - from.0) * share,
                from.1 + (to.1 - from.1) * share,
            );
            if turn % 2 == 0 {
                open.push(at);
                pieces.push(core::mem::take(&mut open));
            } else {
                open.push(at);
            }
            turn = (turn + 1) % pattern.len();
            left = pattern[turn];
        }
        left -= length - way;
        if turn % 2 == 0 {
            open.push(to);
        }
    }
    if open.len() > 1 {
        pieces.push(open);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::sheet::{Shape, sheet};
    use crate::palette::{DARK, LIGHT};

    #[test]
    fn sixty_three_curves_look_different_and_seven_have_a_dot() {
        let of = |look| (colour(look), outline(look));
        let looks: Vec<_> = (0..COLOURS * crate::look::SHAPES).map(of).collect();
        assert_eq!(looks.len(), 63);
        for (at, one) in looks.iter().enumerate() {
            assert!(!looks[..at].contains(one), "{at}");
            assert_eq!(one.1.is_none(), at < COLOURS, "{at}");
        }
    }

    #[test]
    fn each_colour_has_dashes_of_its_own_and_ink_none() {
        let lines = |number| {
            let drawn = sheet((400, 100), &LIGHT, |pen| {
                pen.curve(&[(0.0, 50.0), (126.0, 50.0), (150.0, 90.0)], number)
            });
            let lines = drawn.marks.iter();
            lines
                .filter_map(|mark| match &mark.shape {
                    Shape::Line(points, _) => Some(points.clone()),
                    _ => None,
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(lines(0).len(), 1);
        let all: Vec<_> = (0..COLOURS).map(lines).collect();
        for (at, one) in all.iter().enumerate() {
            assert!(!all[..at].contains(one), "{at}");
        }
        // 172 px in dashes of 11 and gaps of 4: eleven whole dashes and a partial one, around the corner as well.
        assert_eq!(all[1].len(), 12);
        assert!(
            all[1].iter().any(|it| it.len() == 3),
            "a dash turns the corner"
        );
    }

    #[test]
    fn dashes_end_where_the_line_ends() {
        assert!(dashed(&[], &[2.0, 2.0]).is_empty());
        assert!(dashed(&[(1.0, 1.0)], &[2.0, 2.0]).is_empty());
        let pieces = dashed(&[(0.0, 0.0), (5.0, 0.0)], &[2.0, 2.0]);
        assert_eq!(pieces, [[(0.0, 0.0), (2.0, 0.0)], [(4.0, 0.0), (5.0, 0.0)]]);
    }

    /// The numbers of corners of the filled shapes that a curve is drawn with.
    fn corners(number: usize) -> Vec<usize> {
        let drawn = sheet((400, 100), &LIGHT, |pen| {
            pen.curve(&[(0.0, 50.0), (300.0, 50.0)], number)
        });
        let ink = LIGHT.curves[colour(number)];
        let shapes = drawn.marks.iter().filter(|mark| mark.ink == ink);
        let filled = shapes.filter_map(|mark| match &mark.shape {
            Shape::Area(points) => Some(points.len()),
            _ => None,
        });
        filled.collect()
    }

    #[test]
    fn shapes_stand_along_curves_that_have_one() {
        assert!(corners(0).is_empty());
        let (square, triangle) = (corners(COLOURS), corners(2 * COLOURS));
        assert!(square.len() >= 3 && triangle.len() >= 3);
        assert!(square.iter().all(|&n| n == square[0]) && square[0] != triangle[0]);
        for theme in [&LIGHT, &DARK] {
            let drawn = sheet((200, 40), theme, |pen| {
                pen.named("chwbl", (4.0, 20.0), 100.0, COLOURS)
            });
            let shapes = drawn
                .marks
                .iter()
                .filter(|it| matches!(it.shape, Shape::Area(_)));
            assert_eq!(
                shapes.count(),
                2,
                "a rim and the shape in front of the name"
            );
        }
    }
}
