//! A list to choose from whose value follows a signal.

use crate::dom;
use leptos::html::Select;
use leptos::prelude::*;

/// Keeps a list at a value from the moment it is in the page with its options, since a list without options takes no value.
pub fn hold(list: NodeRef<Select>, value: impl Fn() -> String + 'static) {
    Effect::new(move |_| {
        let value = value();
        let Some(list) = list.get() else { return };
        // Set after the other followers of these signals have run, since one of them may add the option with this value.
        leptos::task::spawn_local(async move { dom::set_value(&list, &value) });
    });
}
