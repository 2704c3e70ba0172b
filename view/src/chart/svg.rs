//! A chart as SVG text.

use super::{Pen, UNITS};
use crate::palette::Theme;
use plotters::prelude::IntoDrawingArea;
use plotters_svg::SVGBackend;

/// Lets `draw` draw a chart of `size` \[px\] and gives the SVG.
///
/// # Errors
/// None that happens: the text grows in memory. It is the backend's type.
pub fn svg(
    size: (u32, u32),
    theme: &Theme,
    draw: impl for<'a> FnOnce(&Pen<'_, SVGBackend<'a>>) -> super::Drawn<SVGBackend<'a>>,
) -> Result<String, String> {
    let mut out = String::new();
    {
        let units = UNITS as u32;
        let backend = SVGBackend::with_string(&mut out, (size.0 * units, size.1 * units));
        let area = backend.into_drawing_area();
        draw(&Pen::new(&area, theme)).map_err(|error| error.to_string())?;
        area.present().map_err(|error| error.to_string())?;
    }
    // The backend knows whole units only: its picture is shown at its size in pixels.
    let fine = format!(
        "width=\"{}\" height=\"{}\"",
        size.0 * UNITS as u32,
        size.1 * UNITS as u32
    );
    Ok(out.replacen(
        &fine,
        &format!("width=\"{}\" height=\"{}\"", size.0, size.1),
        1,
    ))
}
