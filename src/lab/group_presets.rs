//! The choice of a preset at the head of a group (what a product does, or what befalls a fleet), with a sentence on it.

use super::control::{Choose, fixed};
use super::state::Lab;
use crate::figure::elements::label;
use crate::figure::signal::text;
use leptos::prelude::*;
use warmpath_view::controls::Group;
use warmpath_view::controls::presets::{GroupPreset, at, flags, presets, with};
use warmpath_view::lab::control::choices;

/// The presets of group `number`; empty for a group without any.
pub(super) fn group_presets(lab: Lab, number: usize, group: &'static Group) -> Option<AnyView> {
    let all: Vec<GroupPreset> = presets(group);
    if all.is_empty() {
        return None;
    }
    let id = format!("lab-preset-{number}");
    let names = core::iter::once("as set below").chain(all.iter().map(|it| it.name));
    let mut choices = choices(names);
    choices[0].value = String::new();
    let now = Memo::new(move |_| at(group, &lab.scenario.read()));
    let abouts: Vec<(&'static str, &'static str)> =
        all.iter().map(|it| (it.name, it.about)).collect();
    let named = abouts.clone();
    let value = text(move || now.get().map_or("", |at| named[at].0).to_owned());
    let about = text(move || {
        let about = now.get().map(|at| abouts[at].1);
        about
            .unwrap_or("Choose one to begin from; the controls below show what it sets.")
            .to_owned()
    });
    let change = move |name: String| {
        let Some(preset) = all.iter().find(|it| it.name == name) else {
            return;
        };
        if let Some(next) = with(preset, group, &lab.scenario.get_untracked()) {
            for flag in flags(group) {
                lab.mended(&format!("lab-{flag}"));
            }
            if next != *lab.scenario.read_untracked() {
                lab.remember();
            }
            lab.take(next);
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
