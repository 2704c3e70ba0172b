//! The presets and the controls of a scenario's fields: what each control is, and what it shows of a scenario.

use super::control::{Choice, Control, Help, choices};
use crate::controls::{self, Bounds, ControlKind};
use warmpath_core::scenario::{PRESETS, Preset};

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

/// The preset that a scenario equals, given its canonical query; `None` if there is none.
pub fn preset(query: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.query == query)
}

/// The control of a field, by the name of its option. A workload's control has only the workloads that are always available
/// ([`names`] has all).
pub fn control(flag: &str, bounds: &Bounds) -> Control {
    let kind = controls::kind(flag);
    Control {
        id: format!("lab-{flag}"),
        label: controls::label(flag).to_owned(),
        code: controls::code(flag).to_owned(),
        unit: controls::unit(flag).to_owned(),
        wide: is_wide(flag),
        numeric: kind == ControlKind::Typed && bounds.numeric,
        kind,
        placeholder: controls::unset(flag).to_owned(),
        help: Help::Unseen(controls::help(flag, bounds)),
    }
}

/// Whether the values of a field are long.
fn is_wide(flag: &str) -> bool {
    matches!(
        flag,
        "workload" | "stages" | "arrivals" | "warm" | "off" | "tier"
    )
}

/// The names to choose a field's value from: those that its control offers, the name of the reader's own file, which is a
/// workload too, and the present value, which only the address may have.
pub fn names<'a>(control: &'a Control, file: Option<&'a str>, value: &'a str) -> Vec<&'a str> {
    let ControlKind::Choice(offered) = &control.kind else {
        return Vec::new();
    };
    let mut names: Vec<&str> = offered.iter().map(String::as_str).collect();
    let file = file.filter(|_| control.id == "lab-workload");
    for more in file.into_iter().chain([value]) {
        if !names.contains(&more) {
            names.push(more);
        }
    }
    names
}

/// The text in a field's control, given the field's text. For a workload that is only its name, since its settings have controls
/// of their own.
pub fn value<'a>(flag: &str, text: &'a str) -> &'a str {
    match (flag, text.split_once(':')) {
        ("workload", Some((name, _))) if !text.contains('~') => name,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controls::GROUPS;
    use warmpath_core::scenario::{FIELDS, Scenario};

    fn of(flag: &str) -> Control {
        let field = FIELDS.iter().find(|it| it.flag == flag).unwrap();
        control(flag, &Bounds::of(field))
    }

    #[test]
    fn every_part_has_one_control_with_a_label_and_help() {
        let all: Vec<Control> = GROUPS.iter().flat_map(controls::fields).map(of).collect();
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
        let workload = "a<b.json~0123456789abcdef";
        let control = of("workload");
        let names = names(&control, Some("mine.csv~1"), workload);
        assert!(names.contains(&"mine.csv~1") && names.contains(&workload));
        assert_eq!(value("workload", workload), workload);
    }

    #[test]
    fn of_a_workload_with_settings_the_name_is_shown() {
        assert_eq!(value("workload", "rag:contexts=10"), "rag");
        assert_eq!(value("tier", "fakeai:tier-1"), "fakeai:tier-1");
    }

    #[test]
    fn a_preset_is_known_by_its_query() {
        for it in PRESETS {
            let query = Scenario::from_query(it.query).unwrap().to_query();
            assert_eq!(preset(&query).map(|it| it.query), Some(it.query));
        }
    }
}
