//! Input and surroundings that nobody means well with: huge cells, closed or full outputs, endless files, control characters.

use crate::run::{binary, directory, file, run, run_with};
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Runs a line of shell in which `$W` is the binary.
#[cfg(unix)]
fn shell(line: &str) -> (Option<i32>, String, String) {
    let output = Command::new("sh")
        .args(["-c", line])
        .env("W", env!("CARGO_BIN_EXE_warmpath"))
        .output()
        .expect("a shell");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn a_cell_wider_than_any_terminal_is_cut() {
    let text = format!("short {} end", "x".repeat(70_000));
    let printed = run_with(&["tokens", "-", "--block-size", "4096"], text.as_bytes()).quiet();
    let widest = printed.lines().map(|line| line.chars().count()).max();
    assert!(widest < Some(400), "{widest:?}");
    assert!(printed.contains("… (70,"), "{}", &printed[..2000]);
    let json = run_with(
        &["tokens", "-", "--block-size", "4096", "--format", "json"],
        text.as_bytes(),
    );
    assert!(json.quiet().contains(&"x".repeat(1000)), "JSON has all");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_told_is_not_told() {
    for line in [
        "printf 'a b\\n' | $W route --explain 2>&-",
        "printf 'a b\\n' | $W route --explain 2>/dev/full",
        "$W list gpus >&-",
        "$W --help >&-",
        "printf 'a b\\n' | $W route --explain --policy smrt 2>/dev/full",
    ] {
        let (code, _, err) = shell(line);
        assert!(!err.contains("panicked"), "{line}: {err}");
        assert!(code.is_some_and(|code| code <= 2), "{line}: {code:?}");
    }
    let (code, out, _) = shell("printf 'a b\\n' | $W route --explain 2>&-");
    assert_eq!((code, out.lines().count()), (Some(0), 1));
    let (code, _, err) = shell("$W list gpus >/dev/full");
    assert_eq!(code, Some(1));
    assert!(err.starts_with("error: standard output: "), "{err}");
}

#[cfg(unix)]
#[test]
fn files_without_an_end_are_refused() {
    for line in [
        "$W replay rag --requests 2 --calibration /dev/zero",
        "$W replay rag --requests 2 --warm /dev/zero",
        "$W route --state /dev/zero </dev/null",
        "$W route </dev/zero",
        "$W tokens - </dev/zero",
        "$W replay --workload /dev/zero",
    ] {
        // A gigabyte of address space: more than that is not needed to say no.
        let (code, out, err) = shell(&format!("ulimit -v 1000000; timeout 60 {line}"));
        assert_eq!(code, Some(1), "{line}: {err}");
        assert_eq!(out, "", "{line}");
        assert!(
            err.contains("MiB") || err.contains("UTF-8"),
            "{line}: {err}"
        );
    }
}

#[test]
fn control_characters_are_shown_as_text() {
    let name = "\u{1b}[31mred\u{7}\u{202e}";
    for args in [
        vec!["replay", "--policy", name],
        vec!["replay", name],
        vec!["replay", "--workload", name],
        vec!["replay", "--gpu", name],
        vec!["list", name],
        vec!["replay", "--fork", "\u{7}"],
        vec!["route", "--state", "/nowhere/\u{1b}[2J"],
        vec!["replay", "--out", "/nowhere/\u{1b}[2J/x"],
    ] {
        let ended = run(&args);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(
            !ended.err.contains(['\u{1b}', '\u{7}', '\u{202e}']),
            "{ended:?}"
        );
        let shown = ["\\x1b", "\\u{1b}", "\\x07"]
            .iter()
            .any(|it| ended.err.contains(it));
        assert!(shown, "{ended:?}");
    }
    let printed = run(&["tokens", "\u{1b}[31m\u{9b}", "--block-size", "1"]).quiet();
    assert!(!printed.contains(['\u{1b}', '\u{9b}']), "{printed:?}");
    assert!(printed.contains("\\x1b"), "{printed}");
    // Programs get what there is.
    let printed = run(&["tokens", "\u{9b}", "--format", "json"]).quiet();
    assert!(
        printed.contains('\u{9b}') || printed.contains("\\u009b"),
        "{printed}"
    );
}

#[test]
fn a_byte_order_mark_is_skipped_everywhere() {
    let mark = "\u{feff}";
    let decide = |text: &str| run_with(&["route", "--replicas", "2"], text.as_bytes()).quiet();
    let plain = decide("{\"prompt\": \"a b c\"}\n");
    assert_eq!(decide(&format!("{mark}{{\"prompt\": \"a b c\"}}\n")), plain);
    assert_eq!(decide(&format!("{mark}a b c\n")), plain);
    assert_eq!(
        run_with(&["tokens", "-"], format!("{mark}a b").as_bytes()).quiet(),
        run(&["tokens", "a b"]).quiet()
    );

    let shipped = include_str!("../../../core/data/calibration-l4-llama-3.1-8b-fp8.json");
    let own = file(
        "mark-calibration",
        "own.json",
        format!("{mark}{shipped}").as_bytes(),
    );
    run(&["replay", "rag", "--requests", "5", "--calibration", &own]).quiet();

    let cache = file("mark-warm", "chat.cache", b"");
    let base = ["replay", "chat", "--requests", "20", "--policy", "smart"];
    run(&[&base[..], &["--save-cache", &cache]].concat()).quiet();
    let text = fs::read_to_string(&cache).unwrap();
    fs::write(&cache, format!("{mark}{text}")).unwrap();
    run(&[&base[..], &["--warm", &cache]].concat()).quiet();

    let state = directory("mark-state").join("desk.json");
    let state = state.to_str().unwrap();
    run_with(&["route", "--state", state], b"a b c\n").quiet();
    let text = fs::read_to_string(state).unwrap();
    fs::write(state, format!("{mark}{text}")).unwrap();
    run_with(&["route", "--state", state], b"a b c\n").quiet();
}

#[test]
fn not_utf8_is_told_with_its_line() {
    let bytes = b"{\n \"about\": \"caf\xe9\"}";
    let own = file("latin", "own.json", bytes);
    for option in ["--calibration", "--warm"] {
        run(&["replay", "rag", option, &own])
            .refused(1, &["own.json: line 2: byte 16 is not UTF-8"]);
    }
    run_with(&["route", "--state", &own], b"")
        .refused(1, &["own.json: line 2: byte 16 is not UTF-8"]);
    run(&["replay", &own]).refused(1, &["own.json: line 2: byte 16 is not UTF-8"]);
    run_with(&["tokens", "-"], b"a\n\nb\xff")
        .refused(1, &["standard input: line 3: byte 4 is not UTF-8"]);
    run_with(&["route"], b"\nc\xff\n").refused(1, &["standard input: line 2: byte 2 is not UTF-8"]);
}

#[test]
fn a_prompt_line_has_no_unknown_fields_and_names_them() {
    let route = |line: &str| run_with(&["route"], line.as_bytes());
    route("{\"prompt\": \"a\", \"max_token\": 5}\n")
        .refused(1, &["line 1", "`max_token`", "did you mean `max_tokens`?"]);
    route("{\"complete\": 0, \"prompts\": \"a\"}\n").refused(1, &["line 1", "`prompts`"]);
    route("{\"prompt\": \"a\", \"prompt\": \"b\"}\n").refused(1, &["line 1", "`prompt`", "twice"]);
    route("{\"prompt\": 7}\n").refused(1, &["line 1", "field `prompt` is 7, text expected"]);
    route("{\"prompt\": \"a\", \"max_tokens\": -3}\n").refused(1, &["field `max_tokens` is -3"]);
    route("{\"prompt\" \"a\"}\n").refused(1, &["line 1, column 11: expected :"]);
    route("{\"prompt\": \"a\", \"complete\": 0}\n").refused(1, &["`prompt`", "`complete`"]);
    assert_eq!(
        route("{\"prompt\": \"a\"}\n{\"prompt\": \"b\", \"max_tokens\": null}\n")
            .quiet()
            .lines()
            .count(),
        2
    );
}

#[cfg(unix)]
#[test]
fn an_interrupted_write_leaves_nothing() {
    let rows: String = (0..20_000)
        .map(|n| format!("{n},model,300,20,320,log\n"))
        .collect();
    let head = "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n";
    let trace = file(
        "interrupted-from",
        "long.csv",
        format!("{head}{rows}").as_bytes(),
    );
    let here = directory("interrupted");
    let out = here.join("big.trace");
    let mut stopped = 0;
    for _ in 0..20 {
        let mut child = binary()
            .args(["import", &trace, "--out"])
            .arg(&out)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let parts = || {
            let entries = fs::read_dir(&here).unwrap().filter_map(Result::ok);
            entries
                .filter(|entry| entry.file_name() != "big.trace")
                .count()
        };
        while parts() == 0 && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        let pid = child.id().to_string();
        Command::new("kill").args(["-INT", &pid]).status().unwrap();
        let ended = child.wait().unwrap();
        stopped += u32::from(!ended.success());
        assert_eq!(parts(), 0, "nothing half-written is left");
        if stopped > 3 {
            break;
        }
    }
    assert!(stopped > 0, "no write was interrupted");
}

#[cfg(unix)]
#[test]
fn a_file_that_is_written_stays_what_it_was() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let here = directory("kept");
    let (real, link) = (here.join("real.txt"), here.join("link.txt"));
    fs::write(&real, "older").unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).unwrap();
    symlink("real.txt", &link).unwrap();
    run(&["list", "gpus", "--out", link.to_str().unwrap()]).quiet();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("L4"));
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o600
    );
    // A link to a file that is not there makes it.
    let (new, ahead) = (here.join("new.txt"), here.join("ahead.txt"));
    symlink("new.txt", &ahead).unwrap();
    run(&["list", "gpus", "--out", ahead.to_str().unwrap()]).quiet();
    assert!(fs::symlink_metadata(&ahead).unwrap().is_symlink() && new.is_file());
}

