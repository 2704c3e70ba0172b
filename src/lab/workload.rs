//! The settings of the named workload.

use super::settings::{Setting, Settings};
use super::state::{Lab, field};
use leptos::prelude::*;
use warmpath_core::workload::{Named, named};
use warmpath_view::controls::with_setting;
use warmpath_view::format;

/// The settings; none for a file.
#[component]
pub fn WorkloadSettings(
    /// The laboratory.
    lab: Lab,
) -> impl IntoView {
    let text = move || lab.scenario.read().workload.clone();
    let info = Memo::new(move |_| {
        let name = Named::parse(&text()).ok().map(|it| it.info().name)?;
        named::named().iter().position(|it| it.name == name)
    });
    let settings = Signal::derive(move || {
        let text = text();
        let Some(info) = info.get().map(|at| &named::named()[at]) else {
            return Vec::new();
        };
        let one = |param: &'static warmpath_core::workload::named::Param| Setting {
            name: param.name,
            unit: "",
            value: given(&text, param.name).unwrap_or_else(|| param.default.to_string()),
            help: format!(
                "{}; default {}, {} to {}",
                param.about,
                format::setting(param.default),
                format::setting(param.min),
                format::setting(param.max)
            ),
        };
        info.params.iter().map(one).collect()
    });
    let set = Callback::new(move |(name, value): (&'static str, String)| {
        let next = with_setting(&text(), name, &value);
        match (Named::parse(&next), field("workload")) {
            (Ok(named), Some(field)) => lab.set(field, &named.to_string()),
            (Err(error), _) => lab.refuse(&error.to_string()),
            _ => {}
        }
    });
    let about = move || info.get().map(|at| named::named()[at].about);
    view! {
        <p class="soft about">{about}</p>
        <details class="inner" hidden=move || settings.read().is_empty()>
            <summary>"Settings of this workload"</summary>
            <Settings settings set prefix="workload" />
        </details>
    }
}

/// A setting's value in a text `name:k=v;k=v`.
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
