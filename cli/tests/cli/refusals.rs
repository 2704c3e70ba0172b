//! What is wrong on the command line ends with 2, what is wrong in a file with 1; one line says what would be right.

use crate::run::{conversations, directory, file, run, run_with};

#[test]
fn names_that_are_not_there_are_suggested() {
    run(&["replay", "--policy", "smrt"]).refused(2, &["\"smrt\"", "did you mean \"smart\"?"]);
    let more = format!(
        "{} more (\"warmpath list policies\"",
        warmpath_core::router::POLICIES.len() - 5
    );
    run(&["replay", "--policy", "kv-aware"]).refused(2, &[&more]);
    run(&["replay", "p=kv-aware"]).refused(2, &[&more]);
    run(&["route", "--policy", "kv-aware"]).refused(2, &["\"warmpath list policies\""]);
    run(&["replay", "--policy", "smart:load_wieght=2"]).refused(2, &["load_balance_weight"]);
    run(&["replay", "--gpu", "l5"]).refused(2, &["gpu is \"l5\"", "did you mean \"l4\"?"]);
    run(&["replay", "--model", "llama-3.1-9b"]).refused(2, &["\"llama-3.1-8b\""]);
    run(&["replay", "--polcy", "smart"]).refused(2, &["--polcy", "--policy"]);
    run(&["replay", "--format", "jason"]).refused(2, &["text, json, csv", "\"json\""]);
    run(&["repaly"]).refused(2, &["repaly", "replay"]);
    run(&["replay", "multi-turm"]).refused(2, &["is no preset", "did you mean \"multi-turn\"?"]);
    run(&["replay", "--workload", "uniqe"]).refused(2, &["\"uniqe\"", "\"unique\"", "no file"]);
    run(&["replay", "--workload", "rag:context=0"]).refused(2, &["context is \"0\"", "1 to"]);
    run(&["replay", "w=kubeai&bs=24"]).refused(2, &["block size 24"]);
    run(&["list", "polices"]).refused(2, &["did you mean \"policies\"?"]);
}

#[test]
fn values_out_of_range_are_told_the_range() {
    run(&["replay", "--replicas", "0"]).refused(2, &["replicas is \"0\"", "1 to 1024"]);
    run(&["replay", "--replicas", "-3"]).refused(2, &["replicas is \"-3\"", "1 to 1024"]);
    run(&["replay", "--rate", "fast"]).refused(2, &["rate is \"fast\"", "0.000001 to 1,000,000"]);
    run(&["replay", "--rate", "1,0"]).refused(2, &["rate is \"0\""]);
    run(&["replay", "--rate", "1,,2"]).refused(2, &["rate is \"\""]);
    run(&["replay", "--policy", "smart:load_balance_weight=-1"]).refused(2, &["0 to 1000"]);
    run(&["replay", "--model", "llama-3.1-70b"]).refused(2, &["no room for a cache"]);
    run(&["replay", "v=2&r=0"]).refused(2, &["1 to 1024"]);
    run(&["replay", "v=3&r=4"]).refused(2, &["versions 1 and 2"]);
    run(&["replay", "v=2&replicas=4"]).refused(2, &["did you mean \"r\"?"]);
    run(&["route", "--block-size", "0"]).refused(2, &["1 to 4096"]);
    run(&["route", "--policy", "smart@routed:120s"]).refused(2, &["no time passes"]);
}

#[test]
fn a_long_text_is_cut_in_the_message() {
    let long = "x".repeat(300);
    let cut = format!("\"{}…\"", "x".repeat(60));
    for option in ["--policy", "--requests", "--format", "--fork"] {
        run(&["replay", option, &long]).refused(2, &[&cut]);
    }
    run(&["replay", &format!("--race={long}")]).refused(2, &[&cut]);
    run(&["replay", &long]).refused(2, &[&cut]);
}

#[test]
fn whole_numbers_are_read_as_people_write_them() {
    let base = ["replay", "v=2&w=rag", "--format", "csv", "--requests"];
    let rows = |count: &str| run(&[&base[..], &[count]].concat()).quiet();
    let plain = rows("20");
    assert_eq!(rows("2e1"), plain);
    let thousand = rows("1000");
    assert_eq!(rows("1,000"), thousand);
    assert_ne!(plain, thousand);
    run(&["replay", "--requests", "1.000"]).refused(2, &["a whole number from 1 to 100,000,000"]);
}

