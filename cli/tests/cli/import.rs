//! `import`: a file becomes a trace that replays the same and holds no text.

use crate::run::{conversations, directory, file, run, run_with};

#[test]
fn a_trace_replays_as_its_file_does() {
    let talks = file("import", "rivers.json", conversations().as_bytes());
    let trace = directory("import-out").join("rivers.trace");
    let trace = trace.to_str().unwrap();
    assert_eq!(run(&["import", &talks, "--out", trace]).quiet(), "");
    let text = std::fs::read_to_string(trace).unwrap();
    assert!(text.starts_with("{\"schema\":\"warmpath.trace/1\""));
    assert!(!text.contains("friendly") && text.len() < conversations().len() / 4);
    let csv = |path: &str| {
        run(&[
            "replay",
            "--workload",
            path,
            "--policy",
            "smart,chwbl",
            "--format",
            "csv",
        ])
        .quiet()
    };
    assert_eq!(csv(&talks), csv(trace));
    // Piped, and written by replay, it is the same but for the name of its origin.
    let rest = |text: &str| text.split_once('\n').unwrap().1.to_owned();
    let piped = run_with(&["import", "-"], conversations().as_bytes()).quiet();
    assert_eq!(rest(&piped), rest(&text));
    let replayed = run(&["replay", "--workload", &talks, "--format", "trace"]).quiet();
    assert_eq!(replayed, text);
}
