//! Do the modules of view use only those of their own group and of the groups before it?

#[path = "../../core/tests/order/arrows.rs"]
mod arrows;

use arrows::{all_running_back, groups, running_back};

#[test]
fn no_use_runs_back() {
    let groups = groups();
    assert!(groups.len() > 20, "{groups:?}");
    let wrong = all_running_back(&groups);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_runs_back_is_seen() {
    let back = running_back(&groups(), "lint.rs", "use crate::{chips::Prompt, lab};");
    assert_eq!(back.len(), 1, "{back:?}");
}
