//! Paints what `view` has drawn, through plotters-canvas, at the screen's pixel ratio.
//!
//! `view` has done all layout and measuring: plotters-canvas would measure each label by inserting an element into the
//! page, which is slow and forbidden by a strict content security policy. Here it only paints, on `view`'s grid of [`UNITS`]
//! to a pixel, which the canvas scales to the screen's pixels.

use core::convert::Infallible;
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontFamily, FontStyle, FontTransform,
};
use plotters_canvas::CanvasBackend;
use warmpath_view::chart::sheet::{ChartDrawing, Mark, REACH, Shape};
use warmpath_view::chart::{Align, FONT, UNITS};
use warmpath_view::palette::Rgb;
use wasm_bindgen::JsCast as _;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Sizes the canvas's bitmap, to `ratio` pixels of the bitmap per pixel of the drawing, and paints the drawing on it. Without
/// a drawing context nothing is painted.
pub(super) fn paint(canvas: &HtmlCanvasElement, drawing: &ChartDrawing, ratio: f64) {
    let size = |pixels: u32| (f64::from(pixels) * ratio).round() as u32;
    canvas.set_width(size(drawing.size.0));
    canvas.set_height(size(drawing.size.1));
    let context = canvas.get_context("2d").ok().flatten();
    let scale = ratio / f64::from(UNITS);
    if let Some(Ok(context)) = context.map(|it| it.dyn_into::<CanvasRenderingContext2d>())
        && context
            .set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0)
            .is_ok()
        && let Some(mut backend) = CanvasBackend::with_canvas_object(canvas.clone())
    {
        context.set_line_join("round");
        for mark in &drawing.marks {
            if let Err(error) = draw(&mut backend, mark) {
                leptos::logging::error!("a chart could not be painted: {error}");
                return;
            }
        }
    }
}

type PaintResult = Result<(), DrawingErrorKind<<CanvasBackend as DrawingBackend>::ErrorType>>;

fn draw(on: &mut CanvasBackend, mark: &Mark) -> PaintResult {
    let mut ink = Ink {
        color: BackendColor {
            rgb: (mark.ink.0, mark.ink.1, mark.ink.2),
            alpha: mark.alpha,
        },
        width: 0,
    };
    match &mark.shape {
        Shape::Line(points, width) => {
            ink.width = units(*width).unsigned_abs();
            on.draw_path(points.iter().map(at), &ink)
        }
        Shape::Area(points) => on.fill_polygon(points.iter().map(at), &ink),
        Shape::Dot(middle, radius) => {
            on.draw_circle(at(middle), units(*radius).unsigned_abs(), &ink, true)
        }
        Shape::Text(text, place, align, size, bold) => {
            let letters = Letters {
                color: ink.color,
                size: size * f64::from(UNITS),
                bold: *bold,
                anchor: match align {
                    Align::Start => HPos::Left,
                    Align::Middle => HPos::Center,
                    Align::End => HPos::Right,
                },
            };
            if let Some(Rgb(r, g, b)) = mark.halo {
                let color = BackendColor {
                    rgb: (r, g, b),
                    alpha: 1.0,
                };
                let below = Letters { color, ..letters };
                // In eight directions and at two distances, so that nothing shows between the letters and the halo's edge.
                for reach in [REACH, REACH / 2.0] {
                    // About the cosine of 45°, so that the slanting copies are as far away as the others.
                    let aslant = reach * 0.7;
                    for (dx, dy) in [
                        (reach, 0.0),
                        (0.0, reach),
                        (aslant, aslant),
                        (aslant, -aslant),
                    ] {
                        for side in [1.0, -1.0] {
                            let there = (place.0 + dx * side, place.1 + dy * side);
                            on.draw_text(text, &below, at(&there))?;
                        }
                    }
                }
            }
            on.draw_text(text, &letters, at(place))
        }
    }
}

fn units(pixels: f64) -> i32 {
    (pixels * f64::from(UNITS)).round() as i32
}

fn at(&(x, y): &(f64, f64)) -> BackendCoord {
    (units(x), units(y))
}

/// A colour, and the width of a line \[units\].
struct Ink {
    color: BackendColor,
    width: u32,
}

impl BackendStyle for Ink {
    fn color(&self) -> BackendColor {
        self.color
    }

    fn stroke_width(&self) -> u32 {
        self.width
    }
}

/// How a text is set: its colour, its font size \[units\], whether it is bold, and which end of it stands at its place.
#[derive(Clone, Copy)]
struct Letters {
    color: BackendColor,
    size: f64,
    bold: bool,
    anchor: HPos,
}

impl BackendTextStyle for Letters {
    type FontError = Infallible;

    fn color(&self) -> BackendColor {
        self.color
    }

    fn size(&self) -> f64 {
        self.size
    }

    fn transform(&self) -> FontTransform {
        FontTransform::None
    }

    fn style(&self) -> FontStyle {
        if self.bold {
            FontStyle::Bold
        } else {
            FontStyle::Normal
        }
    }

    fn anchor(&self) -> Pos {
        Pos::new(self.anchor, VPos::Center)
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name(FONT)
    }

    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), Self::FontError> {
        let width = warmpath_view::text::width(text, self.size) as i32;
        Ok(((0, 0), (width, self.size as i32)))
    }

    // A canvas has fonts of its own; this is for backends that draw letters point by point.
    fn draw<E, DrawFunc: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        _text: &str,
        _at: BackendCoord,
        _draw: DrawFunc,
    ) -> Result<Result<(), E>, Self::FontError> {
        Ok(Ok(()))
    }
}
