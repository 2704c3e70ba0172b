//! `capacity`, `plan`, `tune` and `merge`: their outputs beside recorded ones, and that they are the same however they are run.

use std::fs;
use std::path::PathBuf;

use crate::run::{Ended, directory, recorded, run};

const CAPACITY: &[&str] = &[
    "capacity",
    "rag",
    "--requests",
    "120",
    "--replicas",
    "2",
    "--policy",
    "random;smart",
    "--goal",
    "p90_ttft<1s;errors<1%",
    "--tolerance",
    "5%",
];
const PLAN: &[&str] = &[
    "plan",
    "rag",
    "--requests",
    "80",
    "--rate",
    "8",
    "--policy",
    "smart",
    "--replicas",
    "1..4",
    "--gpu",
    "l4,h100",
    "--tp",
    "1,2",
    "--price",
    "l4=0.80",
    "--goal",
    "p90_ttft<1s;errors<1%",
    "--tolerance",
    "5%",
    "--finite",
];
const TUNE: &[&str] = &[
    "tune",
    "rag",
    "--requests",
    "80",
    "--rate",
    "10",
    "--policy",
    "smart:load_balance_weight=0",
    "--settings",
    "8",
    "--search-seeds",
    "2",
    "--held-out",
    "4",
    "--goal",
    "p90_ttft<1s",
];
const SWEEP: &[&str] = &[
    "replay",
    "rag",
    "--requests",
    "60",
    "--rate",
    "4,9",
    "--replicas",
    "2,3",
    "--goal",
    "p90_ttft<1s;errors<1%",
];

fn with(args: &[&str], more: &[&str]) -> Ended {
    run(&[args, more].concat())
}

fn printed(args: &[&str], more: &[&str]) -> String {
    let ended = with(args, more);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    ended.out
}

#[test]
fn every_format_is_as_recorded() {
    let endings = [
        ("text", "txt"),
        ("json", "json"),
        ("csv", "csv"),
        ("markdown", "md"),
        ("html", "html"),
    ];
    for (name, args) in [("capacity", CAPACITY), ("plan", PLAN), ("tune", TUNE)] {
        for (format, ending) in endings {
            let text = with(args, &["--format", format]).quiet();
            recorded(&format!("{name}.{ending}"), &text);
        }
    }
}

/// Without `--replicas` a fleet has 4; with a list of larger ones an event may name their replicas.
#[test]
fn a_plan_may_have_events_that_befall_the_replicas_of_its_own_fleets() {
    let asked = |replicas: &str| {
        let goal = ["--goal", "errors<=100%", "--finite", "--no-loss"];
        let fleet = ["--events", "5s:kill=7", "--replicas", replicas];
        with(
            &["plan", "rag", "--requests", "20", "--policy", "smart"],
            &[fleet.as_slice(), &goal].concat(),
        )
    };
    let ended = asked("8..9");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(ended.out.contains("8 replicas"), "{}", ended.out);
    asked("3").refused(
        2,
        &[
            "events has 5s:kill=7",
            "the 3 replicas have the numbers 0 to 2",
        ],
    );
    asked("0..3").refused(2, &["replicas is \"0..3\""]);
}

#[test]
fn any_number_of_threads_comes_to_the_same() {
    for args in [CAPACITY, PLAN, TUNE, SWEEP] {
        let one = printed(args, &["--threads", "1"]);
        assert_eq!(printed(args, &["--threads", "3"]), one);
    }
}

#[test]
fn what_was_broken_off_goes_on_and_comes_to_the_same() {
    let files = directory("search-resume");
    for args in [CAPACITY, PLAN, TUNE, SWEEP] {
        let directory = files.join(args[0]).display().to_string();
        let whole = printed(args, &["--resume", &directory]);
        let file = PathBuf::from(&directory).join("runs.jsonl");
        let kept = fs::read_to_string(&file).unwrap();
        // The first third, and a line that was torn.
        let cut = kept.lines().count() / 3;
        let mut part: String = kept
            .lines()
            .take(cut)
            .map(|line| format!("{line}\n"))
            .collect();
        part += &kept.lines().nth(cut).unwrap()[..20];
        fs::write(&file, part).unwrap();
        assert_eq!(printed(args, &["--resume", &directory]), whole);
        let lines = fs::read_to_string(&file).unwrap();
        assert!(lines.lines().count() >= kept.lines().count(), "{lines}");
        // Nothing is run again: an outcome that is tampered with is believed.
        let other = kept.replace("\"request_throughput\":", "\"request_throughput\":9");
        let other = other.replace("\"p95_ttft_ms\":", "\"p95_ttft_ms\":9");
        assert_ne!(other, kept);
        fs::write(&file, other).unwrap();
        assert_ne!(printed(args, &["--resume", &directory]), whole);
        let ended = with(args, &["--resume", &directory, "--seed", "5"]);
        assert_eq!(ended.code, Some(2));
        assert!(
            ended.err.contains("runs of another command"),
            "{}",
            ended.err
        );
    }
}

