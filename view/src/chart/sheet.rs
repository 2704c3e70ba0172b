//! A plotters backend that keeps what is drawn as a list of shapes, which is then painted on a canvas or written as SVG.

use super::{DrawResult, HALO, Pen, UNITS};
use crate::palette::{Rgb, Theme};
use crate::text;
use plotters::drawing::DrawingArea;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingErrorKind, FontFamily,
    FontStyle,
};
use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;

use super::{Align, DrawPoint};

/// One shape that was drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A line through points, and its width \[px\].
    Line(Vec<DrawPoint>, f64),
    /// The outline of a filled area, by its corners in order.
    Area(Vec<DrawPoint>),
    /// A filled circle, by its middle and its radius \[px\].
    Dot(DrawPoint, f64),
    /// A text, its place, which part of it stands there, its font size \[px\], and whether it is bold.
    Text(String, DrawPoint, Align, f64, bool),
}

/// A shape with its colour.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The shape that was drawn.
    pub shape: Shape,
    /// The colour that it was drawn in.
    pub ink: Rgb,
    /// The opacity, from 0 to 1.
    pub alpha: f64,
    /// The colour of a halo that separates a text from what is below it; `None` for no halo.
    pub halo: Option<Rgb>,
}

/// The width of a halo around its text \[px\].
pub const REACH: f64 = 2.5;

/// A picture: its size, and its shapes from the lowest to the highest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartDrawing {
    /// The width and height of the picture \[px\].
    pub size: (u32, u32),
    /// The shapes, each with its colour, from the lowest to the highest.
    pub marks: Vec<Mark>,
    /// The halo for the text that is drawn next.
    halo: Option<Rgb>,
}

/// Makes an empty sheet of a size \[px\] and lets `draw` draw on it.
pub fn sheet(
    size: (u32, u32),
    theme: &Theme,
    draw: impl FnOnce(&Pen<'_, ChartDrawing>) -> DrawResult<ChartDrawing>,
) -> ChartDrawing {
    let empty = ChartDrawing {
        size,
        ..ChartDrawing::default()
    };
    let shared = Rc::new(RefCell::new(empty));
    let area = DrawingArea::from(&shared);
    // Drawing on a list cannot fail.
    let _ = draw(&Pen::new(&area, theme));
    drop(area);
    shared.take()
}

type Done = Result<(), DrawingErrorKind<Infallible>>;

fn at((x, y): BackendCoord) -> DrawPoint {
    let px = |units: i32| f64::from(units) / f64::from(UNITS);
    (px(x), px(y))
}

impl ChartDrawing {
    /// Adds the shapes of another sheet, whose upper left corner is put at `corner`.
    pub fn place(&mut self, other: Self, corner: DrawPoint) {
        let move_to = |at: &mut DrawPoint| *at = (at.0 + corner.0, at.1 + corner.1);
        self.marks.extend(other.marks.into_iter().map(|mut mark| {
            match &mut mark.shape {
                Shape::Line(points, _) | Shape::Area(points) => points.iter_mut().for_each(move_to),
                Shape::Dot(at, _) | Shape::Text(_, at, ..) => move_to(at),
            }
            mark
        }));
    }

    fn put(&mut self, shape: Shape, colour: BackendColor) -> Done {
        let (r, g, b) = colour.rgb;
        self.marks.push(Mark {
            shape,
            ink: Rgb(r, g, b),
            alpha: colour.alpha,
            halo: None,
        });
        Ok(())
    }
}

impl DrawingBackend for ChartDrawing {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        let units = UNITS as u32;
        (self.size.0 * units, self.size.1 * units)
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, colour: BackendColor) -> Done {
        let next = (point.0 + 1, point.1);
        self.put(Shape::Line(vec![at(point), at(next)], at((1, 0)).0), colour)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Done {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        a: BackendCoord,
        b: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Done {
        let corners = [a, (b.0, a.1), b, (a.0, b.1)];
        if fill {
            self.fill_polygon(corners, style)
        } else {
            self.draw_path(corners.into_iter().chain([a]), style)
        }
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Done {
        let points = path.into_iter().map(at).collect();
        let width = f64::from(style.stroke_width()) / f64::from(UNITS);
        self.put(Shape::Line(points, width), style.color())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        middle: BackendCoord,
        radius: u32,
        style: &S,
        _: bool,
    ) -> Done {
        let radius = f64::from(radius) / f64::from(UNITS);
        self.put(Shape::Dot(at(middle), radius), style.color())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Done {
        self.put(
            Shape::Area(path.into_iter().map(at).collect()),
            style.color(),
        )
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        point: BackendCoord,
    ) -> Done {
        let align = match style.anchor().h_pos {
            HPos::Left => Align::Start,
            HPos::Center => Align::Middle,
            HPos::Right => Align::End,
        };
        let (r, g, b) = style.color().rgb;
        if matches!(style.family(), FontFamily::Name(HALO)) {
            self.halo = Some(Rgb(r, g, b));
            return Ok(());
        }
        let bold = matches!(style.style(), FontStyle::Bold);
        let size = style.size() / f64::from(UNITS);
        let shape = Shape::Text(text.to_owned(), at(point), align, size, bold);
        self.put(shape, style.color())?;
        if let (Some(mark), halo) = (self.marks.last_mut(), self.halo.take()) {
            mark.halo = halo;
        }
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let width = text::width(text, style.size());
        Ok((width as u32, style.size() as u32))
    }
}
