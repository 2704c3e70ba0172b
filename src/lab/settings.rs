//! Settings of a named thing, a policy or the workload: a control each.

use super::control::Field;
use super::signal::{parts, text, when};
use super::state::Lab;
use leptos::prelude::*;
use warmpath_core::workload::Named;
use warmpath_view::controls::with_setting;
use warmpath_view::lab::refusals::Refusal;
use warmpath_view::lab::settings::{Setting, of_workload, workload};

/// The controls of these settings, whose ids begin with `prefix`; `now` is what they are at any time.
pub(super) fn grid(
    lab: Lab,
    prefix: &'static str,
    settings: &[Setting],
    now: Signal<Vec<Setting>>,
    change: Callback<(&'static str, String)>,
) -> Vec<AnyView> {
    let one = |it: &Setting| {
        let (control, name) = (it.control(prefix), it.name);
        let id = control.id.clone();
        let value = text(move || {
            let now = now.read();
            let value = now.iter().find(|it| it.name == name);
            lab.stands(&id, value.map_or("", |it| &it.value))
        });
        let change = move |typed: String| change.run((name, typed));
        view! { <Field lab control value change /> }.into_any()
    };
    settings.iter().map(one).collect()
}

/// The named workload: what it is, and its settings; nothing of a file.
#[component]
pub fn Workload(
    /// The laboratory.
    lab: Lab,
) -> AnyView {
    let chosen = move || lab.scenario.read().workload.clone();
    let about = text(move || workload(&chosen()).map_or("", |it| it.about).to_owned());
    let now = Signal::derive(move || of_workload(&chosen()));
    let change = Callback::new(move |(name, typed)| change(lab, name, typed));
    // The controls are those of a workload, whatever its settings are.
    let which = Memo::new(move |_| workload(&chosen()).map(|it| it.name));
    let controls = parts(move || {
        let settings = of_workload(which.get().unwrap_or_default());
        grid(lab, "workload", &settings, now, change)
    });
    view! {
        <p class="soft about" id="workload-about">{about}</p>
        <details class="inner" id="workload-settings" hidden=when(move || now.read().is_empty())>
            <summary>"Settings of this workload"</summary>
            <div class="settings" id="workload-grid">{controls}</div>
        </details>
    }
    .into_any()
}

/// Sets one of the workload's settings, or says why not.
fn change(lab: Lab, name: &str, typed: String) {
    let text = lab.scenario.read_untracked().workload.clone();
    let control = format!("workload-{name}");
    match Named::parse(&with_setting(&text, name, typed.trim())) {
        Ok(named) => {
            lab.mended(&control);
            let mut next = lab.scenario.get_untracked();
            next.workload = named.to_string();
            lab.take(next);
        }
        Err(error) => lab.refuse(Refusal::new(&control, name, &typed, error.to_string())),
    }
}
