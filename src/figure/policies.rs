//! The entries of a menu of policies.

use leptos::prelude::*;
use warmpath_core::router::PolicyDocs;
use warmpath_view::product::by_product;

/// An entry for every policy, in a group for each product.
pub fn policies() -> Vec<AnyView> {
    let option = |docs: &'static PolicyDocs| {
        view! { <option value=docs.name title=docs.about>{docs.name}</option> }.into_any()
    };
    let group = |(product, all): (&'static str, Vec<&'static PolicyDocs>)| {
        let options: Vec<_> = all.into_iter().map(option).collect();
        view! { <optgroup label=product>{options}</optgroup> }.into_any()
    };
    by_product().into_iter().map(group).collect()
}