#[test]
fn one_file_for_two_outputs_is_refused() {
    let here = directory("two-outputs");
    let x = here.join("x").to_str().unwrap().to_owned();
    let again = here.join(".").join("x").to_str().unwrap().to_owned();
    let base = ["replay", "chat", "--requests", "5", "--policy", "smart"];
    let with = |more: &[&str]| run(&[&base[..], more].concat());
    with(&["--out", &x, "--save-cache", &again]).refused(2, &["--out", "--save-cache", "one file"]);
    with(&["--format", "trace", "--svg", &x]).refused(2, &["--svg", "--format trace"]);
    with(&["--format", "trace", "--fork", "1"]).refused(2, &["fork"]);
    with(&["--out", &x, "--svg", &again]).refused(2, &["--svg", "--out", "directory"]);
    let svg = here.join("pictures");
    fs::create_dir(&svg).unwrap();
    let (svg, chart) = (svg.to_str().unwrap(), svg.join("ttft.svg"));
    let chart = chart.to_str().unwrap();
    with(&["--out", chart, "--svg", svg]).refused(2, &["--svg", "--out", "another place"]);
    with(&["--save-cache", chart, "--svg", svg]).refused(2, &["--save-cache", "another place"]);
    assert_eq!(fs::read_dir(&here).unwrap().count(), 1);
}

