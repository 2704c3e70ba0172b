//! plotters-canvas with three repairs: it draws on `view`'s finer grid at the screen's pixel ratio, and it measures text
//! with the canvas, remembering what it measured. (On its own it measures by inserting an element into the page for each
//! label, which is slow, forbidden by a strict content security policy, and impossible in a worker.)

use plotters::prelude::DrawingBackend;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingErrorKind,
};
use plotters_canvas::CanvasBackend;
use std::cell::RefCell;
use std::collections::BTreeMap;
use warmpath_view::chart::UNITS;
use wasm_bindgen::JsCast as _;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

thread_local! {
    /// Widths by font and text, for the life of the page: there are few labels.
    static MEASURED: RefCell<BTreeMap<(String, String), u32>> = const { RefCell::new(BTreeMap::new()) };
}

/// A canvas to draw on.
pub(super) struct Fine {
    inner: CanvasBackend,
    context: CanvasRenderingContext2d,
    size: (u32, u32),
}

impl Fine {
    /// Sizes the canvas's store for `width` × `height` \[px\] at the screen's pixel ratio; nothing if it cannot be drawn on.
    pub(super) fn on(
        canvas: &HtmlCanvasElement,
        width: f64,
        height: f64,
        ratio: f64,
    ) -> Option<Self> {
        canvas.set_width((width * ratio).round() as u32);
        canvas.set_height((height * ratio).round() as u32);
        let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let scale = ratio / f64::from(UNITS);
        context
            .set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0)
            .ok()?;
        context.set_line_join("round");
        context.set_line_cap("round");
        let units = |pixels: f64| (pixels * f64::from(UNITS)).round() as u32;
        Some(Self {
            inner: CanvasBackend::with_canvas_object(canvas.clone())?,
            context,
            size: (units(width), units(height)),
        })
    }
}

type Done<E> = Result<(), DrawingErrorKind<E>>;

impl DrawingBackend for Fine {
    type ErrorType = <CanvasBackend as DrawingBackend>::ErrorType;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Done<Self::ErrorType> {
        self.inner.ensure_prepared()
    }

    fn present(&mut self) -> Done<Self::ErrorType> {
        self.inner.present()
    }

    fn draw_pixel(&mut self, at: BackendCoord, colour: BackendColor) -> Done<Self::ErrorType> {
        self.inner.draw_pixel(at, colour)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Done<Self::ErrorType> {
        // Not its own lines: those are moved by half a unit.
        self.inner.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        a: BackendCoord,
        b: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Done<Self::ErrorType> {
        self.inner.draw_rect(a, b, style, fill)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Done<Self::ErrorType> {
        self.inner.draw_path(path, style)
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        middle: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Done<Self::ErrorType> {
        self.inner.draw_circle(middle, radius, style, fill)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Done<Self::ErrorType> {
        self.inner.fill_polygon(path, style)
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        at: BackendCoord,
    ) -> Done<Self::ErrorType> {
        self.inner.draw_text(text, style, at)
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Self::ErrorType>> {
        let font = format!(
            "{} {}px {}",
            style.style().as_str(),
            style.size(),
            style.family().as_str()
        );
        let key = (font, text.to_owned());
        let known = MEASURED.with_borrow(|all| all.get(&key).copied());
        let width = known.unwrap_or_else(|| {
            self.context.set_font(&key.0);
            let width = self
                .context
                .measure_text(text)
                .map_or(0.0, |metrics| metrics.width())
                .ceil() as u32;
            MEASURED.with_borrow_mut(|all| all.insert(key, width));
            width
        });
        Ok((width, style.size() as u32))
    }
}
