//! The settings of a policy or a workload: a number each, with its unit, default and range.

use super::control::{Control, Help};
use crate::format;
use warmpath_core::workload::named as workloads;
use warmpath_core::workload::named::WorkloadInfo;

/// A setting of a policy or a workload: its name, unit, value and range.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The setting's name, as it is typed.
    pub name: &'static str,
    /// The unit of the value; empty if it has none.
    pub unit: &'static str,
    /// The present value, as text.
    pub value: String,
    /// What the setting decides, in a few words.
    pub about: &'static str,
    /// The default, the least and the greatest value.
    pub range: [f64; 3],
}

impl Setting {
    /// The control of the setting, whose id begins with `prefix`. A value is taken over when the control loses the focus;
    /// an empty one stands for the default.
    pub fn control(&self, prefix: &str) -> Control {
        let [default, min, max] = self.range.map(format::setting);
        // A long unit would leave no room for the number, so it is part of the help.
        let (unit, below) = match self.unit.len() {
            ..=9 => (self.unit.to_owned(), String::new()),
            _ => (String::new(), format!(" ({})", self.unit)),
        };
        let about = self.about;
        Control {
            unit,
            numeric: true,
            help: Help::Below(format!("{about}{below}; default {default}, {min} to {max}")),
            ..Control::text(format!("{prefix}-{}", self.name), self.name)
        }
    }
}

/// The named workload in the text of a scenario's workload; `None` if that is a file.
pub fn workload(text: &str) -> Option<&'static WorkloadInfo> {
    let name = text.split(':').next()?;
    workloads::named().iter().find(|it| it.name == name)
}

/// The settings of the named workload in the text of a scenario's workload; empty for a file.
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

/// The value of a setting in a text `name:k=v;k=v`; `None` if it is not given there.
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