/// A role, and the file's own name, that would colour a terminal.
#[cfg(unix)]
#[test]
fn control_characters_of_files_are_shown_as_text_in_what_is_written() {
    let here = directory("control-written");
    let path = here.join("in\u{1b}[31mred\u{9b}.json");
    let chat = r#"[{"id":"a","conversations":[{"from":"human","value":"hello there"},{"from":"gp\u001b[31mt\u0007","value":"x"},{"from":"gpt","value":"an answer"}]}]"#;
    fs::write(&path, chat).unwrap();
    let path = path.to_str().unwrap();
    let replay = [
        "replay",
        "--requests",
        "1",
        "--policy",
        "smart",
        "--workload",
        path,
        "--format",
    ];
    let formats = warmpath_core::report::format::FORMATS;
    let mut outputs: Vec<(&str, String)> = formats
        .iter()
        .map(|it| (it.name, run(&[&replay[..], &[it.name]].concat()).out))
        .collect();
    outputs.push(("inspect", run(&["inspect", path]).out));
    for (name, text) in outputs {
        assert!(!text.is_empty(), "{name}");
        // A JSON string holds those beyond ASCII as they are.
        let json = text.starts_with(['{', '[']);
        let raw = |c: char| c.is_control() && !matches!(c, '\n' | '\r') && (c.is_ascii() || !json);
        assert!(!text.contains(raw), "{name}: {text:?}");
    }
}

