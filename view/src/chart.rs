//! Charts, drawn through plotters on any backend. The one used here is a list of what was drawn ([`sheet`]): the page
//! paints it on a canvas, the command line and the exports write it as SVG, so all of them show the same picture.
//!
//! A chart draws on a grid eight times finer than a pixel, since plotters' coordinates are whole numbers ([`UNITS`]). One
//! helper, [`Pen::px`], turns pixels into units for fonts, strokes and margins alike. Widths of texts are estimated
//! ([`crate::text`]), not measured, or pictures would differ between machines. Curves carry their names beside them, so
//! there is no legend; their colours, dashes and shapes follow from the names ([`curve`]). What a reader's cursor can stop at is data as well ([`stop`]).

pub mod befell;
mod caption;
pub mod content;
pub mod course;
pub mod curve;
pub mod ecdf;
pub mod frame;
pub mod label;
pub mod losses;
pub mod over_time;
pub mod percentiles;
pub mod plane;
pub mod scale;
pub mod sheet;
pub mod stop;
pub mod svg;
pub mod sweep;
pub mod swept;

pub use content::{Chart, Content, Table};
pub use course::Course;

use crate::palette::{Rgb, Theme};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// The number of units of a backend's coordinates in a pixel.
pub const UNITS: i32 = 8;
/// The fonts of all texts in charts, as CSS names them: those of the page.
pub const FONT: &str = "ui-sans-serif, system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

/// The font family that marks a text as the halo of the next one, which a [`sheet`] stores as its halo.
const HALO: &str = "halo";

/// The result of drawing, whose error is the backend's.
pub type DrawResult<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;
/// A place in a drawing, from its upper left corner \[px\].
pub type DrawPoint = (f64, f64);

/// A pen that draws on a plotters area, with lengths in pixels.
pub struct Pen<'a, DB: DrawingBackend> {
    area: &'a DrawingArea<DB, Shift>,
    /// The colours to draw with.
    pub theme: &'a Theme,
}

/// Which part of a text stands at the place given for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// The text begins at the place.
    Start,
    /// The middle of the text is at the place.
    Middle,
    /// The text ends at the place.
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

    fn at(point: DrawPoint) -> (i32, i32) {
        (Self::px(point.0), Self::px(point.1))
    }

    /// The width and height of the area \[px\].
    pub fn size(&self) -> (f64, f64) {
        let (width, height) = self.area.dim_in_pixel();
        (
            f64::from(width) / f64::from(UNITS),
            f64::from(height) / f64::from(UNITS),
        )
    }

    /// Fills the whole area with the card's colour.
    pub fn clear(&self) -> DrawResult<DB> {
        let (width, height) = self.size();
        self.rect((0.0, 0.0), (width, height), self.theme.card)
    }

    /// Draws a line through points, its width in pixels.
    pub fn line(&self, points: &[DrawPoint], ink: Rgb, width: f64) -> DrawResult<DB> {
        let style = colour(ink).stroke_width(Self::px(width).max(1) as u32);
        let points: Vec<(i32, i32)> = points.iter().map(|&point| Self::at(point)).collect();
        self.area.draw(&PathElement::new(points, style))
    }

    /// Draws a dashed line between two points, which must be at the same height or one above the other.
    pub fn dashes(&self, from: DrawPoint, to: DrawPoint, ink: Rgb) -> DrawResult<DB> {
        const DASH: f64 = 4.0;
        let length = (to.0 - from.0).abs().max((to.1 - from.1).abs());
        let on = |way: f64| {
            let share = (way / length).min(1.0);
            (
                from.0 + (to.0 - from.0) * share,
                from.1 + (to.1 - from.1) * share,
            )
        };
        let mut way = 0.0;
        while way < length {
            self.line(&[on(way), on(way + DASH)], ink, 1.0)?;
            way += 2.0 * DASH;
        }
        Ok(())
    }

    /// Draws a filled rectangle between two corners.
    pub fn rect(&self, from: DrawPoint, to: DrawPoint, ink: Rgb) -> DrawResult<DB> {
        let corners = [Self::at(from), Self::at(to)];
        self.area
            .draw(&Rectangle::new(corners, colour(ink).filled()))
    }

    /// Draws a filled shape that lets what is below it shine through; `alpha` is from 0 (invisible) to 1 (opaque).
    pub fn veil(&self, points: &[DrawPoint], ink: Rgb, alpha: f64) -> DrawResult<DB> {
        let points: Vec<(i32, i32)> = points.iter().map(|&point| Self::at(point)).collect();
        self.area
            .draw(&Polygon::new(points, colour(ink).mix(alpha).filled()))
    }

    /// Draws a filled circle around a place, its radius in pixels.
    pub fn dot(&self, middle: DrawPoint, radius: f64, ink: Rgb) -> DrawResult<DB> {
        self.area.draw(&Circle::new(
            Self::at(middle),
            Self::px(radius),
            colour(ink).filled(),
        ))
    }

    /// Draws a text with a font size in pixels, whose middle is at the height of the place.
    pub fn text(
        &self,
        text: &str,
        at: DrawPoint,
        size: f64,
        ink: Rgb,
        align: Align,
    ) -> DrawResult<DB> {
        self.styled(text, at, size, ink, align, FontStyle::Normal)
    }

    /// Draws a text in bold, placed as by [`Self::text`].
    pub fn bold(
        &self,
        text: &str,
        at: DrawPoint,
        size: f64,
        ink: Rgb,
        align: Align,
    ) -> DrawResult<DB> {
        self.styled(text, at, size, ink, align, FontStyle::Bold)
    }

    /// Draws a text in bold with a halo of the card's colour, so that it can be read on top of a grid.
    pub fn name(
        &self,
        text: &str,
        at: DrawPoint,
        size: f64,
        ink: Rgb,
        align: Align,
    ) -> DrawResult<DB> {
        let below = Self::font(HALO, size, FontStyle::Bold);
        self.draw(text, at, below, self.theme.card, align)?;
        self.bold(text, at, size, ink, align)
    }

    fn styled(
        &self,
        text: &str,
        at: DrawPoint,
        size: f64,
        ink: Rgb,
        align: Align,
        weight: FontStyle,
    ) -> DrawResult<DB> {
        let font = Self::font(FONT, size, weight);
        self.draw(text, at, font, ink, align)
    }

    /// A font by its family's name. It is passed as a family of its own because plotters would look up a plain text in any
    /// letter case, with tables of 12 KB.
    fn font(name: &'static str, size: f64, weight: FontStyle) -> FontDesc<'static> {
        (FontFamily::Name(name), Self::px(size), weight).into_font()
    }

    fn draw(
        &self,
        text: &str,
        at: DrawPoint,
        font: FontDesc<'_>,
        ink: Rgb,
        align: Align,
    ) -> DrawResult<DB> {
        let hold = match align {
            Align::Start => HPos::Left,
            Align::Middle => HPos::Center,
            Align::End => HPos::Right,
        };
        let ink = colour(ink);
        let style = TextStyle::from(font)
            .color(&ink)
            .pos(Pos::new(hold, VPos::Center));
        self.area.draw_text(text, &style, Self::at(at))
    }
}

/// A colour in plotters' type.
fn colour(Rgb(r, g, b): Rgb) -> RGBColor {
    RGBColor(r, g, b)
}
