//! The controls: a preset, then every part of the scenario in its group, and what the one in hand is.

use super::state::{Lab, field};
use crate::figure::{Hit, Sheet};
use warmpath_core::scenario::PRESETS;
use warmpath_view::controls::{GROUPS, help, label, told_swept};
use warmpath_view::lab::controls as markup;
use warmpath_view::lab::plan::line;
use warmpath_view::markup::escape;

/// What is set, and what the controls show.
pub(super) fn wire(sheet: &Sheet, lab: Lab) {
    sheet.on("change", "#lab-preset", move |it| {
        let name = it.value();
        if let Some(preset) = PRESETS.iter().find(|preset| preset.name == name) {
            lab.replace(preset.query);
        }
    });
    sheet.follow(move |sheet| {
        let preset = markup::preset(&lab.scenario.read());
        let about = preset.map_or("A scenario of your own.", |it| it.about);
        sheet.set_value("#lab-preset", preset.map_or("", |it| it.name));
        sheet.fill("#lab-preset-about", &escape(about));
    });
    sheet.on("change", "[data-field]", move |it| {
        if let Some(field) = field(&it.data("field")) {
            lab.set(field, it.value().trim());
        }
    });
    sheet.follow(move |sheet| show(sheet, lab));
    sheet.on("focusin", "[data-field]", hint);
    sheet.on("pointerover", "[data-field]", hint);
}

/// Puts the scenario into the controls.
fn show(sheet: &Sheet, lab: Lab) {
    let (scenario, lists) = (lab.scenario.read(), lab.lists.read());
    let file = lab.file.read();
    let file = file.as_ref().map(|it| it.name.as_str());
    for (at, group) in GROUPS.iter().enumerate() {
        let shown = markup::shown(group, &scenario, file);
        for it in &shown {
            let control = format!("#lab-{}", it.flag);
            if let Some(choices) = &it.choices {
                sheet.fill(&control, choices);
            }
            let list = match (it.flag, &*lists) {
                ("rate", Some([list, _])) | ("replicas", Some([_, list])) => {
                    list.replace(',', ", ")
                }
                _ => String::new(),
            };
            let value = if list.is_empty() { &it.value } else { &list };
            sheet.set_value(&control, &lab.stands(&control[1..], value));
            let whole = format!("[data-field={}]", it.flag);
            sheet.mark(&whole, "data-set", it.set.then_some(""));
        }
        sheet.fill(
            &format!("#lab-set-{at}"),
            &line(&told_swept(group, &scenario, lists.as_ref())),
        );
    }
}

/// Says below a group what the control in hand is.
fn hint(it: &Hit) {
    let group = it.at.closest(".group").ok().flatten();
    let hint = group.and_then(|it| it.query_selector(".hint").ok().flatten());
    if let (Some(field), Some(hint)) = (field(&it.data("field")), hint) {
        hint.set_text_content(Some(&format!("{}: {}", label(field), help(field))));
    }
}
