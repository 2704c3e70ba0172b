//! Calls a function on every frame that the browser draws, for as long as it asks to go on.

use crate::dom;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// The function that is given to the browser, which passes itself on from frame to frame.
type FrameFunction = Rc<RefCell<Option<Closure<dyn FnMut(f64)>>>>;

/// Calls `each` with the browser's clock \[ms\] on every frame until it returns false.
pub fn on_frames(mut each: impl FnMut(f64) -> bool + 'static) {
    let held: FrameFunction = Rc::default();
    let again = Rc::clone(&held);
    let closure = Closure::<dyn FnMut(f64)>::new(move |now: f64| {
        if each(now) {
            ask(&again);
        } else {
            // After the last frame nothing may keep the function alive. It is dropped in the task after this one, because
            // a function cannot be dropped while it runs.
            let last = again.borrow_mut().take();
            wasm_bindgen_futures::spawn_local(async move { drop(last) });
        }
    });
    *held.borrow_mut() = Some(closure);
    ask(&held);
}

fn ask(held: &FrameFunction) {
    if let (Some(window), Some(closure)) = (dom::window(), held.borrow().as_ref()) {
        // This fails only if there is no document to draw.
        let _ = window.request_animation_frame(closure.as_ref().unchecked_ref());
    }
}

/// Whether the reader has asked the system for less motion.
pub fn less_motion() -> bool {
    dom::window()
        .and_then(|window| {
            window
                .match_media("(prefers-reduced-motion: reduce)")
                .ok()?
        })
        .is_some_and(|query| query.matches())
}
