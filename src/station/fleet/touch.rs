//! Lanes that can be touched: dragging moves the playhead; pointing shows the request at a place and highlights it on every
//! side; a click keeps its card; dragging with Shift sums up a stretch of time; and the lanes can be magnified. Of all this
//! only a change of magnification draws lanes again.

mod cards;
mod lit;
mod place;

pub(super) use cards::{hint, kept, tip, totals};
pub(super) use lit::{connected, lit, stretch};
pub(super) use place::{field, follow_head};

use super::super::kept::Kept;
use super::stage::FleetState;
use crate::frames::on_frames;
use leptos::ev::KeyboardEvent;
use leptos::html::Div;
use leptos::prelude::*;
use warmpath_core::units::VirtualTime;
use warmpath_view::comparison::touch::{Visit, visits};
use warmpath_view::comparison::{Comparison, MOST};
use warmpath_view::playback::EventKind;

/// The largest magnification of the lanes, at which a column is a few pixels wide.
const CLOSEST: u32 = 16;
/// The magnification at which the first costly difference is shown.
const CLOSE: u32 = 8;

/// A request of a side, and the place of the pointer that points at it \[px of the window\].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Under {
    side: usize,
    request: u32,
    at: (i32, i32),
}

/// A stretch of time, its ends in any order.
pub(super) type Stretch = (VirtualTime, VirtualTime);

/// A pointer that is held down on a lane.
#[derive(Clone, Copy)]
struct Drag {
    /// The horizontal place at which it was pressed \[px\].
    x: i32,
    /// The virtual time at that place.
    from: VirtualTime,
    /// Whether it selects a stretch of time instead of moving the playhead.
    selects: bool,
    /// Whether it has moved far enough to be a drag.
    moved: bool,
}

/// What is touched. Copies share their state.
#[derive(Clone, Copy)]
pub(super) struct Touch {
    /// The request under the pointer; `None` if there is none.
    under: RwSignal<Option<Under>>,
    /// The request whose card is kept.
    pub(super) kept: Kept,
    /// The stretch of time that was dragged over; `None` if there is none.
    stretch: RwSignal<Option<Stretch>>,
    /// The beginning of a stretch that ends at the playhead; `None` if there is none.
    mark: RwSignal<Option<VirtualTime>>,
    /// The magnification of the lanes.
    pub zoom: RwSignal<u32>,
    /// Changes when elements have moved, so that lines between them must be drawn again.
    moved: RwSignal<()>,
    /// The stay of each request, by side and then by request.
    visits: StoredValue<Vec<Vec<Option<Visit>>>>,
    /// The pointer that is held down; `None` if none is.
    drag: StoredValue<Option<Drag>>,
    /// The element around the lanes of each side.
    fields: StoredValue<[NodeRef<Div>; MOST]>,
}

impl Touch {
    /// The state in which nothing is touched.
    pub(super) fn new() -> Self {
        Self {
            under: RwSignal::new(None),
            kept: Kept::new(),
            stretch: RwSignal::new(None),
            mark: RwSignal::new(None),
            zoom: RwSignal::new(1),
            moved: RwSignal::new(()),
            visits: StoredValue::new(Vec::new()),
            drag: StoredValue::new(None),
            fields: StoredValue::new(core::array::from_fn(|_| NodeRef::new())),
        }
    }

    /// Takes up another replay: its visits, and a card only if one is wanted. The magnification stays.
    pub(super) fn renew(self, comparison: &Comparison) {
        let end = comparison.marks.end;
        let all = comparison.sides.iter();
        let all = all.map(|it| visits(&it.events, it.choices.len(), end));
        self.visits.set_value(all.collect());
        self.under.set(None);
        self.let_go();
        self.keep_wanted();
        self.moved.set(());
    }

    /// Keeps the card that is wanted, if its request was sent to a replica.
    pub(super) fn keep_wanted(self) {
        let there = |&(side, request): &(usize, u32)| self.visit(side, request).is_some();
        self.kept.keep_wanted(there);
    }

