//! `suite`: its files, its verdicts, and that an earlier run is compared with.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::run::{Ended, directory, recorded, run};

/// Runs suites into a directory of that name.
fn suite(test: &Path, name: &str, args: &[&str]) -> (Ended, PathBuf) {
    let out = test.join(name);
    let shown = out.display().to_string();
    let ended = run(&[&["suite", "--out", &shown], args].concat());
    (ended, out)
}

/// All files of a directory but those with the memory of the program, by name.
fn files(directory: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(directory).unwrap();
    let file = |entry: fs::DirEntry| {
        let text = fs::read_to_string(entry.path()).unwrap();
        (entry.file_name().into_string().unwrap(), text)
    };
    let all = entries.map(|entry| file(entry.unwrap()));
    all.filter(|(name, _)| !name.starts_with("process"))
        .collect()
}

fn json(directory: &Path, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(directory.join(name)).unwrap()).unwrap()
}

#[test]
fn the_quick_form_has_all_files_and_is_as_recorded() {
    let (ended, out) = suite(&directory("suite-quick"), "out", &["--quick"]);
    recorded("suite-quick.txt", &ended.quiet());
    let all = files(&out);
    for suite in [
        "throughput",
        "kv-cache",
        "concurrency",
        "memory",
        "operations",
        "summary",
    ] {
        for ending in ["md", "json"] {
            assert!(
                all.contains_key(&format!("{suite}.{ending}")),
                "{suite}.{ending} in {:?}",
                all.keys()
            );
        }
        let charts = all
            .keys()
            .filter(|name| name.starts_with(suite) && name.ends_with(".svg"));
        assert_eq!(charts.count() > 0, suite != "summary", "{suite}");
    }
    // Each says what it was run on, and with which command a test gives the same again.
    for (name, text) in all.iter().filter(|(name, _)| !name.ends_with(".svg")) {
        assert!(
            text.contains("v=2&amp;seeds=3") || text.contains("v=2&seeds=3"),
            "{name}"
        );
    }
    let page = &all["index.html"];
    assert!(page.matches("<svg").count() >= 8 && page.contains("<h1>Suites, quick</h1>"));
    assert!(!page.contains("<script") && !page.contains("http://localhost"));
    let looks = json(&out, "process.json");
    if cfg!(target_os = "linux") {
        assert!(
            looks["tests"][0]["after_mb"].as_f64().unwrap() > 1.0,
            "{looks}"
        );
    }
}

#[test]
fn a_tests_figures_are_those_of_its_scenario_replayed() {
    let (ended, out) = suite(&directory("suite-replay"), "out", &["kv-cache", "--quick"]);
    ended.quiet();
    let document = json(&out, "kv-cache.json");
    let line = document["scenarios"][0]["replay"].as_str().unwrap();
    let query = line
        .strip_prefix("warmpath replay '")
        .unwrap()
        .trim_end_matches('\'');
    let report: Value =
        serde_json::from_str(&run(&["replay", query, "--format", "json"]).quiet()).unwrap();
    for (at, row) in document["tests"].as_array().unwrap().iter().enumerate() {
        let replayed = &report["policies"][at];
        assert_eq!(row["policy"], replayed["policy"]);
        assert_eq!(row["mean_ttft_ms"], replayed["mean_ttft_ms"]);
        let found = row["found_percent"].as_f64().unwrap() / 100.0;
        assert!((found - replayed["token_reuse_rate"].as_f64().unwrap()).abs() < 1e-12);
    }
}

