//! The choice of a preset at the head of a group (what a product does, or what befalls a fleet), with a sentence on it.

use super::control::{Choose, fixed};
use super::state::Lab;
use crate::figure::elements::label;
use crate::figure::signal::text;
use leptos::prelude::*;
use warmpath_view::form::{Edit, Group};
use warmpath_view::lab::control::choices;

/// The choice of a preset for the group with this place among all groups, from 0; `None` for a group without presets.
pub(super) fn group_presets(lab: Lab, number: usize, group: &'static Group) -> Option<AnyView> {
    let all = &group.presets;
    if all.is_empty() {
        return None;
    }
    let id = format!("lab-preset-{number}");
    let names = core::iter::once("as set below").chain(all.iter().map(|it| it.0));
    let mut choices = choices(names);
    choices[0].value = String::new();
    // The name of the preset that is set, and the sentence on it.
    let now = move || {
        let form = lab.settings.form.read();
        let at = form.presets.get(number).copied().flatten()?;
        all.get(at)
    };
    let value = text(move || now().map_or("", |it| it.0).to_owned());
    let about = text(move || {
        let about = now().map(|it| it.1);
        about
            .unwrap_or("Choose one to begin from; the controls below show what it sets.")
            .to_owned()
    });
    let change = move |name: String| {
        let Some(preset) = all.iter().position(|it| it.0 == name) else {
            return;
        };
        let before = lab.now();
        let group = number;
        if lab.edit(Edit::Preset { group, preset }).is_ok() && lab.now() != before {
            lab.settings.before.set(Some(before));
        }
    };
    let help = format!("{id}-about");
    Some(
        view! {
            <div class="field group-preset">
                {label(&id, vec!["Preset".into_any()])}
                <Choose lab id help=Some(help.clone()) value change choices=fixed(choices) />
                <small class="soft" id=help>{about}</small>
            </div>
        }
        .into_any(),
    )
}
