//! Reading a scenario for a program that only plays it and has no code for reading one: the engine reads it.

use super::{Answer, Link, WorkRequest};
use std::cell::Cell;
use std::rc::Rc;
use warmpath_view::comparison::play::Own;

/// Has an engine read a scenario's query and calls `then` once with the scenario; with `None` if the query is not valid or no
/// engine can be started. The engine is started for this alone and ends with it.
pub fn understood(query: String, then: impl FnOnce(Option<Own>) + 'static) {
    let waiting = Rc::new(Cell::new(Some(then)));
    let reader = Rc::new(Cell::new(None::<Link>));
    let (waits, reads) = (Rc::clone(&waiting), Rc::clone(&reader));
    let answered = move |own| {
        // Dropped in a task of its own, since the worker that ends with it is the one that calls this.
        let link = reads.take();
        wasm_bindgen_futures::spawn_local(async move { drop(link) });
        if let Some(then) = waits.take() {
            then(own);
        }
    };
    let on_answer = answered.clone();
    let link = Link::start(move |answer| {
        on_answer(match answer {
            Answer::Understood(own) => Some(*own),
            _ => None,
        });
    });
    let asked = link.ask(&WorkRequest::Understand { query });
    reader.set(Some(link));
    if asked.is_err() {
        answered(None);
    }
}
