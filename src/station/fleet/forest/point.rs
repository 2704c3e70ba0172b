//! Pointing at a tree's prefixes, by pointer, by tap and by the arrow keys.

use super::Forest;
use crate::figure::{Hit, Sheet};
use leptos::prelude::*;
use std::cell::{RefCell, RefMut};
use std::rc::Rc;
use warmpath_view::duel::Duel;
use warmpath_view::duel::prefixes::walk::{Step, step};
use wasm_bindgen::JsCast as _;
use web_sys::{KeyboardEvent, PointerEvent};

const FIELD: &str = ".forest-field";

/// All sides' trees.
type Forests = Vec<Rc<RefCell<Forest>>>;

/// Hears the pointer and the keys over all sides' trees; `asks` changes when another prefix is pointed at.
pub(super) fn wire(
    sheet: &Sheet,
    forests: Forests,
    shown: RwSignal<Option<Duel>>,
    asks: RwSignal<()>,
) {
    let forests = Rc::new(forests);
    let hear = |event: &'static str, act: fn(RefMut<'_, Forest>, &Duel, &Hit)| {
        let forests = Rc::clone(&forests);
        sheet.on(event, FIELD, move |it| {
            let shown = shown.read_untracked();
            let forest = forests.get(it.number::<usize>("side").unwrap_or_default());
            let (Some(duel), Some(forest)) = (shown.as_ref(), forest) else {
                return;
            };
            let before = forest.borrow().pointed();
            act(forest.borrow_mut(), duel, it);
            if forest.borrow().pointed() != before {
                drop(shown);
                asks.set(());
            }
        });
    };
    hear("pointermove", |mut forest, _, it| {
        forest.under = forest.node_at(it);
    });
    hear("pointerdown", |mut forest, _, it| {
        forest.kept = forest.node_at(it);
    });
    hear("pointerleave", |mut forest, _, _| forest.under = None);
    hear("blur", |mut forest, _, _| forest.kept = None);
    hear("keydown", |mut forest, duel, it| {
        if let Some(key) = it.event.dyn_ref::<KeyboardEvent>()
            && let Some(next) = forest.walked(duel, &key.key())
        {
            it.event.prevent_default();
            (forest.kept, forest.under) = (next, None);
        }
    });
}

impl Forest {
    fn pointed(&self) -> Option<usize> {
        self.under.or(self.kept)
    }

    /// The node that an event is over.
    fn node_at(&self, it: &Hit) -> Option<usize> {
        let event = it.event.dyn_ref::<PointerEvent>()?;
        let area = it.at.get_bounding_client_rect();
        let x = f64::from(event.client_x()) - area.left();
        let y = f64::from(event.client_y()) - area.top();
        let level = self.paper.as_ref()?.level(x, self.layout.levels)?;
        self.layout.at(level, y)
    }

    /// Where a key leads to, if it is one of these trees'.
    fn walked(&self, duel: &Duel, key: &str) -> Option<Option<usize>> {
        let way = match key {
            "ArrowRight" => Step::Child,
            "ArrowLeft" => Step::Parent,
            "ArrowDown" => Step::Next,
            "ArrowUp" => Step::Back,
            "Home" => return Some(Some(0)),
            "Escape" => return Some(None),
            _ => return None,
        };
        let first = || (!duel.nodes.is_empty()).then_some(0);
        Some(match self.pointed() {
            None => first(),
            // Where there is no further, the node stays.
            Some(at) => step(&duel.nodes, at, way).or(Some(at)),
        })
    }
}
