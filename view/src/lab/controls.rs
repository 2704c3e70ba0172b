//! The presets and the controls of a scenario's parts, in their groups.

use super::{options, settings};
use crate::controls::{self, GROUPS, Group, Kind};
use crate::markup::escape;
use core::fmt::Write as _;
use warmpath_core::scenario::{Field, PRESETS, Preset, Scenario};

/// The choice of a preset or of a file, and the place of what is said of it.
pub fn presets() -> String {
    let mut names = String::from("<option value=\"\">your own</option>");
    names.push_str(&options(PRESETS.iter().map(|it| it.name)));
    format!(
        "<div class=\"preset\"><div class=\"field\"><label for=\"lab-preset\">Preset</label><div class=\"duo\">\
         <select id=\"lab-preset\" aria-describedby=\"lab-preset-about\">{names}</select>{PICK}</div></div>\
         <p class=\"soft about\" id=\"lab-preset-about\"></p><ul class=\"loaded\" id=\"lab-loaded\"></ul></div>"
    )
}

/// The choice of a file of the reader's own.
const PICK: &str = "<label class=\"pick\"><input type=\"file\" id=\"lab-file\" accept=\".json,.jsonl,.csv,.txt,.cache\" \
    aria-describedby=\"lab-file-help\"><span>Open a file</span></label>";

/// The preset that a scenario is.
pub fn preset(scenario: &Scenario) -> Option<&'static Preset> {
    let query = scenario.to_query();
    PRESETS.iter().find(|preset| preset.query == query)
}

/// All groups.
pub fn groups() -> String {
    GROUPS.iter().enumerate().map(group).collect()
}

/// A group, with places for what is set in it and for a line on whichever of its controls is in hand.
fn group((at, group): (usize, &Group)) -> String {
    let mut out = format!(
        "<details class=\"group\"><summary><b>{}</b> <span class=\"gist\" id=\"lab-set-{at}\"></span></summary><div class=\"settings\">",
        escape(group.title)
    );
    for field in controls::fields(group) {
        control(&mut out, field);
    }
    out.push_str("</div>");
    if group.flags.contains(&"workload") {
        out.push_str(settings::WORKLOAD);
        out.push_str(DROP);
    }
    let _ = write!(
        out,
        "<p class=\"hint soft\">{}</p></details>",
        escape(group.about)
    );
    out
}

/// What a file may be, and what was skipped or repaired in it.
const DROP: &str = "<p class=\"soft about\" id=\"lab-file-help\">Or drop a file anywhere on these settings: ShareGPT JSON, Mooncake \
    or Bailian JSONL, Azure or BurstGPT CSV, a Warmpath trace; a calibration, or caches that an earlier \
    run left. It stays on your computer.</p>\
    <ul class=\"notes soft\" id=\"lab-file-notes\"></ul>";

/// One part: what it is called here and in the scenario, and a list to choose from or a text that is taken when it is left. Its
/// value is not in it.
fn control(out: &mut String, field: &Field) {
    let (flag, id) = (field.flag, format!("lab-{}", field.flag));
    let code = match controls::code(field) {
        "" => String::new(),
        code => format!(" <code>{code}</code>"),
    };
    let _ = write!(
        out,
        "<div class=\"field setting{}\" data-field=\"{flag}\"><label for=\"{id}\">{}{code}</label><span class=\"entry\">",
        wide(flag),
        escape(controls::label(field)),
    );
    let text = |out: &mut String, offered: &[String]| {
        let numeric = offered.is_empty() && field.set(&mut Scenario::default(), "1").is_ok();
        let _ = write!(
            out,
            "<input type=\"text\"{} autocomplete=\"off\" spellcheck=\"false\" id=\"{id}\"{} placeholder=\"{}\" aria-describedby=\"{id}-help\">",
            if numeric {
                " inputmode=\"decimal\""
            } else {
                ""
            },
            match offered {
                [] => String::new(),
                _ => format!(" list=\"{id}-list\""),
            },
            controls::unset(field),
        );
        if !offered.is_empty() {
            let offered = options(offered.iter().map(String::as_str));
            let _ = write!(out, "<datalist id=\"{id}-list\">{offered}</datalist>");
        }
    };
    match controls::kind(flag) {
        Kind::Choice(_) => {
            let _ = write!(
                out,
                "<select id=\"{id}\" aria-describedby=\"{id}-help\"></select>"
            );
        }
        Kind::Suggest(names) => text(out, &names),
        Kind::Typed => text(out, &[]),
    }
    let unit = match controls::unit(field) {
        "" => String::new(),
        unit => format!("<i>{unit}</i>"),
    };
    let _ = write!(
        out,
        "{unit}</span><span class=\"unseen\" id=\"{id}-help\">{}</span></div>",
        escape(&controls::help(field))
    );
}

/// A part whose values are long has its control below its label.
fn wide(flag: &str) -> &'static str {
    match flag {
        "workload" | "stages" | "arrivals" | "warm" | "off" | "tier" => " wide",
        _ => "",
    }
}

/// What a control shows of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The part, by its option's name.
    pub flag: &'static str,
    /// Its choices; none of a text.
    pub choices: Option<String>,
    /// Its value; of a workload only its name, whose settings have controls of their own.
    pub value: String,
    /// Whether it is not the default.
    pub set: bool,
}

/// What the controls of a group show. `file` is the name of the reader's own file, a workload too.
pub fn shown(group: &Group, scenario: &Scenario, file: Option<&str>) -> Vec<Shown> {
    let one = |field: &'static Field| {
        let value = bare(field, scenario);
        let choices = match controls::kind(field.flag) {
            Kind::Choice(mut names) => {
                // A file's name, or a name that is only in the address, is one of them too.
                let file = file.filter(|_| field.flag == "workload");
                for more in file.into_iter().chain([value.as_str()]) {
                    if !names.iter().any(|name| name == more) {
                        names.push(more.to_owned());
                    }
                }
                Some(options(names.iter().map(String::as_str)))
            }
            _ => None,
        };
        Shown {
            flag: field.flag,
            choices,
            value,
            set: !controls::is_default(field, scenario),
        }
    };
    controls::fields(group).into_iter().map(one).collect()
}

fn bare(field: &Field, scenario: &Scenario) -> String {
    let value = field.get(scenario);
    match (field.flag, value.split_once(':')) {
        ("workload", Some((name, _))) if !value.contains('~') => name.to_owned(),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_one_control_with_a_label_and_help() {
        let all = groups();
        for field in GROUPS.iter().flat_map(controls::fields) {
            let flag = field.flag;
            for wanted in [
                format!("data-field=\"{flag}\""),
                format!("for=\"lab-{flag}\""),
                format!(" id=\"lab-{flag}\""),
                format!("id=\"lab-{flag}-help\""),
            ] {
                assert_eq!(all.matches(&wanted).count(), 1, "{wanted}");
            }
        }
    }

    #[test]
    fn a_name_from_the_address_is_a_choice_and_is_escaped() {
        let scenario = Scenario {
            workload: "a<b.json~0123456789abcdef".to_owned(),
            ..Scenario::default()
        };
        let shown = shown(&GROUPS[0], &scenario, Some("mine.csv~1"));
        let workload = shown.iter().find(|it| it.flag == "workload").unwrap();
        let choices = workload.choices.as_deref().unwrap();
        assert!(choices.contains("mine.csv~1") && choices.contains("a&lt;b.json~"));
        assert_eq!(workload.value, scenario.workload);
        assert_eq!(shown.iter().filter(|it| it.set).count(), 1);
    }
}
