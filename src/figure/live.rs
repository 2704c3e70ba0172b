//! A value that figures follow: whoever read it in an effect is called again when it changes.
//!
//! A signal of Leptos does the same, and has the whole graph's code made for its type once more: 1.5 KB each, and the laboratory
//! has twenty types. Here the graph knows triggers alone, which are all of one type.

use leptos::prelude::{ArcTrigger, Notify as _, Track as _};
use std::cell::{Ref, RefCell};

/// The value. A copy is the same one. It lives as long as the page, as what follows it does.
pub struct Live<T: 'static>(&'static Inner<T>);

struct Inner<T> {
    value: RefCell<T>,
    changed: ArcTrigger,
}

impl<T> Copy for Live<T> {}

impl<T> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Live<T> {
    /// A value that nobody follows yet.
    pub fn new(value: T) -> Self {
        Self(Box::leak(Box::new(Inner {
            value: RefCell::new(value),
            changed: ArcTrigger::new(),
        })))
    }

    /// Follows it without looking at it.
    pub fn track(self) {
        self.0.changed.track();
    }

    /// Calls who follows it, though it has not changed.
    pub fn notify(self) {
        self.0.changed.notify();
    }

    /// Looks at it and follows it. It cannot be set while it is looked at.
    pub fn read(self) -> Ref<'static, T> {
        self.track();
        self.read_untracked()
    }

    /// Looks at it.
    pub fn read_untracked(self) -> Ref<'static, T> {
        self.0.value.borrow()
    }

    /// Puts another in its place.
    pub fn set(self, value: T) {
        self.0.value.replace(value);
        self.notify();
    }

    /// Changes it.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        change(&mut self.0.value.borrow_mut());
        self.notify();
    }
}

impl<T: Default> Default for Live<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: Clone> Live<T> {
    /// Follows it.
    pub fn get(self) -> T {
        self.read().clone()
    }

    /// As it is now.
    pub fn get_untracked(self) -> T {
        self.read_untracked().clone()
    }
}
