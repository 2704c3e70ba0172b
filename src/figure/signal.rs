//! Derived signals of a few types only, and elements that follow them. What is bound to an element is compiled once per
//! type, so figures use these functions instead of types of their own.

use leptos::prelude::*;
use std::sync::Arc;

/// A truth value, as a signal.
pub fn when(of: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(of)
}

/// A text, as a signal.
pub fn text(of: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(of)
}

/// An attribute that may be absent, as a signal.
pub fn attribute(
    of: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> Signal<Option<String>> {
    Signal::derive(of)
}

/// A text that is computed whenever a signal that it reads has changed, and whose followers are notified only if it
/// differs.
pub fn settled(of: impl Fn() -> String + Send + Sync + 'static) -> Memo<String> {
    let of: Arc<dyn Fn() -> String + Send + Sync> = Arc::new(of);
    Memo::new(move |_| of())
}

/// Nodes that are made anew whenever a signal that they read has changed. Nodes of the same kind are kept and changed in
/// place.
pub fn parts(of: impl Fn() -> Vec<AnyView> + Send + Sync + 'static) -> AnyView {
    let of: Arc<dyn Fn() -> Vec<AnyView> + Send + Sync> = Arc::new(of);
    (move || of()).into_any()
}

/// Runs a function now and again whenever a signal that it reads has changed.
pub fn follow(act: impl Fn() + 'static) {
    // Boxed, because each closure type would add another copy of the generic code.
    let act: Box<dyn Fn()> = Box::new(act);
    Effect::new(move |_| act());
}

/// Sets a signal if its value changes, so that what follows it is not updated in vain.
pub fn renew<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, now: T) {
    if signal.with_untracked(|before| *before != now) {
        signal.set(now);
    }
}
