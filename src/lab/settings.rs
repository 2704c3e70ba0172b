//! The settings of a policy or of the workload: a control each.

use super::control::Field;
use super::state::Lab;
use crate::figure::signal::{parts, settled, text, when};
use crate::figure::{Fold, Line, Region};
use leptos::prelude::*;
use std::sync::Arc;
use warmpath_view::form::Edit;
use warmpath_view::lab::settings::{Setting, of_workload, workload};

/// A function that gives the present value of a setting, by its name.
pub type ValueOf = Arc<dyn Fn(&str) -> String + Send + Sync>;
/// A function that changes a setting, by its name.
pub type ChangeTo = Arc<dyn Fn(&str, String) + Send + Sync>;

/// The controls of some settings, whose ids begin with `prefix`.
pub(super) fn grid(
    lab: Lab,
    prefix: &'static str,
    settings: &[Setting],
    now: &ValueOf,
    set: &ChangeTo,
) -> Vec<AnyView> {
    let one = |it: &Setting| {
        let (control, name) = (it.control(prefix), it.name);
        let (id, now, set) = (control.id.clone(), Arc::clone(now), Arc::clone(set));
        let value = text(move || lab.stands(&id, &now(name)));
        let change = move |typed: String| set(name, typed);
        view! { <Field lab control value change /> }.into_any()
    };
    settings.iter().map(one).collect()
}

/// The value of a setting, by its name.
pub(super) fn of_name(settings: &[Setting], name: &str) -> String {
    let found = settings.iter().find(|it| it.name == name);
    found.map_or(String::new(), |it| it.value.clone())
}

/// The named workload with its settings; empty for a file.
#[component]
pub fn Workload(
    /// The laboratory's state; copies share it.
    lab: Lab,
) -> AnyView {
    let chosen = move || lab.settings.form.read().text("workload").to_owned();
    let about = text(move || workload(&chosen()).map_or("", |it| it.about).to_owned());
    let now: ValueOf = Arc::new(move |name| of_name(&of_workload(&chosen()), name));
    let set: ChangeTo = Arc::new(move |name, typed| change(lab, name, typed));
    // The controls are made anew for another workload, but not when its settings change.
    let which = settled(move || workload(&chosen()).map_or("", |it| it.name).to_owned());
    let controls = parts(move || {
        let settings = of_workload(&which.get());
        grid(lab, "workload", &settings, &now, &set)
    });
    let none = when(move || of_workload(&which.get()).is_empty());
    let summary = vec!["Settings of this workload".into_any()];
    view! {
        <Line class="soft about" id="workload-about">
            {about}
        </Line>
        <Fold class="inner" id="workload-settings" hidden=none summary>
            <Region class="settings" id="workload-grid">
                {controls}
            </Region>
        </Fold>
    }
    .into_any()
}

/// Changes a setting of the workload, or shows why it cannot be changed.
fn change(lab: Lab, name: &str, text: String) {
    let name = name.to_owned();
    if let Err(refusal) = lab.edit(Edit::Workload { name, text }) {
        lab.refuse(refusal);
    }
}
