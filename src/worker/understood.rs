//! Reading a scenario for a program that only plays it: what a scenario may be is the engine's to know.

use super::{Answer, Ask, Link};
use std::cell::Cell;
use std::rc::Rc;
use warmpath_view::duel::play::Own;

/// Has a scenario's query read, and calls `then` with what it is; with nothing if it is none, or if there is no engine. An
/// engine of its own reads it, which ends with that.
pub fn understood(query: String, then: impl FnOnce(Option<Own>) + 'static) {
    let (waiting, ends) = (Cell::new(Some(then)), Rc::new(Cell::new(None)));
    let told = Rc::clone(&ends);
    let link = Link::start(move |answer| {
        let Some(then) = waiting.take() else { return };
        // In a task of its own, since the worker that goes is the one that calls.
        let link: Option<Link> = told.take();
        wasm_bindgen_futures::spawn_local(async move { drop(link) });
        then(match answer {
            Answer::Understood(own) => Some(*own),
            _ => None,
        });
    });
    let asked = link.ask(&Ask::Understand { query });
    // Asked of an engine that is still to come, it waits there.
    debug_assert!(asked.is_ok());
    ends.set(Some(link));
}
