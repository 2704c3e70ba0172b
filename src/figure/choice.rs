//! A list to choose from whose value follows a signal.

use crate::dom;
use leptos::html::Select;
use leptos::prelude::*;

/// Keeps a list at a value from the moment it is in the page with its options, since a list without options takes no value.
pub fn hold(list: NodeRef<Select>, value: impl Fn() -> String + 'static) {
    Effect::new(move |_| {
        let value = value();
        let Some(list) = list.get() else { return };
        // After what else follows the same signals: an option may be among it that has this value.
        leptos::task::spawn_local(async move { dom::set_value(&list, &value) });
    });
}
