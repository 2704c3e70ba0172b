//! Lists that change item by item: an item is drawn anew only when it differs from what it was.
//!
//! Components of the page have erased types, which makes its programs smaller. Leptos then cannot compare the attributes of an
//! element that is drawn anew with those that it had: it removes and sets all of them, and the browser does the element's
//! style, layout and paint again. What follows each keystroke is therefore compared here, as plain data, before anything is
//! drawn.

use crate::figure::signal::{follow, parts};
use leptos::prelude::*;
use std::any::Any;
use std::sync::{Arc, Mutex};

/// The number of places that are made at a time. Places are never removed: one without an item shows nothing.
const MORE: usize = 16;

/// An item of some type; lists are compiled once for all types.
type Item = Box<dyn Any + Send + Sync>;

/// A place in a list: its item as it was last drawn, if it has one, and what asks for it to be drawn anew.
#[derive(Default)]
struct Place {
    item: Option<Item>,
    changed: ArcTrigger,
}

/// Draws an item; `None` if it is not of the list's type, which no item is.
type Draw = Box<dyn Fn(&Item) -> Option<AnyView> + Send + Sync>;

/// A list, with the functions that compare and draw its items.
struct List {
    places: Mutex<Vec<Place>>,
    /// Asks for more places.
    grown: ArcTrigger,
    same: fn(&Item, &Item) -> bool,
    draw: Draw,
}

/// The nodes of a list of items. Whenever a signal that `of` reads has changed, the items that differ from those at their
/// places before are drawn anew, new ones are added, and those that are gone are removed.
pub fn each<T: PartialEq + Send + Sync + 'static>(
    of: impl Fn() -> Vec<T> + Send + Sync + 'static,
    draw: impl Fn(&T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let draw = move |item: &Item| item.downcast_ref().map(&draw);
    let list = Arc::new(List {
        places: Mutex::default(),
        grown: ArcTrigger::new(),
        same: same::<T>,
        draw: Box::new(draw),
    });
    let shown = Arc::clone(&list);
    follow(move || list.show(of().into_iter().map(boxed).collect()));
    shown.nodes(0)
}

fn boxed<T: Send + Sync + 'static>(item: T) -> Item {
    Box::new(item)
}

fn same<T: PartialEq + 'static>(a: &Item, b: &Item) -> bool {
    a.downcast_ref::<T>() == b.downcast_ref::<T>()
}

impl List {
    /// Puts items into the places, and has those drawn anew that differ.
    fn show(&self, items: Vec<Item>) {
        let Ok(mut places) = self.places.lock() else {
            return;
        };
        let before = places.len();
        let changed = renew(&mut places, items, self.same);
        let grown = places.len() > before;
        drop(places);
        changed.iter().for_each(ArcTrigger::notify);
        if grown {
            self.grown.notify();
        }
    }

    /// The nodes of the places from `from` on: of the next [`MORE`], and behind them those of the rest once there are more places.
    fn nodes(self: &Arc<Self>, from: usize) -> AnyView {
        let place = |at: usize| {
            let list = Arc::clone(self);
            parts(move || list.drawn(at).into_iter().collect())
        };
        let some: Vec<AnyView> = (from..from + MORE).map(place).collect();
        let list = Arc::clone(self);
        let rest = parts(move || {
            list.grown.track();
            let more = list.places.lock().is_ok_and(|it| it.len() > from + MORE);
            more.then(|| list.nodes(from + MORE)).into_iter().collect()
        });
        view! {
            {some}
            {rest}
        }
        .into_any()
    }

    /// The node of a place; `None` if it is empty. A place that is not there yet is made, so that it can be followed.
    fn drawn(&self, at: usize) -> Option<AnyView> {
        let mut places = self.places.lock().ok()?;
        if places.len() <= at {
            places.resize_with(at + 1, Place::default);
        }
        let place = places.get(at)?;
        place.changed.track();
        place.item.as_ref().and_then(&self.draw)
    }
}

/// Puts items into places, and empties the others. Returns the triggers of the places that have changed.
fn renew(
    places: &mut Vec<Place>,
    items: Vec<Item>,
    same: fn(&Item, &Item) -> bool,
) -> Vec<ArcTrigger> {
    let count = places.len().max(items.len());
    places.resize_with(count, Place::default);
    let mut items = items.into_iter();
    let mut changed = Vec::new();
    for place in places {
        let item = items.next();
        let still = match (&place.item, &item) {
            (Some(was), Some(now)) => same(was, now),
            (was, now) => was.is_none() && now.is_none(),
        };
        if !still {
            place.item = item;
            changed.push(place.changed.clone());
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_drawn_anew() {
        let mut places = Vec::new();
        let mut changed = |items: &[&'static str]| {
            let boxes = items.iter().copied().map(boxed).collect();
            let changed = renew(&mut places, boxes, same::<&'static str>).len();
            let items_now = places.iter().filter_map(|it: &Place| it.item.as_ref());
            let now: Vec<_> = items_now.map(|it| it.downcast_ref().copied()).collect();
            assert_eq!(now, items.iter().copied().map(Some).collect::<Vec<_>>());
            changed
        };
        assert_eq!(changed(&["a", "b", "c"]), 3);
        assert_eq!(changed(&["a", "B", "c", "d"]), 2);
        assert_eq!(changed(&["a", "B", "c", "d"]), 0);
        assert_eq!(changed(&["a", "B"]), 2, "two are gone");
        assert_eq!(changed(&["a", "B", "e"]), 1);
        assert_eq!(changed(&[]), 3);
    }
}
