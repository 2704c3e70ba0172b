//! Lists that change item by item: an item is drawn anew only when it differs from what it was.
//!
//! Components of the page have erased types, which makes its programs smaller. Leptos then cannot compare the attributes of an
//! element that is drawn anew with those that it had: it removes and sets all of them, and the browser does the element's
//! style, layout and paint again. What follows each keystroke is therefore compared here, as plain data, before anything is
//! drawn.

use crate::figure::signal::parts;
use leptos::prelude::*;
use std::any::Any;
use std::ops::Range;
use std::sync::{Arc, Mutex};

/// An item of some type; lists are compiled once for all types.
type Item = Box<dyn Any + Send + Sync>;

/// Whether two items are the same.
type Same = fn(&Item, &Item) -> bool;

/// An item as it was last drawn, and what asks for it to be drawn anew.
struct Slot {
    item: Item,
    changed: ArcTrigger,
}

/// The nodes of a list of items. Whenever a signal that `of` reads has changed, the items that differ from those at their
/// places before are drawn anew, new ones are added, and those that are gone are removed.
pub fn each<T: PartialEq + Send + Sync + 'static>(
    of: impl Fn() -> Vec<T> + Send + Sync + 'static,
    draw: impl Fn(&T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let items = move || of().into_iter().map(boxed).collect();
    let draw = move |item: &Item| item.downcast_ref().map(&draw);
    list(Box::new(items), same::<T>, Arc::new(draw))
}

fn boxed<T: Send + Sync + 'static>(item: T) -> Item {
    Box::new(item)
}

fn same<T: PartialEq + 'static>(a: &Item, b: &Item) -> bool {
    a.downcast_ref::<T>() == b.downcast_ref::<T>()
}

fn list(
    items: Box<dyn Fn() -> Vec<Item> + Send + Sync>,
    same: Same,
    draw: Arc<dyn Fn(&Item) -> Option<AnyView> + Send + Sync>,
) -> AnyView {
    let slots = Arc::new(Mutex::new(Vec::new()));
    let shown = Arc::clone(&slots);
    let places = move || -> Range<usize> {
        let items = items();
        let count = items.len();
        let changed = slots.lock().map(|mut slots| renew(&mut slots, items, same));
        changed.iter().flatten().for_each(ArcTrigger::notify);
        0..count
    };
    let node = move |place: usize| {
        let (shown, draw) = (Arc::clone(&shown), Arc::clone(&draw));
        parts(move || {
            let shown = shown.lock().ok();
            // A place whose item is gone is drawn once more before it is removed.
            let slot: Option<&Slot> = shown.as_ref().and_then(|shown| shown.get(place));
            let node = slot.and_then(|slot| {
                slot.changed.track();
                draw(&slot.item)
            });
            node.into_iter().collect()
        })
    };
    view! { <For each=places key=|place| *place children=node /> }.into_any()
}

/// Puts the items of a list into their places. Returns what asks for those to be drawn anew that differ.
fn renew(slots: &mut Vec<Slot>, items: Vec<Item>, same: Same) -> Vec<ArcTrigger> {
    let mut changed = Vec::new();
    slots.truncate(items.len());
    for (place, item) in items.into_iter().enumerate() {
        match slots.get_mut(place) {
            Some(slot) if same(&slot.item, &item) => {}
            Some(slot) => {
                slot.item = item;
                changed.push(slot.changed.clone());
            }
            None => slots.push(Slot {
                item,
                changed: ArcTrigger::new(),
            }),
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_drawn_anew() {
        let mut slots = Vec::new();
        let mut changed = |items: &[&'static str]| {
            let boxes = items.iter().copied().map(boxed).collect();
            let changed = renew(&mut slots, boxes, same::<&'static str>).len();
            let now: Vec<_> = slots
                .iter()
                .map(|it| it.item.downcast_ref().copied())
                .collect();
            assert_eq!(now, items.iter().copied().map(Some).collect::<Vec<_>>());
            changed
        };
        assert_eq!(changed(&["a", "b", "c"]), 0, "what is new is drawn anyway");
        assert_eq!(changed(&["a", "B", "c", "d"]), 1);
        assert_eq!(changed(&["a", "B"]), 0, "what is gone is not drawn");
        assert_eq!(changed(&["x", "y", "z"]), 2);
        assert_eq!(changed(&[]), 0);
    }
}
