//! The entries of a menu of policies.

use leptos::prelude::*;
use warmpath_core::router::PolicyDocs;
use warmpath_view::product::{by_product, first_and_by_product};

/// A product and its policies.
type Group = (&'static str, Vec<&'static PolicyDocs>);

/// An entry for every policy, in a group for each product.
pub fn policies() -> Vec<AnyView> {
    groups(by_product(), |it| it.name.to_owned())
}

/// An entry for every policy with what it does, in a group for each product; before them, those to begin with.
pub fn explained_policies() -> Vec<AnyView> {
    groups(first_and_by_product(), |it| {
        format!("{}: {}", it.name, it.about)
    })
}

fn groups(all: Vec<Group>, text: fn(&PolicyDocs) -> String) -> Vec<AnyView> {
    let option = |docs: &'static PolicyDocs| {
        view! { <option value=docs.name title=docs.about>{text(docs)}</option> }.into_any()
    };
    let group = |(product, all): Group| {
        let options: Vec<_> = all.into_iter().map(option).collect();
        view! { <optgroup label=product>{options}</optgroup> }.into_any()
    };
    all.into_iter().map(group).collect()
}
