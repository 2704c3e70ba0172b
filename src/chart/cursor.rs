//! The cursor over a chart: by pointer to the nearest stop, by arrow keys to the next. It lies above the canvas, so
//! nothing is drawn anew; what it reads is told as a tooltip and, for keys, to a screen reader.

use super::figure::HEIGHT;
use crate::figure::{Hit, Live, Sheet};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use warmpath_view::chart::Chart;
use warmpath_view::chart::markup::readout;
use warmpath_view::chart::stop::{Stop, nearest};
use warmpath_view::markup::escape;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, KeyboardEvent, PointerEvent};

/// The cursor.
pub(super) struct Cursor {
    chart: Live<Option<Chart>>,
    /// Where it can stop; nothing until somebody reads.
    stops: RefCell<Option<Vec<Stop>>>,
    /// The chart's width \[px\].
    wide: Cell<u32>,
    /// Where it stands, if anywhere.
    at: Cell<Option<usize>>,
}

impl Cursor {
    /// A cursor that stands nowhere.
    pub(super) fn new(chart: Live<Option<Chart>>) -> Rc<Self> {
        Rc::new(Self {
            chart,
            stops: RefCell::new(None),
            wide: Cell::new(0),
            at: Cell::new(None),
        })
    }

    /// Hears the pointer and the keys.
    pub(super) fn wire(self: &Rc<Self>, sheet: &Sheet) {
        for event in ["pointermove", "pointerdown"] {
            let (cursor, of) = (Rc::clone(self), sheet.clone());
            sheet.on(event, ".reader", move |it| cursor.point(&of, it));
        }
        for event in ["pointerleave", "blur"] {
            let (cursor, of) = (Rc::clone(self), sheet.clone());
            sheet.on(event, ".reader", move |_| {
                cursor.at.set(None);
                cursor.show(&of);
            });
        }
        let (cursor, of) = (Rc::clone(self), sheet.clone());
        sheet.on("keydown", ".reader", move |it| cursor.key(&of, it));
    }

    /// The chart has changed, or its width; the cursor stays at its stop.
    pub(super) fn renew(&self, sheet: &Sheet, wide: u32) {
        self.stops.replace(None);
        self.wide.set(wide);
        if self.at.get().is_some() {
            self.show(sheet);
        }
    }

    /// Does something with the stops.
    fn with<T>(&self, act: impl FnOnce(&[Stop]) -> T) -> T {
        let mut stops = self.stops.borrow_mut();
        let stops = stops.get_or_insert_with(|| {
            let size = (self.wide.get().max(1), HEIGHT);
            let chart = self.chart.read_untracked();
            chart.as_ref().map_or(Vec::new(), |it| it.stops(size))
        });
        act(stops)
    }

    fn point(&self, sheet: &Sheet, it: &Hit) {
        if let Some(event) = it.event.dyn_ref::<PointerEvent>() {
            let area = it.at.get_bounding_client_rect();
            let pointer = (
                f64::from(event.client_x()) - area.left(),
                f64::from(event.client_y()) - area.top(),
            );
            self.at.set(self.with(|stops| nearest(stops, pointer)));
            self.show(sheet);
        }
    }

    fn key(&self, sheet: &Sheet, it: &Hit) {
        let Some(event) = it.event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        let count = self.with(<[Stop]>::len);
        let last = count.saturating_sub(1);
        let now = self.at.get();
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => Some(now.map_or(0, |at| (at + 1).min(last))),
            "ArrowLeft" | "ArrowUp" => Some(now.map_or(last, |at| at.saturating_sub(1))),
            "Home" => Some(0),
            "End" => Some(last),
            "Escape" => None,
            _ => return,
        };
        event.prevent_default();
        self.at.set(next.filter(|_| count > 0));
        self.show(sheet);
        let said = self.stop().map_or(String::new(), |stop| stop.say());
        sheet.fill("[role=status]", &escape(&said));
    }

    fn stop(&self) -> Option<Stop> {
        let at = self.at.get()?;
        self.with(|stops| stops.get(at).cloned())
    }

    fn show(&self, sheet: &Sheet) {
        let wide = f64::from(self.wide.get());
        let shown = self.stop().map_or(String::new(), |it| readout(&it, wide));
        sheet.fill(".readout", &shown);
        // A strict policy allows no styles in markup.
        for side in ["left", "right", "top"] {
            let name = format!("data-{side}");
            for part in sheet.parts(&format!(".readout [{name}]")) {
                if let (Some(place), Ok(part)) =
                    (part.get_attribute(&name), part.dyn_into::<HtmlElement>())
                {
                    let _ = part.style().set_property(side, &place);
                }
            }
        }
    }
}
