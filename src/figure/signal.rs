//! Values that follow others, of a few types only, and parts that are made of them: what is bound to an element is compiled
//! for each type once, so a figure says what it follows and leaves the rest to these.

use leptos::prelude::*;
use std::sync::Arc;

/// Whether something holds, as a signal.
pub fn when(of: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(of)
}

/// A text that follows what it is made from.
pub fn text(of: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(of)
}

/// An attribute that is there or not.
pub fn attribute(
    of: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> Signal<Option<String>> {
    Signal::derive(of)
}

/// A text that is made anew when what it follows has changed, and followed only when it is another.
pub fn settled(of: impl Fn() -> String + Send + Sync + 'static) -> Memo<String> {
    let of: Arc<dyn Fn() -> String + Send + Sync> = Arc::new(of);
    Memo::new(move |_| of())
}

/// Nodes that are made anew when what they follow has changed. Nodes that are alike are kept and changed in place.
pub fn parts(of: impl Fn() -> Vec<AnyView> + Send + Sync + 'static) -> AnyView {
    let of: Arc<dyn Fn() -> Vec<AnyView> + Send + Sync> = Arc::new(of);
    (move || of()).into_any()
}

/// Does something now, and again whenever a signal has changed that it has read.
pub fn follow(act: impl Fn() + 'static) {
    // Boxed, since each function of its own would be a copy of its machinery.
    let act: Box<dyn Fn()> = Box::new(act);
    Effect::new(move |_| act());
}