    /// Closes the card and forgets the stretch.
    fn let_go(self) {
        self.kept.keep(None);
        self.stretch.set(None);
        self.mark.set(None);
    }

    /// The request that is highlighted on every side.
    fn lit(self) -> Option<u32> {
        let under = self.under.get().map(|it| it.request);
        under.or(self.kept.whose.get().map(|it| it.1))
    }

    /// The stay of a request on a side; `None` if it was sent to no replica.
    fn visit(self, side: usize, request: u32) -> Option<Visit> {
        self.visits
            .with_value(|all| *all.get(side)?.get(request as usize)?)
    }

    /// Doubles the magnification of the lanes, or halves it.
    fn magnify(self, more: bool) {
        let now = self.zoom.get_untracked();
        let next = if more { now * 2 } else { now / 2 };
        self.zoom.set(next.clamp(1, CLOSEST));
    }

    /// Magnifies the lanes as a link says, if they can be.
    pub(super) fn magnify_to(self, text: &str) {
        let known = text.parse().ok();
        let known = known.filter(|it: &u32| it.is_power_of_two() && *it <= CLOSEST);
        if let Some(zoom) = known {
            self.zoom.set(zoom);
        }
    }

    /// Goes to `at`, the moment at which the policies part. If they part by a decision that costs a request time, the lanes are
    /// magnified and the card of that request is kept.
    pub(super) fn show_parting(self, stage: FleetState, at: VirtualTime) {
        let whose = untrack(|| {
            stage.of_shown(|comparison| comparison.costly().map(|it| (it.0, it.1.request)))
        });
        self.zoom.set(if whose.is_some() { CLOSE } else { 1 });
        self.kept.keep(whose);
        stage.player.jump(at);
    }

    /// Handles a key; returns whether it did anything.
    pub(super) fn key(self, stage: FleetState, event: &KeyboardEvent) -> bool {
        use wasm_bindgen::JsCast as _;
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return false;
        }
        let target = event
            .target()
            .and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        let tag = target.map(|it| it.tag_name()).unwrap_or_default();
        if matches!(tag.as_str(), "SELECT" | "INPUT") {
            return false;
        }
        match event.key().as_str() {
            "w" | "W" => self.magnify(true),
            "s" | "S" => self.magnify(false),
            "m" | "M" => self.mark_here(stage),
            "Escape" => self.let_go(),
            // Buttons and folds use Enter themselves.
            "Enter" if !matches!(tag.as_str(), "BUTTON" | "SUMMARY") => self.keep_last(stage),
            _ => return false,
        }
        true
    }

    /// Marks the playhead as the beginning of a stretch, or forgets the mark if there is one.
    fn mark_here(self, stage: FleetState) {
        let begun = self.mark.get_untracked().is_some();
        let now = stage.player.now.get_untracked();
        self.mark.set((!begun).then_some(now));
        self.stretch.set(None);
    }

    /// Keeps the card of the request that was sent last on the first side.
    fn keep_last(self, stage: FleetState) {
        let now = stage.player.now.get_untracked();
        let last = stage.of_shown(|comparison| {
            let events = &comparison.sides.first()?.events;
            let past = &events[..events.partition_point(|event| event.at <= now)];
            let last = past
                .iter()
                .rev()
                .find(|event| event.kind == EventKind::Sent)?;
            Some(last.request)
        });
        if let Some(request) = last {
            self.kept.keep(Some((0, request)));
        }
    }

    /// The stretch that is summed up: the one dragged over, or the one between the mark and the playhead.
    fn summed(self, stage: FleetState) -> Option<Stretch> {
        let marked = || self.mark.get().map(|from| (from, stage.player.now.get()));
        let (from, to) = self.stretch.get().or_else(marked)?;
        Some((from.min(to), from.max(to)))
    }

    /// Signals on the next frame, after the layout, that elements have moved.
    fn tell_moved(self) {
        on_frames(move |_| {
            let _ = self.moved.try_set(());
            false
        });
    }
}
