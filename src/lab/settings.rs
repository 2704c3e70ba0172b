//! The settings of the named workload.

use super::state::Lab;
use crate::figure::Sheet;
use warmpath_core::workload::Named;
use warmpath_view::controls::with_setting;
use warmpath_view::lab::refusals::Refusal;
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
        show(sheet, lab, "workload", &settings);
    });
    sheet.on("change", "#workload-grid [data-setting]", move |it| {
        let text = lab.scenario.read_untracked().workload.clone();
        let (name, typed) = (it.data("setting"), it.value());
        let control = format!("workload-{name}");
        let next = with_setting(&text, &name, typed.trim());
        match Named::parse(&next) {
            Ok(named) => {
                lab.mended(&control);
                let mut next = lab.scenario.get_untracked();
                next.workload = named.to_string();
                lab.take(next);
            }
            Err(error) => {
                lab.refuse(Refusal::new(&control, &name, &typed, error.to_string()));
            }
        }
    });
}

/// Puts values into controls whose ids begin with `prefix`.
pub(super) fn show(sheet: &Sheet, lab: Lab, prefix: &str, settings: &[Setting]) {
    for it in settings {
        let control = format!("{prefix}-{}", it.name);
        sheet.set_value(&format!("#{control}"), &lab.stands(&control, &it.value));
    }
}
