//! Do the modules of view use only those of their own group and of the groups before it?

#[path = "../../core/tests/order/arrows.rs"]
mod arrows;

use arrows::{groups, running_back};

#[test]
fn what_runs_back_is_seen() {
    let back = running_back(&groups(), "lint.rs", "use crate::{chips::Prompt, lab};");
    assert_eq!(back.len(), 1, "{back:?}");
}
