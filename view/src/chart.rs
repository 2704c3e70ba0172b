//! Charts, drawn on any plotters backend: a canvas in the page, SVG text on the command line and in the tests.
//!
//! A chart draws on a grid eight times finer than a pixel, since plotters' coordinates are whole numbers: the backend
//! says its size in these units and scales what it is given ([`UNITS`]). One helper, [`Pen::px`], turns pixels into units
//! for fonts, strokes and margins alike. Curves carry their names beside them, so there is no legend.

pub mod ecdf;
pub mod frame;
pub mod label;
pub mod over_time;
pub mod scale;
#[cfg(feature = "svg")]
pub mod svg;
pub mod trade_off;

use crate::palette::{Rgb, Theme};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Units of a backend's coordinates in a pixel.
pub const UNITS: i32 = 8;
/// The charts' font. (A canvas takes the first of a list; the SVG too.)
pub const FONT: &str = "ui-sans-serif, system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

/// What can go wrong is the backend's.
pub type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// Draws in pixels on an area whose units are finer.
pub struct Pen<'a, DB: DrawingBackend> {
    area: &'a DrawingArea<DB, Shift>,
    /// The colours.
    pub theme: &'a Theme,
}

/// Where a text is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// By its start.
    Start,
    /// By its middle.
    Middle,
    /// By its end.
    End,
}

impl<'a, DB: DrawingBackend> Pen<'a, DB> {
    /// A pen for `area`.
    pub fn new(area: &'a DrawingArea<DB, Shift>, theme: &'a Theme) -> Self {
        Self { area, theme }
    }

    /// Pixels in units, for coordinates, fonts, strokes and margins.
    pub fn px(pixels: f64) -> i32 {
        libm::round(pixels * f64::from(UNITS)) as i32
    }

    /// The area's size \[px\].
    pub fn size(&self) -> (f64, f64) {
        let (width, height) = self.area.dim_in_pixel();
        (
            f64::from(width) / f64::from(UNITS),
            f64::from(height) / f64::from(UNITS),
        )
    }

    /// Fills the whole area with the card's colour.
    pub fn clear(&self) -> Drawn<DB> {
        self.area.fill(&colour(self.theme.card))
    }

    /// A line through points \[px\].
    pub fn line(&self, points: &[(f64, f64)], ink: Rgb, width: f64) -> Drawn<DB> {
        let style = colour(ink).stroke_width(Self::px(width).max(1) as u32);
        let points: Vec<(i32, i32)> = points
            .iter()
            .map(|&(x, y)| (Self::px(x), Self::px(y)))
            .collect();
        self.area.draw(&PathElement::new(points, style))
    }

    /// A text at a point \[px\], `size` high, held at its baseline's middle.
    pub fn text(&self, text: &str, at: (f64, f64), size: f64, ink: Rgb, align: Align) -> Drawn<DB> {
        self.styled(text, at, size, ink, align, FontStyle::Normal)
    }

    /// The same in bold, with a halo of the card's colour so that it can stand on a grid.
    pub fn name(&self, text: &str, at: (f64, f64), size: f64, ink: Rgb, align: Align) -> Drawn<DB> {
        for (dx, dy) in [(-1.5, 0.0), (1.5, 0.0), (0.0, -1.5), (0.0, 1.5)] {
            let at = (at.0 + dx, at.1 + dy);
            self.styled(text, at, size, self.theme.card, align, FontStyle::Bold)?;
        }
        self.styled(text, at, size, ink, align, FontStyle::Bold)
    }

    fn styled(
        &self,
        text: &str,
        at: (f64, f64),
        size: f64,
        ink: Rgb,
        align: Align,
        weight: FontStyle,
    ) -> Drawn<DB> {
        let hold = match align {
            Align::Start => HPos::Left,
            Align::Middle => HPos::Center,
            Align::End => HPos::Right,
        };
        let ink = colour(ink);
        let style = TextStyle::from((FONT, Self::px(size), weight).into_font())
            .color(&ink)
            .pos(Pos::new(hold, VPos::Center));
        self.area
            .draw_text(text, &style, (Self::px(at.0), Self::px(at.1)))
    }

    /// A text's width \[px\], as the backend measures it.
    pub fn width(&self, text: &str, size: f64) -> f64 {
        let style = TextStyle::from((FONT, Self::px(size), FontStyle::Bold).into_font());
        match self.area.estimate_text_size(text, &style) {
            Ok((width, _)) => f64::from(width) / f64::from(UNITS),
            Err(_) => crate::text::width(text, size),
        }
    }
}

/// A colour as plotters wants it.
fn colour(Rgb(r, g, b): Rgb) -> RGBColor {
    RGBColor(r, g, b)
}
