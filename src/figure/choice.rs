//! A list to choose from that follows a signal.

use crate::dom;
use leptos::html::Select;
use leptos::prelude::*;

/// Keeps a list at a value from when it stands in the page with its options: a list without options takes no value.
pub fn hold(list: NodeRef<Select>, value: impl Fn() -> String + 'static) {
    Effect::new(move |_| {
        let value = value();
        if let Some(list) = list.get() {
            dom::set_value(&list, &value);
        }
    });
}
