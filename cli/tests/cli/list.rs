//! `list` and the help.

use crate::run::run;
use serde_json::Value;

#[test]
fn every_list_has_every_format() {
    for what in [
        "policies",
        "signals",
        "gpus",
        "models",
        "workloads",
        "presets",
        "terms",
    ] {
        let json: Value =
            serde_json::from_str(&run(&["list", what, "--format", "json"]).quiet()).unwrap();
        let rows = json[what].as_array().unwrap();
        assert!(!rows.is_empty(), "{what}");
        let text = run(&["list", what]).quiet();
        let markdown = run(&["list", what, "--format", "markdown"]).quiet();
        for row in rows {
            let name = row["name"].as_str().unwrap();
            assert!(
                text.contains(name) && markdown.contains(name),
                "{what}: {name}"
            );
        }
        assert!(markdown.contains("| --- |"));
    }
}

#[test]
fn policies_list_parameters_with_ranges() {
    let printed = run(&["list", "policies", "--format", "json"]).quiet();
    let table: Value = serde_json::from_str(&printed).unwrap();
    let parameters = table["parameters"].as_array().unwrap();
    let weight = parameters
        .iter()
        .find(|p| p["name"] == "load_balance_weight")
        .unwrap();
    assert_eq!(
        (&weight["default"], &weight["max"]),
        (&0.5.into(), &1000.0.into())
    );
}

#[test]
fn every_command_has_an_example() {
    let help = run(&["--help"]).quiet();
    for command in ["replay", "route", "tokens", "import", "list"] {
        assert!(help.contains(command));
        let help = run(&[command, "--help"]).quiet();
        assert!(
            help.contains("Example") && help.contains(&format!("warmpath {command}")),
            "{help}"
        );
        assert!(!help.contains('\x1b'), "no colour without a terminal");
    }
    let bare = run(&[]);
    assert_eq!((bare.code, bare.out.as_str()), (Some(2), ""));
    assert!(run(&["--version"]).quiet().starts_with("warmpath "));
}

#[test]
fn replay_has_every_field_of_a_scenario() {
    let help = run(&["replay", "--help"]).quiet();
    for field in warmpath_core::scenario::FIELDS {
        assert!(
            help.contains(&format!("--{} ", field.flag)),
            "{}",
            field.flag
        );
    }
}
