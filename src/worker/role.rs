//! The engine as JavaScript uses it: messages go in, and a function gets the answers. In a worker that function posts them;
//! without a worker it is a function of the page.

use super::engine::{Engine, Reach};
use super::message::{self, Answer};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// An engine, with the function that its answers go to.
pub struct Role<R: Reach> {
    engine: Engine<R>,
    post: Rc<dyn Fn(Answer)>,
}

impl<R: Reach> Role<R> {
    /// An engine that computes for `slice_ms` at a time and calls `post` with each answer's bytes.
    pub fn new(post: js_sys::Function, slice_ms: f64) -> Self {
        let post: Rc<dyn Fn(Answer)> = Rc::new(move |answer| {
            let bytes = js_sys::Uint8Array::from(&*message::write(&answer));
            if let Err(error) = post.call1(&JsValue::NULL, &bytes) {
                wasm_bindgen::throw_val(error);
            }
        });
        Self {
            engine: Engine::new(Rc::clone(&post), slice_ms),
            post,
        }
    }

    /// Takes a message: a request's bytes, or a file.
    pub fn receive(&self, data: &JsValue) {
        if let Some(file) = data.dyn_ref::<web_sys::File>() {
            return self.engine.take(file.clone());
        }
        let bytes = js_sys::Uint8Array::new(data).to_vec();
        match message::read(&bytes) {
            Ok(ask) => self.engine.receive(ask),
            Err(reason) => (self.post)(Answer::Failed { reason }),
        }
    }
}
