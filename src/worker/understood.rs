//! Reading a scenario for a program that only plays it: what a scenario may be is the engine's to know.

use super::{Answer, Link, WorkRequest};
use std::cell::Cell;
use std::rc::Rc;
use warmpath_view::comparison::play::Own;

/// Has a scenario's query read, and calls `then` with what it is; with nothing if it is none, or if there is no engine. An
/// engine of its own reads it, which ends with that.
pub fn understood(query: String, then: impl FnOnce(Option<Own>) + 'static) {
    let waiting = Rc::new(Cell::new(Some(then)));
    let reader = Rc::new(Cell::new(None::<Link>));
    let (waits, reads) = (Rc::clone(&waiting), Rc::clone(&reader));
    let rendered = move |own| {
        // In a task of its own, since the worker that ends is the one that calls.
        let link = reads.take();
        wasm_bindgen_futures::spawn_local(async move { drop(link) });
        if let Some(then) = waits.take() {
            then(own);
        }
    };
    let tell = rendered.clone();
    let link = Link::start(move |answer| {
        tell(match answer {
            Answer::Understood(own) => Some(*own),
            _ => None,
        });
    });
    let asked = link.ask(&WorkRequest::Understand { query });
    reader.set(Some(link));
    if asked.is_err() {
        rendered(None);
    }
}
