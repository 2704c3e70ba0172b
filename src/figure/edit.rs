//! Changes to markup that stands in the page already.

use crate::dom;
use warmpath_view::patch::{Edit, patch};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, TreeWalker};

/// Elements and texts.
const NODES: u32 = 0x1 | 0x4;

/// Makes what is inside an element this markup. Where the elements stay the same they are kept.
pub fn inside(element: &Element, before: &str, now: &str) {
    let edits = patch(before, now).unwrap_or_default();
    // An edit's node is counted from the first within the element.
    if before == now || (!edits.is_empty() && carry_out(element, 1, &edits)) {
        return;
    }
    element.set_inner_html(now);
}

/// Makes an element this one. Whether it is kept.
pub fn whole(element: &Element, before: &str, now: &str) {
    let edits = patch(before, now).unwrap_or_default();
    if before == now || (!edits.is_empty() && carry_out(element, 0, &edits)) {
        return;
    }
    element.set_outer_html(now);
}

/// Carries the edits out, the element itself being node 0 and theirs counted from `first`. False, and the rest left undone, if
/// the document is not what they were made for.
fn carry_out(element: &Element, first: usize, edits: &[(usize, Edit)]) -> bool {
    let walker: Option<TreeWalker> =
        dom::document().and_then(|it| it.create_tree_walker_with_what_to_show(element, NODES).ok());
    let Some(walker) = walker else { return false };
    let mut at = 0;
    for (node, edit) in edits {
        while at < node + first {
            if walker.next_node().ok().flatten().is_none() {
                return false;
            }
            at += 1;
        }
        let here = walker.current_node();
        // Another part of the figure may have been changed by other hands.
        let done = match (edit.name, here.dyn_ref::<Element>()) {
            (None, None) if here.node_value().as_deref() == Some(edit.was) => {
                here.set_node_value(Some(edit.is));
                true
            }
            (Some(name), Some(it)) if it.get_attribute(name).as_deref() == Some(edit.was) => {
                it.set_attribute(name, edit.is).is_ok()
            }
            _ => false,
        };
        if !done {
            return false;
        }
    }
    true
}
