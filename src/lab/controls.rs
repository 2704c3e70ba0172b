//! The controls of the scenario: the presets, then every field in its group, and the help for the one with the focus.

use super::control::{Choices, Choose, Field, fixed};
use super::files::{Loaded, Notes, Paste, Pick};
use super::group_presets::group_presets;
use super::settings::Workload;
use super::state::Lab;
use super::timeline::Timeline;
use crate::figure::Rich;
use crate::figure::elements::{self, summary};
use crate::figure::signal::{attribute, text};
use crate::figure::{Fold, Line, Region};
use leptos::prelude::*;
use std::sync::Arc;
use warmpath_core::scenario::{self, PRESETS};
use warmpath_view::controls::{
    GROUPS, Group, READING, fields, help, is_default, label, summary_swept,
};
use warmpath_view::lab::control::choices;
use warmpath_view::lab::controls::{FILES, control, names, preset, presets, value};
use warmpath_view::lab::plan::line;

/// The choice of a preset or of a file.
#[component]
pub fn Presets(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let shown = text(move || {
        preset(&lab.scenario.read())
            .map_or("", |it| it.name)
            .to_owned()
    });
    let about = text(move || {
        let preset = preset(&lab.scenario.read());
        let about = preset.map_or("A scenario of your own.", |it| it.about);
        about.to_owned()
    });
    let change = move |name: String| {
        if let Some(preset) = PRESETS.iter().find(|preset| preset.name == name) {
            lab.replace(preset.query);
        }
    };
    let help = Some("lab-preset-about".to_owned());
    let choices = fixed(presets());
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
            </Line>
            <Loaded lab />
            <Paste lab />
        </div>
    }
    .into_any()
}

/// All groups of settings below the first ones, each of which opens and closes.
#[component]
pub fn Groups(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let groups = GROUPS.iter().enumerate();
    let groups = groups.filter(|(_, group)| group.title != READING);
    let groups = groups.map(|(at, group)| view! { <GroupOfControls lab at group /> });
    groups.collect::<Vec<_>>().into_any()
}

/// A group of settings: closed, it shows a line with its settings; open, its controls, and the help for the one with the
/// focus.
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
        let (scenario, lists) = (lab.scenario.read(), lab.lists.read());
        line(&summary_swept(group, &scenario, lists.as_ref()))
    });
    let hint = RwSignal::new(group.about.to_owned());
    let controls = fields(group).into_iter();
    let controls = controls.map(|field| view! { <Part lab field hint /> });
    let controls = controls.map(IntoAny::into_any).collect::<Vec<_>>();
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
    let id = Some(format!("lab-set-{at}"));
    let summary = summary(
        group.title,
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
            <Line class="hint soft">{text(move || hint.get())}</Line>
        </Fold>
    }
    .into_any()
}

/// The controls for how a file is read, and the help for the one with the focus.
#[component]
pub fn Reading(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let group = GROUPS.iter().find(|group| group.title == READING);
    let hint = RwSignal::new(group.map_or("", |group| group.about).to_owned());
    let controls = group.map_or(Vec::new(), fields).into_iter();
    let controls = controls.map(|field| view! { <Part lab field hint /> });
    let controls = controls.map(IntoAny::into_any).collect::<Vec<_>>();
    view! {
        <Region class="settings">{controls}</Region>
        <Line class="hint soft">{text(move || hint.get())}</Line>
    }
    .into_any()
}

/// The control of a field.
#[component]
fn Part(
    /// The laboratory's state; copies share it.
    lab: Lab,
    /// The field that the control sets.
    field: &'static scenario::Field,
    /// The help that is shown below the group.
    hint: RwSignal<String>,
) -> AnyView {
    let control = control(field);
    let id = control.id.clone();
    let shown = text(move || {
        let scenario = lab.scenario.read();
        let list = match (field.flag, &*lab.lists.read()) {
            ("rate", Some([list, _])) | ("replicas", Some([_, list])) => list.replace(',', ", "),
            _ => String::new(),
        };
        match list.is_empty() {
            true => lab.stands(&id, &value(field, &scenario)),
            false => lab.stands(&id, &list),
        }
    });
    let choices: Choices = Arc::new(move || {
        let file = lab.file.read();
        let file = file.as_ref().map(|it| it.name.as_str());
        let names = names(field, &lab.scenario.read(), file);
        choices(names.iter().map(String::as_str))
    });
    let set = attribute(move || (!is_default(field, &lab.scenario.read())).then(String::new));
    let hand = move || hint.set(format!("{}: {}", label(field), help(field)));
    let change = move |typed: String| lab.set(field, typed.trim());
    view! { <Field lab control value=shown change choices set hand=Callback::new(move |()| hand()) /> }
        .into_any()
}
