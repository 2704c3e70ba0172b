//! A chart with its title, its cursor, its sentences, and the same as a table.

use super::cursor::Cursor;
use super::paint::paint;
use super::save::save;
use crate::dom;
use crate::figure::{Sheet, sheet};
use leptos::prelude::*;
use warmpath_view::chart::Chart;
use warmpath_view::chart::markup::FRAME;
use warmpath_view::lab::results::{sentences, table};
use warmpath_view::markup::escape;
use warmpath_view::palette::{DARK, LIGHT};
use wasm_bindgen::JsCast as _;
use web_sys::HtmlCanvasElement;

/// The charts' height \[px\].
pub(super) const HEIGHT: u32 = 260;

/// The chart.
#[component]
pub fn ChartFigure(
    /// What to show; nothing is an empty frame.
    #[prop(into)]
    chart: Signal<Option<Chart>>,
    /// Changes when the colours or the width do.
    #[prop(into)]
    redraw: Signal<u32>,
) -> impl IntoView {
    sheet(FRAME.to_owned(), move |sheet| {
        let cursor = Cursor::new(chart);
        cursor.wire(sheet);
        sheet.follow(move |sheet| {
            redraw.track();
            if let Some(chart) = &*chart.read() {
                // The picture first: measuring after the texts have changed would have the browser lay out the page here.
                let wide = draw(sheet, chart);
                cursor.renew(sheet, wide);
                show(sheet, chart);
            }
        });
        let of = sheet.clone();
        sheet.on("toggle", "details", move |_| {
            chart.with_untracked(|chart| chart.iter().for_each(|chart| tell(&of, chart)));
        });
        sheet.on("click", "[data-save]", move |it| {
            chart.with_untracked(|chart| {
                chart.iter().for_each(|chart| save(chart, &it.data("save")))
            });
        });
    })
}

/// Everything but the picture.
fn show(sheet: &Sheet, chart: &Chart) {
    let (title, summary) = (chart.title(), chart.summary());
    sheet.fill("figcaption b", &escape(title));
    sheet.fill("figcaption .soft", &escape(chart.about()));
    sheet.fill(".summary", &sentences(&summary));
    let name = |part: &str, name: String| sheet.mark(part, "aria-label", Some(&name));
    name("canvas", format!("{title}. {}", summary.join(" ")));
    name(
        ".reader",
        format!("{title}: the arrow keys read its values"),
    );
    name("details .scroll", format!("{title} as a table"));
    for kind in ["PNG", "SVG"] {
        name(
            &format!("[data-save={kind}]"),
            format!("{title}: save as {kind}"),
        );
    }
    tell(sheet, chart);
}

/// The table, made only for who looks at it.
fn tell(sheet: &Sheet, chart: &Chart) {
    let table = match sheet.part("details[open]") {
        Some(_) => table(&chart.table()),
        None => String::new(),
    };
    sheet.fill("details .scroll", &table);
}

/// Draws the picture, and says how wide it is \[px\]. A hidden canvas has no width; it is drawn when it has one.
fn draw(sheet: &Sheet, chart: &Chart) -> u32 {
    let canvas = sheet.part("canvas");
    let Some(canvas) = canvas.and_then(|it| it.dyn_into::<HtmlCanvasElement>().ok()) else {
        return 0;
    };
    let wide = canvas.client_width().unsigned_abs();
    if wide > 0 {
        let ratio = dom::window().map_or(1.0, |window| window.device_pixel_ratio());
        let theme = if dom::is_dark() { DARK } else { LIGHT };
        paint(&canvas, &chart.sheet((wide, HEIGHT), &theme), ratio);
    }
    wide
}