#[test]
fn parts_are_merged_into_what_one_process_says() {
    let files = directory("search-shards");
    for args in [CAPACITY, PLAN, TUNE, SWEEP] {
        let directory = files.join(args[0]).display().to_string();
        for part in ["2/2", "1/2"] {
            let ended = with(args, &["--resume", &directory, "--shard", part]);
            assert_eq!(
                (ended.code, ended.out.as_str()),
                (Some(0), ""),
                "{}",
                ended.err
            );
            assert!(ended.err.contains("merge"), "{}", ended.err);
            if part == "2/2" {
                let early = run(&["merge", &directory]);
                assert_eq!(early.code, Some(1));
                assert!(early.err.contains("--shard 1/2"), "{}", early.err);
            }
        }
        for format in ["text", "json", "csv", "html"] {
            let merged = run(&["merge", &directory, "--format", format]);
            assert_eq!(merged.code, Some(0), "{}", merged.err);
            assert_eq!(merged.out, printed(args, &["--format", format]), "{format}");
        }
    }
}

#[test]
fn what_cannot_be_searched_is_refused() {
    let refused = |args: &[&str], code: i32, what: &str| {
        let ended = run(args);
        assert_eq!(ended.code, Some(code), "{args:?}: {}", ended.err);
        assert!(ended.err.contains(what), "{args:?}: {}", ended.err);
        assert_eq!(ended.out, "");
    };
    refused(&["capacity", "rag"], 2, "there is no goal; give one");
    let goal = "p95_ttft<1s";
    refused(
        &["capacity", "rag", "--goal", "p95_tftt<1s"],
        2,
        "goal, character 1: \"p95_tftt\"",
    );
    refused(
        &["capacity", "rag", "--goal", goal, "--stages", "1,2"],
        2,
        "a ladder of rates",
    );
    refused(
        &["capacity", "rag", "--goal", goal, "--rate", "1,2"],
        2,
        "not with a list",
    );
    refused(
        &["capacity", "rag", "--goal", goal, "--tolerance", "7"],
        2,
        "tolerance is \"7\"",
    );
    refused(
        &["capacity", "rag", "--goal", goal, "--threads", "0"],
        2,
        "threads is \"0\"",
    );
    refused(
        &["capacity", "rag", "--goal", goal, "--shard", "1/2"],
        2,
        "--resume",
    );
    refused(
        &[
            "capacity", "rag", "--goal", goal, "--shard", "3/2", "--resume", "x",
        ],
        2,
        "shard is \"3/2\"",
    );
    refused(
        &["plan", "rag", "--goal", goal, "--gpu", "h20,h100"],
        2,
        "no price of h20 is known",
    );
    refused(
        &["plan", "rag", "--goal", goal, "--gpu", "l5"],
        2,
        "there is no gpu \"l5\"",
    );
    refused(
        &["plan", "rag", "--goal", goal, "--replicas", "1-4"],
        2,
        "replicas is \"1-4\"",
    );
    refused(
        &["tune", "rag", "--goal", goal, "--policy", "random"],
        2,
        "no parameter to tune",
    );
    refused(
        &[
            "tune",
            "rag",
            "--goal",
            goal,
            "--policy",
            "smart",
            "--settings",
            "1",
        ],
        2,
        "settings is \"1\"",
    );
    refused(&["replay", "rag", "--resume", "x"], 2, "go with a sweep");
    refused(
        &["merge", "no-such-directory"],
        2,
        "cannot read no-such-directory",
    );
}

/// The charts of a sweep that was run in parts are written when it is merged.
#[test]
fn a_merged_sweep_has_the_charts_that_were_asked_for() {
    let test = directory("merged-charts");
    let [kept, charts, whole] =
        ["kept", "charts", "whole"].map(|it| test.join(it).display().to_string());
    let sweep = [
        "replay",
        "rag",
        "--requests",
        "20",
        "--rate",
        "2,4",
        "--policy",
        "random",
        "--svg",
    ];
    for part in ["1/2", "2/2"] {
        let ended = with(&sweep, &[&charts, "--resume", &kept, "--shard", part]);
        assert_eq!(ended.code, Some(0), "{}", ended.err);
    }
    run(&["merge", &kept, "--out", &charts]).refused(2, &["--svg", "--out"]);
    let merged = run(&["merge", &kept]);
    assert_eq!(merged.code, Some(0), "{}", merged.err);
    assert_eq!(with(&sweep, &[&whole]).code, Some(0));
    let names = |of: &str| {
        let mut names: Vec<_> = fs::read_dir(of)
            .unwrap()
            .map(|it| it.unwrap().file_name())
            .collect();
        names.sort();
        names
    };
    assert!(!names(&whole).is_empty());
    assert_eq!(names(&charts), names(&whole));
}