#[test]
fn a_list_of_very_many_points_is_refused_and_points_are_built_one_by_one() {
    let list: Vec<String> = (1..=1000).map(|n| n.to_string()).collect();
    let list = list.join(",");
    run(&["replay", "rag", "--rate", &list, "--replicas", &list])
        .refused(2, &["1,000,000 points", "at most 10,000"]);
    let query = format!("v=2&rate={list}&r={list}");
    run(&["replay", &query]).refused(2, &["1,000,000 points", "at most 10,000"]);
}

#[test]
fn values_that_begin_with_a_minus_are_values() {
    run(&["replay", "--rate", "-inf"]).refused(2, &["rate is \"-inf\"", "0.000001 to 1,000,000"]);
    run(&["replay", "--requests", "-x"]).refused(2, &["requests is \"-x\"", "1 to 100,000,000"]);
    run(&["replay", "--gpu", "-l4"]).refused(2, &["gpu is \"-l4\"", "did you mean \"l4\"?"]);
    // Another option is no value.
    run(&["replay", "--rate", "--replicas", "4"]).refused(2, &["--rate"]);
    run(&["replay", "--kv-tokens", "15"]).refused(2, &["kv-tokens is 15", "at least 16", "block"]);
}

#[test]
fn a_query_says_all_that_it_says() {
    for query in ["n=5&r=8?", "n=5#r=8", "#n=5", "v=2?n=5", "?n=5?r=8"] {
        run(&["replay", query]).refused(2, &["n"]);
    }
    let plain = run(&["replay", "v=2&n=5&w=rag"]).quiet();
    for link in [
        "https://example.org/warmpath/?v=2&n=5&w=rag",
        "https://example.org/warmpath/?v=2&n=5&w=rag#lab",
        "?v=2&n=5&w=rag",
    ] {
        assert_eq!(run(&["replay", link]).quiet(), plain, "{link}");
    }
}

#[test]
fn zero_has_no_minus() {
    // Nobody completes, so every mean is of nothing.
    for format in ["text", "markdown", "csv", "json", "prometheus"] {
        let none = [
            "replay",
            "rag",
            "--requests",
            "3",
            "--context",
            "1",
            "--format",
        ];
        let printed = run(&[&none[..], &[format]].concat()).quiet();
        let signed = printed
            .split([' ', ',', ':', '|', '\n'])
            .find(|word| word.starts_with("-0"));
        assert_eq!(signed, None, "{format}: {printed}");
    }
}

#[test]
fn a_run_beyond_the_end_of_the_clock_is_refused() {
    let slow = [
        "replay",
        "--rate",
        "1e-6",
        "--arrivals",
        "constant",
        "--requests",
        "18600",
    ];
    for policy in ["vllm-dp", "smart"] {
        run(&[&slow[..], &["--workload", "template", "--policy", policy]].concat())
            .refused(1, &["0 to 3.2e9 s", "a hundred years"]);
    }
    // All are due in time, the last at the very end, so its answer comes too late; the fork's runs come there too.
    let mut just = slow;
    just[6] = "3201";
    for more in [&[][..], &["--fork", "3"], &["--client", "python"]] {
        run(&[&just[..], &["--workload", "template"], more].concat())
            .refused(1, &["0 to 3.2e9 s", "a hundred years"]);
    }
    let head = "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n";
    let rows = "0,m,30,2,32,log\n3e9,m,30,2,32,log\n";
    let trace = file("far", "far.csv", format!("{head}{rows}").as_bytes());
    run(&["replay", "--workload", &trace, "--time-scale", "1000"]).refused(1, &["a hundred years"]);
    run(&["replay", "--workload", &trace, "--time-scale", "1"]).quiet();
}

#[test]
fn what_no_machine_holds_is_refused_before_it_begins() {
    let free = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let free = free.lines().find(|line| line.starts_with("MemAvailable:"));
    let free = free.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    // Where that is not known, or enough for this, the run begins.
    if free.is_some_and(|kib| kib < 29 << 20) {
        run(&["replay", "rag", "--requests", "1e8"])
            .refused(1, &["29.8 GiB of memory", "--requests"]);
    }
}
