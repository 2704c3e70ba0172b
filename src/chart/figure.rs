//! A chart with its title, its cursor, its sentences, and the same as a table.

use super::cursor::Cursor;
use super::paint::paint;
use super::save::save;
use crate::dom;
use crate::figure::{Live, Sheet, apart};
use crate::worker::turn;
use core::cell::Cell;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use warmpath_view::chart::Chart;
use warmpath_view::chart::markup::FRAME;
use warmpath_view::chart::sheet::Sheet as Picture;
use warmpath_view::lab::results::{sentences, table};
use warmpath_view::markup::escape;
use warmpath_view::palette::{DARK, LIGHT};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlCanvasElement};

/// The charts' height \[px\].
pub(super) const HEIGHT: u32 = 260;

/// The chart; nothing to show is an empty frame. `redraw` changes when the colours or the width do.
pub fn figure(chart: Live<Option<Chart>>, redraw: Signal<u32>) -> Option<Element> {
    apart(FRAME, |sheet| {
        let cursor = Cursor::new(chart);
        cursor.wire(sheet);
        let round = Rc::new(Cell::new(0u32));
        sheet.follow(move |sheet| {
            redraw.track();
            chart.track();
            round.set(round.get().wrapping_add(1));
            let shown = Round {
                number: round.get(),
                latest: Rc::clone(&round),
            };
            spawn_local(in_turns(chart, sheet.clone(), cursor.clone(), shown));
        });
        let of = sheet.clone();
        sheet.on("toggle", "details", move |_| {
            chart
                .read_untracked()
                .iter()
                .for_each(|chart| tell(&of, chart));
        });
        sheet.on("click", "[data-save]", move |it| {
            let chart = chart.read_untracked();
            chart.iter().for_each(|chart| save(chart, &it.data("save")));
        });
    })
}

/// One content of a chart, of those it has in its life.
struct Round {
    number: u32,
    latest: Rc<Cell<u32>>,
}

impl Round {
    fn is_over(&self) -> bool {
        self.latest.get() != self.number
    }
}

/// Shows a chart: laid out, painted, told, each in a task of its own, since the browser compiles what the first chart needs
/// while it is drawn. A newer content ends it.
async fn in_turns(chart: Live<Option<Chart>>, sheet: Sheet, cursor: Rc<Cursor>, round: Round) {
    let of_chart = |act: &mut dyn FnMut(&Chart)| {
        chart.read_untracked().iter().for_each(act);
    };
    // The picture first: measuring after the texts have changed would have the browser lay out the page here.
    let mut laid = None;
    of_chart(&mut |chart| laid = lay(&sheet, chart));
    turn().await;
    if round.is_over() {
        return;
    }
    if let Some((canvas, picture)) = laid {
        let ratio = dom::window().map_or(1.0, |window| window.device_pixel_ratio());
        paint(&canvas, &picture, ratio);
        cursor.renew(&sheet, picture.size.0);
    }
    turn().await;
    if !round.is_over() {
        of_chart(&mut |chart| show(&sheet, chart));
    }
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

/// The picture for the canvas there is. A hidden canvas has no width; it gets its picture when it has one.
fn lay(sheet: &Sheet, chart: &Chart) -> Option<(HtmlCanvasElement, Picture)> {
    let canvas = sheet.part("canvas")?.dyn_into::<HtmlCanvasElement>().ok()?;
    let wide = canvas.client_width().unsigned_abs();
    let theme = if dom::is_dark() { DARK } else { LIGHT };
    (wide > 0).then(|| (canvas, chart.sheet((wide, HEIGHT), &theme)))
}