#[test]
fn verdicts_follow_the_fleet() {
    let test = directory("suite-verdicts");
    let verdict = |name: &str, args: &[&str]| {
        let (ended, out) = suite(&test, name, args);
        ended.quiet();
        let file = format!("{}.json", args[0]);
        let document = json(&out, &file);
        let all = document["verdicts"].as_array().unwrap().iter();
        all.map(|it| it["verdict"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    // Prefixes are shared by routing alone: round-robin has them on one replica in four.
    assert_eq!(verdict("cache", &["kv-cache", "--quick"]), ["poor", "good"]);
    assert_eq!(
        verdict("none", &["kv-cache", "--quick", "--off", "prefix-cache"]),
        ["poor", "poor"]
    );
    assert_eq!(
        verdict("all", &["concurrency", "--quick", "--policy", "smart"]),
        ["acceptable"]
    );
    assert_eq!(
        verdict(
            "limited",
            &[
                "concurrency",
                "--quick",
                "--policy",
                "smart",
                "--in-flight-limit",
                "20"
            ]
        ),
        ["poor"]
    );
    assert_eq!(
        verdict("slow", &["throughput", "--policy", "smart"]),
        ["poor"]
    );
    assert_eq!(
        verdict(
            "quick",
            &[
                "throughput",
                "--policy",
                "smart",
                "--gpu",
                "h100",
                "--replicas",
                "8"
            ]
        ),
        ["good"]
    );
}

#[test]
fn threads_and_parts_write_the_same_bytes() {
    let test = directory("suite-parts");
    let args = ["--quick", "--seeds", "2"];
    let (ended, whole) = suite(&test, "whole", &args);
    let printed = ended.quiet();
    let (ended, threads) = suite(&test, "threads", &[&args[..], &["--threads", "3"]].concat());
    assert_eq!(ended.quiet(), printed);
    assert_eq!(files(&threads), files(&whole));
    let kept = test.join("kept").display().to_string();
    for part in ["1/2", "2/2"] {
        let ended = run(&[&["suite"], &args[..], &["--resume", &kept, "--shard", part]].concat());
        assert_eq!((ended.code, ended.out.as_str()), (Some(0), ""), "{ended:?}");
        assert!(
            ended.err.contains(&format!("part {}", &part[..1])),
            "{ended:?}"
        );
    }
    run(&["merge", &kept]).refused(2, &["--out DIR"]);
    let merged = test.join("merged");
    assert_eq!(
        run(&["merge", &kept, "--out", merged.to_str().unwrap()]).quiet(),
        printed
    );
    assert_eq!(files(&merged), files(&whole));
    fs::remove_file(test.join("kept/part-2-of-2.jsonl")).unwrap();
    run(&["merge", &kept, "--out", merged.to_str().unwrap()]).refused(1, &["no part 2 of 2"]);
}

impl Ended {
    /// Ended with exit code 1 and this error, after the summary.
    fn refused_with_files(self, words: &[&str]) {
        assert_eq!(self.code, Some(1), "{self:?}");
        assert!(self.out.starts_with("Suites"), "{self:?}");
        words
            .iter()
            .for_each(|word| assert!(self.err.contains(word), "{self:?}"));
    }
}

#[test]
fn what_got_worse_since_an_earlier_run_ends_with_exit_code_1() {
    let test = directory("suite-baseline");
    let (ended, before) = suite(&test, "before", &["kv-cache", "--quick"]);
    ended.quiet();
    let baseline = before.display().to_string();
    let again = |name: &str, more: &[&str]| {
        suite(
            &test,
            name,
            &[&["kv-cache", "--quick", "--baseline", &baseline], more].concat(),
        )
    };
    let (ended, out) = again("same", &[]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.err.contains("0 got worse"), "{ended:?}");
    assert_eq!(json(&out, "baseline.json")["worse"], 0);
    // Replicas that cache nothing: what smart found before is not there any more.
    let (ended, out) = again("worse", &["--off", "prefix-cache"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.err.starts_with("error: ") && ended.err.contains("got worse than in"),
        "{ended:?}"
    );
    let document = json(&out, "baseline.json");
    let changes = document["changes"].as_array().unwrap();
    let smart = |it: &&Value| it["policy"] == "smart" && it["figure"] == "prompt tokens found (%)";
    let found = changes.iter().find(smart).unwrap();
    assert_eq!(
        (&found["verdict"], &found["now"]),
        (&"worse".into(), &0.0.into())
    );
    assert!(
        document["notes"][0]
            .as_str()
            .unwrap()
            .contains("another fleet"),
        "{document}"
    );
    // A change that is allowed is none.
    let (ended, _) = again(
        "allowed",
        &["--off", "prefix-cache", "--tolerance", "1000%"],
    );
    assert_eq!(ended.code, Some(0), "{ended:?}");
    // Where nothing can be compared nothing has been kept either.
    let (ended, out) = again("other", &["--policy", "chwbl"]);
    ended.refused_with_files(&["kv-cache: nothing in"]);
    assert_eq!(json(&out, "baseline.json")["compared"], 0);
    again("one", &["--seeds", "1"])
        .0
        .refused_with_files(&["kv-cache: nothing in"]);
    // What cannot be read is said before anything is run.
    let (ended, out) = suite(&test, "nothing", &["memory", "--baseline", &baseline]);
    assert!(!out.exists());
    ended.refused(2, &["memory.json", "the baseline has no suite memory"]);
    fs::write(before.join("kv-cache.json"), "{}").unwrap();
    again("broken", &[])
        .0
        .refused(1, &["kv-cache.json", "\"schema\" is missing"]);
    suite(&test, "seldom", &["kv-cache", "--tolerance", "2%"])
        .0
        .refused(2, &["--baseline"]);
}

#[test]
fn what_cannot_be_is_refused() {
    let test = directory("suite-refused");
    suite(&test, "out", &["kvcache"])
        .0
        .refused(2, &["suite is \"kvcache\"", "did you mean \"kv-cache\"?"]);
    run(&["suite"]).refused(2, &["give --out DIR"]);
    let file = test.join("file");
    fs::write(&file, "").unwrap();
    run(&["suite", "--out", file.to_str().unwrap()])
        .refused(2, &["must be the name of a directory"]);
    suite(&test, "out", &["--replicas", "2,4"])
        .0
        .refused(2, &["one number of replicas"]);
    assert!(!test.join("out").exists());
    // Some of the operations say their own number of replicas, which a fleet of two kinds has already.
    let mixed = [
        "operations",
        "--fleet",
        "1xh100,2xl4",
        "--policy",
        "smart",
        "--seeds",
        "1",
    ];
    let (ended, out) = suite(&test, "mixed", &mixed);
    assert!(
        ended.out.contains("operations: 12 tests left out"),
        "{ended:?}"
    );
    let document = json(&out, "operations.json");
    let note = |it: &Value| {
        it.as_str()
            .unwrap()
            .starts_with("rolling-update: surge 1: left out, ")
    };
    assert!(
        document["notes"].as_array().unwrap().iter().any(note),
        "{}",
        document["notes"]
    );
    let row = |it: &Value| it["test"] == "rolling-update: surge 1";
    assert!(!document["tests"].as_array().unwrap().iter().any(row));
}
