//! The laboratory: a scenario, its controls, a run in the worker, and the results.

mod address;
mod answers;
pub mod bar;
pub mod charts;
pub mod comparison;
pub mod control;
pub mod controls;
pub mod files;
pub mod forks;
pub mod form;
pub mod formula;
mod group_presets;
pub mod history;
mod opening;
mod pin;
pub mod plans;
pub mod policies;
mod ready;
pub mod refusals;
mod reset;
pub mod results;
pub mod settings;
pub mod shown;
pub mod state;
pub mod summary;
pub mod sweeps;
pub mod timeline;
pub mod words;
pub mod work;

pub use state::Lab;

use crate::challenge::ChallengeState;
use crate::dom;
use crate::figure::signal::{attribute, when};
use crate::worker::turn;
use leptos::ev::{DragEvent, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

/// The laboratory's station: settings, and beside them the results.
#[component]
pub fn LabStation(
    /// The laboratory's state, which other components read too.
    lab: Lab,
    /// The challenges, of which one may be tried here.
    dares: ChallengeState,
) -> impl IntoView {
    // Whether a file is held over the settings.
    let over = RwSignal::new(false);
    let held = attribute(move || over.get().then(String::new));
    leptos::task::spawn_local(charts::rehearse());
    reset::listen(lab);
    opening::begin(lab);
    // The choice of a scenario and of policies comes first, then Run, then all other settings, so that Run is near for the
    // eye and for keys.
    view! {
        <div class="bench" on:keydown=by_keys>
            <div
                class="card lab"
                id="lab-settings"
                role="group"
                aria-label="Settings"
                data-over=held
                on:dragover=move |it: DragEvent| {
                    it.prevent_default();
                    over.set(true);
                }
                on:dragleave=move |_| over.set(false)
                on:drop=move |it: DragEvent| {
                    over.set(false);
                    lab.dropped(&it);
                }
            >
                <controls::Presets lab />
                <policies::Policies lab />
                <bar::Bar lab dares />
                <controls::Groups lab />
                <formula::Formula lab />
                <sweeps::Sweeps lab />
            </div>
            <div
                class="output"
                id="lab-output"
                role="region"
                aria-label="Results"
                tabindex="-1"
                aria-busy=attribute(move || lab.is_busy().then(|| "true".to_owned()))
            >
                <plans::Tabs lab />
                <div
                    id="lab-run-panel"
                    class="run-panel"
                    role="tabpanel"
                    aria-labelledby="lab-tab-run"
                    hidden=when(move || lab.plans.tab.get().is_some())
                >
                    <history::Runs lab />
                    <results::Results lab />
                </div>
                <plans::Panel lab />
            </div>
        </div>
    }
}

/// Ctrl and Enter, or Cmd and Enter, run what is set wherever in the laboratory the focus is; among the settings of a question they ask
/// it.
fn by_keys(event: KeyboardEvent) {
    if event.key() != "Enter" || !(event.ctrl_key() || event.meta_key()) || event.repeat() {
        return;
    }
    event.prevent_default();
    let focused = dom::document().and_then(|it| it.active_element());
    let focused = focused.and_then(|it| it.dyn_into::<HtmlElement>().ok());
    // What was typed is taken over when its control loses the focus.
    if let Some(it) = focused
        .as_ref()
        .filter(|it| matches!(&*it.tag_name(), "INPUT" | "TEXTAREA"))
    {
        let _ = it.blur();
        let _ = it.focus();
    }
    let asks = focused.is_some_and(|it| matches!(it.closest("#lab-panel"), Ok(Some(_))));
    let button = if asks { "plan-go" } else { "lab-run" };
    // Run may be disabled until the form has followed the change, which takes a task of its own.
    leptos::task::spawn_local(async move {
        turn().await;
        if let Some(button) = dom::by_id(button) {
            button.click();
        }
    });
}
