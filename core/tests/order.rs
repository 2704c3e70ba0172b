//! Do the modules of core use only those of their own group and of the groups before it?

#[path = "order/arrows.rs"]
mod arrows;

use arrows::{groups, running_back};

#[test]
fn what_runs_back_is_seen_however_it_is_written() {
    let groups = groups();
    let back = |file: &str, text: &str| -> Vec<String> {
        let found = running_back(&groups, file, text);
        found.into_iter().map(|it| it.0).collect()
    };
    assert_eq!(back("units.rs", "use crate::fleet::Run;"), ["fleet"]);
    assert_eq!(back("units.rs", "use super::fleet::Run;"), ["fleet"]);
    assert_eq!(
        back("router/smart.rs", "use super::super::fleet;"),
        ["fleet"]
    );
    assert_eq!(
        back(
            "radix/tree.rs",
            "use crate::{block::{self, ROOT}, report::Report, scenario};"
        ),
        ["report", "scenario"]
    );
    assert_eq!(
        back("llm.rs", "let x: crate::workload::Workload;"),
        ["workload"]
    );
    assert!(
        back(
            "llm.rs",
            "// as crate::workload says\nuse crate::units::Map;"
        )
        .is_empty()
    );
    assert!(back("router.rs", "use warmpath_crate::fleet;\nuse super::units;").is_empty());
    assert!(back("router/smart.rs", "use super::fleet;").is_empty());
    assert!(
        back(
            "json.rs",
            "fn x() {}\n#[cfg(test)]\nmod tests {\n    use crate::fleet;\n}"
        )
        .is_empty()
    );
}
