//! Settings of a named thing, a policy or a workload: a number each, with its unit, default and range.

use crate::format;
use crate::markup::escape;
use core::fmt::Write as _;
use warmpath_core::workload::named::WorkloadInfo;
use warmpath_core::workload::{Named, named as workloads};

/// The place of a named workload's words and settings.
pub const WORKLOAD: &str = "<p class=\"soft about\" id=\"workload-about\"></p>\
    <details class=\"inner\" id=\"workload-settings\" hidden><summary>Settings of this workload</summary>\
    <div class=\"settings\" id=\"workload-grid\"></div></details>";

/// One setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// Its value as text.
    pub value: String,
    /// What it is.
    pub about: &'static str,
    /// Its default, least and greatest value.
    pub range: [f64; 3],
}

/// Controls for settings, without their values: each is taken when it is left; empty: its default. Their ids begin with
/// `prefix`.
pub fn controls(prefix: &str, settings: &[Setting]) -> String {
    settings.iter().fold(String::new(), |mut out, it| {
        let (id, name) = (format!("{prefix}-{}", it.name), it.name);
        let [default, min, max] = it.range.map(format::setting);
        // A long unit would leave no room for the number: it is told below.
        let (inside, below) = match it.unit.len() {
            0 => (String::new(), String::new()),
            1..=9 => (format!("<i>{}</i>", escape(it.unit)), String::new()),
            _ => (String::new(), format!(" ({})", it.unit)),
        };
        let about = it.about;
        let help = escape(&format!("{about}{below}; default {default}, {min} to {max}"));
        let _ = write!(
            out,
            "<div class=\"field setting\"><label for=\"{id}\">{}</label>\
             <span class=\"entry\"><input type=\"text\" inputmode=\"decimal\" autocomplete=\"off\" id=\"{id}\" data-setting=\"{name}\" \
             aria-describedby=\"{id}-help\">{inside}</span><small class=\"soft\" id=\"{id}-help\">{help}</small></div>",
            // A name may break where its words do.
            escape(name).replace('_', "_<wbr>")
        );
        out
    })
}

/// The named workload in a scenario's text; none for a file.
pub fn workload(text: &str) -> Option<&'static WorkloadInfo> {
    let name = Named::parse(text).ok()?.info().name;
    workloads::named().iter().find(|it| it.name == name)
}

/// The settings of the named workload in a scenario's text; none for a file.
pub fn of_workload(text: &str) -> Vec<Setting> {
    let params = workload(text).map_or(&[][..], |info| info.params);
    let one = |param: &workloads::Param| Setting {
        name: param.name,
        unit: "",
        value: given(text, param.name).unwrap_or_else(|| param.default.to_string()),
        about: param.about,
        range: [param.default, param.min, param.max],
    };
    params.iter().map(one).collect()
}

/// A setting's value in a text `name:k=v;k=v`.
fn given(text: &str, name: &str) -> Option<String> {
    let (_, settings) = text.split_once(':')?;
    let values = settings
        .split([';', ','])
        .filter_map(|it| it.split_once('='));
    values
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
        .next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_workloads_settings_are_shown_with_what_was_given() {
        for info in workloads::named() {
            let settings = of_workload(info.name);
            assert_eq!(settings.len(), info.params.len(), "{}", info.name);
            let out = controls("workload", &settings);
            assert_eq!(out.matches("<input ").count(), settings.len());
            for (setting, param) in settings.iter().zip(info.params) {
                let given = format!("{}:{}={}", info.name, param.name, param.min);
                let now = of_workload(&given);
                let now = now.iter().find(|it| it.name == setting.name).unwrap();
                assert_eq!(now.value, param.min.to_string(), "{given}");
            }
        }
        assert!(of_workload("chats.json~0123456789abcdef").is_empty());
    }
}