#[test]
fn what_is_seldom_meant_is_run_with_a_warning() {
    let warned = |policies: &str, warning: &str| {
        let ended = run(&["replay", "v=2&w=rag&n=20", "--policy", policies]);
        assert_eq!(
            (ended.code, ended.err.lines().count()),
            (Some(0), 1),
            "{ended:?}"
        );
        assert_eq!(ended.err.trim_end(), format!("warning: {warning}"));
        assert!(ended.out.contains("TTFT"));
    };
    warned("smart,smart", "smart is already compared; it is run again");
    let tie = "mine costs every replica the same, so they always tie; ties go to the first replica, which gets every request";
    for formula in ["mine=1/0", "mine=-1", "mine=3"] {
        warned(&format!("smart,{formula}"), tie);
    }
    let routed = run_with(&["route", "--policy", "mine=3"], b"Hello");
    assert_eq!(
        (routed.code, routed.err.trim_end()),
        (Some(0), &*format!("warning: {tie}"))
    );
}

#[test]
fn files_that_cannot_be_opened_are_the_command_lines_fault() {
    let here = directory("not-opened");
    let here = here.to_str().unwrap();
    run(&["replay", "--workload", "no-such.json"]).refused(2, &["\"no-such.json\""]);
    run(&["replay", "--workload", here]).refused(2, &["is a directory"]);
    run(&["import", "no-such.json"]).refused(2, &["\"no-such.json\""]);
    run(&["replay", "v=2&w=talks.json~0123456789abcdef"])
        .refused(2, &["talks.json", "give its path with --workload"]);
    let out = format!("{here}/no/such/out");
    run(&["replay", "--out", &out]).refused(2, &["there is no directory"]);
    run(&["replay", "--out", here]).refused(2, &["must be the name of a file"]);
}

#[test]
fn what_a_file_holds_is_the_files_fault() {
    let replay = |name: &str, bytes: &[u8]| {
        let path = file(&format!("content-{name}"), name, bytes);
        run(&["replay", "--workload", &path])
    };
    replay("empty.json", b"").refused(1, &["empty.json", "the file is empty"]);
    replay("object.json", br#"{"a": 1}"#).refused(1, &["object.json"]);
    replay("other.json", br#"[{"a": 1}]"#).refused(1, &["conversation 1", "`messages`"]);
    replay("page.html", b"<html><body>words</body></html>\n")
        .refused(1, &["line 1", "no known format"]);
    replay(
        "latin.json",
        b"[{\"conversations\": [{\"from\": \"human\", \"value\": \"caf\xe9\"}]}]",
    )
    .refused(1, &["byte 51 is not UTF-8"]);
    let whole = conversations();
    let zip = [b"PK\x03\x04", whole.as_bytes()].concat();
    replay("talks.zip", &zip).refused(1, &["a zip archive", "unpack it first"]);
    run_with(&["replay", "--workload", "-"], b"[]").refused(1, &["standard input"]);
}

#[test]
fn a_scenario_file_is_told_its_line() {
    let replay = |name: &str, text: &str| {
        let path = file(&format!("scenario-{name}"), name, text.as_bytes());
        run(&["replay", &path])
    };
    replay("range.json", "{\n\"gpu\": \"l4\",\n\"replicas\": 0}")
        .refused(1, &["range.json", "line 3", "1 to 1024"]);
    replay("key.json", "{\"replica\": 4}").refused(1, &["did you mean \"replicas\"?"]);
    replay("cut.json", "{\"seed\": 1").refused(1, &["line 1"]);
}

#[test]
fn a_calibration_file_is_told_its_place() {
    let path = file("calibration", "own.json", b"{\"about\": 3}");
    run(&["replay", "--calibration", &path]).refused(1, &["own.json", "field `about`"]);
    let path = file("calibration", "broken.json", b"{\"about\"");
    run(&["replay", "--calibration", &path]).refused(1, &["broken.json", "line 1"]);
}
