//! The controls of the scenario: the presets, then every field in its group, and the help for the one
//! that last had the focus or the pointer.

use super::control::{Choices, Choose, Field};
use super::files::{Loaded, Notes, Paste, Pick};
use super::form::ask;
use super::group_presets::group_presets;
use super::settings::Workload;
use super::state::Lab;
use super::timeline::Timeline;
use super::words::{Words, WordsOf};
use crate::figure::Rich;
use crate::figure::elements::{self, summary};
use crate::figure::signal::{attribute, text, when};
use crate::figure::{Button, Fold, Line, Region};
use leptos::prelude::*;
use std::sync::Arc;
use warmpath_core::scenario::{PRESETS, Preset};
use warmpath_view::controls::{READING, summary_swept};
use warmpath_view::form::{Group, Question, Whole};
use warmpath_view::glossary_words::words;
use warmpath_view::lab::control::{Control, Help, choices};
use warmpath_view::lab::controls::{FILES, names, near, preset, presets, value};
use warmpath_view::lab::plan::line;

/// The choice of a preset or of a file.
#[component]
pub fn Presets(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    // The preset that the settings were made of by changes; `None` if they are exactly a preset.
    let made_of = Memo::new(move |_| {
        let read = |preset: &Preset| {
            let query = preset.query.to_owned();
            ask::<Whole>(&Question::Read {
                query,
                swept: false,
            })
            .values
        };
        near(
            &lab.settings.form.read(),
            lab.settings.lists.read().as_ref(),
            read,
        )
    });
    let shown = text(move || {
        let near = made_of.read().is_some();
        let preset = preset(&lab.settings.query.read()).filter(|_| !near);
        preset.map_or("", |it| it.name).to_owned()
    });
    let about = text(
        move || match (preset(&lab.settings.query.read()), &*made_of.read()) {
            (_, Some(near)) => format!("{}: {}.", near.words(), near.about()),
            (Some(preset), None) => preset.about.to_owned(),
            (None, None) => "A scenario of your own.".to_owned(),
        },
    );
    let reset = move |()| {
        if let Some(near) = made_of.get_untracked() {
            lab.replace(near.preset.query);
        }
    };
    let reset_name = text(move || {
        let near = made_of.read();
        let name = near.as_ref().map_or("", |it| it.preset.name);
        format!("Reset to {name}")
    });
    let change = move |name: String| {
        if let Some(preset) = PRESETS.iter().find(|preset| preset.name == name) {
            lab.replace(preset.query);
        }
    };
    let help = Some("lab-preset-about".to_owned());
    let choices: Choices = Arc::new(move || presets(made_of.read().as_ref()));
    view! {
        <div class="preset">
            <div class="field">
                {elements::label("lab-preset", vec!["Preset, a whole scenario".into_any()])}
                <div class="duo">
                    <Choose lab id="lab-preset" help value=shown change choices />
                    <Pick lab />
                </div>
            </div>
            <Line class="soft about" id="lab-preset-about">
                {about}
                " "
                <Button
                    id="lab-preset-reset"
                    class="small"
                    name=reset_name
                    hidden=when(move || made_of.read().is_none())
                    click=reset
                >
                    "reset"
                </Button>
            </Line>
            <Loaded lab />
            <Paste lab />
        </div>
    }
    .into_any()
}

/// All groups of settings, each of which opens and closes, except that on reading a file ([`Reading`]).
#[component]
pub fn Groups(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let groups = lab.settings.sheet.groups.iter().enumerate();
    let groups = groups.filter(|(_, group)| group.of.title != READING);
    let groups = groups.map(|(at, group)| view! { <GroupOfControls lab at group /> });
    groups.collect::<Vec<_>>().into_any()
}

