//! The presets and the controls of a scenario's fields: what each control is, and what it shows of a scenario.

use super::control::{Choice, Control, Help, choices};
use crate::controls::{self, ControlKind};
use warmpath_core::scenario::{Field, PRESETS, Preset, Scenario};

/// The hint that a file may be dropped.
pub const FILES: &str = "Or drop a file anywhere on these settings: chats, prompts, traces, logs and tables of most programs, also \
    packed with gzip; a tokenizer.json, a calibration, or caches that an earlier run left. It stays on your computer.";

/// The presets to choose from; the first entry stands for a scenario that is none of them.
pub fn presets() -> Vec<Choice> {
    let mut all = choices([""]);
    all[0].shown = "your own".to_owned();
    all.extend(choices(PRESETS.iter().map(|it| it.name)));
    all
}

/// The preset that a scenario equals; `None` if there is none.
pub fn preset(scenario: &Scenario) -> Option<&'static Preset> {
    let query = scenario.to_query();
    PRESETS.iter().find(|preset| preset.query == query)
}

/// The control of a field. A workload's control has only the workloads that are always available ([`names`] has all).
pub fn control(field: &Field) -> Control {
    let kind = controls::kind(field.flag);
    Control {
        id: format!("lab-{}", field.flag),
        label: controls::label(field).to_owned(),
        code: controls::code(field),
        unit: controls::unit(field),
        wide: is_wide(field.flag),
        numeric: kind == ControlKind::Typed && field.set(&mut Scenario::default(), "1").is_ok(),
        kind,
        placeholder: controls::unset(field),
        help: Help::Unseen(controls::help(field)),
    }
}

/// Whether the values of a field are long.
fn is_wide(flag: &str) -> bool {
    matches!(
        flag,
        "workload" | "stages" | "arrivals" | "warm" | "off" | "tier"
    )
}

/// The names to choose a field's value from; `file` is the name of the reader's own file, which is a workload too.
pub fn names(field: &Field, scenario: &Scenario, file: Option<&str>) -> Vec<String> {
    let ControlKind::Choice(mut names) = controls::kind(field.flag) else {
        return Vec::new();
    };
    // The reader's file, or a name that only the address has, is one of the choices too.
    let file = file.filter(|_| field.flag == "workload");
    let value = value(field, scenario);
    for more in file.into_iter().chain([value.as_str()]) {
        if !names.iter().any(|name| name == more) {
            names.push(more.to_owned());
        }
    }
    names
}

/// The text in a field's control. For a workload that is only its name, since its settings have controls of their own.
pub fn value(field: &Field, scenario: &Scenario) -> String {
    let value = field.get(scenario);
    match (field.flag, value.split_once(':')) {
        ("workload", Some((name, _))) if !value.contains('~') => name.to_owned(),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controls::GROUPS;
    use warmpath_core::scenario::FIELDS;

    #[test]
    fn every_part_has_one_control_with_a_label_and_help() {
        let all: Vec<Control> = GROUPS
            .iter()
            .flat_map(controls::fields)
            .map(control)
            .collect();
        for it in &all {
            assert_eq!(all.iter().filter(|other| other.id == it.id).count(), 1);
            assert!(!it.label.is_empty(), "{}", it.id);
            assert!(matches!(&it.help, Help::Unseen(help) if !help.is_empty()));
        }
        let numeric = |id: &str| all.iter().find(|it| it.id == id).unwrap().numeric;
        assert!(numeric("lab-replicas") && !numeric("lab-arrivals") && !numeric("lab-gpu"));
    }

    #[test]
    fn a_name_from_the_address_is_a_choice() {
        let scenario = Scenario {
            workload: "a<b.json~0123456789abcdef".to_owned(),
            ..Scenario::default()
        };
        let field = FIELDS.iter().find(|it| it.flag == "workload").unwrap();
        let names = names(field, &scenario, Some("mine.csv~1"));
        assert!(names.contains(&"mine.csv~1".to_owned()) && names.contains(&scenario.workload));
        assert_eq!(value(field, &scenario), scenario.workload);
    }

    #[test]
    fn of_a_workload_with_settings_the_name_is_shown() {
        let scenario = Scenario::from_query("w=rag:contexts=10").unwrap();
        let field = FIELDS.iter().find(|it| it.flag == "workload").unwrap();
        assert_eq!(value(field, &scenario), "rag");
    }
}
