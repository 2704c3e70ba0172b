//! The command line gives the golden scenarios' committed reports, byte for byte.

use std::process::Command;

/// A scenario, the trace it replays if that is a file, and its report.
struct Golden {
    name: &'static str,
    query: &'static str,
    file: Option<&'static str>,
    report: &'static str,
}

macro_rules! golden {
    ($name:literal, $query:literal $(, $file:literal)?) => {
        Golden {
            name: $name,
            query: $query,
            file: [$(concat!(env!("CARGO_MANIFEST_DIR"), "/../core/tests/data/", $file),)?].first().copied(),
            report: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../core/tests/golden/", $name, ".json")),
        }
    };
}

include!("../../core/tests/golden/list.rs");

#[test]
fn golden_scenarios_through_the_command_line() {
    let mut wrong = Vec::new();
    for golden in GOLDEN {
        let mut command = Command::new(env!("CARGO_BIN_EXE_warmpath"));
        command.args(["replay", golden.query, "--format", "json"]);
        if let Some(file) = golden.file {
            command.args(["--workload", file]);
        }
        let output = command.output().expect("warmpath runs");
        if output.stdout != golden.report.as_bytes() {
            wrong.push(format!(
                "{}: {}",
                golden.name,
                String::from_utf8_lossy(&output.stderr)
            ));
        }
    }
    assert!(wrong.is_empty(), "differ: {wrong:#?}");
}
