//! Where results go: whole files, closed pipes, no colour outside a terminal.

use crate::run::{binary, conversations, directory, file, run};
use std::fs;
use std::process::Stdio;

#[test]
fn out_holds_what_stdout_would() {
    let talks = file("out", "rivers.json", conversations().as_bytes());
    let directory = directory("out-there");
    let out = directory.join("report.json");
    fs::write(&out, "an older report").unwrap();
    let options = ["replay", "--workload", &talks, "--format", "json"];
    let printed = run(&options).quiet();
    let options = [&options[..], &["--out", out.to_str().unwrap()]].concat();
    assert_eq!(run(&options).quiet(), "");
    assert_eq!(fs::read_to_string(&out).unwrap(), printed);
    let left: Vec<_> = fs::read_dir(&directory).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing half-written is left: {left:?}");
}

#[test]
fn a_run_that_fails_leaves_an_older_file_alone() {
    let talks = file("out-failed", "rivers.json", b"[{\"conversations\": 3}]");
    let directory = directory("out-failed-there");
    let out = directory.join("report.json");
    fs::write(&out, "an older report").unwrap();
    let options = [
        "replay",
        "--workload",
        &talks,
        "--out",
        out.to_str().unwrap(),
    ];
    run(&options).refused(1, &["rivers.json"]);
    assert_eq!(fs::read_to_string(&out).unwrap(), "an older report");
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
}

#[test]
fn a_closed_pipe_is_quiet() {
    let talks = file("pipe", "rivers.json", conversations().as_bytes());
    for options in [
        vec!["replay", "--workload", &talks, "--format", "html"],
        vec!["list", "models"],
        vec!["--help"],
    ] {
        let mut child = binary()
            .args(&options)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The reader is gone before the first byte.
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(0), "{options:?}");
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{options:?}");
    }
}

#[test]
fn no_colour_and_no_bar_outside_a_terminal() {
    let ended = run(&["replay", "--policy", "smrt"]);
    assert!(
        !ended.err.contains('\x1b') && ended.err.ends_with('\n'),
        "{ended:?}"
    );
}