/// A group of settings: closed, it shows a line with its settings; open, its controls, and the help for the one that last had
/// the focus or the pointer.
#[component]
fn GroupOfControls(
    /// The laboratory's state; copies share it.
    lab: Lab,
    /// The group's place among all groups, from 0.
    at: usize,
    /// The group, as `view` has it.
    group: &'static Group,
) -> AnyView {
    let set = Signal::derive(move || {
        let lists = lab.settings.lists.read();
        line(&summary_swept(
            group.of,
            &lab.settings.form.read(),
            lists.as_ref(),
        ))
    });
    let hint = RwSignal::new(group.about.to_owned());
    let controls = parts_of(lab, Some(group), hint);
    let workload = group.flags.contains(&"workload").then(|| {
        view! {
            <Workload lab />
            <Line class="soft about" id="lab-file-help">
                {FILES}
            </Line>
            <Notes lab />
        }
        .into_any()
    });
    let timeline = group
        .flags
        .contains(&"events")
        .then(|| view! { <Timeline lab /> });
    let words: WordsOf = Arc::new(move || {
        let form = lab.settings.form.read();
        let now = line(&summary_swept(
            group.of,
            &form,
            lab.settings.lists.read().as_ref(),
        ));
        let now = now.iter().map(|it| it.1.as_str());
        let controls = group.flags.iter().filter_map(|flag| lab.control(flag));
        let fixed = controls.flat_map(Control::texts);
        words(now.chain(fixed).chain([group.about]))
    });
    let id = Some(format!("lab-set-{at}"));
    let summary = summary(
        group.of.title,
        "gist",
        id,
        view! { <Rich text=set /> }.into_any(),
    );
    view! {
        <Fold class="group" summary>
            {group_presets(lab, at, group)}
            {timeline}
            <Region class="settings">{controls}</Region>
            {workload}
            <Words of=words />
            <Line class="hint soft">{text(move || hint.get())}</Line>
        </Fold>
    }
    .into_any()
}

/// The controls for how a file is read, and the help for the one that last had the focus or the pointer.
#[component]
pub fn Reading(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let mut groups = lab.settings.sheet.groups.iter();
    let group = groups.find(|group| group.of.title == READING);
    let hint = RwSignal::new(group.map_or("", |group| group.about).to_owned());
    let controls = parts_of(lab, group, hint);
    view! {
        <Region class="settings">{controls}</Region>
        <Line class="hint soft">{text(move || hint.get())}</Line>
    }
    .into_any()
}

/// The controls of a group; `hint` is the help that is shown below it.
fn parts_of(lab: Lab, group: Option<&Group>, hint: RwSignal<String>) -> Vec<AnyView> {
    let flags = group.map_or(&[][..], |group| &group.flags);
    let part = |&flag: &&'static str| {
        let control = lab.control(flag);
        control.map(|control| view! { <Part lab flag control hint /> }.into_any())
    };
    flags.iter().filter_map(part).collect()
}

/// The control of a field.
#[component]
fn Part(
    /// The laboratory's state; copies share it.
    lab: Lab,
    /// The field, by the name of its option.
    flag: &'static str,
    /// The control that the field is set by.
    control: &'static Control,
    /// The help that is shown below the group.
    hint: RwSignal<String>,
) -> AnyView {
    let shown = text(move || {
        let form = lab.settings.form.read();
        let list = match (flag, &*lab.settings.lists.read()) {
            ("rate", Some([list, _])) | ("replicas", Some([_, list])) => list.replace(',', ", "),
            _ => String::new(),
        };
        match list.is_empty() {
            true => lab.stands(&control.id, value(flag, form.text(flag))),
            false => lab.stands(&control.id, &list),
        }
    });
    let choices: Choices = Arc::new(move || {
        let file = lab.files.workload.read();
        let file = file.as_ref().map(|it| it.name.as_str());
        let form = lab.settings.form.read();
        choices(names(control, file, value(flag, form.text(flag))))
    });
    let set = attribute(move || lab.settings.form.read().is_set(flag).then(String::new));
    let noticed = move || {
        if let Help::Unseen(help) = &control.help {
            hint.set(format!("{}: {help}", control.label));
        }
    };
    let change = move |typed: String| lab.set(flag, typed.trim());
    let control = control.clone();
    view! { <Field lab control value=shown change choices set noticed=Callback::new(move |()| noticed()) /> }
        .into_any()
}
