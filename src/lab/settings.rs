//! The settings of the named workload.

use super::state::{Lab, field};
use crate::figure::Sheet;
use leptos::prelude::*;
use warmpath_core::workload::Named;
use warmpath_view::controls::with_setting;
use warmpath_view::lab::settings::{Setting, controls, of_workload, workload};
use warmpath_view::markup::escape;

/// What is set, and what the settings show; nothing for a file.
pub(super) fn wire(sheet: &Sheet, lab: Lab) {
    sheet.follow(move |sheet| {
        let text = lab.scenario.read().workload.clone();
        let about = workload(&text).map_or("", |it| it.about);
        sheet.fill("#workload-about", &escape(about));
        let settings = of_workload(&text);
        let none = settings.is_empty().then_some("");
        sheet.mark("#workload-settings", "hidden", none);
        sheet.fill("#workload-grid", &controls("workload", &settings));
        show(sheet, "workload", &settings);
    });
    sheet.on("change", "#workload-grid [data-setting]", move |it| {
        let text = lab.scenario.read_untracked().workload.clone();
        let next = with_setting(&text, &it.data("setting"), it.value().trim());
        match (Named::parse(&next), field("workload")) {
            (Ok(named), Some(field)) => lab.set(field, &named.to_string()),
            (Err(error), _) => lab.refuse(&error.to_string()),
            _ => {}
        }
    });
}

/// Puts values into controls whose ids begin with `prefix`.
pub(super) fn show(sheet: &Sheet, prefix: &str, settings: &[Setting]) {
    for it in settings {
        sheet.set_value(&format!("#{prefix}-{}", it.name), &it.value);
    }
}
