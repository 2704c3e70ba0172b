//! Paints what `view` has drawn on a canvas, at the screen's pixel ratio.

use core::f64::consts::TAU;
use warmpath_view::chart::sheet::{Shape, Sheet};
use warmpath_view::chart::{Align, FONT};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Sizes the canvas's store and paints the sheet on it; nothing where there is nothing to paint on.
pub(super) fn paint(canvas: &HtmlCanvasElement, sheet: &Sheet, ratio: f64) {
    let size = |pixels: u32| (f64::from(pixels) * ratio).round() as u32;
    canvas.set_width(size(sheet.size.0));
    canvas.set_height(size(sheet.size.1));
    let context = canvas.get_context("2d").ok().flatten();
    if let Some(Ok(context)) = context.map(|it| it.dyn_into::<CanvasRenderingContext2d>())
        && let Err(error) = marks(&context, sheet, ratio)
    {
        leptos::logging::error!("a chart could not be painted: {error:?}");
    }
}

fn marks(on: &CanvasRenderingContext2d, sheet: &Sheet, ratio: f64) -> Result<(), JsValue> {
    on.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0)?;
    on.set_line_join("round");
    on.set_text_baseline("middle");
    let outline = |points: &[(f64, f64)]| {
        on.begin_path();
        for (at, &(x, y)) in points.iter().enumerate() {
            if at == 0 {
                on.move_to(x, y);
            } else {
                on.line_to(x, y);
            }
        }
    };
    for mark in &sheet.marks {
        let ink = mark.ink.to_string();
        on.set_global_alpha(mark.alpha);
        on.set_fill_style_str(&ink);
        match &mark.shape {
            Shape::Line(points, width) => {
                on.set_stroke_style_str(&ink);
                on.set_line_width(*width);
                outline(points);
                on.stroke();
            }
            Shape::Area(points) => {
                outline(points);
                on.fill();
            }
            Shape::Dot((x, y), radius) => {
                on.begin_path();
                on.arc(*x, *y, *radius, 0.0, TAU)?;
                on.fill();
            }
            Shape::Text(text, (x, y), align, size, bold) => {
                let weight = if *bold { "600 " } else { "" };
                on.set_font(&format!("{weight}{size}px {FONT}"));
                on.set_text_align(match align {
                    Align::Start => "left",
                    Align::Middle => "center",
                    Align::End => "right",
                });
                on.fill_text(text, *x, *y)?;
            }
        }
    }
    Ok(())
}
