//! Pointing at the prefixes of a tree, by pointer, by tap and by the arrow keys.

use super::super::stage::FleetState;
use super::{Forest, Shared};
use leptos::html::Div;
use leptos::prelude::*;
use std::rc::Rc;
use warmpath_view::comparison::Comparison;
use warmpath_view::comparison::prefixes::walk::{Step, step};
use wasm_bindgen::JsCast as _;
use web_sys::{Event, KeyboardEvent, PointerEvent};

/// The listeners for a reader who points at a side's trees.
pub(super) struct Pointed {
    /// The trees that are pointed at.
    pub forest: Shared,
    /// The element that they are drawn in.
    pub field: NodeRef<Div>,
    /// The state of the station.
    pub stage: FleetState,
    /// Changed when another prefix is pointed at, so that the texts are updated.
    pub asks: RwSignal<()>,
}

impl Pointed {
    /// A listener that changes which prefix is pointed at.
    pub(super) fn on<E: AsRef<Event>>(
        &self,
        act: fn(&mut SideTrees<'_>, &Comparison, &Event),
    ) -> impl FnMut(E) + 'static + use<E> {
        let forest = Rc::clone(&self.forest);
        let (field, stage, asks) = (self.field, self.stage, self.asks);
        move |event: E| {
            let shown = stage.shown.read_untracked();
            let (Some(comparison), Some(field)) = (shown.as_ref(), field.get_untracked()) else {
                return;
            };
            let before = forest.borrow().pointed();
            let forest = &mut *forest.borrow_mut();
            act(
                &mut SideTrees {
                    forest,
                    field: &field,
                },
                comparison,
                event.as_ref(),
            );
            if forest.pointed() != before {
                drop(shown);
                asks.set(());
            }
        }
    }
}

/// A side's trees with their element, while an event is handled.
pub(super) struct SideTrees<'a> {
    forest: &'a mut Forest,
    field: &'a web_sys::HtmlDivElement,
}

impl SideTrees<'_> {
    /// Handles the pointer's movement to a place.
    pub(super) fn over(&mut self, event: &Event) {
        self.forest.under = self.node_at(event);
    }

    /// Handles a tap on a place.
    pub(super) fn keep(&mut self, event: &Event) {
        self.forest.kept = self.node_at(event);
    }

    /// Handles the pointer's leaving.
    pub(super) fn leave(&mut self) {
        self.forest.under = None;
    }

    /// Handles the loss of the focus.
    pub(super) fn let_go(&mut self) {
        self.forest.kept = None;
    }

    /// Handles a key: arrows move from node to node.
    pub(super) fn walk(&mut self, comparison: &Comparison, event: &Event) {
        if let Some(key) = event.dyn_ref::<KeyboardEvent>()
            && let Some(next) = self.forest.walked(comparison, &key.key())
        {
            event.prevent_default();
            (self.forest.kept, self.forest.under) = (next, None);
        }
    }

    /// The node at the place of an event; `None` if there is none.
    fn node_at(&self, event: &Event) -> Option<usize> {
        let event = event.dyn_ref::<PointerEvent>()?;
        let area = self.field.get_bounding_client_rect();
        let x = f64::from(event.client_x()) - area.left();
        let y = f64::from(event.client_y()) - area.top();
        let layout = &self.forest.layout;
        let level = self.forest.paper.as_ref()?.level(x, layout.levels)?;
        layout.at(level, y)
    }
}

impl Forest {
    fn pointed(&self) -> Option<usize> {
        self.under.or(self.kept)
    }

    /// The node that a key leads to, or `None` within for a key after which none is pointed at; the outer `None` if the key leads
    /// nowhere.
    fn walked(&self, comparison: &Comparison, key: &str) -> Option<Option<usize>> {
        let way = match key {
            "ArrowRight" => Step::Child,
            "ArrowLeft" => Step::Parent,
            "ArrowDown" => Step::Next,
            "ArrowUp" => Step::Back,
            "Home" => return Some(Some(0)),
            "Escape" => return Some(None),
            _ => return None,
        };
        let first = || (!comparison.nodes.is_empty()).then_some(0);
        Some(match self.pointed() {
            None => first(),
            // If there is no node in that direction, the present one stays.
            Some(at) => step(&comparison.nodes, at, way).or(Some(at)),
        })
    }
}
