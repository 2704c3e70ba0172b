//! The presets and the controls of a scenario's fields: what each control is, and what it shows of a scenario.

use super::control::{Choice, Control, Help, choices};
use crate::controls::{self, Bounds, ControlKind, changes, flags};
use crate::form::State;
use crate::format;
use warmpath_core::scenario::{PRESETS, Preset};

/// The hint that a file may be dropped.
pub const FILES: &str = "Or drop a file anywhere on these settings: chats, prompts, traces, logs and tables of most programs, also \
    packed with gzip; a tokenizer.json, a calibration, or caches that an earlier run left. It stays on your computer.";

/// The presets to choose from; the first entry stands for a scenario that is none of them, and names the preset that it is
/// nearest to, if there is one.
pub fn presets(near: Option<&NearPreset>) -> Vec<Choice> {
    let mut all = choices([""]);
    all[0].shown = near.map_or("your own".to_owned(), NearPreset::words);
    all.extend(choices(PRESETS.iter().map(|it| it.name)));
    all
}

/// The preset that a scenario equals, given its canonical query; `None` if there is none.
pub fn preset(query: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.query == query)
}

/// The preset that a scenario was probably made of: of those with its workload, the one from which the fewest fields differ.
#[derive(Clone, Debug, PartialEq)]
pub struct NearPreset {
    /// The preset that the scenario was probably made of.
    pub preset: &'static Preset,
    /// What differs from it, in words.
    pub changes: Vec<String>,
}

impl NearPreset {
    /// The preset's name, and how much was changed.
    pub fn words(&self) -> String {
        let count = format::plural(self.changes.len() as u64, "change");
        format!("{}, {count}", self.preset.name)
    }

    /// What was changed: the first two changes, and how many more there are.
    pub fn about(&self) -> String {
        let [first, second, rest @ ..] = &self.changes[..] else {
            return self.changes.concat();
        };
        match rest.len() {
            0 => format!("{first}; {second}"),
            more => format!("{first}; {second}; {more} more"),
        }
    }
}

/// The presets whose workload has the name of this one.
fn with_workload(workload: &str) -> impl Iterator<Item = &'static Preset> {
    let workload = value("workload", workload);
    PRESETS.iter().filter(move |preset| {
        let named = preset.query.split('&').find_map(|it| it.strip_prefix("w="));
        // A query without a workload has the default one, by which the first preset is called.
        named.unwrap_or(PRESETS[0].name) == workload
    })
}

/// The preset that the settings were probably made of; `None` if they equal one, or have a workload that none has. `lists` are
/// the rates and numbers of replicas of a sweep, which stand for those fields unless they are empty; `read` gives the texts of
/// a preset's fields.
pub fn near(
    state: &State,
    lists: Option<&[String; 2]>,
    read: impl Fn(&Preset) -> Vec<String>,
) -> Option<NearPreset> {
    let now = |flag: &str| match (flag, lists) {
        ("rate", Some([list, _])) | ("replicas", Some([_, list])) if !list.is_empty() => list,
        _ => state.text(flag),
    };
    let now: Vec<&str> = flags().map(now).collect();
    let one = |preset: &'static Preset| NearPreset {
        preset,
        changes: changes(read(preset).iter().map(String::as_str), now.iter().copied()),
    };
    let all = with_workload(state.text("workload")).map(one);
    all.min_by_key(|it| it.changes.len())
        .filter(|it| !it.changes.is_empty())
}

/// The control of the field with an option of this name. The workload's offers only the workloads that are always available
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

/// The names to choose a field's value from, if its control is a list: those that it offers, for the workload also the reader's
/// own file, and the present value, which a link may have brought although no list offers it.
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

/// The text in a field's control, given the field's text. Of a named workload it is only the name, since its settings have
/// controls of their own.
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

    /// The preset that the settings of a query were made of, its changes counted and in words.
    fn near_of(query: &str, lists: Option<&[String; 2]>) -> Option<[String; 2]> {
        let texts = |query: &str| {
            let scenario = Scenario::from_query(query).unwrap();
            FIELDS.iter().map(|it| it.get(&scenario)).collect()
        };
        let state = crate::form::state_of(&Scenario::from_query(query).unwrap());
        let near = near(&state, lists, |it| texts(it.query))?;
        let about = near.about().replace(format::GAP, " ");
        Some([near.words().replace(format::GAP, " "), about])
    }

    #[test]
    fn a_changed_preset_is_still_called_by_its_name() {
        let of = |query: &str| near_of(query, None).map(|it| it.join(": "));
        assert_eq!(of("w=rag"), None);
        assert_eq!(of("w=a.json~0123456789abcdef"), None);
        let one = "rag, 1 change: Replicas 4 → 8";
        assert_eq!(of("w=rag&r=8").as_deref(), Some(one));
        let of_workload = of("w=rag:contexts=4").unwrap();
        assert!(of_workload.starts_with("rag, 1 change: "), "{of_workload}");
        let many = of("w=rag&r=8&n=50&p=smart").unwrap();
        assert!(
            many.starts_with("rag, 3 changes: ") && many.ends_with("; 1 more"),
            "{many}"
        );
        // Of several with the same workload it is the nearest, and of those with the same settings the first.
        for it in PRESETS {
            let changed = format!("{}&seed=77", it.query);
            let [name, _] = near_of(&changed, None).unwrap();
            let first = preset(it.query).unwrap().name;
            assert_eq!(name, format!("{first}, 1 change"));
        }
        let lists = ["2,4".to_owned(), String::new()];
        let [name, about] = near_of("w=rag&rate=2", Some(&lists)).unwrap();
        assert_eq!(name, "rag, 1 change");
        assert!(about.ends_with("→ 2, 4"), "{about}");
    }

    /// A control that may be empty says what that means.
    #[test]
    fn a_field_without_a_value_says_what_holds_then() {
        use warmpath_core::scenario::FIELDS;
        let mut missing = Vec::new();
        for field in FIELDS {
            let bounds = Bounds::of(field);
            if bounds.default.is_empty() && control(field.flag, &bounds).placeholder.is_empty() {
                missing.push(field.flag);
            }
        }
        // A calibration is a file that is opened, not a text.
        assert_eq!(missing, ["calibration"]);
    }

    #[test]
    fn a_preset_is_known_by_its_query() {
        for it in PRESETS {
            let query = Scenario::from_query(it.query).unwrap().to_query();
            assert_eq!(preset(&query).map(|it| it.query), Some(it.query));
        }
    }
}
