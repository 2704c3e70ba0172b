//! Values that follow others, of a few types only: what is bound to an element is compiled for each type once.

use leptos::prelude::*;

/// Whether something holds, as a signal.
pub(super) fn when(of: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(of)
}

/// A text that follows what it is made from.
pub(super) fn text(of: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(of)
}

/// An attribute that is there or not.
pub(super) fn attribute(
    of: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> Signal<Option<String>> {
    Signal::derive(of)
}

/// A part of a figure that is made anew when what it shows has changed; what is alike in it is kept.
pub(super) fn part(of: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    let of: Box<dyn Fn() -> AnyView + Send + Sync> = Box::new(of);
    (move || of()).into_any()
}

/// The same of several nodes.
pub(super) fn parts(of: impl Fn() -> Vec<AnyView> + Send + Sync + 'static) -> AnyView {
    let of: Box<dyn Fn() -> Vec<AnyView> + Send + Sync> = Box::new(of);
    (move || of()).into_any()
}
