//! `replay`: the figures, their formats, and that the same question has the same answer.

use crate::run::{Ended, conversations, directory, file, run, run_with};
use serde_json::Value;
use std::fs;
use warmpath_core::router::POLICIES;

/// Replays the conversations in a file of their own, with these options.
fn replay(test: &str, options: &[&str]) -> Ended {
    let path = file(test, "rivers.json", conversations().as_bytes());
    run(&[&["replay", "--workload", &path][..], options].concat())
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn every_request_is_accounted_for() {
    let stdout = replay(
        "accounted",
        &["--policy", "round-robin,smart", "--format", "json"],
    )
    .quiet();
    let report = json(&stdout);
    assert_eq!(report["schema"], "warmpath.report/2");
    let policies = report["policies"].as_array().unwrap();
    assert_eq!(policies.len(), 2);
    for policy in policies {
        let count = |key: &str| policy[key].as_u64().unwrap();
        assert_eq!(count("completed") + count("rejected") + count("failed"), 30);
        let routed = policy["replicas"].as_array().unwrap().iter();
        let routed: u64 = routed.map(|r| r["requests"].as_u64().unwrap()).sum();
        assert_eq!(routed, 30);
    }
    let reuse = |at: usize| policies[at]["token_reuse_rate"].as_f64().unwrap();
    assert!(reuse(1) > reuse(0), "{} {}", reuse(1), reuse(0));
    let scenario = report["scenario"].as_str().unwrap();
    assert!(scenario.starts_with("v=2&w=rivers.json~"), "{scenario}");
}

#[test]
fn the_same_question_has_the_same_answer() {
    let options = [
        "--policy",
        "random,least-load,chwbl",
        "--seed",
        "9",
        "--format",
    ];
    for format in [
        "text",
        "json",
        "csv",
        "markdown",
        "html",
        "prometheus",
        "trace",
    ] {
        let options = [&options[..], &[format]].concat();
        let first = replay("twice", &options).quiet();
        assert_eq!(first, replay("twice", &options).quiet(), "{format}");
        assert!(!first.is_empty());
    }
}

#[test]
fn standard_input_and_a_file_differ_in_name_only() {
    let options = ["--format", "csv", "--replicas", "2"];
    let from_file = replay("piped", &options).quiet();
    let piped = [&["replay", "--workload", "-"][..], &options].concat();
    assert_eq!(
        run_with(&piped, conversations().as_bytes()).quiet(),
        from_file
    );
}

#[test]
fn a_query_a_file_and_options_mean_the_same() {
    let talks = file("three-ways", "rivers.json", conversations().as_bytes());
    let scenario = file(
        "three-ways-scenario",
        "scenario.json",
        br#"{"replicas": 3, "policy": ["least-load", "smart:load_balance_weight=2"], "seed": 5}"#,
    );
    let with = |first: &[&str]| {
        let options = [
            &["replay"],
            first,
            &["--workload", &talks, "--format", "json"],
        ]
        .concat();
        run(&options).quiet()
    };
    let options = with(&[
        "--replicas=3",
        "--seed=5",
        "--policy=least-load",
        "--policy",
        "smart:load_balance_weight=2",
    ]);
    let query = "seed=5&r=3&p=least-load,smart:load_balance_weight%3D2";
    assert_eq!(with(&[&format!("v=2&{query}")]), options);
    assert_eq!(
        with(&[&format!("https://example.org/?{query}#fleet?t=12s")]),
        options
    );
    assert_eq!(with(&[&scenario]), options);
    // What is given as an option goes before what the scenario says.
    assert_eq!(
        with(&[
            &format!("v=2&{query}").replace("r=3", "r=9"),
            "--replicas",
            "3"
        ]),
        options
    );
    let scenario = json(&options)["scenario"].as_str().unwrap().to_owned();
    assert!(scenario.ends_with(&format!("&{query}")), "{scenario}");
}

#[test]
fn one_policy_is_laid_out_as_vllm_does() {
    let stdout = replay("layout", &["--policy", "smart"]).quiet();
    let mut lines = stdout.lines();
    assert_eq!(
        lines.next(),
        Some("============ Serving Benchmark Result ============")
    );
    assert!(
        lines.any(|line| line == "Successful requests:                     30"),
        "{stdout}"
    );
    for rule in [
        "---------------Time to First Token----------------",
        "-----Time per Output Token (excl. 1st token)------",
        "---------------Inter-token Latency----------------",
        "==================================================",
    ] {
        assert!(stdout.lines().any(|line| line == rule), "{rule}\n{stdout}");
    }
}

#[test]
fn several_policies_stand_in_columns() {
    let stdout = replay("columns", &["--policy", "round-robin,smart,least-load"]).quiet();
    let table: Vec<&str> = stdout
        .lines()
        .skip(1)
        .take_while(|line| !line.starts_with('='))
        .collect();
    let ends = |line: &str| line.chars().count();
    let rows: Vec<&&str> = table.iter().filter(|line| !line.starts_with('-')).collect();
    assert_eq!(
        rows.len(),
        1 + warmpath_core::metrics::FIGURES.len(),
        "{stdout}"
    );
    assert!(
        rows.iter().all(|row| ends(row) == ends(rows[0])),
        "{stdout}"
    );
    assert_eq!(table[0].matches("change").count(), 2);
}

#[test]
fn a_sweep_has_a_row_for_each_combination() {
    let lists = [
        "--rate",
        "2,8",
        "--replicas",
        "1,2,3",
        "--policy",
        "smart,random",
    ];
    let stdout = replay("sweep", &[&lists[..], &["--format", "json"]].concat()).quiet();
    let report = json(&stdout);
    let rows = report["policies"].as_array().unwrap().iter();
    let rows: Vec<_> = rows
        .map(|row| {
            let replicas = row["replica_count"].as_u64().unwrap();
            assert_eq!(row["replicas"].as_array().unwrap().len() as u64, replicas);
            (
                row["rate"].as_f64().unwrap(),
                replicas,
                row["policy"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(rows.len(), 12);
    assert_eq!(
        rows[..3],
        [(2.0, 1, "smart"), (2.0, 1, "random"), (2.0, 2, "smart")]
    );
    assert_eq!(rows[11], (8.0, 3, "random"));
    // A point of the sweep is what the same scenario gives alone.
    let alone = [
        "--rate",
        "8",
        "--replicas",
        "3",
        "--policy",
        "smart,random",
        "--format",
        "json",
    ];
    let alone = json(&replay("sweep", &alone).quiet());
    for key in ["mean_ttft_ms", "token_reuse_rate", "duration"] {
        assert_eq!(
            alone["policies"][1][key], report["policies"][11][key],
            "{key}"
        );
    }
    // Lists in a query string are the same sweep, and an option's list stands before it.
    let link = "https://example.org/?v=2&r=1,2,3&rate=5,6&p=smart,random#lab";
    let of = ["--rate", "2,8", "--format", "json"];
    assert_eq!(
        replay("sweep", &[&[link], &of[..]].concat()).quiet(),
        stdout
    );
    for (format, count) in [("text", 13), ("csv", 13), ("markdown", 14)] {
        let stdout = replay("sweep", &[&lists[..], &["--format", format]].concat()).quiet();
        let rows = stdout.lines().take_while(|line| {
            !["note: ", "step times"].iter().any(|it| line.contains(it)) && !line.is_empty()
        });
        assert_eq!(rows.count(), count, "{format}\n{stdout}");
    }
}

#[test]
fn two_long_lists_are_refused_before_anything_is_made_of_them() {
    let list: Vec<String> = (1..=1000).map(|n| n.to_string()).collect();
    let list = list.join(",");
    let wanted = ["make 1,000,000 points", "at most 10,000"];
    replay("sweep-long", &["--rate", &list, "--replicas", &list]).refused(2, &wanted);
}

#[test]
fn several_seeds_give_medians_and_ranges() {
    let options = ["--policy", "random", "--seeds", "3", "--format"];
    let stdout = replay("seeds", &[&options[..], &["json"]].concat()).quiet();
    let policy = &json(&stdout)["policies"][0];
    assert_eq!(policy["seeds"], 3);
    let range = policy["ranges"]["mean_ttft_ms"].as_array().unwrap();
    let (least, median, most) = (&range[0], &policy["mean_ttft_ms"], &range[1]);
    assert!(least.as_f64() <= median.as_f64() && median.as_f64() <= most.as_f64());
    let stdout = replay("seeds", &[&options[..], &["csv"]].concat()).quiet();
    let columns: Vec<usize> = stdout.lines().map(|line| line.split(',').count()).collect();
    assert_eq!(columns, [columns[0]; 2], "{stdout}");
    assert!(stdout.contains("least_mean_ttft_ms,most_mean_ttft_ms"));
}

#[test]
fn prometheus_lines_are_well_formed() {
    let stdout = replay("prometheus", &["--format", "prometheus"]).quiet();
    assert!(stdout.contains("# TYPE warmpath_ttft_seconds gauge\n"));
    assert_eq!(stdout.matches("# TYPE warmpath_ttft_seconds ").count(), 1);
    assert!(
        stdout.contains("warmpath_completed{policy=\"smart\"} 30\n"),
        "{stdout}"
    );
    for line in stdout.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(
            name.starts_with("warmpath_") && name.ends_with('}'),
            "{line}"
        );
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
}

#[test]
fn html_is_whole_and_escapes() {
    let path = file("html", "a<b>&c.json", conversations().as_bytes());
    let html = run(&["replay", "--workload", &path, "--format", "html"]).quiet();
    assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"));
    assert!(html.contains("a&lt;b&gt;&amp;c.json~") && !html.contains("a<b>"));
    for tag in ["table", "tr", "td", "th", "thead", "tbody", "div", "p"] {
        let open =
            html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
        assert_eq!(open, html.matches(&format!("</{tag}>")).count(), "{tag}");
    }
    assert_eq!(html.matches("<svg ").count(), 5);
    assert!(!html.contains("<script") && html.contains("@media print"));
    assert!(html.contains(">workload</th>"), "the scenario as a table");
    // The only addresses are names of XML vocabularies.
    let html = html.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    assert!(
        !html.contains("http://") && !html.contains("https://"),
        "needs nothing else"
    );
}

#[test]
fn a_parameter_in_three_settings_is_a_chart() {
    let directory = directory("parameter");
    let dir = directory.to_str().unwrap();
    let policies = "chwbl:load_factor=1,chwbl,chwbl:load_factor=2";
    replay(
        "parameter-talks",
        &["--svg", dir, "--policy", policies, "--seeds", "3"],
    )
    .quiet();
    let svg = fs::read_to_string(directory.join("parameter.svg")).unwrap();
    assert!(
        svg.contains("load_factor of chwbl") && svg.contains("3\u{a0}seeds"),
        "{svg}"
    );
}

#[test]
fn perfetto_is_a_trace_of_one_run() {
    let stdout = replay(
        "perfetto-talks",
        &["--format", "perfetto", "--replicas", "2"],
    )
    .quiet();
    let events = json(&stdout)["traceEvents"].as_array().unwrap().len();
    assert!(events > 20, "{events}");
    replay("perfetto-sweep", &["--format", "perfetto", "--rate", "1,2"])
        .refused(2, &["a sweep cannot be written as perfetto"]);
}

#[test]
fn what_was_repaired_is_said_on_stderr_and_in_the_report() {
    let text = conversations();
    let path = file("cut", "cut.json", &text.as_bytes()[..text.len() - 40]);
    let ended = run(&["replay", "--workload", &path, "--format", "json"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let note = "ends inside conversation 10; 9 read";
    assert_eq!(ended.err, format!("warning: {path}: {note}\n"));
    assert_eq!(json(&ended.out)["notes"][0], note);
}

#[test]
fn charts_are_written_as_svg() {
    let directory = directory("charts").join("made");
    let dir = directory.to_str().unwrap();
    replay("charts-talks", &["--svg", dir, "--policy", "smart,chwbl"]).quiet();
    replay("charts-talks", &["--svg", dir, "--rate", "1,4"]).quiet();
    for (name, words) in [
        ("ttft.svg", ["smart", "chwbl"]),
        ("ttft-percentiles.svg", ["P95", "chwbl"]),
        ("answered.svg", ["smart", "requests answered"]),
        ("in-flight.svg", ["smart", "active requests"]),
        (
            "cache-hits.svg",
            ["elsewhere", "share of full prompt blocks"],
        ),
        ("ttft-load.svg", ["round-robin", "P95 TTFT"]),
    ] {
        let svg = fs::read_to_string(directory.join(name)).unwrap();
        assert!(
            svg.starts_with("<svg ") && svg.contains("role=\"img\"><title>"),
            "{name}"
        );
        assert!(!svg.contains("NaN"), "{name}");
        for word in words {
            assert!(svg.contains(word), "{name}: {word}");
        }
    }
    let talks = file("charts-taken", "taken", b"");
    replay("charts-refused", &["--svg", &talks]).refused(2, &["must be the name of a directory"]);
}

#[test]
fn every_preset_runs_and_loses_nothing() {
    for preset in warmpath_core::scenario::PRESETS {
        let options = [
            "replay",
            preset.name,
            "--requests",
            "60",
            "--format",
            "json",
        ];
        let report = json(&run(&options).quiet());
        let policies = report["policies"].as_array().unwrap();
        // Those that check against another simulator, or measure speed, run one policy; the others compare.
        let alone = preset.name.starts_with("check-") || preset.name.starts_with("bench-");
        let fewest = if alone { 1 } else { 2 };
        assert!(policies.len() >= fewest, "{}", preset.name);
        for policy in policies {
            let count = |key: &str| policy[key].as_u64().unwrap();
            let all = count("completed") + count("rejected") + count("failed");
            assert_eq!(all, 60, "{}", preset.name);
        }
        let scenario = report["scenario"].as_str().unwrap();
        assert_eq!(
            json(&run(&["replay", scenario, "--format", "json"]).quiet()),
            report,
            "the printed scenario gives the same report"
        );
    }
}

#[test]
fn many_policies_are_told_a_row_each_in_markdown() {
    let names: Vec<&str> = POLICIES.iter().map(|entry| entry.name).collect();
    let lines = |policies: &[&str]| {
        let policies = policies.join(",");
        let stdout = replay("many", &["--policy", &policies, "--format", "markdown"]).quiet();
        stdout.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = lines(&names);
    assert!(all[0].starts_with("| policy | completed |"), "{}", all[0]);
    for (line, name) in all[2..].iter().zip(&names) {
        assert!(line.starts_with(&format!("| {name} | ")), "{line}");
        assert_eq!(line.matches(" | ").count(), all[0].matches(" | ").count());
    }
    assert!(lines(&names[..6])[0].starts_with("| figure | unit |"));
}

/// A link made with an earlier version of the model runs as one of now does, and whoever runs it is told that figures have moved.
#[test]
fn an_older_link_runs_and_says_that_figures_have_moved() {
    let rest = "w=rag&n=40&p=smart";
    let of = |link: &str| run(&["replay", link, "--format", "json"]);
    let (old, new) = (of(&format!("v=1&{rest}")), of(&format!("v=2&{rest}")));
    assert_eq!((old.code, &old.out), (Some(0), &new.out));
    assert!(
        old.err.contains("version 1 of the model") && old.err.contains("Why: "),
        "{}",
        old.err
    );
    assert!(!new.err.contains("version 1"), "{}", new.err);
    assert!(!of(rest).err.contains("version 1"));
}
